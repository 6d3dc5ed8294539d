"""A project file: all there is of a story, to be taken up again on another server without loss.

A zip of ``project.json`` and each picture's original, named after the hash of its content. Who owns it, who
may read it and what people think of it stay behind. `stories.books.importing` reads it.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import PurePath
from typing import Any

from stories.books.archive import write_zip
from stories.models import GeneratedImage, Story
from stories.printing import read

NAME, NUMBER = "starloom-project", 1
#: The fields that are taken along, as they are.
STORY = (
    "prompt", "style", "title", "story_text", "character_description", "background_description",
    "language_model", "genre", "language", "described_from", "created_at",
)  # fmt: skip
VERSION = (
    "number", "made_by", "part", "instruction", "title", "story_text", "character_description",
    "background_description", "language_model", "seed", "created_at",
)  # fmt: skip
IMAGE = (
    "image_type", "is_live", "prompt_used", "negative_prompt", "seed", "model", "style",
    "description", "parameters", "created_at",
)  # fmt: skip
MAKING = ("seed", "images", "warnings", "created_at", "started_at", "finished_at")


def make_project(story: Story) -> bytes:
    kept = story.images.order_by("created_at", "id")
    images = [image for image in kept if image.file.storage.exists(str(image.file.name))]
    files = {name_file(image): image for image in images}
    text = json.dumps(describe(story, images), default=tell_moment, ensure_ascii=False, indent=1)
    pictures = ((name, read(image)) for name, image in sorted(files.items()))
    return write_zip([("project.json", text), *pictures], story.updated_at)


def describe(story: Story, images: list[GeneratedImage]) -> dict[str, Any]:
    making = story.generations.filter(redo="").order_by("-created_at").first()
    return {
        "format": NAME,
        "version": NUMBER,
        "story": take(story, STORY) | {"shown": story.version.number if story.version else None},
        "making": take(making, MAKING) if making and making.is_ended else None,
        "versions": [take(version, VERSION) for version in story.versions.order_by("number")],
        "images": [take(image, IMAGE) | {"id": str(image.pk), "file": name_file(image)} for image in images],
    }


def take(thing: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(thing, name) for name in names}


def tell_moment(moment: datetime) -> str:
    return moment.isoformat()


def name_file(image: GeneratedImage) -> str:
    return f"pictures/{PurePath(str(image.file.name)).name}"
