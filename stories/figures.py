"""How the house gets on, in a handful of queries that PostgreSQL adds up, whatever the library holds."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Aggregate, Count, F, FloatField, Min, Q
from django.db.models.fields.json import KT
from django.db.models.functions import Extract, TruncDate
from django.utils import timezone

from stories.models import (
    ENDED,
    GeneratedImage,
    GenerationSession,
    GenerationStatus,
    Step,
    StepStatus,
    Story,
    Visibility,
)
from stories.pipeline import GPU, KINDS, TEXT

DAYS = 14
#: How long counting the bytes of the pictures may take; after that the rest is estimated.
MEASURE_SECONDS = 0.3


class Quantile(Aggregate):
    """The value below which this share of all lies; half of them: the median."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


@dataclass(slots=True)
class Day:
    """The generations begun on one day, by what became of them."""

    day: date
    completed: int = 0
    failed: int = 0
    cancelled: int = 0
    going_on: int = 0

    @property
    def total(self) -> int:
        return self.completed + self.failed + self.cancelled + self.going_on


@dataclass(slots=True)
class Queue:
    """The open steps of one queue."""

    name: str
    waiting: int = 0
    ready: int = 0
    running: int = 0


@dataclass(frozen=True, slots=True)
class Pace:
    """How long one kind of step takes with one model, in seconds."""

    label: str
    model: str
    median: float
    slowest: float
    number: int


@dataclass(frozen=True, slots=True)
class Disk:
    """The room that pictures take, in bytes; ``is_estimate`` where counting all of them takes too long."""

    used: int
    free: int
    is_estimate: bool


@dataclass(slots=True)
class Line:
    """Those who wait or are served now."""

    pending: int = 0
    going_on: int = 0
    oldest: datetime | None = None
    queues: list[Queue] = field(default_factory=list)


def count_days(days: int = DAYS) -> list[Day]:
    """The last days, today's last, each with its generations."""
    today = timezone.localdate()
    found = {today - timedelta(days=ago): Day(today - timedelta(days=ago)) for ago in range(days - 1, -1, -1)}
    rows = (
        GenerationSession.objects.filter(created_at__gte=_begin(days))
        .annotate(day=TruncDate("created_at"))
        .values_list("day", "status")
        .annotate(number=Count("pk"))
        .order_by()
    )
    for day, status, number in rows:
        name = status if status in ENDED else "going_on"
        if day in found:
            setattr(found[day], name, getattr(found[day], name) + number)
    return list(found.values())


def measure_success(days: Iterable[Day]) -> float | None:
    """The share that completed of those that completed or failed: what somebody stopped is neither."""
    completed, failed = sum(day.completed for day in days), sum(day.failed for day in days)
    return completed / (completed + failed) if completed + failed else None


def measure_paces(days: int = DAYS) -> list[Pace]:
    """Medians of the steps done in the last days, by kind and model, in the order of the pipeline."""
    rows = (
        Step.objects.filter(status=StepStatus.DONE, finished_at__gte=_begin(days), started_at__isnull=False)
        .annotate(model=KT("result__model"), took=Extract(F("finished_at") - F("started_at"), "epoch"))
        .values("name", "model")
        .annotate(
            median=Quantile("took", share=0.5), slowest=Quantile("took", share=0.95), number=Count("pk")
        )
        .order_by()
    )
    order = {name: place for place, name in enumerate(KINDS)}
    known = (row for row in rows if row["name"] in KINDS)
    return [
        Pace(KINDS[row["name"]].told, row["model"] or "", row["median"], row["slowest"], row["number"])
        for row in sorted(known, key=lambda row: (order[row["name"]], -row["number"]))
    ]


def count_waiting() -> Line:
    """Generations under way and the open steps of each queue."""
    open_ones = ~Q(status__in=ENDED)
    pending = Q(status=GenerationStatus.PENDING)
    counted = GenerationSession.objects.filter(open_ones).aggregate(
        pending=Count("pk", filter=pending),
        going_on=Count("pk", filter=~pending),
        oldest=Min("created_at", filter=pending),
    )
    queues = {name: Queue(name) for name in (TEXT, GPU)}
    rows = (
        Step.objects.filter(
            ~Q(session__status__in=ENDED),
            status__in=[StepStatus.WAITING, StepStatus.READY, StepStatus.RUNNING],
        )
        .values_list("queue", "status")
        .annotate(number=Count("pk"))
        .order_by()
    )
    for name, status, number in rows:
        setattr(queues.setdefault(name, Queue(name)), status, number)
    return Line(**counted, queues=list(queues.values()))


def count_library() -> dict[str, int]:
    """What there is, in one query a table."""
    stories = Story.objects.aggregate(
        stories=Count("pk"), public=Count("pk", filter=Q(visibility=Visibility.PUBLIC))
    )
    return {**stories, "images": GeneratedImage.objects.count()}


def measure_disk(seconds: float = MEASURE_SECONDS) -> Disk:
    """The bytes under the folder of pictures and those that are free beside them.

    The files lie in folders named after a hash, so that each holds about as much as any other: when the time
    is up, those that were counted stand for all.
    """
    root = Path(settings.MEDIA_ROOT)
    folders = [entry.path for entry in _scan(root / "images") if entry.is_dir()]
    deadline, used, seen = time.monotonic() + seconds, 0, 0
    for folder in folders:
        if seen and time.monotonic() > deadline:
            break
        used += sum(entry.stat().st_size for entry in _scan(folder) if entry.is_file())
        seen += 1
    free = shutil.disk_usage(root if root.exists() else settings.BASE_DIR).free
    return Disk(used * len(folders) // (seen or 1), free, is_estimate=seen < len(folders))


def _scan(folder: str | Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except FileNotFoundError:
        return []


def _begin(days: int) -> datetime:
    """Midnight at the beginning of the first of the last days."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - timedelta(days=days - 1)


def tell_all() -> dict[str, Any]:
    days = count_days()
    return {
        "days": days,
        "success": measure_success(days),
        "paces": measure_paces(),
        "line": count_waiting(),
        "library": count_library(),
        "disk": measure_disk(),
    }
