"""Watches the database all the time: signs of life of each generation, and that no progress falls."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg

from tests.chaos.stage import Stage

POLL_SECONDS = 0.25
#: What there is to see of the generations that go on, or have only just ended.
LOOK = """
    SELECT generation.id::text, generation.status, generation.progress, generation.finished_at IS NOT NULL,
        coalesce((SELECT max(id) FROM stories_event WHERE session_id = generation.id), 0),
        coalesce(string_agg(concat_ws(' ', step.name, step.status, step.attempt, step.failures,
            step.dispatched_at, step.lease_until), ', ' ORDER BY step.position), ''),
        coalesce(bool_or(step.status = 'ready' AND step.not_before > clock_timestamp()), false)
    FROM stories_generationsession AS generation
    LEFT JOIN stories_step AS step ON step.session_id = generation.id
    WHERE generation.finished_at IS NULL OR generation.finished_at > clock_timestamp() - interval '10 s'
    GROUP BY generation.id
"""


class Clock:
    """Stands still while something that generations need is halted or cut off."""

    def __init__(self) -> None:
        self._counted, self._since, self._halts = 0.0, time.monotonic(), 0
        self._lock = threading.Lock()

    def now(self) -> float:
        with self._lock:
            return self._counted + (0 if self._halts else time.monotonic() - self._since)

    @contextmanager
    def halted(self) -> Iterator[None]:
        now = self.now()
        with self._lock:
            self._counted, self._halts = now, self._halts + 1
        try:
            yield
        finally:
            with self._lock:
                self._halts -= 1
                self._since = time.monotonic()


@dataclass
class Silence:
    """How long nothing was heard of a generation, and how it stood then."""

    seconds: float = 0.0
    generation: str = ""
    state: str = ""


class Signs:
    """``longest`` silence so far; ``fallen``: progress before and after, where it fell; ``seen`` looks."""

    def __init__(self, stage: Stage, clock: Clock) -> None:
        self.stage, self.clock = stage, clock
        self.longest = Silence()
        self.fallen: list[tuple[str, int, int]] = []
        self.seen = 0
        self.open: dict[str, Silence] = {}
        self._signs: dict[str, tuple[object, ...]] = {}
        self._heard_at: dict[str, float] = {}
        self._progress: dict[str, int] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="signs", daemon=True)

    def __enter__(self) -> Signs:
        self._thread.start()
        return self

    def __exit__(self, *failure: object) -> None:
        self._stop.set()
        self._thread.join()

    def forget_longest(self) -> None:
        self.longest = Silence()

    def _watch(self) -> None:
        while not self._stop.wait(POLL_SECONDS):
            try:
                # Not by way of the proxy; a database that is halted does not answer here either.
                rows = self.stage.query(LOOK, patience=0)
            except psycopg.Error:
                continue
            self.seen += 1
            self._note(rows)

    def _note(self, rows: list[tuple[str, str, int, bool, int, str, bool]]) -> None:
        now = self.clock.now()
        silences: dict[str, Silence] = {}
        for generation, status, progress, has_ended, event, steps, waits in rows:
            if (before := self._progress.get(generation, 0)) > progress:
                self.fallen.append((generation, before, progress))
            self._progress[generation] = progress
            sign = (status, progress, event, steps)
            if self._signs.get(generation) != sign or waits:  # it says itself until when it waits
                self._signs[generation], self._heard_at[generation] = sign, now
            if has_ended:
                continue
            silence = Silence(now - self._heard_at[generation], generation, f"{status}: {steps}")
            silences[generation] = silence
            if silence.seconds > self.longest.seconds:
                self.longest = silence
        self.open = silences
