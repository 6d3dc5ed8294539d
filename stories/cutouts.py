"""The hero cut out, for the page on which it is placed by hand. Kept beside the picture until tidied away."""

from __future__ import annotations

import io
import threading
from contextlib import suppress
from pathlib import Path, PurePath
from uuid import uuid4

from django.core.files.storage import default_storage
from django.db import connection
from django.utils.translation import gettext as _

from imaging.merge import Stance, cut_figure, measure_stance
from stories.models import GeneratedImage
from stories.pictures import encode_copy, open_own, open_picture
from stories.refusals import Refused

#: One at a time in a process: it takes all of a core, and who asks twice gets the same.
_cutting = threading.Lock()


def read_cutout(image: GeneratedImage) -> bytes:
    """A WebP of the figure alone, on nothing.

    Raises:
        Refused: the picture's own file cannot be read.
    """
    name = PurePath(str(image.file.name))
    path = Path(default_storage.path(str(name.with_name(f"{name.stem}-cut.webp"))))
    with suppress(FileNotFoundError):
        return path.read_bytes()
    if not connection.in_atomic_block:
        connection.close()  # nothing is asked of it meanwhile, which may be seconds
    with _cutting:
        with suppress(FileNotFoundError):
            return path.read_bytes()
        data = cut(image)
        unfinished = path.with_name(f".{uuid4().hex}")
        unfinished.write_bytes(data)
        unfinished.replace(path)
        return data


def cut(image: GeneratedImage) -> bytes:
    try:
        picture = open_picture(image)
    except OSError:
        raise Refused(_("This picture's file is gone. Paint it again.")) from None
    return encode_copy(cut_figure(picture))


def measure_cutout(image: GeneratedImage) -> Stance:
    """How the figure stands, by which a page puts it where the merge will."""
    with open_own(io.BytesIO(read_cutout(image))) as figure:
        return measure_stance(figure.convert("RGBA"))
