"""How a GPU worker spends its time: the painter paints, and all else is done beside it.

Requests of different people that fit together are painted in one call. What comes after (encoding, files,
rows) and the merge, which needs no card, is left to a few other hands, so that the card goes on painting.
"""

from __future__ import annotations

import logging
import os
import threading
import time
import uuid
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import replace

from celery.worker import state
from django.db import InterfaceError, OperationalError, connection
from django.db.models.functions import Now

from imaging.types import ImageRequest, ImageResult, PainterBroken
from stories import counting, runner, tracing
from stories.engines import painter
from stories.jobs import Job
from stories.models import Step, StepStatus
from stories.models.generation import steps_aside
from stories.painting import make_request
from stories.pipeline import KINDS

logger = logging.getLogger(__name__)

#: How long a picture waits for company, in seconds.
COMPANY_WAIT = 0.05
PAINTED = tuple(kind.name for kind in KINDS.values() if kind.painted)
#: Pictures are encoded by this many threads at once, and this many may wait for them.
HANDS, WAITING = 2, 8
_hands = ThreadPoolExecutor(HANDS, thread_name_prefix="hand")
_places = threading.BoundedSemaphore(HANDS + WAITING)
_under_way: set[Future[None]] = set()


def run(step_id: uuid.UUID, worker: str, *, alone: bool = False) -> list[Future[None]]:
    """Claim a step of the GPU queue and do it, in the company of others that fit; what still goes on then.
    ``alone``: when nothing goes on any more, and until it is done itself."""
    if alone:
        wait(_under_way)
    job = runner.take(step_id, worker)
    if job is None:
        return []
    jobs = [job]
    if KINDS[job.step.name].painted:
        with tracing.bound(job.step):
            jobs = paint(job, worker)
    rest = [hand_over(job) for job in jobs]
    if alone:
        wait(rest)
    return rest


def gather(jobs: list[Job], worker: str) -> None:
    """Claim more steps whose pictures fit the first, as many as the painter gains from, and add them.

    What was tried before is painted alone, and again alone: it may be what harmed its company. Trouble in
    looking for company is no trouble of the first's, nor of those that were found.
    """
    first = jobs[0]
    wanted = make_request(first)
    most = painter().count_together(wanted)
    if most < 2 or first.step.attempt > 1:
        return
    try:
        for pause in (0.0, COMPANY_WAIT):
            time.sleep(pause)
            due = list_due(4 * most)
            connection.close()  # none waits on the painter
            for step in due:
                if len(jobs) < most and fits(wanted, step, first):
                    jobs += filter(None, [runner.take(step.pk, worker)])
            if len(jobs) == most:
                return
    except (OperationalError, InterfaceError) as error:
        logger.warning("no company for %s: %s", first.step.pk, type(error).__name__)
    finally:
        connection.close()


def fits(wanted: ImageRequest, step: Step, first: Job) -> bool:
    """Whether the picture of a step may be painted together with this one. One that cannot even be asked for
    does not: it fails by itself, when its turn comes."""
    try:
        request = make_request(Job(step=step, story=step.session.story, images={}, watch=first.watch))
        return painter().fits(wanted, request)
    except Exception as error:
        runner.log_place(error)
        return False


def list_due(most: int) -> list[Step]:
    """Steps with a picture to paint that could be claimed now and never were, in the dispatcher's order."""
    return list(
        Step.objects.filter(
            name__in=PAINTED,
            status=StepStatus.READY,
            not_before__lte=Now(),
            attempt=0,
            session__admitted_at__isnull=False,
        )
        .select_related("session__story")
        .annotate(late=steps_aside("session__"))
        .order_by("late", "session__admitted_at", "session__created_at", "position")[:most]
    )


def paint(first: Job, worker: str) -> list[Job]:
    """Have it painted, with what fits; each job comes back with its picture, or with why there is none."""
    jobs, outcomes = [first], list[ImageResult | Exception]()
    try:
        gather(jobs, worker)
        outcomes = painter().paint_together([make_request(job) for job in jobs], [job.watch for job in jobs])
        counting.BATCH_SIZE.observe(len(jobs))
        for job, outcome in zip(jobs, outcomes, strict=True):
            counting.PICTURES.add(job.step.name, by=isinstance(outcome, ImageResult))
    except Exception as error:  # the painter could not even begin
        outcomes = [error] * len(jobs)
    if any(isinstance(outcome, PainterBroken) for outcome in outcomes):
        logger.critical("the painter is broken; this worker ends, and the next takes up its work")
        state.should_stop = os.EX_SOFTWARE  # type: ignore[assignment]
    return [replace(job, painted=outcome) for job, outcome in zip(jobs, outcomes, strict=True)]


def hand_over(job: Job) -> Future[None]:
    """Let a hand do the rest; wait while too many pictures wait for one."""
    _places.acquire()
    rest = _hands.submit(_finish, job)
    _under_way.add(rest)
    rest.add_done_callback(_under_way.discard)
    return rest


def _finish(job: Job) -> None:
    try:
        runner.work_and_close(job)
    finally:
        _places.release()
