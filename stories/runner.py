"""Does one step in a worker: claim it, do its work under a heartbeat, finish it or note why not."""

from __future__ import annotations

import logging
import os
import random
import threading
import time
import traceback
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, TypeVar

from celery.worker import state
from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.utils import timezone
from PIL import Image

from agents.explaining import explain_absence
from agents.types import GenerationStopped, Server
from imaging.types import PaintingStopped
from stories import breaker, counting, crashpoints, events, pictures, steps, stopping, tracing
from stories.engines import language_model
from stories.jobs import Job, Save
from stories.models import GeneratedImage, Step, StepStatus
from stories.models.generation import preview_url
from stories.pipeline import GPU, KINDS, TEXT
from stories.silence import Silence

logger = logging.getLogger(__name__)
T = TypeVar("T")

BEAT_SECONDS = 0.5
#: How long a finished result waits for the database to come back before it is given up.
PATIENCE_SECONDS = 180.0
#: Seconds until a language model that does not answer is asked again while its breaker is closed: about as
#: long as it has not answered, within these.
AWAY_LEAST, AWAY_MOST = 2.0, 60.0
#: A story's usual length, by which progress is told while it is written.
USUAL_STORY_CHARACTERS = 2500


class Heart:
    """Beats for a step twice a second while its work goes on: keeps the lease, carries the text so far to
    and previews to the page, and learns when the step is no longer wanted. It is the work's `Watch`."""

    def __init__(self, step: Step) -> None:
        self._step = step
        self._news: dict[str, Any] = {}
        self._text = events.TextTeller(step.session_id, step.name)
        self._silence = Silence(step)
        self.on_word = self._silence.hear
        self._fraction = 0.0
        self._lost = False
        self._sign_of_life = time.monotonic()
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)

    def on_text(self, text: str) -> None:
        self._news = self._news | {"partial": text}
        self._text.tell(text)
        self.on_word(text)
        self._fraction = min(len(text) / USUAL_STORY_CHARACTERS, 0.95)

    def should_stop(self) -> bool:
        return self._lost

    def on_progress(self, done: int, total: int) -> None:
        self._fraction, self._sign_of_life = done / total, time.monotonic()
        if self._lost:
            raise PaintingStopped

    def on_preview(self, preview: Image.Image) -> None:
        data = pictures.encode_copy(preview)
        self._news = self._news | {"preview": data}
        step, url = self._step, preview_url(data)
        events.publish_live(step.session_id, events.Kind.PREVIEW, step.name, preview=url)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Beat no more. It may be stopped twice."""
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()

    def _beat(self) -> None:
        with tracing.bound(self._step):
            self._beat_for_ever()

    def _beat_for_ever(self) -> None:
        while not self._wake.wait(BEAT_SECONDS) and not self._lost:
            self._give_up_if_stuck()
            if stopping.is_due() and self._hand_back():
                return
            self._text.flush()
            news, self._news = self._news | {"silence": self._silence.tell()}, {}
            try:
                self._lost = not steps.beat(self._step, fraction=self._fraction, **news)
            except (DatabaseError, InterfaceError):
                # The database may be back before the lease runs out; if not, another takes the step.
                logger.warning("heartbeat of step %s did not get through", self._step.pk)
                self._news = news | self._news
            finally:
                connection.close()

    def _hand_back(self) -> bool:
        """Let another worker begin it anew at once, and no longer hold it; False where that did not get
        through. What becomes of the work here is no longer kept (`steps.StepLost`)."""
        try:
            steps.hand_back(self._step)
        except (DatabaseError, InterfaceError):
            return False  # if it never does, the lease runs out
        finally:
            connection.close()
        self._lost = True
        return True

    def _give_up_if_stuck(self) -> None:
        """End this process when its painter hangs.

        No exception reaches a call that does not come back, and a worker that lived on would keep the lease
        for ever. A language model's calls have their own limits.
        """
        limit = settings.PAINT_TIMEOUT
        if self._step.queue == GPU and time.monotonic() - self._sign_of_life > limit:
            logger.critical("no sign of life from the painter in %g s; this worker ends", limit)
            os._exit(os.EX_SOFTWARE)


def run(step_id: uuid.UUID, worker: str) -> None:
    """Claim a step of the text queue and do it. Losing the race for it is ordinary: somebody else does it."""
    if put_off(step_id):
        return
    if job := take(step_id, worker):
        work_and_close(job)


def put_off(step_id: uuid.UUID) -> bool:
    """Whether the step was put off unclaimed, with all others, because the language model is known not to
    answer."""
    put_off = False
    with trouble_logged(step_id):
        if until := breaker.find_next_try():
            put_off, message = True, str(explain_absence(language_model()))
            steps.put_all_off(message, until)
            step = Step.objects.filter(pk=step_id, status=StepStatus.READY).first()
            if step and steps.is_out_of_patience(step):
                steps.close_failed(step, message)
    return put_off


def take(step_id: uuid.UUID, worker: str) -> Job | None:
    """Claim a step and make ready for its work; no connection is kept."""
    with trouble_logged(step_id):
        if step := patiently(lambda: steps.claim(step_id, worker)):
            return _begin(step)
    return None


def work_and_close(job: Job) -> None:
    """Do the work of a step that was taken and close it, and go on with what was taken in closing it."""
    next_job: Job | None = job
    while next_job:
        job, next_job = next_job, None
        with tracing.bound(job.step), trouble_logged(job.step.pk):
            try:
                child = _work_and_close(job)
            finally:
                job.watch.stop()
            next_job = _begin(child) if child else None


def may_go_on() -> bool:
    """Whether this worker may take one more step: not when it has been asked to stop."""
    return state.should_stop is None and not stopping.is_asked()


def _begin(step: Step) -> Job:
    """Read all that the work of a claimed step may know, and begin to beat for it."""
    story, heart = step.session.story, Heart(step)
    images = find_parts(step) if KINDS[step.name].reads_images else {}
    connection.close()
    heart.start()
    crashpoints.reach("work-before", step)
    return Job(step=step, story=story, images=images, watch=heart)


def find_parts(step: Step) -> dict[str, GeneratedImage]:
    """The pictures that a step reads: the live ones, but for earlier versions that were asked for."""
    images = step.session.story.pictures
    asked_for = step.wanted.get("parts", {}).values()
    chosen = step.session.story.images.filter(pk__in=[pk for pk in asked_for if pk])
    return images | {image.image_type: image for image in chosen} if asked_for else images


@contextmanager
def trouble_logged(step_id: uuid.UUID) -> Iterator[None]:
    """What comes here is nobody's to mend: the step's lease runs out, and the next claim tries again."""
    try:
        yield
    except steps.StepLost:
        logger.info("step %s was no longer ours to close", step_id)
    except Exception as error:  # not raised: Celery would log the whole of it
        log_place(error)
    finally:
        connection.close()


def _work_and_close(job: Job) -> Step | None:
    """Do the work without a database connection, then save what came of it, or note why nothing did.

    Returns the step that was taken with it.
    """
    step, child = job.step, None
    try:
        save = _work(job)
        job.watch.stop()
        crashpoints.reach("work-after", step)
        child = patiently(lambda: steps.finish(step, save, go_on=may_go_on()))
    except (GenerationStopped, PaintingStopped):
        logger.info("%s %s: stopped", step.name, step.pk)
    except (steps.StepLost, OperationalError, InterfaceError):
        raise
    except Exception as error:
        _note(step, error)
    else:
        seconds = time.monotonic() - job.began
        logger.info("%s %s: done in %.1f s", step.name, step.pk, seconds)
        counting.STEP_SECONDS.observe(seconds, step.name)
    return child


def _work(job: Job) -> Save:
    work = KINDS[job.step.name].load_work()
    return breaker.ask(lambda: work(job)) if job.step.queue == TEXT else work(job)


def _note(step: Step, error: Exception) -> None:
    """Note why nothing came of a step's work."""
    message, transient = explain(error)
    if getattr(error, "server", Server.WELL) is Server.AWAY:
        logger.warning("%s %s: the language model does not answer", step.name, step.pk)
        counting.note_absence(error)
        until = breaker.find_next_try() or _soon(step)
        patiently(lambda: steps.put_off(step, message, until))
        return
    kind = "passing" if transient else "final"
    logger.warning("%s %s: %s (%s)", step.name, step.pk, type(error).__name__, kind)
    counting.note_failure(step, error, transient=transient)
    patiently(lambda: steps.fail(step, message, transient=transient))


