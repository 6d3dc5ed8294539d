"""What happens in a generation, as it is told: to its log, to live streams, to the person in plain words.

Stored events are rows, written by the statement that changes the state (`stories.steps`); live ones (a text
as it grows, a preview, the progress) are not kept, because the step's row holds what they tell. Both go out
over Redis when all is committed. That is a hint like any message: streams read the rows (`stories.live`).
"""

from __future__ import annotations

import json
import logging
import os
import queue
import threading
import time
import uuid
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import redis
from django.conf import settings
from django.db import connection, models, transaction
from django.utils.formats import number_format
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _
from redis.backoff import NoBackoff
from redis.retry import Retry

from stories.makers import is_sketch
from stories.models import ENDED, Event, GenerationSession, GenerationStatus, Step, StepStatus
from stories.notes import translate_note
from stories.pipeline import KINDS as STEP_KINDS

logger = logging.getLogger(__name__)

#: Where a generation's events go out; its id follows.
CHANNEL = "starloom:live:"
#: A text that grows is told at most this often, in seconds.
TEXT_PAUSE = 0.06
#: A Redis that does not answer soon is left alone for a while.
REDIS_TIMEOUT, REDIS_REST = 1.0, 2.0
#: Messages that wait to be told; more are dropped.
WAITING = 1000
#: What is stored where something could not be made; it is translated when it is shown.
MISSING = gettext_noop("{piece} could not be made: {error}")


class Kind(models.TextChoices):
    """What may happen; the label says it in words, filled in from the event's ``data``."""

    ASKED = "asked", _("The story was asked for.")
    STARTED = "step_started", _("{label}.")  # attempt
    DONE = "step_done", _("{label}: done in {took}.")  # seconds, model
    RETRY = "step_retry", _("{label} did not work and is tried again in {pause:.0f} s: {message}")
    AWAY = "step_away", _("{label} waits: the language model does not answer, and is asked again and again.")
    WARNING = "warning", "{message}"
    FAILED = "step_failed", _("{label} failed: {message}")
    REOPENED = "reopened", _("What is missing is tried again.")
    FINISHED = "finished", "{status}."  # status: how it ended
    # Live alone, and never stored:
    STATE = "state", ""  # the status JSON
    TEXT = "text", ""  # offset, in characters of the whole text, and the text from there on
    PREVIEW = "preview", ""  # preview: a picture so far, as a data: URL
    PROGRESS = "progress", ""  # progress: per cent; the highest counts


#: For hubs alone: how a step stands has changed, and no stored event tells it.
SILENCE = "silence"
KINDS: tuple[str, ...] = tuple(Kind.values)


def tell(kind: str, step: str, data: dict[str, Any]) -> str:
    """An event in plain words, for the log that its owner reads."""
    known = STEP_KINDS.get(step)
    words = {"label": known.told if known else step, "pause": 0, **data}
    words["message"] = translate_missing(step, data.get("message") or "")
    words["took"] = format_seconds(data.get("seconds") or 0)
    words["maker"] = name_maker(str(data.get("model") or ""))
    told = Kind(kind).label if kind in KINDS else kind
    if kind == Kind.FINISHED:
        words["status"] = GenerationStatus(data["status"]).label
    elif kind == Kind.STARTED and data.get("attempt", 1) > 1:
        told = _("{label}, try {attempt}.")
    elif kind == Kind.DONE and words["maker"]:
        told = _("{label}: done in {took} by {maker}.")
    return str(told).format_map(words)


def name_maker(model: str) -> str:
    """What did it. A sketch says so everywhere; a merge is nobody's but ours."""
    if is_sketch(model):
        return gettext("the built-in sketch, not a model")
    return model if model != "merge" else ""


def list_news(
    settled: Iterable[Step], status: GenerationStatus, *, failed: bool
) -> list[tuple[Kind, str, dict[str, Any]]]:
    """What there is to tell of these steps and of where their generation stands: kind, step, data."""
    news: list[tuple[Kind, str, dict[str, Any]]] = []
    for step in settled:
        if step.status == StepStatus.DONE:
            news.append((Kind.DONE, step.name, {"model": step.result.get("model")}))
            if note := step.result.get("note"):
                news.append((Kind.WARNING, step.name, {"message": note}))
        elif step.status == StepStatus.FAILED:
            news.append((Kind.FAILED, step.name, {"message": step.error}))
        elif step.status == StepStatus.SKIPPED and not failed:
            news.append((Kind.WARNING, step.name, {"message": tell_missing(step)}))
    if status == GenerationStatus.PENDING:
        news.append((Kind.REOPENED, "", {}))
    elif status in ENDED:
        news.append((Kind.FINISHED, "", {"status": status}))
    return news


def list_warnings(steps: list[Step]) -> list[str]:
    """What is missing, and why, and what else there is to say of what was made, to be stored."""
    notes = [
        step.result["note"] for step in steps if step.status == StepStatus.DONE and "note" in step.result
    ]
    return notes + [tell_missing(step) for step in steps if step.status == StepStatus.SKIPPED]


def tell_missing(step: Step) -> str:
    """As it is stored: in English."""
    return MISSING.format(piece=STEP_KINDS[step.name].piece, error=step.error)


