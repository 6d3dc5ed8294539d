"""Hands ready steps to Celery. The rows decide: a lost message is sent again, one too many is harmless."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import timedelta

import psycopg
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection, transaction
from django.db.models import Q
from django.db.models.functions import Now
from kombu.exceptions import OperationalError as BrokerError

from stories import crashpoints, presence
from stories.models import ENDED, Step, StepStatus
from stories.pipeline import GPU, TEXT
from stories.steps import CHANNEL

logger = logging.getLogger(__name__)

SWEEP_SECONDS = 1.0
#: A step that was handed out and not claimed for this long is handed out again.
RESEND_AFTER = timedelta(seconds=5)
#: How many messages may wait in a queue: enough to keep workers busy, few enough to lose without a thought.
HANDED_OUT_MOST = 32
#: Taken for the length of one hand-out, so that two dispatchers never count the same free place twice.
LOCK = 0x57A710

ADMIT = f"""
    WITH waiting AS (
        SELECT id, person, row_number() OVER (PARTITION BY person ORDER BY created_at, id) AS place
        FROM stories_generationsession WHERE status = 'pending' AND admitted_at IS NULL
    ), running AS (
        SELECT person, count(*) AS number FROM stories_generationsession
        WHERE admitted_at IS NOT NULL AND status NOT IN ({", ".join(f"'{status}'" for status in ENDED)})
        GROUP BY person
    )
    UPDATE stories_generationsession AS generation SET admitted_at = now()
    FROM waiting LEFT JOIN running ON running.person = waiting.person
    WHERE generation.id = waiting.id AND waiting.place + coalesce(running.number, 0) <= %s
"""


def choose() -> list[Step]:
    """Admit waiting generations and mark the steps that are to be handed out now, in one transaction.

    The marks are committed before anything is published: a death in between costs `RESEND_AFTER`, not the step.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            # Losing these marks in a crash of the database only means handing out again.
            cursor.execute("SET LOCAL synchronous_commit TO off")
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
            cursor.execute(ADMIT, [settings.GENERATIONS_RUNNING_PER_PERSON])
        chosen = [step for queue in (TEXT, GPU) for step in _choose(queue)]
        if chosen:
            Step.objects.filter(pk__in=[step.pk for step in chosen]).update(dispatched_at=Now())
            crashpoints.reach("dispatch-before-commit", chosen[0].session_id)
    return chosen


def send(chosen: list[Step], publish: Callable[[Step], None]) -> None:
    """Publish what was chosen.

    Raises:
        BrokerError: the broker is away; what was not published is due again at once.
    """
    for place, step in enumerate(chosen):
        crashpoints.reach("dispatch-before-publish", step.session_id)
        try:
            publish(step)
        except BrokerError:
            Step.objects.filter(pk__in=[late.pk for late in chosen[place:]]).update(dispatched_at=None)
            raise
        crashpoints.reach("dispatch-after-publish", step.session_id)


def _choose(queue: str) -> list[Step]:
    """The steps to hand to a queue now, those of the generation that was let in first before others.

    No more text steps are out at once than the language model's server has slots: the queue is ours.
    """
    on_the_way = Q(status=StepStatus.READY, dispatched_at__gte=Now() - RESEND_AFTER)
    at_work = Q(status=StepStatus.RUNNING, lease_until__gte=Now())
    in_queue = Step.objects.filter(queue=queue)
    if queue == TEXT:
        room = settings.OLLAMA_NUM_PARALLEL - in_queue.filter(on_the_way | at_work).count()
    else:
        room = HANDED_OUT_MOST - in_queue.filter(on_the_way).count()
    if room <= 0:
        return []
    return list(
        in_queue.claimable()
        .filter(Q(dispatched_at=None) | Q(dispatched_at__lt=Now() - RESEND_AFTER))
        .filter(session__admitted_at__isnull=False)
        .order_by("session__admitted_at", "session__created_at", "position")
        .select_for_update(skip_locked=True, of=("self",))
        .only("pk", "queue", "session_id")[:room]
    )


def publish(step: Step) -> None:
    """Send the hint. No retry: the row stays ready, and the next sweep sends it again."""
    from stories.tasks import run_step

    run_step.apply_async(args=[str(step.pk)], queue=step.queue, retry=False)


def dispatch_for_ever(should_stop: Callable[[], bool]) -> None:
    """Hand out whenever PostgreSQL says that something is ready, and once a second in any case."""
    listener: psycopg.Connection | None = None
    while not should_stop():
        try:
            listener = listener or open_listener()
            while chosen := choose():
                connection.close()
                send(chosen, publish)
            connection.close()
            presence.show("dispatcher", presence.READY)
            wait_for_word(listener)
        except (psycopg.Error, DatabaseError, InterfaceError) as error:
            logger.warning("the database is away (%s); trying again", type(error).__name__)
            if listener:
                listener.close()
            listener = None
            connection.close()
            time.sleep(SWEEP_SECONDS)
        except BrokerError as error:
            logger.warning("the broker is away (%s); trying again", type(error).__name__)
            time.sleep(SWEEP_SECONDS)
    if listener:
        listener.close()


def open_listener() -> psycopg.Connection:
    """A connection of its own, outside the pool, that listens."""
    conninfo = {
        key: value
        for key, value in connection.get_connection_params().items()
        if key in ("dbname", "user", "password", "host", "port", "connect_timeout")
    }
    listener = psycopg.connect(
        **conninfo, autocommit=True, keepalives_idle=5, application_name="starloom-dispatch"
    )
    listener.execute(f"LISTEN {CHANNEL}")
    return listener


def wait_for_word(listener: psycopg.Connection) -> None:
    """Return at the first notification, with those that came along with it, or after `SWEEP_SECONDS`."""
    for _ in listener.notifies(timeout=SWEEP_SECONDS, stop_after=1):
        pass
