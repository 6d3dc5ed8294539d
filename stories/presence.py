"""Signs of life of workers and dispatchers, in the cache, for /health/ to read."""

from __future__ import annotations

import logging
import threading
import time
from typing import Any

from celery.signals import worker_ready, worker_shutdown
from django.core.cache import cache

from imaging.types import PaintingError
from stories import counting
from stories.engines import painter
from stories.pipeline import KINDS

logger = logging.getLogger(__name__)

READY = "ready"
ROLES = ("text", "gpu", "dispatcher")
#: One that is ready speaks for its role; what troubles another is heard only while none is.
KEYS = [f"presence:{role}{kind}" for role in ROLES for kind in ("", ":trouble")]
SECONDS = 1.0
#: Gone after this long without a sign; longer than a pause that a busy machine may impose.
FORGOTTEN_AFTER = 15


def show(role: str, what: str) -> None:
    """Say that somebody in this role is here. A cache that is away is not a worker's trouble."""
    key = f"presence:{role}" if what == READY else f"presence:{role}:trouble"
    try:
        cache.set(key, what, FORGOTTEN_AFTER)
    except Exception as error:  # the cache may fail in any of its client's ways
        logger.debug("presence of %s not shown: %s", role, type(error).__name__)


def forget_all() -> None:
    """Forget signs of life that a broker kept over a restart; whoever lives shows its own again at once."""
    try:
        cache.delete_many(KEYS)
    except Exception as error:  # as in `show`
        logger.debug("presence not cleared: %s", type(error).__name__)


def who_is_there() -> dict[str, str | None]:
    """What each role last said of itself, None where nobody did. Raises what the cache raises."""
    found = cache.get_many(KEYS)
    return {role: found.get(f"presence:{role}", found.get(f"presence:{role}:trouble")) for role in ROLES}


def connect() -> None:
    worker_ready.connect(_start, weak=False)
    worker_shutdown.connect(_stop, weak=False)


def _start(sender: Any, **_: Any) -> None:
    """A worker is up: show its presence for as long as it lives."""
    queues = set(sender.app.amqp.queues.consume_from)
    for kind in KINDS.values():  # so that no one's first story waits for imports
        if kind.queue in queues:
            kind.load_work()
    said = load_painter() if "gpu" in queues else READY
    keep_showing(queues & set(ROLES), said)
    counting.keep_flushing()


def _stop(**_: Any) -> None:
    """A worker ends in peace: what it counted is not lost."""
    counting.flush()


def keep_showing(roles: set[str], said: str = READY) -> None:
    """Show these roles for as long as this process lives."""
    threading.Thread(target=_show_for_ever, args=(roles, said), daemon=True).start()


def load_painter() -> str:
    """Load the painter at start, so that no picture waits for it; what hinders it is said in /health/."""
    try:
        painter()
    except PaintingError as error:
        logger.error("%s", error)
        return str(error)
    return READY


def _show_for_ever(roles: set[str], said: str) -> None:
    while True:
        for role in roles:
            show(role, said)
        time.sleep(SECONDS)