def translate_missing(name: str, stored: str) -> str:
    """What `tell_missing` stored of the step of this name, or a note, in the reader's language as far as it
    is known."""
    piece = STEP_KINDS[name].piece if name in STEP_KINDS else ""
    start = MISSING.format(piece=piece, error="")
    if not piece or not stored.startswith(start):
        return translate_note(stored)
    return gettext(MISSING).format(piece=gettext(piece), error=translate_note(stored.removeprefix(start)))


def tell_warnings(session: GenerationSession, steps: Iterable[Step]) -> list[str]:
    """A generation's warnings, in the reader's language. One that came from a file has no steps."""
    names = {tell_missing(step): step.name for step in steps if step.status == StepStatus.SKIPPED}
    return [translate_missing(names.get(stored, ""), stored) for stored in session.warnings]


def format_seconds(seconds: float) -> str:
    if seconds < 10:
        return f"{number_format(seconds, decimal_pos=1)} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def describe(event: Event) -> dict[str, Any]:
    """A stored event as streams and pages show it."""
    return {
        "id": event.pk,
        "kind": event.kind,
        "at": event.at.isoformat(),
        "step": event.step,
        "words": tell(event.kind, event.step, event.data),
        "data": event.data,
    }


#: The generation's row is locked first, so that events of one generation are numbered as they are committed:
#: nobody who has seen a number will ever miss a lower one.
RECORD = """
    INSERT INTO stories_event (session_id, kind, step, data)
    SELECT id, %s, %s, %s::jsonb FROM (
        SELECT id FROM stories_generationsession WHERE id = %s FOR UPDATE
    ) AS generation
    RETURNING id
"""


def record(session_id: uuid.UUID, kind: Kind, step: str = "", **data: Any) -> None:
    """Store an event in the current transaction, and tell it when that is committed."""
    with connection.cursor() as cursor:
        cursor.execute(RECORD, [kind, step, json.dumps(data), session_id])
        announce(session_id, cursor.fetchone()[0])


def announce(session_id: uuid.UUID, number: int | None) -> None:
    """Say, when the current transaction is committed, that there is something to read up to this number."""
    if number:
        transaction.on_commit(lambda: publish(session_id, {"id": number}))


def publish_live(session_id: uuid.UUID, kind: Kind, step: str = "", **data: Any) -> None:
    """Tell what is not stored."""
    publish(session_id, {"id": None, "kind": kind, "step": step, "data": data})


def publish(session_id: uuid.UUID, *messages: dict[str, Any]) -> None:
    """Send messages to whoever watches: now, and by another thread, so that no step waits for Redis."""
    _sender.send(f"{CHANNEL}{session_id}", messages)


class Sender:
    """A thread that tells Redis, one for a process. A Redis that is away costs messages and nothing else."""

    def __init__(self) -> None:
        self._waiting: queue.Queue[tuple[str, dict[str, Any]]] = queue.Queue(WAITING)
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self.rests_until = 0.0

    def send(self, channel: str, messages: Iterable[dict[str, Any]]) -> None:
        if time.monotonic() < self.rests_until:
            return
        with suppress(queue.Full):
            for message in messages:
                self._waiting.put_nowait((channel, message))
        if self._thread is None or not self._thread.is_alive():  # the first time, and after a fork
            self._start()

    def _start(self) -> None:
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._work, name="telling", daemon=True)
                self._thread.start()

    def _work(self) -> None:
        client = redis.Redis.from_url(
            settings.REDIS_URL,
            socket_timeout=REDIS_TIMEOUT,
            socket_connect_timeout=REDIS_TIMEOUT,
            retry=Retry(NoBackoff(), 0),
        )
        while True:
            together = [self._waiting.get()]
            while not self._waiting.empty():
                together.append(self._waiting.get())
            try:
                with client.pipeline(transaction=False) as pipeline:
                    for channel, message in together:
                        pipeline.publish(channel, json.dumps(message, ensure_ascii=False))
                    pipeline.execute()
            except (redis.RedisError, OSError, ValueError) as error:
                self.rests_until = time.monotonic() + REDIS_REST
                logger.debug("nothing is told for a while: %s", type(error).__name__)


_sender = Sender()


class TextTeller:
    """Tells a text that grows: its beginning at once, then what is new, a few times a second."""

    def __init__(self, session_id: uuid.UUID, step: str) -> None:
        self._session_id, self._step = session_id, step
        self._told = self._latest = ""
        self._told_at = -TEXT_PAUSE
        self._lock = threading.Lock()

    def tell(self, text: str) -> None:
        with self._lock:
            self._latest = text
            if time.monotonic() - self._told_at >= TEXT_PAUSE:
                self._send()

    def flush(self) -> None:
        """Tell what was held back."""
        with self._lock:
            self._send()

    def _send(self) -> None:
        text, told = self._latest, self._told
        if text == told:
            return
        offset = len(told) if text.startswith(told) else len(os.path.commonprefix([told, text]))  # noqa: RUF071 (text, not paths)
        self._told, self._told_at = text, time.monotonic()
        publish_live(self._session_id, Kind.TEXT, self._step, offset=offset, text=text[offset:])


def list_events(session: GenerationSession) -> list[dict[str, Any]]:
    """What happened so far, in order."""
    return [describe(event) for event in session.events.order_by("id")]
