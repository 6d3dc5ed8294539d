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
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace

from celery.worker import state
from django.db.models.functions import Now

from imaging.types import ImageResult, PainterBroken
from stories import runner
from stories.engines import painter
from stories.jobs import Job
from stories.models import Step, StepStatus
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


def run(step_id: uuid.UUID, worker: str) -> list[Future[None]]:
    """Claim a step of the GPU queue and do it, in the company of others that fit; what still goes on then."""
    job = runner.take(step_id, worker)
    if job is None:
        return []
    if not KINDS[job.step.name].painted:
        return [hand_over(job)]
    return [hand_over(painted) for painted in paint(job, worker)]


def gather(first: Job, worker: str) -> list[Job]:
    """Claim more steps whose pictures fit, as many as the painter gains from.

    What failed before is painted alone, and again alone: it may be what harmed its company.
    """
    most = painter().most_together - 1
    if most < 1 or first.step.failures:
        return []
    wanted, company = make_request(first), list[Job]()
    for pause in (0.0, COMPANY_WAIT):
        time.sleep(pause)
        for step in list_due(4 * most):
            job = Job(step=step, story=step.session.story, images={}, watch=first.watch)
            if len(company) < most and painter().fits(wanted, make_request(job)):
                company += filter(None, [runner.take(step.pk, worker)])
        if len(company) == most:
            break
    return company


def list_due(most: int) -> list[Step]:
    """Steps with a picture to paint that could be claimed now and never failed, in the dispatcher's order."""
    return list(
        Step.objects.filter(
            name__in=PAINTED,
            status=StepStatus.READY,
            not_before__lte=Now(),
            failures=0,
            session__admitted_at__isnull=False,
        )
        .select_related("session__story")
        .order_by("session__admitted_at", "session__created_at", "position")[:most]
    )


def paint(first: Job, worker: str) -> list[Job]:
    """Have it painted, with what fits; each job comes back with its picture, or with why there is none."""
    jobs, outcomes = [first], list[ImageResult | Exception]()
    try:
        jobs += gather(first, worker)
        outcomes = painter().paint_together([make_request(job) for job in jobs], [job.watch for job in jobs])
    except Exception as error:  # the painter could not even begin
        outcomes = [error] * len(jobs)
    if any(isinstance(outcome, PainterBroken) for outcome in outcomes):
        logger.critical("the painter is broken; this worker ends, and the next takes up its work")
        state.should_stop = os.EX_SOFTWARE  # type: ignore[assignment]
    return [replace(job, painted=outcome) for job, outcome in zip(jobs, outcomes, strict=True)]


def hand_over(job: Job) -> Future[None]:
    """Let a hand do the rest; wait while too many pictures wait for one."""
    _places.acquire()
    return _hands.submit(_finish, job)


def _finish(job: Job) -> None:
    try:
        runner.work_and_close(job)
    finally:
        _places.release()
