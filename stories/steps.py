"""A step's life: ready, claim, heartbeat, finish, fail. Nothing else writes steps.

The row is the truth and a message only a hint (docs/architecture.md): whoever claims a step gets a fresh
token, and every later word about it counts only while the row still carries that token. So a lost, doubled
or late message is harmless, and recovery after a death is nothing but the same claim.

Whoever changes several steps of a generation locks all of them first, in reading order, and its row after
that: two branches that end at once see each other, and nobody waits for somebody who waits for them.
"""

from __future__ import annotations

import json
import logging
import random
import uuid
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Greatest, Now

from stories import crashpoints, events
from stories.events import Kind
from stories.jobs import Save
from stories.models import ENDED, GenerationSession, GenerationStatus, Step, StepStatus
from stories.pipeline import KINDS, find_phase, measure_progress
from stories.statements import CLAIM, LOCK, LOCKED, MOVE, read_claimed

logger = logging.getLogger(__name__)

#: The channel on which PostgreSQL tells the dispatcher that there is something to hand out.
CHANNEL = "starloom_steps"
MAX_FAILURES = 3
MAX_DEATHS = 5
BACKOFF_BASE, BACKOFF_LIMIT = 2.0, 60.0  # seconds

PHASES = json.dumps({kind.name: kind.phase for kind in KINDS.values()})


class StepLost(Exception):
    """The step is no longer ours: cancelled, or claimed by another after our lease ran out."""


def notify() -> None:
    """Wake the dispatcher when the current transaction commits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])


def lease() -> timedelta:
    return timedelta(seconds=settings.STEP_LEASE)


def claim(step_id: uuid.UUID, worker: str) -> Step | None:
    """Take a step by one conditional update; ``None`` when it is not there to be taken.

    A step over which workers keep dying is closed here instead of being handed to one more.
    """
    with transaction.atomic():
        step = _take(step_id, worker, alone=True)
    if step is None:
        return None
    crashpoints.reach("claim-after-commit", step)
    if step.deaths > MAX_DEATHS:
        close_failed(step, f"The worker stopped {MAX_DEATHS} times while it was busy with this step.")
        return None
    return step


def beat(step: Step, *, fraction: float = 0.0, **news: Any) -> bool:
    """Keep the lease, save the news (``partial`` text, ``preview``), move the progress; ``False`` when the
    step is no longer ours.

    ``fraction`` is how much of this step is done, 0 to 1. A lost beat does no harm, so it need not wait
    for the disk.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit TO off")
        held = Step.objects.filter(pk=step.pk, token=step.token).update(lease_until=Now() + lease(), **news)
        if held and fraction:
            steps = list(Step.objects.filter(session=step.session_id).only("name", "status", "session_id"))
            share = KINDS[step.name].weight * 100 / sum(KINDS[other.name].weight for other in steps)
            percent = min(measure_progress(steps) + int(share * min(fraction, 1.0)), 99)
            GenerationSession.objects.filter(pk=step.session_id).update(
                progress=Greatest("progress", percent)
            )
    if held and fraction:
        events.publish_live(step.session_id, Kind.PROGRESS, step.name, progress=percent)
    return bool(held)


def finish(step: Step, save: Save, *, go_on: bool = False) -> Step | None:
    """Save the result, close the step and ready its children, in one transaction.

    With ``go_on`` the worker takes one of the children with it, where one is now ready on the same queue: it
    comes back claimed, and need not travel to the dispatcher and back. One transaction for both, so that the
    places of a queue are counted right at every moment.

    Raises:
        StepLost: the step is no longer ours; nothing was saved.
    """
    child = None
    with transaction.atomic():
        steps = _lock_ours(step)
        result = save()
        settled = _close(step, steps, StepStatus.DONE, result=result)
        crashpoints.reach("finish-before-commit", step)
        if next_one := next((other for other in settled if go_on and _can_follow(step, other)), None):
            child = _take(next_one.pk, step.worker, alone=False)
    crashpoints.reach("finish-after-commit", step)
    if child:
        crashpoints.reach("claim-after-commit", child)
    return child


