"""A step's life: ready, claim, heartbeat, finish, fail, put off. Nothing else writes steps (but
`stories.settling`, what becomes of the others then).

The row is the truth and a message only a hint (docs/architecture.md): whoever claims a step gets a fresh
token, and every later word about it counts only while the row still carries that token. So a lost, doubled
or late message is harmless, and recovery after a death is nothing but the same claim.
"""

from __future__ import annotations

import json
import logging
import random
import uuid
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Greatest, Now
from django.utils import timezone

from stories import crashpoints, events
from stories.events import Kind
from stories.jobs import Save
from stories.models import GenerationSession, Step, StepStatus
from stories.notes import WORKER_STOPPED
from stories.pipeline import KINDS, measure_progress
from stories.settling import close, lock, notify
from stories.statements import CLAIM, GO_ON, PUT_OFF, read_claimed

logger = logging.getLogger(__name__)

#: So often a step is tried that ends in an error, or over which its worker dies.
MAX_FAILURES = MAX_DEATHS = 3
BACKOFF_BASE, BACKOFF_LIMIT = 2.0, 60.0  # seconds
#: A language model that is away this long after it was to be asked again is so anew, and not still.
STILL_AWAY = timedelta(minutes=5)

PHASES = json.dumps({kind.name: kind.phase for kind in KINDS.values()})


class StepLost(Exception):
    """The step is no longer ours: cancelled, or claimed by another after our lease ran out."""


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
        close_failed(step, WORKER_STOPPED.format(number=MAX_DEATHS))
        return None
    return step


def beat(step: Step, *, fraction: float = 0.0, **news: Any) -> bool:
    """Keep the lease, save the news (``partial`` text, ``preview``, ``silence``), move the progress;
    ``False`` when the step is no longer ours.

    ``fraction`` is how much of this step is done, 0 to 1. Progress that was seen must not fall with a crash
    of the database, so a beat waits for the disk like everything else.
    """
    with transaction.atomic():
        held = Step.objects.filter(pk=step.pk, token=step.token).update(lease_until=Now() + lease(), **news)
        if held and fraction:
            steps = list(Step.objects.filter(session=step.session_id).only("name", "status", "session_id"))
            share = KINDS[step.name].weight * 100 / sum(KINDS[other.name].weight for other in steps)
            percent = min(measure_progress(steps) + int(share * min(fraction, 1.0)), 99)
            GenerationSession.objects.filter(pk=step.session_id).update(
                progress=Greatest("progress", percent)
            )
    if held and (silence := news.get("silence")) != step.silence:
        step.silence = silence
        events.publish(step.session_id, {"id": None, "kind": events.SILENCE})
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
        settled = close(step, steps, StepStatus.DONE, result=result)
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
            away_since=None,
            error=message,
            token=None,
            lease_until=None,
        )
        if not put_back:
            raise StepLost(step.name)
        events.record(step.session_id, Kind.RETRY, step.name, message=message, pause=round(pause, 1))
        crashpoints.reach("retry-before-commit", step)
    crashpoints.reach("retry-after-commit", step)


def put_off(step: Step, message: str, until: datetime) -> None:
    """Let a step of ours wait for a language model that does not answer. That is no failure, and its claim is
    as if it had not been. One that has waited for ``LLM_PATIENCE`` is closed.

    Raises:
        StepLost: it is no longer ours.
    """
    goes_on = step.away_since and timezone.now() - step.not_before < STILL_AWAY
    if goes_on and is_out_of_patience(step):
        close_failed(step, message)
        return
    with transaction.atomic():
        put_off = Step.objects.filter(pk=step.pk, token=step.token).update(
            status=StepStatus.READY,
            attempt=F("attempt") - 1,
            not_before=until,
            away_since=step.away_since if goes_on else Now(),
            error=message,
            token=None,
            lease_until=None,
            dispatched_at=None,
        )
        if not put_off:
            raise StepLost(step.name)
        if not goes_on:
            events.record(step.session_id, Kind.AWAY, step.name, message=message)


def is_out_of_patience(step: Step) -> bool:
    patience = timedelta(seconds=settings.LLM_PATIENCE)
    return step.away_since is not None and timezone.now() - step.away_since > patience


def put_all_off(message: str, until: datetime) -> None:
    """Let all steps that nobody does, and that would ask a language model that does not answer, wait; but for
    those that are out of patience. Each that begins to wait is told in its log."""
    values: dict[str, Any] = {
        "until": until,
        "message": message,
        "patience": timedelta(seconds=settings.LLM_PATIENCE),
    }
    with connection.cursor() as cursor:
        begins = cursor.execute(PUT_OFF, values).fetchall()
    for session_id, name in begins:  # one after the other: nobody is to wait for several generations' rows
        with transaction.atomic():
            events.record(session_id, Kind.AWAY, name, message=message)


def go_on() -> None:
    """Let all that wait for a language model be handed out: it is back."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(GO_ON)
        notify()


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
                silence=None,
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
        close(step, steps, status, error=message)
        crashpoints.reach("fail-before-commit", step)
    crashpoints.reach("fail-after-commit", step)


def _lock_ours(step: Step) -> list[Step]:
    """Raises `StepLost` when the row no longer carries our token, or is no longer as it was."""
    steps = lock(step.session_id)
    if not any((row.pk, row.token, row.status) == (step.pk, step.token, step.status) for row in steps):
        raise StepLost(step.name)
    return steps
