"""A language model that is asked and says nothing: it has its time, and the person who waits is told so.

The worker notes it with the beats of its step (`Step.silence`), and takes it back when words come again.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from stories.engines import language_model
from stories.models import Step
from stories.pipeline import TEXT

#: Seconds without a word that are told; a first word may take long where a model has yet to be loaded.
QUIET, QUIET_AT_FIRST = 8.0, 20.0
#: static/js/live/words.js says the same in the reader's own time.
SILENT = gettext_noop("The language model has said nothing since {since}. It is given until {until}.")
NOT_BEGUN = gettext_noop(
    "The language model was asked at {since}, and its first word is waited for. It is given until {until}."
)


class Silence:
    """What a worker knows of it, from when it begins to ask for a step."""

    def __init__(self, step: Step) -> None:
        self._asks = step.queue == TEXT
        self._asked = self._last = timezone.now()

    def hear(self, text: str) -> None:
        self._last = timezone.now()

    def tell(self) -> dict[str, Any] | None:
        """Since when, until when, whether there were words before; None while it is not worth telling."""
        last, has_begun = self._last, self._last > self._asked
        if not self._asks or timezone.now() - last < timedelta(
            seconds=QUIET if has_begun else QUIET_AT_FIRST
        ):
            return None
        model = language_model()
        until = last + timedelta(seconds=model.idle_timeout)
        end = self._asked + timedelta(seconds=model.total_timeout)
        if timezone.now() < end:  # else it was asked again since, for a step may ask more than once
            until = min(until, end)
        return {"since": last.isoformat(), "until": until.isoformat(), "has_begun": has_begun}


def describe(step: Step) -> dict[str, Any]:
    """Its part of the status JSON."""
    told = dict(step.silence or {})
    times = {name: f"{_read(told[name]):%H:%M:%S} UTC" for name in ("since", "until")}
    words = SILENT if told["has_begun"] else NOT_BEGUN
    return {"step": step.name, **told, "message": gettext(words).format(**times)}


def _read(moment: str) -> datetime:
    return datetime.fromisoformat(moment).astimezone(UTC)
