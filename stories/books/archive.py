"""Zip files that are the same, byte by byte, whenever the same is put into them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from datetime import datetime

#: Compressed already: deflating them again costs time and gains nothing.
PACKED = (".jpg", ".webp")


def write_zip(entries: Iterable[tuple[str, bytes | str]], at: datetime) -> bytes:
    """The entries in this order. One named ``mimetype`` is stored as it is, as EPUB and others want it."""
    buffer = io.BytesIO()
    when = (max(at.year, 1980), at.month, at.day, at.hour, at.minute, at.second)
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in entries:
            info = zipfile.ZipInfo(name, when)
            packed = name == "mimetype" or name.endswith(PACKED)
            info.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, data)
    return buffer.getvalue()
