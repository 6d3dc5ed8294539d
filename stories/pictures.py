"""Picture files: how they are encoded, named and stored."""

from __future__ import annotations

import hashlib
import io
import os
import threading
import warnings
from collections import OrderedDict
from collections.abc import Iterable
from errno import ENOENT
from pathlib import Path
from typing import IO, Any
from uuid import uuid4

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile
from PIL.WebPImagePlugin import WebPImageFile

from stories import crashpoints
from stories.backup import may_delete_pictures
from stories.jobs import Job, Save
from stories.models import GeneratedImage, ImageType, Step, name_image_file

#: Widths in pixels of the copies that pages show, besides the picture's own.
COPY_WIDTHS = (320, 640)
#: How many pictures a process keeps in memory; one of 1024 x 768 takes 3 MB.
REMEMBERED = 24
_remembered: OrderedDict[str, Image.Image] = OrderedDict()
_lock = threading.Lock()


def save_image(
    job: Job, image_type: ImageType, picture: Image.Image, *, note: str = "", **fields: Any
) -> Save:
    """Write the file now, under the name of its content's hash: done twice, it is still one file. ``note``:
    what there is to say of it to the person."""
    picture.info.clear()  # what a painter may have noted in it is nobody else's business
    data = encode(picture)
    image = GeneratedImage(
        story=job.story, image_type=image_type, width=picture.width, height=picture.height, **fields
    )
    path = store_files(image, picture, data, job.step)
    remember(str(image.file.name), picture)

    def save() -> dict[str, Any]:
        if not path.exists():
            raise FileNotFoundError(ENOENT, "the picture was tidied away before its row was saved", str(path))
        image.go_live(describes="description" in job.step.wanted)
        made = {"image": str(image.pk), "model": image.model, "seed": image.seed}
        return made | ({"note": note} if note else {})

    return save


def store_files(image: GeneratedImage, picture: Image.Image, data: bytes, step: Step | None = None) -> Path:
    """Write a picture, whose file is ``data``, and its copies; return where the picture lies."""
    image.copies = [width for width in COPY_WIDTHS if width < picture.width] + [picture.width]
    image.file.name = name_image_file(image, f"{hashlib.sha256(data).hexdigest()}.webp")
    path = Path(default_storage.path(image.file.name))
    store(path, data, step)
    for width in image.copies:
        store(Path(default_storage.path(image.name_copy(width))), encode_copy(picture, width), step)
    return path


def store(path: Path, data: bytes, step: Step | None = None) -> None:
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
        if step:
            crashpoints.reach("store-before-replace", step)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def encode(picture: Image.Image) -> bytes:
    """Lossless WebP by its quickest method: a quarter of the time of a default PNG, and no larger."""
    buffer = io.BytesIO()
    picture.save(buffer, "WEBP", lossless=True, quality=0, method=0)
    return buffer.getvalue()


def encode_copy(picture: Image.Image, width: int | None = None) -> bytes:
    """A WebP for pages, of this width in pixels if it is to be another."""
    if width and width != picture.width:
        size = (width, max(1, round(picture.height * width / picture.width)))
        picture = picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    buffer = io.BytesIO()
    picture.save(buffer, "WEBP", quality=80, method=0)
    return buffer.getvalue()


def bound() -> None:
    """Let no picture from elsewhere be opened that has more pixels than ``MAX_IMAGE_PIXELS``: a file of a few
    kilobytes may unpack to hundreds of megabytes. Pillow warns of one, which is made an error here."""
    Image.MAX_IMAGE_PIXELS = settings.MAX_IMAGE_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)


def open_own(file: IO[bytes]) -> Image.Image:
    """One that we wrote: when it was painted the bound may have been another, and it is ours to show. So by
    the name of its format, where `PIL.Image.open` would look at its size first. None has twice as many: its
    sides are bounded (`stories.sizes`)."""
    is_webp = file.read(4) == b"RIFF"
    file.seek(0)
    return WebPImageFile(file) if is_webp else JpegImageFile(file)


def open_picture(image: GeneratedImage) -> Image.Image:
    """Its pixels, out of memory where they were made here a moment ago."""
    name = str(image.file.name)
    with _lock:
        picture = _remembered.get(name)
    if picture is None:
        with image.file.open() as file, open_own(file) as opened:
            opened.load()
            picture = opened.copy()
    return picture


def remember(name: str, picture: Image.Image) -> None:
    """Keep the latest few pictures for the merge that will soon ask for them."""
    with _lock:
        _remembered[name] = picture
        while len(_remembered) > REMEMBERED:
            _remembered.popitem(last=False)


def delete_files(names: Iterable[str]) -> None:
    """Delete picture files and their copies, but none that another picture shares (the same content has
    the same name), and none while a backup runs: they are tidied away later."""
    with transaction.atomic():
        if not may_delete_pictures():
            return
        for name in names:
            if not GeneratedImage.objects.filter(file=name).exists():
                path = Path(default_storage.path(name))
                for file in path.parent.glob(f"{path.stem}*"):
                    file.unlink(missing_ok=True)
