"""What the OpenAPI document says of marks and of the way out of the trash, as `stories.api.schema` does."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample, extend_schema

from stories.api.schema import BODY, LIBRARY, STORY, problems
from stories.api.serializers import StoryOutput, ThumbInput

restore = extend_schema(
    operation_id="restore_story",
    tags=LIBRARY,
    summary="Take a story out of the trash",
    request=None,
    responses={200: StoryOutput, **problems(403, 404)},
    examples=[STORY],
)
favour = extend_schema(
    operation_id="make_favourite",
    tags=LIBRARY,
    summary="Make a story a favourite of yours",
    request=None,
    responses={200: StoryOutput, **problems(403, 404)},
    examples=[STORY],
)
disfavour = extend_schema(
    operation_id="unmake_favourite",
    tags=LIBRARY,
    summary="Take it from your favourites",
    responses={200: StoryOutput, **problems(403, 404)},
    examples=[STORY],
)
give_thumb = extend_schema(
    operation_id="give_thumb",
    tags=LIBRARY,
    summary="Give a story a thumb up or down",
    request=ThumbInput,
    responses={200: StoryOutput, **problems(*BODY, 403, 404)},
    examples=[STORY, OpenApiExample("Up", {"thumb": 1}, request_only=True)],
)
