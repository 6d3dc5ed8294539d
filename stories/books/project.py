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
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy

from stories.books.archive import write_zip
from stories.models import GeneratedImage, GenerationSession, StepStatus, Story
from stories.printing import read
from stories.services import Conflict
from stories.validation import group

NAME, NUMBER = "starloom-project", 1
#: What one file may hold at the most; in bytes: its project.json, and all of its files once unpacked. It
#: may be as large as ``FILE_UPLOAD_MAX_BYTES``, less what sending it as a form takes.
VERSIONS_MAX, IMAGES_MAX = 1000, 300
JSON_MAX, UNPACKED_MAX = 8 * 2**20, 256 * 2**20
FORM_BYTES = 4096
# Told to the person who asks, and not in the language of the book: hence lazily.
PICTURES = gettext_lazy(
    "This story has {count} pictures, and a project file may hold {most}: no server could import it again. "
    "The other formats are there for what is shown now."
)
VERSIONS = gettext_lazy(
    "This story has {count} versions of its words, and a project file may hold {most}: no server could "
    "import it again. The other formats are there for what is shown now."
)
WORDS = gettext_lazy(
    "This story has {count} bytes of words, and a project file may hold {most}: no server could import it "
    "again. The other formats are there for what is shown now."
)
BYTES = gettext_lazy(
    "This story has {count} bytes, and a project file may hold {most}: no server could import it again. "
    "The other formats are there for what is shown now."
)
group_lazily = lazy(group, str)
#: The fields that are taken along, as they are.
STORY = (
    "prompt", "style", "title", "story_text", "character_description", "background_description",
    "language_model", "genre", "language", "asked_language", "described_from", "painted_as", "created_at",
)  # fmt: skip
VERSION = (
    "number", "made_by", "part", "instruction", "proposed", "part_only", "title", "story_text",
    "character_description", "background_description", "language_model", "seed", "created_at",
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
    check_room(PICTURES, len(images), IMAGES_MAX)
    check_room(VERSIONS, story.versions.count(), VERSIONS_MAX)
    check_room(WORDS, len(text.encode()), JSON_MAX)
    check_room(BYTES, sum(sizes) + len(text.encode()), UNPACKED_MAX)
    pictures = ((name, read(image)) for name, image in sorted(files.items()))
    data = write_zip([("project.json", text), *pictures], story.updated_at)
    check_room(BYTES, len(data), settings.FILE_UPLOAD_MAX_BYTES - FORM_BYTES)
    return data


def check_room(told: Any, count: int, most: int) -> None:
    if count > most:
        raise Conflict(format_lazy(told, count=group_lazily(count), most=group_lazily(most)))


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
