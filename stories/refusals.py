"""Requests that are well formed and cannot be granted. Each face answers them by their ``status``."""

from __future__ import annotations

from math import ceil

from django.utils.translation import ngettext


class Refused(Exception):
    """It cannot be granted now. The message is written for the person."""

    status = 409


#: Marks a refusal that holds for whatever else is asked at the same address (`stories.live.refusals`).
WHATEVER = "X-Refused-Whatever"


class NotNow(Refused):
    """It may be granted later: ``retry_after`` says when to ask again, in seconds."""

    status = 429
    retry_after = 30
    #: Whether nothing else that this person asks at the same address is granted either.
    whatever = False

    def __init__(self, message: object = "", retry_after: float | None = None) -> None:
        super().__init__(message)
        if retry_after is not None:
            self.retry_after = max(1, ceil(retry_after))

    @property
    def headers(self) -> dict[str, str]:
        return {"Retry-After": str(self.retry_after)} | ({WHATEVER: "1"} if self.whatever else {})


def tell_wait(seconds: float) -> str:
    """How long, as one says it: "20 seconds", "7 minutes"."""
    whole = max(1, ceil(seconds))
    if whole < 90:
        return ngettext("{number} second", "{number} seconds", whole).format(number=whole)
    minutes = ceil(whole / 60)
    return ngettext("{number} minute", "{number} minutes", minutes).format(number=minutes)
