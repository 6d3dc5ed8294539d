"""The first page of the desk: how the house gets on, for those who may see generations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from stories import figures
from stories.figures import Day
from stories.health import check_health

#: The chart: its bars in pixels of height, and in per cent of its width a day and the room between two.
HEIGHT, HEAD, GAP = 150, 22, 0.18
#: From the ground up.
PARTS = ("completed", "going_on", "cancelled", "failed")
ROLES = {
    "text": gettext_noop("Writers"),
    "gpu": gettext_noop("Painters"),
    "dispatcher": gettext_noop("Dispatcher"),
}
CHECKS = {
    "database": gettext_noop("Database"),
    "redis": "Redis",
    "language_model": gettext_noop("Language model"),
    "painter": gettext_noop("Painter"),
}


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
    width = 100 / max(len(days), 1)
    bars = []
    for place, day in enumerate(days):
        top, parts = HEAD + HEIGHT, []
        for name in PARTS:
            if height := round(getattr(day, name) / (most or 1) * HEIGHT):
                top -= height
                parts.append({"name": name, "y": top, "height": height})
        left = place * width
        at = {"left": percent(left + width * GAP / 2), "middle": percent(left + width / 2), "top": top}
        bars.append({"day": day, "parts": parts} | at)
    return {"ground": HEAD + HEIGHT, "width": percent(width * (1 - GAP)), "bars": bars, "most": most}


def percent(share: float) -> str:
    return f"{share:.2f}%"


def describe_health() -> list[dict[str, Any]]:
    """Each part of the house, whether it answers, and what it says. Takes two seconds at most."""
    checks = check_health()["checks"]
    workers = checks["workers"]
    lines = [
        {"name": _(name), "ok": check["ok"], "said": check.get("model" if check["ok"] else "detail", "")}
        for name, check in ((name, checks[key]) for key, name in CHECKS.items())
    ]
    return lines + [
        {
            "name": _(name),
            "ok": bool(workers.get(role)),
            "said": "" if workers.get(role) else _("none is there"),
        }
        for role, name in ROLES.items()
    ]