def _soon(step: Step) -> datetime:
    now = timezone.now()
    away = (now - (step.away_since or now)).total_seconds()
    return now + timedelta(seconds=random.uniform(1, min(max(away, AWAY_LEAST), AWAY_MOST)))


def explain(error: Exception) -> tuple[str, bool]:
    """What to tell the person, and whether trying again may help: both are fields of our own exceptions.

    Any other is a fault of ours or of the machine. Its place is logged, never its message: that may quote
    the story.
    """
    transient = getattr(error, "transient", None)
    if transient is not None:
        return str(error), transient
    log_place(error)
    if isinstance(error, OSError) and error.strerror:
        return f"The server could not store or read a file: {error.strerror}.", True
    return "Something unexpected went wrong here; the server's log says where.", True


def log_place(error: Exception) -> None:
    """Log where an unexpected error came from, without its message."""
    place = "".join(traceback.format_tb(error.__traceback__))
    logger.error("unexpected %s\n%s", type(error).__name__, place)


def patiently(action: Callable[[], T]) -> T:
    """Call ``action``, again every second while the database is away: what was made must not be lost.

    Every action checks the step's token, so one that was done although its answer was lost is not done twice.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return action()
        except (OperationalError, InterfaceError):
            connection.close()
            if time.monotonic() > deadline:
                raise
            time.sleep(1)
