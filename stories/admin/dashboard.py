"""The first page of the desk: how the house gets on, for those who may see generations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest

from stories import figures, presence
from stories.figures import Day
from stories.health import check_health

#: The chart, in units of its own: it is as wide as its card.
WIDTH, HEIGHT, GAP = 560, 120, 6
#: From the ground up.
PARTS = ("completed", "going_on", "cancelled", "failed")
ROLES = {"text": "Writers", "gpu": "Painters", "dispatcher": "Dispatcher"}
CHECKS = {"database": "Database", "redis": "Redis", "language_model": "Language model", "painter": "Painter"}


def fill(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """`UNFOLD["DASHBOARD_CALLBACK"]`."""
    if not request.user.has_perm("stories.view_generationsession"):
        return context
    told = figures.tell_all()
    days: Sequence[Day] = told["days"]
    return context | {
        **told,
        "has_figures": True,
        "begun": sum(day.total for day in days),
        "failed": sum(day.failed for day in days),
        "chart": draw_days(days),
        "per_cent": None if told["success"] is None else round(told["success"] * 100, 1),
        "health": describe_health(),
    }


def draw_days(days: Sequence[Day]) -> dict[str, Any]:
    """Bars for the days, stacked by what became of the generations."""
    most = max((day.total for day in days), default=0)
    step = WIDTH / max(len(days), 1)
    bars = []
    for place, day in enumerate(days):
        ground, parts = HEIGHT, []
        for name in PARTS:
            height = round(getattr(day, name) / most * HEIGHT) if most else 0
            if height:
                ground -= height
                parts.append({"name": name, "y": ground, "height": height})
        bars.append({"x": round(place * step + GAP / 2, 1), "day": day, "parts": parts})
    return {"width": WIDTH, "height": HEIGHT, "bar": round(step - GAP, 1), "bars": bars, "most": most}


def describe_health() -> list[dict[str, Any]]:
    """Each part of the house, whether it answers, and what it says. Takes two seconds at most."""
    checks = check_health()["checks"]
    workers = checks["workers"]
    lines = [
        {
            "name": name,
            "ok": checks[key]["ok"],
            "said": checks[key].get("model") or ("" if checks[key]["ok"] else checks[key].get("detail", "")),
        }
        for key, name in CHECKS.items()
    ]
    return lines + [
        {"name": name, "ok": bool(workers.get(role)), "said": "" if workers.get(role) else "none is there"}
        for role, name in ROLES.items()
        if role in presence.ROLES
    ]
