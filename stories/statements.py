"""What `stories.steps` says to PostgreSQL in its own words.

Every step passes through these, and the ORM takes longer to build them than PostgreSQL to carry them out
(`make bench`).
"""

from __future__ import annotations

from stories.models import Step

UNREAD = {"partial", "preview", "worker"}
CLAIM = """
    WITH taken AS (
        UPDATE stories_step
        SET status = 'running', attempt = attempt + 1, token = %(token)s, worker = %(worker)s, partial = '',
            preview = NULL, lease_until = clock_timestamp() + %(lease)s, dispatched_at = NULL,
            started_at = coalesce(started_at, clock_timestamp())
        WHERE id = %(id)s AND (
            (status = 'ready' AND not_before <= clock_timestamp())
            OR (status = 'running' AND lease_until < clock_timestamp())
        ) AND EXISTS (  -- a message from before a "try again" must not jump the queue
            SELECT FROM stories_generationsession AS generation
            WHERE generation.id = session_id AND generation.admitted_at IS NOT NULL
        )
        RETURNING session_id, name
    ), begun AS (
        UPDATE stories_generationsession AS generation
        SET status = %(phases)s::jsonb ->> taken.name,
            started_at = coalesce(generation.started_at, clock_timestamp())
        FROM taken WHERE generation.id = taken.session_id AND generation.status = 'pending'
    )
    SELECT count(*), set_config('synchronous_commit', 'off', true) FROM taken
"""
#: All but what is long and needed by nobody who changes steps.
LOCK = f"""
    SELECT {", ".join(str(field.column) for field in Step._meta.fields if field.name not in UNREAD)}
    FROM stories_step WHERE session_id = %s ORDER BY position FOR UPDATE
"""  # noqa: S608 (only names of our own are put in)
SETTLE = """
    UPDATE stories_step AS step
    SET status = settled.status, error = settled.error, result = settled.result::jsonb,
        failures = settled.failures, token = NULL, lease_until = NULL, dispatched_at = NULL,
        partial = '', preview = NULL, not_before = clock_timestamp(),
        finished_at = CASE settled.status WHEN 'ready' THEN NULL ELSE clock_timestamp() END
    FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::int[])
        AS settled(id, status, error, result, failures)
    WHERE step.id = settled.id
"""
MOVE = """
    UPDATE stories_generationsession
    SET status = %(status)s, progress = greatest(progress, %(progress)s), warnings = %(warnings)s::text[],
        error = %(error)s, finished_at = CASE WHEN %(ended)s THEN clock_timestamp() END
    WHERE id = %(id)s
    RETURNING pg_notify(%(channel)s, '')
"""
