"""Where a generation stands, as the pages, the API and the live streams tell it."""

from __future__ import annotations

from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext, gettext_noop

from stories import estimates, events, silence
from stories.models import GenerationSession, GenerationStatus, Step, StepStatus
from stories.notes import translate_note
from stories.pipeline import KINDS

#: static/js/live/words.js says the same in the reader's own time.
AWAY = gettext_noop(
    "The language model does not answer. It is asked again at {time}; the story waits, and nothing is lost."
)


def describe_status(session: GenerationSession) -> dict[str, Any]:
    """The status JSON of a generation (docs/architecture.md): three queries, and one more while it waits."""
    prefetch_related_objects([session], "steps")
    story, its_steps = session.story, list(session.steps.all())
    at_work = [step for step in its_steps if step.status == StepStatus.RUNNING]
    current = next(iter(at_work or [step for step in its_steps if step.is_open]), None)
    told = bool(story.story_text)
    away = next((step for step in its_steps if step.waits_for_model), None)
    if away and not at_work:
        label = gettext("Waiting for the language model")
    elif current and session.status != GenerationStatus.PENDING:
        label = KINDS[current.name].told
    else:
        label = session.get_status_display()
    return {
        "session_id": str(session.pk),
        "status": session.status,
        "progress": session.progress,
        **estimates.describe(session, its_steps),
        "current_step": current.name if current else None,
        "current_label": label,
        "waiting": describe_waiting(away) if away else None,
        "silent": next((silence.describe(step) for step in at_work if step.is_silent), None),
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


def describe_waiting(step: Step) -> dict[str, str]:
    """What a step waits for that does not answer, and when it is asked again."""
    until = f"{step.not_before:%H:%M:%S} UTC"
    return {
        "for": "language_model",
        "step": step.name,
        "until": step.not_before.isoformat(),
        "message": gettext(AWAY).format(time=until),
    }
