"""How many pictures are painted in one call, learnt from what the card had room for."""

from __future__ import annotations

import logging
from collections import defaultdict
from dataclasses import dataclass

logger = logging.getLogger(__name__)

Size = tuple[int, int]
#: After so many calls in a row that had room one picture more is tried; each time there is none, after twice
#: as many.
CALLS, MOST_CALLS = 4, 64


@dataclass(slots=True)
class _Known:
    """Of one size: how many have room, how many calls went well since, how many are to, and whether one more
    was tried."""

    together: int
    went_well: int = 0
    patience: int = CALLS
    raised: bool = False


class Room:
    """A card that was full once may have been so in passing, or for one size alone."""

    def __init__(self, most: int) -> None:
        self._sizes: defaultdict[Size, _Known] = defaultdict(lambda: _Known(most))
        self._most = most

    def count(self, size: Size) -> int:
        """How many pictures of this size are painted at once by now."""
        return self._sizes[size].together

    def was_short(self, size: Size, tried: int) -> None:
        """There was no room for so many: half of them is the measure for a while."""
        known, half = self._sizes[size], -(-tried // 2)
        logger.warning("no room for %d pictures at once: now %d", tried, half)
        known.patience = min((1 + known.raised) * known.patience, MOST_CALLS)
        known.together, known.went_well, known.raised = min(half, known.together), 0, False

    def was_enough(self, size: Size, tried: int) -> None:
        """There was room for so many: time and again that calls for one more."""
        known = self._sizes[size]
        if not known.together <= tried < self._most:
            return
        known.went_well += 1
        if known.went_well >= known.patience:
            known.together, known.went_well, known.raised = known.together + 1, 0, True
