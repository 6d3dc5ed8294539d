"""What is counted, in every process and over all of them.

Counts gather in memory and are added to rows (`Tally`) every few seconds: workers need no port to be asked
at, and one scrape of any web process tells of all machines. A process that is killed loses its last seconds.
"""

from __future__ import annotations

import json
import logging
import threading
import time
import uuid
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from django.db import Error as DatabaseError
from django.db import connection, transaction

from agents.types import LanguageModelError
from imaging.types import PaintingError
from stories.models import Step

logger = logging.getLogger(__name__)

FLUSH_SECONDS = 5.0
#: Two processes that add to the same rows do so in the same order, and never wait for each other in a ring.
ADD = """
    INSERT INTO stories_tally (name, labels, value)
    SELECT name, labels::jsonb, value
    FROM unnest(%s::text[], %s::text[], %s::float8[]) AS new(name, labels, value) ORDER BY name, labels
    ON CONFLICT (name, labels) DO UPDATE SET value = stories_tally.value + excluded.value, at = now()
"""
#: What is so and so much now, in this process, is not added up.
SHOW = """
    INSERT INTO stories_tally (name, labels, value) VALUES (%s, %s::jsonb, %s)
    ON CONFLICT (name, labels) DO UPDATE SET value = excluded.value, at = now()
"""
WITHOUT_WAITING = "SET LOCAL synchronous_commit TO off"

_waiting: defaultdict[tuple[str, tuple[str, ...]], float] = defaultdict(float)
_lock = threading.Lock()
_process = uuid.uuid4().hex


@cache
def _name_edges(bounds: tuple[float, ...]) -> tuple[str, ...]:
    return (*(f"{bound:g}" for bound in bounds), "+Inf")


@dataclass(frozen=True, slots=True)
class Count:
    """How often something happened."""

    name: str
    help: str
    labels: tuple[str, ...]

    def add(self, *values: str, by: float = 1) -> None:
        with _lock:
            _waiting[self.name, values] += by


@dataclass(frozen=True, slots=True)
class Spread:
    """How much something was, each time: how many times up to each bound, and in all."""

    name: str
    help: str
    labels: tuple[str, ...]
    bounds: tuple[float, ...]

    @property
    def edges(self) -> tuple[str, ...]:
        return _name_edges(self.bounds)

    def observe(self, amount: float, *values: str) -> None:
        edge = self.edges[bisect_left(self.bounds, amount)]
        with _lock:
            _waiting[f"{self.name}_bucket", (*values, edge)] += 1
            _waiting[f"{self.name}_sum", values] += amount


REQUEST_SECONDS = Spread(
    "starloom_request_seconds",
    "Requests, by the name of their address, and how long each took until its answer began.",
    ("view", "method", "status"),
    (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
STEP_SECONDS = Spread(
    "starloom_step_seconds",
    "Steps that were done, and how long each took from its claim on.",
    ("step",),
    (0.1, 0.5, 1, 2.5, 5, 10, 20, 40, 80, 160, 320, 640),
)
STEP_FAILURES = Count(
    "starloom_step_failures",
    "Tries of steps that failed; passing ones are tried again.",
    ("step", "error", "kind"),
)
MODEL_ERRORS = Count(
    "starloom_model_errors", "Errors of the language model and of the painter.", ("model", "error")
)
BATCH_SIZE = Spread("starloom_gpu_batch_size", "Pictures painted in one call.", (), (1, 2, 4, 8, 16, 32))
PICTURES = Count("starloom_pictures_painted", "Pictures that came off the easel.", ("step",))
METRICS: tuple[Count | Spread, ...] = (
    REQUEST_SECONDS, STEP_SECONDS, STEP_FAILURES, MODEL_ERRORS, BATCH_SIZE, PICTURES,
)  # fmt: skip
WATCHERS = "starloom_live_watchers"
#: What is told of this process as it is now: a name, and who knows it.
shown: dict[str, Callable[[], float]] = {}
_told: dict[str, float] = {}


def note_failure(step: Step, error: Exception, *, transient: bool) -> None:
    """Count a try that failed, by what lay under it."""
    fault = name_fault(error)
    STEP_FAILURES.add(step.name, fault, "passing" if transient else "final")
    if isinstance(error, LanguageModelError | PaintingError):
        MODEL_ERRORS.add("language" if isinstance(error, LanguageModelError) else "painter", fault)


def note_absence(error: Exception) -> None:
    """Count a call to a language model that does not answer: no step's failure."""
    MODEL_ERRORS.add("language", name_fault(error))


def name_fault(error: Exception) -> str:
    """What a client or a card raised, where we have put our own words in its place."""
    under = error.__cause__ or error.__context__ or error if hasattr(error, "transient") else error
    status = getattr(under, "status_code", None)
    return f"HTTP {status}" if isinstance(status, int) and status > 0 else type(under).__name__


def flush() -> None:
    """Add what was counted to the rows. While the database is away it is kept."""
    with _lock:
        counted = dict(_waiting)
        _waiting.clear()
    now = {name: value for name, read in shown.items() if (value := read()) or _told.get(name)}
    if not (counted or now):
        return
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(WITHOUT_WAITING)
            if counted:
                names, labels = zip(*counted, strict=True)
                cursor.execute(ADD, [list(names), [json.dumps(row) for row in labels], [*counted.values()]])
            for name, value in now.items():
                cursor.execute(SHOW, [name, json.dumps([_process]), value])
    except DatabaseError as error:
        with _lock:
            for key, number in counted.items():
                _waiting[key] += number
        logger.debug("counts are kept for later: %s", type(error).__name__)
    else:
        _told.update(now)


def keep_flushing() -> None:
    """Flush for as long as this process lives."""
    threading.Thread(target=_flush_for_ever, name="counting", daemon=True).start()


def _flush_for_ever() -> None:
    while True:
        time.sleep(FLUSH_SECONDS)
        flush()
        connection.close()
