"""Maintenance that nobody waits for."""

from __future__ import annotations

import time
from pathlib import Path

from django.conf import settings
from django.db import transaction

from stories.backup import may_delete_pictures
from stories.models import GeneratedImage
from stories.models.image import split_copy_name

#: A file without a row may belong to a step that is about to finish: leave it this long.
GRACE_SECONDS = 24 * 3600


def tidy_media() -> dict[str, int]:
    """Delete picture files that no row names and that are older than a day; tell how many and how large.

    They come from workers that died between writing a file and saving its row. While a backup runs there is
    nothing to tidy.
    """
    with transaction.atomic():
        return _tidy() if may_delete_pictures() else {"files": 0, "bytes": 0}


def _tidy() -> dict[str, int]:
    known = set(GeneratedImage.objects.values_list("file", flat=True))
    root = Path(settings.MEDIA_ROOT)
    orphans = [
        path
        for path in root.glob("images/*/*")
        if split_copy_name(str(path.relative_to(root)))[0] not in known
        and time.time() - path.stat().st_mtime > GRACE_SECONDS
    ]
    freed = sum(path.stat().st_size for path in orphans)
    for path in orphans:
        path.unlink(missing_ok=True)
    return {"files": len(orphans), "bytes": freed}
