"""Hands ready steps to Celery. The rows decide: a lost message is sent again, one too many is harmless."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection
from datetime import timedelta
from functools import partial

import psycopg
from celery import current_app as app
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.utils import timezone
from kombu import Producer
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import RedisError

from stories import crashpoints, presence
from stories.models import ENDED_NAMES, Step
from stories.models.generation import BULK_PATIENCE
from stories.pipeline import GPU, TEXT
from stories.settling import CHANNEL
from stories.solitude import ALONE
from stories.tasks import empty_trash, forget_old, run_step, tidy_media

logger = logging.getLogger(__name__)

SWEEP_SECONDS = 1.0
#: A step that was handed out and not claimed for this long is handed out again.
RESEND_AFTER = timedelta(seconds=5)
#: How many messages may wait in a queue: enough to keep workers busy, few enough to lose without a thought.
HANDED_OUT_MOST = 32
QUEUES = (TEXT, GPU)
TIDY_SECONDS = 24 * 3600
TIDY_TURN_SECONDS = 60
#: A dispatcher that freezes in the middle of its turn loses it after this long.
FROZEN = "5s"
#: Taken for the length of one hand-out, so that two dispatchers never count the same free place twice.
LOCK = 0x57A710

# Admits the generations for which their person has a place, all at one moment, so that of these the earlier
# one goes first; then picks the steps of admitted generations that are due, and marks them. What is out
# (handed out and not claimed, or at work) is bounded in each queue: text steps by the slots of the language
# model's server, because the queue is ours; picture steps by what is worth having in the queue. What was
# handed out long ago and not claimed needs no new place. ``bulk`` goes last (see `models.generation`).
# Steps over which a worker died (suspects) go out one at a time in each queue, and are alone in their worker
# (`stories.solitude`): the one that kills workers must not take others along until they are given up with it.
CHOOSE = f"""
    WITH waiting AS (
        SELECT id, person, row_number() OVER (
            PARTITION BY person ORDER BY bulk AND created_at > %(fresh)s, created_at, id) AS place
        FROM stories_generationsession WHERE status NOT IN ({ENDED_NAMES}) AND admitted_at IS NULL
    ), running AS (
        SELECT person, count(*) AS number FROM stories_generationsession
        WHERE admitted_at IS NOT NULL AND status NOT IN ({ENDED_NAMES})
        GROUP BY person
    ), admitted AS (
        UPDATE stories_generationsession AS generation SET admitted_at = statement_timestamp()
        FROM waiting LEFT JOIN running ON running.person = waiting.person
        WHERE generation.id = waiting.id AND waiting.place + coalesce(running.number, 0) <= %(running)s
        RETURNING generation.id
    ), live AS (
        SELECT *, status = 'running' AND lease_until >= statement_timestamp() AS at_work,
            attempt - failures > (status = 'running' AND lease_until >= statement_timestamp())::int AS suspect
        FROM stories_step WHERE status IN ('ready', 'running')
    ), turn AS (
        SELECT DISTINCT ON (live.queue) live.id
        FROM live JOIN stories_generationsession AS generation ON generation.id = live.session_id
        WHERE live.suspect AND (live.status = 'running' OR live.not_before <= statement_timestamp())
            AND generation.admitted_at IS NOT NULL
        ORDER BY live.queue, live.at_work OR live.dispatched_at IS NOT NULL DESC,
            generation.bulk AND generation.created_at > %(fresh)s,
            generation.admitted_at, generation.created_at, live.position
    ), room AS (
        SELECT '{TEXT}' AS queue, %(text)s - count(*) AS free FROM live WHERE queue = '{TEXT}'
            AND (dispatched_at IS NOT NULL OR at_work)
        UNION ALL
        SELECT '{GPU}', %(gpu)s - count(*) FROM live WHERE queue = '{GPU}' AND dispatched_at IS NOT NULL
    ), due AS (
        SELECT live.id, live.queue, live.dispatched_at IS NOT NULL AS again, row_number() OVER (
            PARTITION BY live.queue, live.dispatched_at IS NULL
            ORDER BY generation.bulk AND generation.created_at > %(fresh)s,
                generation.admitted_at, generation.created_at, live.position) AS place
        FROM live JOIN stories_generationsession AS generation ON generation.id = live.session_id
        WHERE ((live.status = 'ready' AND live.not_before <= statement_timestamp())
            OR (live.status = 'running' AND NOT live.at_work))
            AND (NOT live.suspect OR live.id IN (SELECT id FROM turn))
            AND (live.dispatched_at IS NULL OR (live.queue = ANY(%(empty)s)
                AND live.dispatched_at < statement_timestamp() - %(resend)s))
            AND (generation.admitted_at IS NOT NULL OR generation.id IN (SELECT id FROM admitted))
    ), chosen AS (
        SELECT step.id, due.place FROM stories_step AS step
        JOIN due ON due.id = step.id JOIN room ON room.queue = due.queue
        WHERE due.again OR due.place <= room.free ORDER BY due.place
        FOR UPDATE OF step SKIP LOCKED
    )
    UPDATE stories_step AS step SET dispatched_at = clock_timestamp()
    FROM chosen WHERE step.id = chosen.id
    RETURNING step.id, step.queue, step.session_id, step.position, step.attempt, step.failures, chosen.place
