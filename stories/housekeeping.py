"""Maintenance that nobody waits for."""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone
from django_celery_results.models import TaskResult

from stories import allowances, library
from stories.backup import may_delete_pictures
from stories.counting import WATCHERS
from stories.events import Kind
from stories.models import Event, GeneratedImage, GenerationSession, Story, Tally, Visibility
from stories.models.image import split_copy_name

#: A file without a row may belong to a step that is about to finish: leave it this long.
GRACE_SECONDS = 24 * 3600
#: What maintenance came to is read by a curator, or never.
RESULT_DAYS = 30


def forget_old() -> dict[str, int]:
    """Let go of what was kept long enough; tell how much of each that was. ``…_DAYS`` of 0 is for ever."""
    return {
        "events": _forget_events(),
        "stories": _trash_private(),
        "sessions": _forget_sessions(),
        "sign_ins": _forget_sign_ins(),
        "allowances": allowances.forget_full(),
        "watchers": _forget_watchers(),
        "results": TaskResult.objects.filter(date_done__lt=_before(days=RESULT_DAYS)).delete()[0],
    }


def _forget_events() -> int:
    """The log of what ended long ago. What came of it stands in its steps, and how it ended is told to
    whoever still watches: the last event stays."""
    if not settings.EVENTS_DAYS:
        return 0
    old = GenerationSession.objects.filter(finished_at__lt=_before(days=settings.EVENTS_DAYS))
    return Event.objects.filter(session__in=old).exclude(kind=Kind.FINISHED).delete()[0]


def _trash_private() -> int:
    """Private stories that nobody changed for long go into the trash, where they can still be taken back."""
    if not settings.PRIVATE_STORY_DAYS:
        return 0
    old = Story.objects.kept().filter(
        visibility=Visibility.PRIVATE, updated_at__lt=_before(days=settings.PRIVATE_STORY_DAYS)
    )
    number = 0
    for story in old.filter(publish_asked_at=None).only("pk"):
        with suppress(Story.DoesNotExist):  # thrown away, or deleted, meanwhile
            library.trash_story(story)
            number += 1
    return number


def _forget_sign_ins() -> int:
    """Those that failed, once they shut nobody out any more."""
    kept = max(timedelta(days=1), timedelta(minutes=settings.LOGIN_REST_MINUTES))
    return AccessAttempt.objects.filter(attempt_time__lt=timezone.now() - kept).delete()[0]


def _forget_watchers() -> int:
    """What processes told of themselves that are no more."""
    return Tally.objects.filter(name=WATCHERS, at__lt=_before(days=1)).delete()[0]


def _forget_sessions() -> int:
    """Those of browsers that have not come for ``VISITOR_DAYS``."""
    return Session.objects.filter(expire_date__lt=timezone.now()).delete()[0]


def _before(*, days: int) -> datetime:
    return timezone.now() - timedelta(days=days)


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
