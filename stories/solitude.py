"""Who is alone at work in a process: a step over which a worker died.

What it is that killed the worker, one of the steps at work or something else, nobody can tell. So each of
them is tried again with nothing else at work in its process: what kills takes the others along once, and
nothing is given up for what another did.
"""

from __future__ import annotations

import threading

#: The header of a message that says so; one that is lost costs the solitude and nothing else.
ALONE = "alone"


class Solitude:
    """Many steps at once, or one alone, which waits until the others are done and lets no more begin."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._here: set[str] = set()
        self._at_work = 0
        self._kept = False

    def enter(self, step: str, *, alone: bool = False) -> bool:
        """Wait until it may begin; ``False`` where it is here already: its message was sent again."""
        with self._changed:
            if step in self._here:
                return False
            self._here.add(step)
            self._changed.wait_for(lambda: not self._kept)
            if alone:
                self._kept = True
                self._changed.wait_for(lambda: not self._at_work)
            self._at_work += 1
            return True

    def leave(self, step: str, *, alone: bool = False) -> None:
        with self._changed:
            self._here.remove(step)
            self._at_work -= 1
            if alone:
                self._kept = False
            self._changed.notify_all()


#: That of this process.
solitude = Solitude()
