"""A step's life: ready, claim, heartbeat, finish, fail. Nothing else writes steps.

The row is the truth and a message only a hint (docs/architecture.md): whoever claims a step gets a fresh
token, and every later word about it counts only while the row still carries that token. So a lost, doubled
or late message is harmless, and recovery after a death is nothing but the same claim.
"""

from __future__ import annotations

import logging
import random
import uuid
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Coalesce, Greatest, Now
from django.utils import timezone

from stories import crashpoints
from stories.jobs import Save
from stories.models import (
    OPEN,
    GenerationSession,
    GenerationStatus,
    Step,
    StepStatus,
)
from stories.pipeline import KINDS, find_phase, measure_progress

logger = logging.getLogger(__name__)

#: The channel on which PostgreSQL tells the dispatcher that there is something to hand out.
CHANNEL = "starloom_steps"
MAX_FAILURES = 3
MAX_DEATHS = 5
BACKOFF_BASE, BACKOFF_LIMIT = 2.0, 60.0  # seconds
#: The columns of a generation that its steps move.
MOVED = ("status", "progress", "warnings", "error", "admitted_at", "finished_at")


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
    token = uuid.uuid4()
    with transaction.atomic():
        taken = Step.objects.claimable().filter(pk=step_id).update(
            status=StepStatus.RUNNING,
            attempt=F("attempt") + 1,
            token=token,
            lease_until=Now() + lease(),
            dispatched_at=None,
            worker=worker[:200],
            started_at=Coalesce("started_at", Now()),
            partial="",
        )  # fmt: skip
        if not taken:
            return None
        step = Step.objects.select_related("session__story").get(pk=step_id)
        session = step.session
        if session.status == GenerationStatus.PENDING:
            session.status = KINDS[step.name].phase
            session.save(update_fields=["status"])
            GenerationSession.objects.filter(pk=session.pk).update(started_at=Coalesce("started_at", Now()))
        crashpoints.reach("claim-before-commit", step.session_id)
    crashpoints.reach("claim-after-commit", step.session_id)
    if step.deaths > MAX_DEATHS:
        close_failed(step, f"The worker stopped {MAX_DEATHS} times while it was busy with this step.")
        return None
    return step


def beat(step: Step, *, partial: str | None = None, fraction: float = 0.0) -> bool:
    """Keep the lease, save the text so far, move the progress; ``False`` when the step is no longer ours.

    ``fraction`` is how much of this step is done, 0 to 1. A lost beat does no harm, so it need not wait
    for the disk.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit TO off")
        text = {} if partial is None else {"partial": partial}
        held = Step.objects.filter(pk=step.pk, token=step.token).update(lease_until=Now() + lease(), **text)
        if held and fraction:
            steps = list(Step.objects.filter(session=step.session_id).only("name", "status", "session_id"))
            share = KINDS[step.name].weight * 100 / sum(KINDS[other.name].weight for other in steps)
            percent = measure_progress(steps) + int(share * min(fraction, 1.0))
            GenerationSession.objects.filter(pk=step.session_id).update(
                progress=Greatest("progress", min(percent, 99))
            )
    return bool(held)


def finish(step: Step, save: Save) -> None:
    """Save the result, close the step and ready its children, in one transaction.

    Raises:
        StepLost: the step is no longer ours; nothing was saved.
    """
    with transaction.atomic():
        session = _lock(step)
        result = save()
        _close(step, StepStatus.DONE, result=result)
        _advance(session)
        crashpoints.reach("finish-before-commit", step.session_id)
    crashpoints.reach("finish-after-commit", step.session_id)


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
        _lock(step)
        _put_back(
            step, failures=F("failures") + 1, not_before=Now() + timedelta(seconds=pause), error=message
        )
        crashpoints.reach("retry-before-commit", step.session_id)
    crashpoints.reach("retry-after-commit", step.session_id)


def close_failed(step: Step, message: str) -> None:
    """Close a step that could not be done: a required one fails the generation, others are skipped."""
    with transaction.atomic():
        session = _lock(step)
        required = KINDS[step.name].required
        step.failures = min(step.failures + 1, step.attempt)
        _close(step, StepStatus.FAILED if required else StepStatus.SKIPPED, error=message)
        _advance(session)
        crashpoints.reach("fail-before-commit", step.session_id)
    crashpoints.reach("fail-after-commit", step.session_id)


def cancel_all(session: GenerationSession) -> None:
    """Close every open step and the generation. Call it with the session's row locked."""
    session.steps.filter(status__in=OPEN).update(
        status=StepStatus.CANCELLED, token=None, lease_until=None, dispatched_at=None, finished_at=Now()
    )
    _end(session, GenerationStatus.CANCELLED)


