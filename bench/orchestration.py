"""What the orchestration itself costs: generations whose models take no time, beside a plain Celery chain."""

from __future__ import annotations

import statistics
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

from bench.house import workers

ROUNDS = 60
WARM_UP = 10  # rounds before them, in which connections are opened and statements planned
LONGEST = 60.0  # seconds a generation may take before the bench gives up
TARGET_MS, HOP_TARGET_MS = 50, 10
CRITICAL_PATH = ("story", "character", "character_image", "combined_image")


def measure(data_dir: Path) -> list[dict[str, Any]]:
    """Medians in ms: a whole generation, one hop, and a link of a Celery chain, in the same run.

    Once as PostgreSQL is by default, and once with ``synchronous_commit = off``: the difference is what
    the database's commits to disk take.
    """
    from django.db import connection

    rows = []
    with workers(data_dir, painters=2, BENCH_WORK="instant"):
        for commit in ("on", "off"):
            with connection.cursor() as cursor:
                cursor.execute(f"ALTER ROLE CURRENT_USER SET synchronous_commit = {commit}")
            time.sleep(0.2)
            measure_generations(commit, WARM_UP)
            rows.append(measure_generations(commit))
        measure_chain(WARM_UP)
        rows.append(measure_chain())
    return rows


def measure_generations(commit: str, rounds: int = ROUNDS) -> dict[str, Any]:
    from stories import services
    from stories.people import Person

    totals, hops = [], []
    for number in range(rounds):
        session = services.start_generation(person=Person(f"visitor:{number}"), prompt="No time at all")
        session = wait_until_ended(session.pk)
        assert session.status == "completed", session.error
        assert session.finished_at
        totals.append((session.finished_at - session.created_at).total_seconds() * 1000)
        hops += measure_hops(session)
    return {
        "what": f"generation, instant models, synchronous_commit {commit}",
        "median_ms": round(statistics.median(totals), 1),
        "hop_median_ms": round(statistics.median(hops), 1),
        "hop_p95_ms": round(statistics.quantiles(hops, n=20)[-1], 1),
        "target": f"< {TARGET_MS} ms, hop < {HOP_TARGET_MS} ms",
        "rounds": rounds,
    }


def wait_until_ended(session_id: Any) -> Any:
    from stories.models import GenerationSession

    deadline = time.monotonic() + LONGEST
    while time.monotonic() < deadline:
        session = GenerationSession.objects.get(pk=session_id)
        if session.is_ended:
            return session
        time.sleep(0.1)
    raise TimeoutError(f"generation {session_id} has not ended in {LONGEST} s")


def measure_hops(session: Any) -> list[float]:
    """From the end of the last step that one waits for to its own start, in ms, by the database's clock."""
    steps = {step.name: step for step in session.steps.all()}
    return [
        (step.started_at - max(steps[name].finished_at for name in step.after)).total_seconds() * 1000
        for step in steps.values()
        if step.after
    ]


def measure_chain(rounds: int = ROUNDS) -> dict[str, Any]:
    """As many no-op tasks in a row as a generation has on its longest path."""
    from celery import chain
    from django.core.cache import cache

    from bench.tasks import link

    totals, hops = [], []
    for number in range(rounds):
        key = f"chain-{number}"
        began = time.time()
        chain(link.s(key).set(queue="text"), *[link.s().set(queue="text") for _ in CRITICAL_PATH[1:]])()
        while len(moments := cache.get(key) or []) < len(CRITICAL_PATH):
            time.sleep(0.002)
        totals.append((moments[-1] - began) * 1000)
        hops += [(after - before) * 1000 for before, after in pairwise(moments)]
    return {
        "what": f"Celery chain of {len(CRITICAL_PATH)} no-op tasks",
        "median_ms": round(statistics.median(totals), 1),
        "hop_median_ms": round(statistics.median(hops), 1),
        "hop_p95_ms": round(statistics.quantiles(hops, n=20)[-1], 1),
        "target": "beside",
        "rounds": rounds,
    }