"""  # noqa: S608 (only names of our own are put in)
TAKE_TURN = "SELECT pg_try_advisory_xact_lock(%s), set_config('synchronous_commit', 'off', true)"
TAKE_BACK = "UPDATE stories_step SET dispatched_at = NULL WHERE id = ANY(%s)"


def choose(database: psycopg.Connection, empty: Collection[str] = QUEUES) -> list[Step]:
    """Admit waiting generations and mark the steps that are to be handed out now, in one transaction.

    ``empty``: the queues in which no message waits; only there may one have been lost, and is sent again.
    The marks are committed before anything is published: a death in between costs `RESEND_AFTER`, not the
    step. Losing them in a crash of the database only means handing out again, so they need not wait for it.
    While another dispatcher has its turn there is nothing to choose.
    """
    values = {
        "running": settings.GENERATIONS_RUNNING_PER_PERSON,
        "text": settings.OLLAMA_NUM_PARALLEL,
        "gpu": HANDED_OUT_MOST,
        "resend": RESEND_AFTER,
        "fresh": timezone.now() - BULK_PATIENCE,
        "empty": list(empty),
    }
    columns = ("id", "queue", "session_id", "position", "attempt", "failures")
    with database.transaction(), database.cursor() as cursor:
        turn = cursor.execute(TAKE_TURN, [LOCK]).fetchone()
        if not turn or not turn[0]:
            return []
        # A text goes out before a picture: there is more still to come behind it.
        rows = sorted(cursor.execute(CHOOSE, values).fetchall(), key=lambda row: (row[1] != TEXT, row[-1]))
        chosen = [Step(**dict(zip(columns, row[:-1], strict=True))) for row in rows]
        for step in chosen:
            crashpoints.reach("dispatch-before-commit", step)
    return chosen


def send(chosen: list[Step], database: psycopg.Connection, publish: Callable[[Step], None]) -> None:
    """Publish what was chosen.

    Raises:
        BrokerError: the broker is away; what was not published is due again at once.
    """
    for place, step in enumerate(chosen):
        crashpoints.reach("dispatch-before-publish", step)
        try:
            publish(step)
        except BrokerError:
            database.execute(TAKE_BACK, [[late.pk for late in chosen[place:]]])
            raise
        crashpoints.reach("dispatch-after-publish", step)


def publish(step: Step, producer: Producer) -> None:
    """Send the hint. No retry: the row stays ready, and the next sweep sends it again."""
    headers = {ALONE: "yes"} if step.deaths else {}
    run_step.apply_async((str(step.pk),), headers=headers, queue=step.queue, retry=False, producer=producer)


def dispatch_for_ever(should_stop: Callable[[], bool]) -> None:
    """Hand out whenever PostgreSQL says that something is ready, and once a second in any case."""
    presence.forget_all()
    presence.keep_showing({"dispatcher"})
    while not should_stop():
        try:
            with connect() as listener, connect() as database:
                listener.execute(f"LISTEN {CHANNEL}")
                swept_at = 0.0
                while not should_stop():
                    if sweep := time.monotonic() - swept_at >= SWEEP_SECONDS:
                        swept_at = time.monotonic()
                        send_for_tidying()
                    hand_out(database, find_empty_queues() if sweep else ())
                    wait_for_word(listener)
        except psycopg.Error as error:
            logger.warning("the database is away (%s); trying again", type(error).__name__)
        except (BrokerError, RedisError) as error:
            logger.warning("the broker is away (%s); trying again", type(error).__name__)
        time.sleep(0 if should_stop() else SWEEP_SECONDS)


def hand_out(database: psycopg.Connection, empty: Collection[str]) -> None:
    """One round: choose, then publish."""
    if chosen := choose(database, empty):
        with app.producer_or_acquire() as producer:
            send(chosen, database, partial(publish, producer=producer))


def connect() -> psycopg.Connection:
    """A connection of the dispatcher's own, outside the pool: it is open as long as the dispatcher lives.

    Psycopg prepares on it the one statement that runs again and again, which Django's connections do not.
    """
    found = connection.get_connection_params() | {"application_name": "starloom-dispatch"}
    for name in ("context", "cursor_factory", "prepare_threshold", "server_side_binding"):
        found.pop(name, None)
    database = psycopg.connect(**found, autocommit=True)
    database.execute(f"SET idle_in_transaction_session_timeout = '{FROZEN}'")
    return database


def wait_for_word(listener: psycopg.Connection) -> None:
    """Return at the first notification, with those that came along with it, or after `SWEEP_SECONDS`."""
    for _ in listener.notifies(timeout=SWEEP_SECONDS, stop_after=1):
        pass


def find_empty_queues() -> list[str]:
    """The queues in which no message waits for a worker."""
    with app.producer_or_acquire() as producer:
        waiting = producer.channel.client.llen
        return [queue for queue in QUEUES if waiting(queue) == 0]


def send_for_tidying() -> None:
    """Have what is old forgotten, the trash emptied and the picture files tidied once a day, whichever
    dispatcher comes first. The day is marked as done when all are sent: until then the mark is short, and
    ends by itself."""
    if cache.add("tidied", True, TIDY_TURN_SECONDS):
        forget_old.apply_async(retry=False)
        empty_trash.apply_async(retry=False)
        tidy_media.apply_async(retry=False)
        cache.set("tidied", True, TIDY_SECONDS)
