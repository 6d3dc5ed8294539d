"""A project file: all there is of a story, to be taken up again on another server without loss.

A zip of ``project.json`` and each picture's original, named after the hash of its content. Who owns it, who
may read it, what people think of it and which story it varies stay behind: they are of this server.
`stories.books.importing` reads it, up to the limits below; what is beyond them is not even made.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import PurePath
from typing import Any

from django.conf import settings

from stories.books.archive import write_zip
from stories.models import GeneratedImage, GenerationSession, StepStatus, Story
from stories.printing import read
from stories.services import Conflict

NAME, NUMBER = "starloom-project", 1
#: What one file may hold at the most; in bytes: its project.json, and all of its files once unpacked. It
#: may be as large as ``FILE_UPLOAD_MAX_BYTES``, less what sending it as a form takes.
VERSIONS_MAX, IMAGES_MAX = 1000, 300
JSON_MAX, UNPACKED_MAX = 8 * 2**20, 256 * 2**20
FORM_BYTES = 4096
#: The fields that are taken along, as they are.
STORY = (
    "prompt", "style", "title", "story_text", "character_description", "background_description",
    "language_model", "genre", "language", "asked_language", "described_from", "painted_as", "created_at",
)  # fmt: skip
VERSION = (
    "number", "made_by", "part", "instruction", "proposed", "title", "story_text", "character_description",
    "background_description", "language_model", "seed", "created_at",
)  # fmt: skip
IMAGE = (
    "image_type", "is_live", "prompt_used", "negative_prompt", "seed", "model", "style",
    "description", "parameters", "created_at",
)  # fmt: skip
MAKING = ("seed", "images", "warnings", "created_at", "started_at", "finished_at")


def make_project(story: Story) -> bytes:
    """
    Raises:
        Conflict: it would be more than can be imported again.
    """
    kept = story.images.order_by("created_at", "id")
    images = [image for image in kept if image.file.storage.exists(str(image.file.name))]
    files = {name_file(image): image for image in images}
    text = json.dumps(describe(story, images), default=tell_moment, ensure_ascii=False, indent=1)
    sizes = [image.file.storage.size(str(image.file.name)) for image in files.values()]
    check_room("pictures", len(images), IMAGES_MAX)
    check_room("versions of its words", story.versions.count(), VERSIONS_MAX)
    check_room("bytes of words", len(text.encode()), JSON_MAX)
    check_room("bytes", sum(sizes) + len(text.encode()), UNPACKED_MAX)
    pictures = ((name, read(image)) for name, image in sorted(files.items()))
    data = write_zip([("project.json", text), *pictures], story.updated_at)
    check_room("bytes", len(data), settings.FILE_UPLOAD_MAX_BYTES - FORM_BYTES)
    return data


def check_room(what: str, count: int, most: int) -> None:
    if count > most:
        raise Conflict(
            f"This story has {count:,} {what}, and a project file may hold {most:,}: no server could import"
            " it again. The other formats are there for what is shown now."
        )


def describe(story: Story, images: list[GeneratedImage]) -> dict[str, Any]:
    making = story.generations.filter(redo="").order_by("-created_at").first()
    return {
        "format": NAME,
        "version": NUMBER,
        "story": take(story, STORY) | {"shown": story.version.number if story.version else None},
        "making": take(making, MAKING) | {"times": list_times(making)}
        if making and making.is_ended
        else None,
        "versions": [take(version, VERSION) for version in story.versions.order_by("number")],
        "images": [take(image, IMAGE) | {"id": str(image.pk), "file": name_file(image)} for image in images],
    }


def take(thing: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(thing, name) for name in names}


def list_times(making: GenerationSession) -> dict[str, float]:
    """How long its steps took in seconds, here or where they were done."""
    steps = [step for step in making.steps.all() if step.status == StepStatus.DONE]
    here = {step.name: round(step.seconds, 3) for step in steps if step.seconds is not None}
    return here or making.times


def tell_moment(moment: datetime) -> str:
    return moment.isoformat()


def name_file(image: GeneratedImage) -> str:
    return f"pictures/{PurePath(str(image.file.name)).name}"
