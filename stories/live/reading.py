"""What streams read of the database: in a thread, and no connection is kept."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

from django.db import connection, transaction
from django.db.models import Max

from stories import events, services
from stories.models import ENDED_NAMES, Event, GenerationSession
from stories.status import describe_status

T = TypeVar("T")

# All that a status tells, as one number. Of who waits, others are told too: the last part.
VERSIONS = f"""
    SELECT generation.id, hashtextextended(concat_ws('|', generation.status, generation.progress,
        generation.warnings, generation.error, story.updated_at, story.title, story.visibility,
        story.hidden_at, story.trashed_at, length(story.story_text),
        (SELECT max(id) FROM stories_event WHERE session_id = generation.id),
        (SELECT string_agg(concat_ws(',', status, attempt, error, not_before, silence,
            length(partial), octet_length(preview)), ';' ORDER BY position)
            FROM stories_step WHERE session_id = generation.id),
        (SELECT string_agg(id::text, ',' ORDER BY id) FROM stories_generatedimage
            WHERE story_id = story.id AND is_live),
        CASE generation.status WHEN 'pending' THEN waiting.now END), 0)
    FROM stories_generationsession AS generation JOIN stories_story AS story ON story.id = generation.story_id
    CROSS JOIN (
        SELECT concat_ws(',', count(*), count(*) FILTER (WHERE status = 'pending'), count(admitted_at),
            (SELECT count(*) FROM stories_step
                WHERE queue = 'text' AND status IN ('ready', 'running'))) AS now
        FROM stories_generationsession WHERE status NOT IN ({ENDED_NAMES})
    ) AS waiting
    WHERE generation.id = ANY(%s)
"""  # noqa: S608 (only names of our own are put in)


@dataclass(frozen=True, slots=True)
class Reading:
    """A generation at one moment: its status JSON and all that has happened, in order."""

    state: dict[str, Any]
    events: list[dict[str, Any]]
    is_ended: bool

    @property
    def last(self) -> int:
        return self.events[-1]["id"] if self.events else 0

    def after(self, number: int) -> list[dict[str, Any]]:
        """What happened after the event of this number; of what has ended, the end in any case."""
        return [event for event in self.events if event["id"] > number] or self.events[-1:] * self.is_ended


def letting_go(read: Callable[..., T]) -> Callable[..., T]:
    """Give the database connection back at once."""

    @wraps(read)
    def reading(*args: Any) -> T:
        try:
            return read(*args)
        finally:
            connection.close()

    return reading


def describe(session: GenerationSession) -> Reading:
    """All of one moment: an end is in both, the state and the log, or in neither."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        session = services.find_generation(session.pk)
        state = describe_status(session)
        return Reading(state, events.list_events(session), session.is_ended)


@letting_go
def read_events(session_id: uuid.UUID, after: int) -> list[dict[str, Any]]:
    """What happened after the event of this number."""
    found = Event.objects.filter(session=session_id, id__gt=after).order_by("id")
    return [events.describe(event) for event in found]


@letting_go
def read(session_id: uuid.UUID) -> Reading | None:
    """None where the generation is no longer there."""
    try:
        return describe(services.find_generation(session_id))
    except GenerationSession.DoesNotExist:
        return None


@letting_go
def find_latest(session_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, int]:
    """The number of the latest event of each of these; none for one that was deleted."""
    found = Event.objects.filter(session__in=session_ids).order_by().values_list("session")
    return dict(found.annotate(latest=Max("id")))


@letting_go
def find_versions(session_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, int]:
    """A number for each of these that changes with what its status tells."""
    with connection.cursor() as cursor:
        return dict(cursor.execute(VERSIONS, [list(session_ids)]).fetchall())
