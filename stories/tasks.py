"""Celery tasks: load by id, call, done."""

from __future__ import annotations

import uuid
from typing import Any

from celery import Task, shared_task

from stories import housekeeping, library, recycling, runner
from stories.pipeline import GPU
from stories.solitude import ALONE, solitude


@shared_task(name="stories.run_step", bind=True, ignore_result=True)
def run_step(self: Task, step_id: str) -> None:
    """A hint that a step may be ready; the row decides."""
    worker = str(self.request.hostname)
    alone = bool((self.request.headers or {}).get(ALONE))
    if (self.request.delivery_info or {}).get("routing_key") == GPU:
        from stories import easel  # brings the painter, which no other process needs

        easel.run(uuid.UUID(step_id), worker, alone=alone)
    elif solitude.enter(step_id, alone=alone):
        try:
            runner.run(uuid.UUID(step_id), worker)
        finally:
            solitude.leave(step_id, alone=alone)
    recycling.end_if_grown()


@shared_task(name="stories.tidy_media", ignore_result=False)
def tidy_media() -> dict[str, Any]:
    """Remove picture files that no row knows; a curator reads the outcome in the admin."""
    return housekeeping.tidy_media()


@shared_task(name="stories.empty_trash", ignore_result=False)
def empty_trash() -> dict[str, Any]:
    """Delete for good what has lain in the trash for ``TRASH_DAYS``."""
    return {"stories": library.empty_trash()}


@shared_task(name="stories.forget_old", ignore_result=False)
def forget_old() -> dict[str, Any]:
    """Let go of what was kept long enough."""
    return housekeeping.forget_old()
