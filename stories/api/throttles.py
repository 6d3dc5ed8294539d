"""How often the API may be asked: what it counts, `stories.rates` counts for the pages too."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from stories import rates


class Pace(BaseThrottle):
    """A view names the methods of which each takes long or makes others work as ``costly``."""

    def allow_request(self, request: Request, view: Any) -> bool:
        """Raises `rates.TooOften`, which says when to come again (`stories.api.errors`)."""
        rates.check(request, rates.COSTLY if request.method in getattr(view, "costly", ()) else None)
        return True
