"""A worker that was asked to stop goes on with its step for ``STOP_GRACE``, then hands it back.

Celery tells of a stop only when it has waited itself (REMAP_SIGTERM), so the signals are listened to here,
before Celery hears them. The heartbeat of each step (`stories.runner`) looks here twice a second.
"""

from __future__ import annotations

import signal
import threading
import time
from types import FrameType
from typing import Any

from celery.signals import worker_ready
from django.conf import settings

SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT)
_asked_at: float | None = None


def connect() -> None:
    worker_ready.connect(_listen, weak=False)


def is_asked() -> bool:
    return _asked_at is not None


def is_due() -> bool:
    """Whether the grace is over, and what is not done is to be handed back."""
    return _asked_at is not None and time.monotonic() - _asked_at >= settings.STOP_GRACE


def _listen(**_: Any) -> None:
    if threading.current_thread() is threading.main_thread():  # a worker within a test has none
        for name in SIGNALS:
            _note_before(name, signal.getsignal(name))


def _note_before(name: signal.Signals, heed: Any) -> None:
    def note(number: int, frame: FrameType | None) -> None:
        global _asked_at
        _asked_at = _asked_at or time.monotonic()
        # Celery may have put another in its place since it was called: each of ours calls the one it knew.
        if callable(heed):
            heed(number, frame)

    signal.signal(name, note)
