"""Where a generation stands, as the pages, the API and the live streams tell it."""

from __future__ import annotations

from typing import Any

from django.db.models import prefetch_related_objects

from stories import estimates, events
from stories.models import GenerationSession, GenerationStatus, StepStatus
from stories.notes import translate_note
from stories.pipeline import KINDS


def describe_status(session: GenerationSession) -> dict[str, Any]:
    """The status JSON of a generation (docs/architecture.md): three queries, and one more while it waits."""
    prefetch_related_objects([session], "steps")
    story, its_steps = session.story, list(session.steps.all())
    at_work = [step for step in its_steps if step.status == StepStatus.RUNNING]
    current = next(iter(at_work or [step for step in its_steps if step.is_open]), None)
    told = bool(story.story_text)
    waits = session.status == GenerationStatus.PENDING
    return {
        "session_id": str(session.pk),
        "status": session.status,
        "progress": session.progress,
        **estimates.describe(session, its_steps),
        "current_step": current.name if current else None,
        "current_label": KINDS[current.name].told if current and not waits else session.get_status_display(),
        "steps": [step.as_status() | {"label": KINDS[step.name].told} for step in its_steps],
        "title": story.title or None,
        "partial_text": story.story_text or next((step.partial for step in its_steps if step.partial), ""),
        "story_id": str(story.pk) if told else None,
        "story_url": story.get_absolute_url() if told else None,
        "error": translate_note(session.error) or None,
        "warnings": events.tell_warnings(session, its_steps),
        "images": [
            {"image_type": kind, "url": image.shown, "width": image.width, "height": image.height}
            for kind, image in story.pictures.items()
        ],
        "can_be_retried": session.can_be_retried,
    }
