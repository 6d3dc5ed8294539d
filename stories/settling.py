"""What changes several steps of a generation at once: settles, stops and reopens them, moves the generation.

Whoever does that locks all of them first, in reading order, and the generation's row after that: two branches
that end at once see each other, and nobody waits for somebody who waits for them.
"""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.db import connection
from django.db.models import F

from stories import events
from stories.models import ENDED, GenerationSession, GenerationStatus, Step, StepStatus
from stories.pipeline import KINDS, find_phase, measure_progress
from stories.statements import LOCK, LOCKED, MOVE

#: The channel on which PostgreSQL tells the dispatcher that there is something to hand out.
CHANNEL = "starloom_steps"


def notify() -> None:
    """Wake the dispatcher when the current transaction commits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])


def lock(session_id: uuid.UUID) -> list[Step]:
    """Lock a generation's steps until the transaction ends; they come in reading order."""
    with connection.cursor() as cursor:
        return [LOCKED.read(iter(row)) for row in cursor.execute(LOCK, [session_id])]


def cancel_all(session: GenerationSession, steps: list[Step]) -> None:
    """Close every open step, and the generation. The steps are locked ones."""
    open_ones = [step for step in steps if step.is_open]
    for step in open_ones:
        step.status = StepStatus.CANCELLED
    _move(session, steps, open_ones, GenerationStatus.CANCELLED)


def reopen(session: GenerationSession, steps: list[Step]) -> None:
    """Let everything that is not done be tried anew. The steps are locked ones."""
    again = [step for step in steps if step.status != StepStatus.DONE]
    for step in again:
        step.status, step.error, step.failures = StepStatus.WAITING, "", 0
    Step.objects.filter(pk__in=[step.pk for step in again]).update(
        status=StepStatus.WAITING,
        attempt=0,
        failures=0,
        error="",
        away_since=None,
        started_at=None,
        finished_at=None,
    )
    # What failed is tried with other seeds; what was only stopped goes on with its own.
    again_with_others = int(session.status != GenerationStatus.CANCELLED)
    GenerationSession.objects.filter(pk=session.pk).update(
        admitted_at=None, retries=F("retries") + again_with_others
    )
    _move(session, steps, _find_settled(steps), GenerationStatus.PENDING)


def close(
    step: Step,
    steps: list[Step],
    status: StepStatus,
    *,
    result: dict[str, Any] | None = None,
    error: str = "",
) -> list[Step]:
    """Close a step, settle those that waited for it, move or end the generation; those that waited."""
    row = next(row for row in steps if row.pk == step.pk)
    row.status, row.result, row.error = status, result or {}, error
    row.failures += status != StepStatus.DONE and row.failures < row.attempt
    settled = _find_settled(steps)
    if any(row.status == StepStatus.FAILED for row in steps):
        phase = GenerationStatus.FAILED
    elif any(row.is_open for row in steps):
        phase = find_phase(steps)
    else:
        phase = GenerationStatus.COMPLETED
    _move(step.session, steps, [row, *settled], phase)
    return settled


def _find_settled(steps: list[Step]) -> list[Step]:
    """Those that wait no longer, with their new status: ready when all their parents are done, left out when
    one was lost. Parents stand before children, so that one pass is enough."""
    by_name = {step.name: step for step in steps}
    settled = []
    for step in steps:
        if step.status != StepStatus.WAITING:
            continue
        unfinished = [by_name[name] for name in step.after if by_name[name].status != StepStatus.DONE]
        if lost := next((parent for parent in unfinished if not parent.is_open), None):
            step.status, step.error = StepStatus.SKIPPED, f"{KINDS[lost.name].piece} is missing."
        elif not unfinished:
            step.status = StepStatus.READY
        else:
            continue
        settled.append(step)
    return settled


def _move(
    session: GenerationSession, steps: list[Step], settled: list[Step], status: GenerationStatus
) -> None:
    """Write the new status of the settled ones of these steps, and where the generation stands by them."""
    failed = next((step for step in steps if step.status == StepStatus.FAILED), None)
    stopped = failed is not None or status == GenerationStatus.CANCELLED
    news = events.list_news(settled, status, failed=failed is not None)
    values: dict[str, Any] = {
        "ids": [step.pk for step in settled],
        "statuses": [step.status for step in settled],
        "errors": [step.error for step in settled],
        "results": [json.dumps(step.result) for step in settled],
        "failures": [step.failures for step in settled],
        "id": session.pk,
        "status": status,
        "progress": 0 if stopped else measure_progress(steps),
        "warnings": [] if failed else events.list_warnings(steps),
        "error": failed.error if failed else "",
        "ended": status in ENDED,
        "channel": CHANNEL,
        "kinds": [kind for kind, _, _ in news],
        "names": [name for _, name, _ in news],
        "data": [json.dumps(data) for _, _, data in news],
    }
    with connection.cursor() as cursor:
        events.announce(session.pk, cursor.execute(MOVE, values).fetchone()[0])
