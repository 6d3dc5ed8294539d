"""A worker that has grown too large asks for a fresh process: libraries leak, and nobody looks at night.

Its steps end first; `Watch` of the launcher, or the container's restart policy, starts another.
"""

from __future__ import annotations

import logging
import os

import psutil
from celery.worker import state
from django.conf import settings

logger = logging.getLogger(__name__)
MIB = 2**20

#: The resident memory of this process, in bytes, when its first step was done: what a painter loads is in it.
_at_first: int | None = None


def end_if_grown() -> None:
    """Ask for a fresh process when this one has ``WORKER_GROWTH_MAX`` MiB on top of what it began with.
    0 is no bound."""
    global _at_first
    now = psutil.Process().memory_info().rss
    if _at_first is None:
        _at_first = now
    grown = (now - _at_first) // MIB
    if settings.WORKER_GROWTH_MAX and grown > settings.WORKER_GROWTH_MAX and state.should_stop is None:
        logger.warning("this worker has grown by %d MiB; it ends, and another takes its place", grown)
        state.should_stop = os.EX_SOFTWARE  # type: ignore[assignment]
