"""A generation's page: its steps along one scale of time, and what was logged of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from stories.models import GenerationSession, StepStatus
from stories.pipeline import KINDS

#: So many of the latest events are shown.
EVENTS = 300
TONES = {
    StepStatus.DONE: "good",
    StepStatus.RUNNING: "busy",
    StepStatus.READY: "busy",
    StepStatus.FAILED: "bad",
    StepStatus.SKIPPED: "bad",
}


def describe_steps(session: GenerationSession) -> list[dict[str, Any]]:
    """Each step in words, with its place on the scale from the first one's start to the last one's end (or
    now, as the latest heartbeat has it), in per cent."""
    steps = list(session.steps.all())
    begun = [step.started_at for step in steps if step.started_at]
    ended = [moment for step in steps if (moment := step.finished_at or step.lease_until)]
    start, end = min(begun, default=None), max(ended, default=None)
    return [
        {
            "step": step,
            "label": KINDS[step.name].told if step.name in KINDS else step.name,
            "tone": TONES.get(StepStatus(step.status), "plain"),
            "model": step.result.get("model", ""),
            **place(step.started_at, step.finished_at or step.lease_until, start, end),
        }
        for step in steps
    ]


def place(
    begun: datetime | None, ended: datetime | None, start: datetime | None, end: datetime | None
) -> dict[str, float]:
    if not (begun and ended and start and end) or end <= start:
        return {"left": 0, "width": 0}
    whole = (end - start).total_seconds()
    left = max(0.0, (begun - start).total_seconds()) / whole * 100
    return {
        "left": round(left, 2),
        "width": max(0.6, round((ended - begun).total_seconds() / whole * 100, 2)),
    }


def describe_events(session: GenerationSession) -> list[dict[str, Any]]:
    """The log, in order; of a long one its end."""
    latest = list(session.events.order_by("-id")[:EVENTS])
    return [
        {
            "at": event.at,
            "kind": event.kind.replace("_", " "),
            "step": KINDS[event.step].told if event.step in KINDS else event.step,
            "data": [(name.replace("_", " "), shorten(value)) for name, value in event.data.items()]
            if isinstance(event.data, dict)
            else [("", shorten(event.data))],
        }
        for event in reversed(latest)
    ]


def shorten(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 200 else f"{text[:199]}…"
