"""How long a generation will still take, and who is ahead of it: told from what is known, or not at all."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import connection
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from imaging.painters.naming import name_painter
from stories.models import ENDED, GenerationSession, GenerationStatus, Step, StepStatus
from stories.models.generation import steps_aside
from stories.pipeline import KINDS, TEXT, StepKind

#: Medians are of the latest steps of a kind that the present model did: at least so many.
LATEST, LEAST = 50, 3
#: What takes so many times as long as usual, and a bit, is no longer usual: nobody knows then.
UNUSUAL, BIT = 1.5, 5.0
#: Seconds for which a process remembers them.
REMEMBERED = 30.0

MEDIANS = """
    SELECT kind.name, percentile_cont(0.5) WITHIN GROUP (ORDER BY took.seconds)
    FROM unnest(%s::text[], %s::text[]) AS kind(name, model) CROSS JOIN LATERAL (
        SELECT result ->> 'model' AS model, extract(epoch FROM finished_at - started_at) AS seconds
        FROM stories_step WHERE name = kind.name AND status = 'done' ORDER BY finished_at DESC LIMIT %s
    ) AS took
    WHERE took.model = kind.model GROUP BY kind.name HAVING count(took.seconds) >= %s
"""


class Medians:
    """How long the steps of each kind take now, by name."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        self._found: dict[str, float] = {}
        self._until = 0.0

    def __call__(self) -> dict[str, float]:
        if time.monotonic() >= self._until:
            self._found, self._until = find_medians(), time.monotonic() + REMEMBERED
        return self._found


medians = Medians()


def find_medians() -> dict[str, float]:
    names, models = [*KINDS], [name_model(kind) for kind in KINDS.values()]
    with connection.cursor() as cursor:
        cursor.execute(MEDIANS, [names, models, LATEST, LEAST])
        return {name: float(seconds) for name, seconds in cursor.fetchall()}


def name_model(kind: StepKind) -> str:
    """What does a step of this kind now, as its result will name it."""
    if kind.queue == TEXT:
        return str(settings.OLLAMA_MODEL)
    return name_painter(str(settings.IMAGE_MODEL)) if kind.painted else "merge"


def describe(session: GenerationSession, steps: Sequence[Step]) -> dict[str, int | None]:
    """Their part of the status JSON. While others are ahead nobody knows how long it will take."""
    ahead = count_ahead(session, steps)
    return {"remaining_seconds": None if ahead else estimate_remaining(session, steps), "ahead": ahead}


def estimate_remaining(
    session: GenerationSession, steps: Sequence[Step], now: datetime | None = None
) -> int | None:
    """Seconds to its end along the longest way through its open steps; None where nothing is known.

    ``steps`` stand in reading order, parents before children.
    """
    open_steps = [step for step in steps if step.is_open]
    if session.is_ended or not open_steps:
        return None
    usual, now = medians(), now or timezone.now()
    if any(step.is_silent or step.name not in usual for step in open_steps):
        return None
    ends: dict[str, float] = {}
    for step in open_steps:
        begun = step.started_at if step.status == StepStatus.RUNNING else None
        taken = (now - begun).total_seconds() if begun else 0.0
        if taken > UNUSUAL * usual[step.name] + BIT:
            return None
        left = usual[step.name] - taken
        ends[step.name] = max((ends.get(name, 0.0) for name in step.after), default=0.0) + max(left, 0.0)
    return round(max(ends.values()))


def count_ahead(session: GenerationSession, steps: Sequence[Step]) -> int:
    """How many generations have their turn before this one, which has not begun.

    One that its person has no place for waits for the earlier ones of this person; one that has its place
    waits for those in the same queue that got theirs before. What nobody waits for lets the others go first.
    """
    if session.status != GenerationStatus.PENDING:
        return 0
    others = GenerationSession.objects.exclude(status__in=ENDED).exclude(pk=session.pk)
    others = others.annotate(late=steps_aside())
    if session.admitted_at is None:
        earlier, others = Q(created_at__lt=session.created_at), others.filter(person=session.person)
    else:
        queue = next((step.queue for step in steps if step.is_open), TEXT)
        at_it = Step.objects.filter(
            session=OuterRef("pk"), queue=queue, status__in=[StepStatus.READY, StepStatus.RUNNING]
        )
        earlier = Q(admitted_at__lt=session.admitted_at) | Q(
            admitted_at=session.admitted_at, created_at__lt=session.created_at
        )
        others = others.filter(Exists(at_it))
    if session.steps_aside:
        return others.filter(Q(late=False) | earlier).count()
    return others.filter(earlier, late=False).count()