def _can_follow(step: Step, child: Step) -> bool:
    """Whether the worker that has just done this step may do that one too. A picture is painted in company,
    which the painter's worker gathers."""
    return child.status == StepStatus.READY and child.queue == step.queue and not KINDS[child.name].painted


def _take(step_id: uuid.UUID, worker: str, *, alone: bool) -> Step | None:
    """Claim a step within the current transaction, alone in it or not (`CLAIM`)."""
    values: dict[str, Any] = {
        "id": step_id,
        "token": uuid.uuid4(),
        "worker": worker[:200],
        "lease": lease(),
        "phases": PHASES,
        "alone": alone,
    }
    with connection.cursor() as cursor:
        row = cursor.execute(CLAIM, values).fetchone()
    if row is None:
        return None
    step, told = read_claimed(row)
    events.announce(step.session_id, told)
    crashpoints.reach("claim-before-commit", step)
    return step


def fail(step: Step, message: str, *, transient: bool) -> None:
    """Note an error: put the step back for another try if that may help, else close it.

    Backoff with full jitter (M. Brooker, "Exponential Backoff And Jitter", AWS, 2015).

    Raises:
        StepLost: the step is no longer ours.
    """
    if not transient or step.failures + 1 >= MAX_FAILURES:
        close_failed(step, message)
        return
    pause = random.uniform(0, min(BACKOFF_LIMIT, BACKOFF_BASE * 2 ** (step.failures + 1)))
    with transaction.atomic():
        put_back = Step.objects.filter(pk=step.pk, token=step.token).update(
            status=StepStatus.READY,
            failures=F("failures") + 1,
            not_before=Now() + timedelta(seconds=pause),
            error=message,
            token=None,
            lease_until=None,
        )
        if not put_back:
            raise StepLost(step.name)
        events.record(step.session_id, Kind.RETRY, step.name, message=message, pause=round(pause, 1))
        crashpoints.reach("retry-before-commit", step)
    crashpoints.reach("retry-after-commit", step)


def hand_back(step: Step) -> bool:
    """Let go of a step that is not done, as if it had never been claimed: the worker stops. Whether it was
    still ours."""
    with transaction.atomic():
        notify()
        return bool(
            Step.objects.filter(pk=step.pk, token=step.token).update(
                status=StepStatus.READY,
                attempt=F("attempt") - 1,
                not_before=Now(),
                dispatched_at=None,
                token=None,
                lease_until=None,
            )
        )


def close_failed(step: Step, message: str) -> None:
    """Close a step that could not be done: a required one fails the generation, others are skipped.

    Raises:
        StepLost: the step is no longer ours.
    """
    with transaction.atomic():
        steps = _lock_ours(step)
        status = StepStatus.FAILED if KINDS[step.name].required else StepStatus.SKIPPED
        _close(step, steps, status, error=message)
        crashpoints.reach("fail-before-commit", step)
    crashpoints.reach("fail-after-commit", step)


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
        status=StepStatus.WAITING, attempt=0, failures=0, error="", started_at=None, finished_at=None
    )
    # What failed is tried with other seeds; what was only stopped goes on with its own.
    again_with_others = int(session.status != GenerationStatus.CANCELLED)
    GenerationSession.objects.filter(pk=session.pk).update(
        admitted_at=None, retries=F("retries") + again_with_others
    )
    _move(session, steps, _find_settled(steps), GenerationStatus.PENDING)


def _lock_ours(step: Step) -> list[Step]:
    """Raises `StepLost` when the row no longer carries our token."""
    steps = lock(step.session_id)
    if not any(row.pk == step.pk and row.token == step.token for row in steps):
        raise StepLost(step.name)
    return steps


def _close(
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
