"""How long something takes, on machines where others work too."""

from __future__ import annotations

import time
from collections.abc import Callable


def is_quick(call: Callable[[], object], *, seconds: float, tries: int = 5) -> bool:
    """Whether it took less processor time than that once: what else runs can only ever add to it."""

    def measure() -> float:
        start = time.process_time()
        call()
        return time.process_time() - start

    return any(measure() < seconds for _ in range(tries))