def reopen(session: GenerationSession) -> None:
    """Let everything that is not done be tried anew. Call it with the session's row locked."""
    session.steps.exclude(status=StepStatus.DONE).update(
        status=StepStatus.WAITING,
        attempt=0,
        failures=0,
        error="",
        partial="",
        started_at=None,
        finished_at=None,
        dispatched_at=None,
    )
    session.status = GenerationStatus.PENDING
    session.error = ""
    session.admitted_at = session.finished_at = None
    _advance(session)


def _lock(step: Step) -> GenerationSession:
    """Lock the generation, so that two branches that end at once see each other; check our token.

    Raises:
        StepLost: the step is no longer ours.
    """
    session = GenerationSession.objects.select_for_update(of=["self"]).get(pk=step.session_id)
    if not Step.objects.filter(pk=step.pk, token=step.token).exists():
        raise StepLost(step.name)
    return session


def _close(step: Step, status: StepStatus, *, result: dict[str, Any] | None = None, error: str = "") -> None:
    Step.objects.filter(pk=step.pk).update(
        status=status,
        result=result or {},
        error=error,
        failures=step.failures,
        token=None,
        lease_until=None,
        partial="",
        finished_at=Now(),
    )


def _put_back(step: Step, **changes: Any) -> None:
    Step.objects.filter(pk=step.pk).update(
        status=StepStatus.READY, token=None, lease_until=None, dispatched_at=None, **changes
    )
    notify()


def _advance(session: GenerationSession) -> None:
    """After a step has closed: settle those that waited for it, then move or end the generation."""
    steps = list(session.steps.order_by("position"))
    _settle(steps)
    if failed := next((step for step in steps if step.status == StepStatus.FAILED), None):
        session.error = failed.error
        _end(session, GenerationStatus.FAILED)
        return
    session.progress = max(session.progress, measure_progress(steps))
    session.warnings = [
        f"{KINDS[step.name].piece} could not be made: {step.error}"
        for step in steps
        if step.status == StepStatus.SKIPPED
    ]
    if not any(step.is_open for step in steps):
        _end(session, GenerationStatus.COMPLETED)
        return
    if session.status != GenerationStatus.PENDING:
        session.status = find_phase(steps)
    session.save(update_fields=MOVED)
    notify()


def _settle(steps: list[Step]) -> None:
    """Ready each waiting step whose parents are all done, leave out each that lost the ground it needs.

    Steps come in reading order, parents before children, so that one pass is enough.
    """
    by_name = {step.name: step for step in steps}
    for step in steps:
        if step.status != StepStatus.WAITING:
            continue
        unfinished = [by_name[name] for name in step.after if by_name[name].status != StepStatus.DONE]
        lost = next((parent for parent in unfinished if not parent.is_open), None)
        if lost:
            step.status, step.finished_at = StepStatus.SKIPPED, timezone.now()
            step.error = f"{KINDS[lost.name].piece} is missing."
            step.save(update_fields=["status", "finished_at", "error"])
        elif not unfinished:
            step.status = StepStatus.READY
            Step.objects.filter(pk=step.pk).update(status=step.status, not_before=Now())


def _end(session: GenerationSession, status: GenerationStatus) -> None:
    """Close the generation, and wake the dispatcher: somebody who waits may have its place."""
    session.status = status
    session.finished_at = timezone.now()
    session.save(update_fields=MOVED)
    notify()
