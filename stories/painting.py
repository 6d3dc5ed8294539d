"""The picture steps: paint without the database, write the file, and say how to save its row.

Apart from `stories.writing`, so that a GPU worker need not load a language model's client.
"""

from __future__ import annotations

from dataclasses import asdict

from django.conf import settings
from PIL import Image

from imaging.merge import merge
from imaging.types import ImageRequest, Subject
from stories.engines import painter
from stories.jobs import Job, Save
from stories.models import ImageType
from stories.pictures import save_image
from stories.sizes import fit_size, parse_size


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
