"""Picture files: how they are encoded, named and stored."""

from __future__ import annotations

import hashlib
import io
import os
from errno import ENOENT
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.core.files.storage import default_storage
from PIL import Image

from stories import crashpoints
from stories.jobs import Job, Save
from stories.models import GeneratedImage, ImageType, Step, name_image_file


def save_image(job: Job, image_type: ImageType, picture: Image.Image, **fields: Any) -> Save:
    """Write the file now, under the name of its content's hash: done twice, it is still one file."""
    data = encode(picture)
    image = GeneratedImage(
        story=job.story, image_type=image_type, width=picture.width, height=picture.height, **fields
    )
    image.file.name = name_image_file(image, f"{hashlib.sha256(data).hexdigest()}.webp")
    path = Path(default_storage.path(image.file.name))
    store(path, data, job.step)

    def save() -> dict[str, Any]:
        if not path.exists():
            raise FileNotFoundError(ENOENT, "the picture was tidied away before its row was saved", str(path))
        job.story.images.filter(image_type=image_type, is_live=True).update(is_live=False)
        image.save(force_insert=True)
        return {"image": str(image.pk), "model": image.model, "seed": image.seed}

    return save


def store(path: Path, data: bytes, step: Step) -> None:
    """Write a file whole or not at all: what lies under the hash of a content is that content.

    A file that is there already is marked as new, so that nobody tidies it away before its row is saved.
    """
    if path.exists():
        path.touch()
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{uuid4().hex}")
    try:
        with unfinished.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        crashpoints.reach("store-before-replace", step)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def encode(picture: Image.Image) -> bytes:
    """Lossless WebP by its quickest method: a quarter of the time of a default PNG, and no larger."""
    buffer = io.BytesIO()
    picture.save(buffer, "WEBP", lossless=True, quality=0, method=0)
    return buffer.getvalue()
