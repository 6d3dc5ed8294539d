"""What `stories.steps` says to PostgreSQL in its own words.

Every step passes through these, and the ORM takes longer to build them than PostgreSQL to carry them out
(`make bench`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any

from django.db import connection, models

from stories.models import GenerationSession, Step, Story


@dataclass(frozen=True)
class Columns:
    """The columns of a model as one of these statements reads them, in the model's order, and the model of
    such a row. Those ``without`` are read when they are asked for."""

    model: type[models.Model]
    without: frozenset[str] = frozenset()

    @cached_property
    def fields(self) -> list[models.Field[Any, Any]]:
        return [field for field in self.model._meta.concrete_fields if field.name not in self.without]

    @cached_property
    def names(self) -> list[str]:
        return [field.attname for field in self.fields]

    @cached_property
    def converters(self) -> dict[int, Any]:
        """What turns the value of a column, by its place, into that of its field."""
        return {
            place: field.from_db_value
            for place, field in enumerate(self.fields)
            if hasattr(field, "from_db_value")
        }

    def of(self, table: str) -> str:
        return ", ".join(f"{table}.{field.column}" for field in self.fields)

    def read(self, values: Iterator[Any]) -> Any:
        """The model of the next values, one for each of these columns."""
        row = list(islice(values, len(self.names)))
        for place, convert in self.converters.items():
            row[place] = convert(row[place], None, connection)
        return self.model.from_db(connection.alias, self.names, row)


#: What is long, and needed by nobody who changes steps, stays in the table.
LOCKED = Columns(Step, frozenset({"partial", "preview", "worker"}))
CLAIMED = Columns(Step)
#: `CLAIM` changes these and would show them as they were before it.
GENERATION = Columns(GenerationSession, frozenset({"status", "started_at"}))
STORY = Columns(Story)


def read_claimed(row: tuple[Any, ...]) -> tuple[Step, int]:
    """The step that `CLAIM` took, with its generation and its story, and its event's number."""
    values = iter(row)
    step: Step = CLAIMED.read(values)
    step.session = GENERATION.read(values)
    step.session.story = STORY.read(values)
    return step, next(values)


#: ``alone``: nothing else happens in the transaction, and it need not wait for the disk: a claim that a crash
#: of the database forgets leaves the step to be claimed again.
CLAIM = f"""
    WITH taken AS (
        UPDATE stories_step
        SET status = 'running', attempt = attempt + 1, token = %(token)s, worker = %(worker)s, partial = '',
            preview = NULL, silence = NULL, lease_until = clock_timestamp() + %(lease)s, dispatched_at = NULL,
            started_at = coalesce(started_at, clock_timestamp())
        WHERE id = %(id)s AND (
            (status = 'ready' AND not_before <= clock_timestamp())
            OR (status = 'running' AND lease_until < clock_timestamp())
        ) AND EXISTS (  -- a message from before a "try again" must not jump the queue
            SELECT FROM stories_generationsession AS generation
            WHERE generation.id = session_id AND generation.admitted_at IS NOT NULL
        )
        RETURNING *
    ), begun AS (
        UPDATE stories_generationsession AS generation
        SET status = CASE generation.status WHEN 'pending' THEN %(phases)s::jsonb ->> taken.name
                ELSE generation.status END,
            started_at = coalesce(generation.started_at, clock_timestamp())
        FROM taken WHERE generation.id = taken.session_id
        RETURNING generation.id
    ), told AS (  -- while the generation's row is ours: see stories.events.RECORD
        INSERT INTO stories_event (session_id, kind, step, data)
        SELECT begun.id, 'step_started', taken.name, jsonb_build_object('attempt', taken.attempt)
        FROM begun, taken
        RETURNING id
    )
    SELECT {CLAIMED.of("taken")}, {GENERATION.of("generation")}, {STORY.of("story")}, told.id,
        CASE WHEN %(alone)s THEN set_config('synchronous_commit', 'off', true) END
    FROM told, taken JOIN stories_generationsession AS generation ON generation.id = taken.session_id
    JOIN stories_story AS story ON story.id = generation.story_id
"""  # noqa: S608 (only names of our own are put in)
#: Who is locked by somebody else is left: one transaction waits for one generation's rows alone.
PUT_OFF = """
    WITH due AS (
        SELECT step.id, step.away_since IS NULL AS begins
        FROM stories_step AS step
        JOIN stories_generationsession AS generation ON generation.id = step.session_id
        WHERE step.queue = 'text' AND step.not_before < %(until)s AND generation.admitted_at IS NOT NULL
            AND (step.status = 'ready' OR (step.status = 'running' AND step.lease_until < clock_timestamp()))
            AND (step.away_since IS NULL OR step.away_since > clock_timestamp() - %(patience)s)
        FOR UPDATE OF step SKIP LOCKED
    ), put_off AS (
        UPDATE stories_step AS step
        SET status = 'ready', token = NULL, lease_until = NULL, dispatched_at = NULL, not_before = %(until)s,
            away_since = coalesce(away_since, clock_timestamp()), error = %(message)s
        FROM due WHERE step.id = due.id
        RETURNING step.session_id, step.name, due.begins
    )
    SELECT session_id, name FROM put_off WHERE begins
"""
GO_ON = """
    UPDATE stories_step AS step
    SET away_since = NULL, not_before = clock_timestamp(), error = ''
    FROM (
        SELECT id FROM stories_step WHERE status = 'ready' AND away_since IS NOT NULL FOR UPDATE SKIP LOCKED
    ) AS waiting WHERE step.id = waiting.id
"""
LOCK = f"""
    SELECT {LOCKED.of("step")} FROM stories_step AS step WHERE session_id = %s ORDER BY position FOR UPDATE
"""  # noqa: S608
#: Writes the new status of steps that are nobody's any more, where their generation stands, and what of it is
#: to be told; then wakes the dispatcher: a step or a waiting person may go on.
MOVE = """
    WITH settled AS (
        UPDATE stories_step AS step
        SET status = settled.status, error = settled.error, result = settled.result::jsonb,
            failures = settled.failures, token = NULL, lease_until = NULL, dispatched_at = NULL,
            partial = '', preview = NULL, not_before = clock_timestamp(), away_since = NULL,
            finished_at = CASE settled.status WHEN 'ready' THEN NULL ELSE clock_timestamp() END
        FROM unnest(%(ids)s::uuid[], %(statuses)s::text[], %(errors)s::text[], %(results)s::text[],
            %(failures)s::int[]) AS settled(id, status, error, result, failures)
        WHERE step.id = settled.id
        RETURNING step.name, extract(epoch FROM step.finished_at - step.started_at) AS seconds
    ), moved AS (
        UPDATE stories_generationsession
        SET status = %(status)s, progress = greatest(progress, %(progress)s), warnings = %(warnings)s::text[],
            error = %(error)s, finished_at = CASE WHEN %(ended)s THEN clock_timestamp() END
        WHERE id = %(id)s
        RETURNING id, pg_notify(%(channel)s, '')
    ), told AS (
        INSERT INTO stories_event (session_id, kind, step, data)
        SELECT moved.id, news.kind, news.step, CASE news.kind
            WHEN 'step_done' THEN news.data || jsonb_build_object('seconds', round(settled.seconds, 3))
            ELSE news.data END
        FROM moved, unnest(%(kinds)s::text[], %(names)s::text[], %(data)s::jsonb[])
            WITH ORDINALITY AS news(kind, step, data, place)
        LEFT JOIN settled ON settled.name = news.step
        ORDER BY news.place
        RETURNING id
    )
    SELECT max(id) FROM told
"""
