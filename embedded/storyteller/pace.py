"""How fast the storyteller writes: in words, like a person one can watch."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Sequence

DEFAULT_WORDS_PER_SECOND = 250.0

#: Pieces that leave together are at least this far apart in time (seconds): fast writing
#: then costs few chunks, and twenty watchers cost no more than one processor can give.
_TICK = 0.02
_AT_ONCE = 16

_PIECE = re.compile(r"\s*(?:\w+|[^\w\s])\s*")


def split_pieces(text: str) -> list[str]:
    """Cut a text into words and marks, spaces kept: what the storyteller counts as tokens.

    Joined again, the pieces are the text.
    """
    return _PIECE.findall(text) or ([text] if text else [])


def count_pieces(text: str) -> int:
    """How many tokens, as this server counts them."""
    return sum(1 for _ in _PIECE.finditer(text))


async def write_out(pieces: Sequence[str], words_per_second: float) -> AsyncIterator[str]:
    """Yield the text in order, at the given pace; 0 is as fast as the reader takes it."""
    at_once = _AT_ONCE if words_per_second <= 0 else max(1, round(words_per_second * _TICK))
    began = time.monotonic()
    for start in range(0, len(pieces), at_once):
        due = began + start / words_per_second if words_per_second > 0 else 0.0
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        yield "".join(pieces[start : start + at_once])
