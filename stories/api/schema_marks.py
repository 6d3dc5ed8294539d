"""What the OpenAPI document says of marks and of the trash, as `stories.api.schema` does of the rest."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema

from stories.api.problems import BODY, problems
from stories.api.schema import LIBRARY, STORY
from stories.api.serializers import DeleteQuery, StoryOutput, ThumbInput


def answer_with_story(
    operation_id: str, summary: str, *codes: int, example: OpenApiExample | None = None, request: Any = None
) -> Any:
    """A method that changes what somebody thinks of a story, or where it lies, and answers with it."""
    return extend_schema(
        operation_id=operation_id,
        tags=LIBRARY,
        summary=summary,
        request=request,
        responses={200: StoryOutput, **problems(*codes, 403, 404)},
        examples=[STORY, *([example] if example else [])],
    )


delete = extend_schema(
    operation_id="delete_story",
    tags=LIBRARY,
    summary="Put a story into the trash",
    description=(
        "There it is for nobody else, and its owner can take it back until it is deleted for good after "
        "some time (`TRASH_DAYS`). What is being made of it stops. With `forever` it is deleted at once, "
        "with its making and its pictures; so is one that lies in the trash."
    ),
    parameters=[DeleteQuery],
    responses={204: OpenApiResponse(description="It is gone."), **problems(400, 403, 404)},
)
#: What nothing brings back has to be said.
FOREVER = OpenApiParameter("forever", {"type": "boolean", "enum": [True]}, required=True)
empty_trash = extend_schema(
    operation_id="empty_trash",
    tags=LIBRARY,
    summary="Empty your trash",
    description="All that you have thrown away is deleted at once, with its making and its pictures. Nothing "
    "brings it back, so `forever=true` has to be sent.",
    parameters=[FOREVER],
    responses={204: OpenApiResponse(description="It is empty."), **problems(400, 403)},
)
restore = answer_with_story("restore_story", "Take a story out of the trash")
favour = answer_with_story("make_favourite", "Make a story a favourite of yours")
disfavour = answer_with_story("unmake_favourite", "Take it from your favourites")
give_thumb = answer_with_story(
    "give_thumb",
    "Give a story a thumb up or down",
    *BODY,
    request=ThumbInput,
    example=OpenApiExample("Up", {"thumb": 1}, request_only=True),
)
