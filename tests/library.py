"""Finished stories for tests, with real little picture files."""

from __future__ import annotations

import io
import uuid
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from PIL import Image

from stories.models import (
    GeneratedImage,
    GenerationSession,
    GenerationStatus,
    ImageType,
    Step,
    StepStatus,
    Story,
    name_image_file,
)
from stories.people import Person
from stories.pipeline import build_steps, measure_progress

TEXT = "Once there was a dragon who painted.\n\nIn the morning the sky was blue again."


def make_story(person: Person, *, pictures: bool = True, **fields: Any) -> Story:
    """A told story of this person, with its three live pictures."""
    story = Story.objects.create(
        person=person.key,
        owner_id=person.account_id,
        **{
            "prompt": "A shy dragon who paints the night sky",
            "title": "The Painter of Nights",
            "story_text": TEXT,
            "character_description": "A small green dragon.",
            "background_description": "A hill under stars.",
            "language_model": "sketch",
            **fields,
        },
    )
    for image_type in ImageType.values if pictures else ():
        add_picture(story, image_type)
    return story


def add_picture(
    story: Story, image_type: str = "character", *, colour: str = "#204080", **fields: Any
) -> GeneratedImage:
    """A picture of 64 × 48 pixels in a file of its own."""
    data = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(data, "WEBP")
    image = GeneratedImage(
        story=story,
        image_type=image_type,
        width=64,
        height=48,
        **{"seed": 7, "model": "sketch", "prompt_used": "a dragon", "parameters": {"version": 1}, **fields},
    )
    path = name_image_file(image, f"{uuid.uuid4().hex}.webp")
    image.file.name = default_storage.save(path, ContentFile(data.getvalue()))
    image.save(force_insert=True)
    return image


def make_generation(story: Story, status: GenerationStatus = GenerationStatus.COMPLETED) -> GenerationSession:
    """An ended generation of a story: every step done, or, if it did not complete, the last left out."""
    now = timezone.now()
    session = GenerationSession.objects.create(
        story=story, person=story.person, status=status, started_at=now, finished_at=now
    )
    steps = build_steps(session)
    for step in steps:
        step.status, step.attempt = StepStatus.DONE, 1
        step.started_at = step.finished_at = now
        step.worker = "text@here"
    if status != GenerationStatus.COMPLETED:
        steps[-1].status, steps[-1].error = StepStatus.SKIPPED, "The painter had no paint."
    Step.objects.bulk_create(steps)
    session.progress = measure_progress(steps)
    session.save()
    return session
