"""What each kind of step does: read from the job, make something without the database, say how to save it.

A work function returns a `Save`: a function that stores what was made, called inside the transaction that
closes the step. Whatever takes time happens before it returns.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.conf import settings
from PIL import Image

from agents.background import describe_background as ask_background
from agents.character import describe_character as ask_character
from agents.storyteller import StoryDraft, tell_story
from imaging.merge import merge
from imaging.types import ImageRequest, Subject
from stories.engines import language_model, painter
from stories.jobs import Job, Save
from stories.models import ImageType, Story
from stories.pictures import save_image
from stories.sizes import fit_size, parse_size


def write_story(job: Job) -> Save:
    """Write the title and the text."""
    model = language_model()
    draft = tell_story(
        model,
        sentence=job.story.prompt,
        style=job.style_words,
        seed=job.seed,
        on_text=job.watch.on_text,
        should_stop=job.watch.should_stop,
    )

    def save() -> dict[str, Any]:
        update(job.story, title=draft.title, story_text=draft.text, language_model=model.name)
        return {"model": model.name, "seed": job.seed, "words": len(draft.text.split())}

    return save


def describe_character(job: Job) -> Save:
    """Describe the hero in words that a painter can use."""
    description = ask_character(
        language_model(),
        sentence=job.story.prompt,
        story=draft_of(job.story),
        style=job.style_words,
        seed=job.seed,
        should_stop=job.watch.should_stop,
    )
    return save_description(job, "character_description", description.as_prompt())


def describe_background(job: Job) -> Save:
    """Describe the setting in words that a painter can use."""
    description = ask_background(
        language_model(),
        sentence=job.story.prompt,
        story=draft_of(job.story),
        style=job.style_words,
        seed=job.seed,
        should_stop=job.watch.should_stop,
    )
    return save_description(job, "background_description", description.as_prompt())


def draft_of(story: Story) -> StoryDraft:
    return StoryDraft(title=story.title, text=story.story_text)


def save_description(job: Job, field: str, text: str) -> Save:
    def save() -> dict[str, Any]:
        update(job.story, **{field: text})
        return {"model": settings.OLLAMA_MODEL, "seed": job.seed, "words": len(text.split())}

    return save


def paint(job: Job) -> Save:
    """Paint the hero or the setting after its description."""
    subject: Subject = "character" if job.step.name == "character_image" else "background"
    description = getattr(job.story, f"{subject}_description")
    width, height = choose_size(subject)
    request = ImageRequest(
        subject=subject,
        prompt=f"{description} {job.style_words}",
        seed=job.seed,
        width=width,
        height=height,
    )
    painted = painter().paint(request, job.watch.on_progress)
    return save_image(
        job,
        ImageType(subject),
        painted.image,
        prompt_used=request.prompt,
        negative_prompt=request.negative_prompt,
        seed=request.seed,
        model=painted.model,
        parameters=dict(painted.parameters),
    )


def choose_size(subject: Subject) -> tuple[int, int]:
    """Width and height in pixels: IMAGE_SIZE if it is set, else what this painter paints best."""
    shape = (1, 1) if subject == "character" else parse_size(settings.SCENE_SIZE)
    if settings.IMAGE_SIZE:
        return parse_size(settings.IMAGE_SIZE)
    native_side = painter().native_side
    return fit_size(native_side, shape) if native_side else shape if subject == "background" else (768, 768)


def merge_scene(job: Job) -> Save:
    """Stand the hero in the setting."""
    hero, setting = job.images[ImageType.CHARACTER], job.images[ImageType.BACKGROUND]
    width, height = parse_size(settings.SCENE_SIZE)
    with Image.open(setting.file) as background, Image.open(hero.file) as character:
        merged = merge(background, character, width=width, height=height)
    return save_image(
        job,
        ImageType.COMBINED,
        merged.image,
        seed=job.seed,
        model="merge",
        parameters={
            "placement": asdict(merged.placement),
            "confidence": merged.confidence,
            "character": str(hero.pk),
            "background": str(setting.pk),
        },
    )


def update(story: Story, **fields: Any) -> None:
    """Save these fields alone: another branch may be saving others of the same story."""
    for name, value in fields.items():
        setattr(story, name, value)
    story.save(update_fields=[*fields, "updated_at"])
