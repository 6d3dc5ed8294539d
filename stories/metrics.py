"""What ``/metrics/`` tells, for Prometheus: how things stand by the rows, and what was counted.

https://prometheus.io/docs/instrumenting/exposition_formats/
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import Any

from django.db.models import Sum
from django.db.models.functions import Now
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from stories import breaker, counting, figures, presence
from stories.counting import Spread
from stories.models import Step, StepStatus, Tally

Tell = Callable[[], Iterable[Metric]]

#: A process that said nothing of itself for this long is gone.
GONE = timedelta(seconds=4 * counting.FLUSH_SECONDS)


def tell_queues() -> Iterator[Metric]:
    """The open steps of each queue, and the generations under way."""
    line = figures.count_waiting()
    steps = GaugeMetricFamily("starloom_queue_steps", "Open steps.", labels=["queue", "state"])
    for queue in line.queues:
        for state in ("waiting", "ready", "running"):
            steps.add_metric([queue.name, state], getattr(queue, state))
    yield steps
    generations = GaugeMetricFamily("starloom_generations", "Generations under way.", labels=["state"])
    generations.add_metric(["pending"], line.pending)
    generations.add_metric(["running"], line.going_on)
    yield generations
    waited = time.time() - line.oldest.timestamp() if line.oldest else 0
    yield GaugeMetricFamily(
        "starloom_oldest_pending_seconds", "How long the first of those waits that wait.", value=waited
    )


def tell_presence() -> Iterator[Metric]:
    """Who shows signs of life: a worker of each queue, a dispatcher. Nothing while Redis is away."""
    try:
        there = presence.who_is_there()
    except Exception:  # the cache may fail in any of its client's ways
        return
    family = GaugeMetricFamily("starloom_present", "Whether somebody in this role is ready.", labels=["role"])
    for role, said in there.items():
        family.add_metric([role], said == presence.READY)
    yield family


def tell_model() -> Iterator[Metric]:
    """Whether the language model's server is left alone, and how many steps wait for it."""
    yield GaugeMetricFamily(
        "starloom_language_model_away",
        "1 while the language model's server does not answer and is left alone.",
        value=breaker.is_open(),
    )
    waiting = Step.objects.filter(status=StepStatus.READY, away_since__isnull=False, not_before__gt=Now())
    yield GaugeMetricFamily(
        "starloom_steps_waiting_for_model", "Steps that wait for it.", value=waiting.count()
    )


def tell_watchers() -> Iterator[Metric]:
    shown = Tally.objects.filter(name=counting.WATCHERS, at__gt=Now() - GONE)
    number = shown.aggregate(sum=Sum("value"))["sum"] or 0
    yield GaugeMetricFamily(counting.WATCHERS, "Live streams that are open.", value=number)


def tell_counts() -> Iterator[Metric]:
    """All that was counted, by every process."""
    rows = Tally.objects.exclude(name=counting.WATCHERS).values_list("name", "labels", "value")
    counted = {(name, tuple(labels)): value for name, labels, value in rows}
    for metric in counting.METRICS:
        if isinstance(metric, Spread):
            yield _tell_spread(metric, counted)
        else:
            family = CounterMetricFamily(metric.name, metric.help, labels=metric.labels)
            for (name, labels), value in sorted(counted.items()):
                if name == metric.name:
                    family.add_metric(labels, value)
            yield family


def _tell_spread(spread: Spread, counted: dict[tuple[str, Any], float]) -> Metric:
    family = HistogramMetricFamily(spread.name, spread.help, labels=spread.labels)
    for (name, labels), total in sorted(counted.items()):
        if name != f"{spread.name}_sum":
            continue
        so_far, buckets = 0.0, []
        for edge in spread.edges:
            so_far += counted.get((f"{spread.name}_bucket", (*labels, edge)), 0)
            buckets.append((edge, so_far))
        family.add_metric(labels, buckets, total)
    return family


#: All that is told, in this order.
TELLERS: list[Tell] = [tell_queues, tell_presence, tell_model, tell_watchers, tell_counts]


class Rows(Collector):
    def collect(self) -> Iterator[Metric]:
        for tell in TELLERS:
            yield from tell()


def write(accept: str) -> tuple[bytes, str]:
    """All of it in the form that is asked for, and the name of that form."""
    counting.flush()
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Rows())
    encode, kind = choose_encoder(accept)
    return encode(registry), kind
