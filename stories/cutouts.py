"""The hero cut out, for the page on which it is placed by hand. Kept beside the picture until tidied away."""

from __future__ import annotations

import io
from pathlib import Path, PurePath
from uuid import uuid4

from django.core.files.storage import default_storage
from PIL import Image

from imaging.merge import Stance, cut_figure, measure_stance
from stories.models import GeneratedImage
from stories.pictures import encode_copy, open_picture


def read_cutout(image: GeneratedImage) -> bytes:
    """A WebP of the figure alone, on nothing."""
    name = PurePath(str(image.file.name))
    path = Path(default_storage.path(str(name.with_name(f"{name.stem}-cut.webp"))))
    try:
        return path.read_bytes()
    except FileNotFoundError:
        data = encode_copy(cut_figure(open_picture(image)))
    unfinished = path.with_name(f".{uuid4().hex}")
    unfinished.write_bytes(data)
    unfinished.replace(path)
    return data


def measure_cutout(image: GeneratedImage) -> Stance:
    """How the figure stands, by which a page puts it where the merge will."""
    with Image.open(io.BytesIO(read_cutout(image))) as figure:
        return measure_stance(figure.convert("RGBA"))
