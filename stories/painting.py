"""The picture steps: paint without the database, write the file, and say how to save its row.

Apart from `stories.writing`, so that a GPU worker need not load a language model's client.
"""

from __future__ import annotations

from dataclasses import asdict

from django.conf import settings

from imaging.merge import MERGE_VERSION, merge
from imaging.placing import Placement
from imaging.types import ImageRequest, Subject
from stories.engines import painter
from stories.jobs import Job, Save
from stories.models import ImageType
from stories.notes import MERGE_CHANGED
from stories.pictures import open_picture, save_image
from stories.sizes import fit_size, parse_size
from stories.versions import say_to_painter


def make_request(job: Job) -> ImageRequest:
    """What a painter is asked for: the hero or the setting, after its description."""
    subject = name_subject(job)
    width, height = job.step.wanted.get("size") or choose_size(subject)
    return ImageRequest(
        subject=subject,
        prompt=say_to_painter(job.story, find_description(job)),
        style=job.style.name,
        seed=job.seed,
        width=width,
        height=height,
        again=job.step.wanted.get("again"),
    )


def name_subject(job: Job) -> Subject:
    return "character" if job.step.name == "character_image" else "background"


def find_description(job: Job) -> str:
    """The words that were asked for, else the story's own."""
    return str(job.step.wanted.get("description") or getattr(job.story, f"{name_subject(job)}_description"))


def keep(job: Job) -> Save:
    """Keep the picture that the painter made, or raise what hindered it."""
    if isinstance(job.painted, Exception):
        raise job.painted
    if job.painted is None:
        raise ValueError(f"nobody painted {job.step.name}")
    painted, request = job.painted, job.painted.request
    return save_image(
        job,
        ImageType(request.subject),
        painted.image,
        description=find_description(job),
        style=request.style,
        prompt_used=painted.prompt,
        negative_prompt=painted.negative_prompt,
        seed=painted.seed,
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
    wanted = job.step.wanted.get("placement")
    merged = merge(
        open_picture(setting),
        open_picture(hero),
        width=width,
        height=height,
        placement=Placement(**wanted) if wanted else None,
    )
    return save_image(
        job,
        ImageType.COMBINED,
        merged.image,
        seed=job.seed,
        model="merge",
        note=tell_merge(job.step.wanted.get("merge_version", MERGE_VERSION)),
        parameters={
            "placement": asdict(merged.placement),
            "by_hand": wanted is not None,
            "merge_version": MERGE_VERSION,
            "cut_out": merged.method,
            "confidence": merged.confidence,
            "character": str(hero.pk),
            "background": str(setting.pk),
        },
    )


def tell_merge(version: int) -> str:
    """What to say of a scene that is to be as one that this version of the merge has made, to be stored."""
    if version == MERGE_VERSION:
        return ""
    return MERGE_CHANGED.format(version=version, now=MERGE_VERSION)
