"""What the OpenAPI document says of each method: the decorators of `stories.api.views`."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    extend_schema,
    extend_schema_view,
)

from stories.api.problems import BODY, header, problems
from stories.api.serializers import (
    GenerationInput,
    GenerationOutput,
    ImageChanges,
    ImageOutput,
    RedoInput,
    StoryChanges,
    StoryOutput,
    StoryQuery,
)

MAKING, LIBRARY, PICTURES = ["Making"], ["Library"], ["Pictures"]


IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    description=(
        "The story's `revision` when you read it. Where the words that you change are others by now, they "
        "stay, yours are kept as a version of their own, and the answer is a 409 that names it."
    ),
)
STATUS = OpenApiExample(
    "While it is painted",
    {
        "session_id": "0d5a1a1e-5f0c-4a53-9c8a-0a6a6f0f3b11",
        "status": "generating_images",
        "progress": 60,
        "remaining_seconds": 14,
        "ahead": 0,
        "current_step": "character_image",
        "current_label": "Painting the hero",
        "waiting": None,
        "silent": None,
        "steps": [
            {
                "name": "story",
                "label": "Writing the story",
                "status": "done",
                "attempts": 1,
                "started_at": "2026-01-31T20:15:00.120000+00:00",
                "finished_at": "2026-01-31T20:15:21.480000+00:00",
                "error": None,
                "preview": None,
            },
        ],
        "title": "The Dragon Who Painted the Dark",
        "partial_text": "Every evening, when the village lamps went out, …",
        "story_id": "7f9f0c38-51b0-4a0c-8f0c-0b0b9a3f8a52",
        "story_url": "/story/7f9f0c38-51b0-4a0c-8f0c-0b0b9a3f8a52/",
        "error": None,
        "warnings": [],
        "images": [
            {"image_type": "background", "url": "/media/images/3f/3f0c….webp", "width": 1024, "height": 768}
        ],
        "can_be_retried": False,
    },
    response_only=True,
    status_codes=["200", "202"],
)
STORY = OpenApiExample(
    "A story",
    {
        "id": "7f9f0c38-51b0-4a0c-8f0c-0b0b9a3f8a52",
        "title": "The Dragon Who Painted the Dark",
        "prompt": "A shy dragon who paints the night sky",
        "story_text": "Every evening, when the village lamps went out, …",
        "character_description": "A small dragon with moss-green scales …",
        "background_description": "A bare hill above a sleeping village …",
        "style": "storybook",
        "genre": "fairy-tale",
        "language": "en",
        "language_model": "llama3.2",
        "visibility": "unlisted",
        "created_at": "2026-01-31T20:15:00.100000Z",
        "images": [
            {
                "id": "a3a1c7de-20dd-4b0e-8c43-6a0e4e6f9c1d",
                "image_type": "combined",
                "url": "http://127.0.0.1:8000/media/images/3f/3f0c….webp",
                "width": 1024,
                "height": 768,
                "prompt_used": "",
                "is_live": True,
                "copies": [{"width": 320, "url": "/media/images/3f/3f0c…-320.webp"}],
                "seed": 5007,
                "model": "merge",
                "style": "",
                "description": "",
                "placement": {"x": 0.3333, "y": 0.93, "height": 0.62, "flipped": True},
                "created_at": "2026-01-31T20:15:30.100000Z",
            }
        ],
        "revision": "5f0c4a539c8a0a6a-6f0f3b117f9f0c38-51b04a0c8f0c0b0b-9a3f8a52a3a1c7de",
        "made_by": ["Written by llama3.2.", "Painted by stable-diffusion-v1-5/stable-diffusion-v1-5."],
        "is_favourite": True,
        "thumb": 1,
        "likes": 12,
    },
    response_only=True,
)

start = extend_schema(
    operation_id="start_generation",
    tags=MAKING,
    summary="Start a story",
    description="It is saved and waits for its turn; ask the address in `Location` how it gets on.",
    parameters=[
        OpenApiParameter(
            "Idempotency-Key",
            {"type": "string", "minLength": 1, "maxLength": 255, "pattern": r"^[\x21-\x7e]+$"},
            OpenApiParameter.HEADER,
            description="Sent again with the same body, it gives the generation of then.",
        ),
        header("Location", "The generation's address.", 202),
        header("Retry-After", "Seconds to wait.", 429, 503),
    ],
    request=GenerationInput,
    responses={202: GenerationOutput, **problems(*BODY, 403, 409)},
    examples=[
        STATUS,
        OpenApiExample("A sentence", {"prompt": "A shy dragon who paints the night sky"}, request_only=True),
        OpenApiExample(
            "All there is to choose",
            {
                "prompt": "A clockmaker's apprentice who hears the moon tick",
                "style": "ink",
                "genre": "mystery",
                "language": "de",
                "seed": 7,
                "images": True,
            },
            request_only=True,
        ),
    ],
)
watch = extend_schema(
    operation_id="watch_generation",
    tags=MAKING,
    summary="How a story gets on",
    description=(
        "To be told as it happens: `/live/generations/{session_id}/events` (server-sent events, with "
        "`Last-Event-ID`) or `/live/generations/{session_id}/ws` (WebSocket), with the same token or "
        "session; docs/architecture.md tells what is said there."
    ),
    responses={200: GenerationOutput, **problems(404)},
    examples=[STATUS],
)
cancel = extend_schema(
    operation_id="cancel_generation",
    tags=MAKING,
    summary="Stop it",
    description="What was made so far stays. Stopping an ended one changes nothing.",
    request=None,
    responses={200: GenerationOutput, **problems(403, 404)},
    examples=[STATUS],
)
retry = extend_schema(
    operation_id="retry_generation",
    tags=MAKING,
    summary="Try the failed or missing pieces again",
    description="What is done stays.",
    parameters=[header("Retry-After", "Seconds to wait.", 429, 503)],
    request=None,
    responses={202: GenerationOutput, **problems(403, 404, 409)},
    examples=[STATUS],
)
library = extend_schema_view(
    get=extend_schema(
        operation_id="list_stories",
        tags=LIBRARY,
        summary="Public stories and your own",
        description=(
            "Twenty on a page; `shelf` gives one's own, the public ones or favourites. What was made without "
            "account and session is never listed."
        ),
        parameters=[StoryQuery],
        responses={200: StoryOutput(many=True), **problems(400, 404)},
        examples=[STORY],
    )
)
read = extend_schema(
    operation_id="read_story",
    tags=LIBRARY,
    summary="A story",
    responses={200: StoryOutput, **problems(404)},
    examples=[STORY],
)
edit = extend_schema(
    operation_id="edit_story",
    tags=LIBRARY,
    summary="Change a story",
    description=(
        "Its owner can make it `private` or `unlisted`; only a curator can make it `public`. Of its words "
        "every version is kept."
    ),
    parameters=[IF_MATCH],
    request=StoryChanges,
    responses={200: StoryOutput, **problems(*BODY, 403, 404, 409)},
    examples=[STORY, OpenApiExample("A new title", {"title": "The Painter of Nights"}, request_only=True)],
)
versions = extend_schema(
    operation_id="list_images",
    tags=PICTURES,
    summary="All versions of a story's pictures",
    description="The live one of each type; for those who may change the story, all others too.",
    responses={200: ImageOutput(many=True), **problems(404)},
)
redo = extend_schema(
    operation_id="redo_image",
    tags=PICTURES,
    summary="Make one picture anew",
    description=(
        "It takes the place of the live one, which is kept; the rest of the story stays. With `like` alone "
        "the same is painted again, pixel for pixel on the same device. A scene takes a `placement`, a "
        "seed and nothing else."
    ),
    parameters=[
        header("Location", "The generation's address.", 202),
        header("Retry-After", "Seconds to wait.", 429, 503),
    ],
    request=RedoInput,
    responses={202: GenerationOutput, **problems(*BODY, 403, 404, 409)},
    examples=[
        STATUS,
        OpenApiExample("Another one", {"image_type": "character"}, request_only=True),
        OpenApiExample(
            "The hero further left, and larger",
            {"image_type": "combined", "placement": {"x": 0.3, "y": 0.95, "height": 0.7}},
            request_only=True,
        ),
    ],
)
choose = extend_schema(
    operation_id="choose_image",
    tags=PICTURES,
    summary="Let this version be the one that is shown",
    description="The story's description of the hero or the setting follows.",
    request=ImageChanges,
    responses={200: ImageOutput, **problems(*BODY, 403, 404)},
    examples=[OpenApiExample("This one", {"is_live": True}, request_only=True)],
)
hidden = extend_schema(exclude=True)


def ask_for_some(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """A hook of the document: a version has at least one field, which a serializer cannot say."""
    version = result["components"]["schemas"]["VersionInput"]
    version["anyOf"] = [{"required": [name]} for name in version["properties"]]
    return result
