"""What a painter is called, without loading it: its pictures, and whoever looks for them, name it so."""

from __future__ import annotations

import re
from pathlib import Path


def name_painter(image_model: str) -> str:
    """Of IMAGE_MODEL: a hub's id, also of a folder in the hub's cache, or else a folder's name."""
    folder = Path(image_model).expanduser()
    if image_model == "sketch" or not folder.is_dir():
        return image_model
    folder = folder.resolve()
    return (
        folder.parent.parent.name.removeprefix("models--").replace("--", "/")
        if is_snapshot(folder)
        else folder.name
    )


def is_snapshot(folder: Path) -> bool:
    """Whether a folder lies in a cache of the hub: ``models--owner--name/snapshots/commit``."""
    return folder.parent.name == "snapshots" and re.fullmatch(r"[0-9a-f]{40}", folder.name) is not None
