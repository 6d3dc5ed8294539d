"""Use cases over several objects. The faces (web, API, admin, terminal) call these and nothing deeper."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import prefetch_related_objects

from imaging.styles import DEFAULT_STYLE
from stories import steps
from stories.models import (
    ENDED,
    GeneratedImage,
    GenerationSession,
    GenerationStatus,
    ImageType,
    Step,
    StepStatus,
    Story,
    Visibility,
    random_seed,
)
from stories.people import Person
from stories.pictures import delete_files
from stories.pipeline import KINDS, build_steps

logger = logging.getLogger(__name__)

#: What a person is asked to wait before trying again when too many of theirs are under way, in seconds.
RETRY_AFTER = 30


class Refused(Exception):
    """A request that is well formed and cannot be granted now. The message is written for the person."""


class TooManyGenerations(Refused):
    """All of a person's places, running and waiting, are taken."""

    retry_after = RETRY_AFTER


class Conflict(Refused):
    """It does not fit the state that things are in."""


def start_generation(
    *,
    person: Person,
    prompt: str,
    style: str = DEFAULT_STYLE,
    seed: int | None = None,
    images: bool = True,
    idempotency_key: str | None = None,
) -> GenerationSession:
    """Save a story to be made, its generation and its steps, and wake the dispatcher.

    With an ``idempotency_key`` that this person has used before, the generation of then is returned.

    Raises:
        TooManyGenerations: the person's places are all taken.
        Conflict: the key was used before for something else.
    """
    wanted = {"prompt": prompt, "style": style, "images": images, "seed": seed}
    with transaction.atomic():
        _take_turn(person.counted_as)
        if idempotency_key:
            before = _find_earlier(person, idempotency_key)
            if before:
                return _check_same(before, wanted)
        _check_room(person.counted_as)
        story = Story.objects.create(
            owner_id=person.account_id,
            person=person.key,
            prompt=prompt,
            style=style,
            # From a bare address nobody would be known again as its owner: its UUID is the key to it.
            visibility=Visibility.PRIVATE if person.is_known else Visibility.UNLISTED,
        )
        session = GenerationSession.objects.create(
            story=story,
            person=person.counted_as,
            seed=random_seed() if seed is None else seed,
            images=images,
            idempotency_key=idempotency_key or None,
        )
        Step.objects.bulk_create(build_steps(session))
        steps.notify()
    return session


def retry_generation(session: GenerationSession) -> GenerationSession:
    """Try everything that is not done again; what is done stays.

    Raises:
        Conflict: it is still going on, or nothing is missing.
        TooManyGenerations: the person's places are all taken.
    """
    with transaction.atomic():
        _take_turn(session.person)
        its_steps = steps.lock(session.pk)
        session = GenerationSession.objects.get(pk=session.pk)
        if not session.is_ended:
            raise Conflict("This story is still being made.")
        if not session.can_be_retried:
            raise Conflict("Nothing is missing from this story.")
        _check_room(session.person)
        steps.reopen(session, its_steps)
    return GenerationSession.objects.get(pk=session.pk)


def cancel_generation(session: GenerationSession) -> GenerationSession:
    """Stop a generation. What was made so far stays. Stopping an ended one changes nothing."""
    with transaction.atomic():
        its_steps = steps.lock(session.pk)
        session = GenerationSession.objects.get(pk=session.pk)
        if not session.is_ended:
            steps.cancel_all(session, its_steps)
    return GenerationSession.objects.get(pk=session.pk)


def redo_picture(
    story: Story,
    image_type: str,
    *,
    person: Person,
    seed: int | None = None,
    style: str | None = None,
    description: str | None = None,
    placement: dict[str, Any] | None = None,
    merge: bool = False,
    like: Any = None,
) -> GenerationSession:
    """Make one picture anew; it takes the place of the live one, which is kept, and nothing else changes.

    What is not given is as in the picture ``like`` (its id); without that it is chosen: another seed, the
    story's style and description, the best placement. ``merge``: then merge the scene again too. A
    ``description`` becomes the story's with the picture.

    Raises:
        Conflict: something of this story is being made, or what the picture needs is missing.
        TooManyGenerations: the person's places are all taken.
    """
    given = {"seed": seed, "style": style, "description": description, "placement": placement}
    changes = {name: value for name, value in given.items() if value not in (None, "")}
    wanted = _find_recipe(story, image_type, like) | changes
    if changes:
        wanted.pop("again", None)  # it is to be like that picture, not the same
    wanted.setdefault("seed", random_seed())
    names = [f"{image_type}_image"] + (["combined_image"] if merge and image_type != "combined" else [])
    with transaction.atomic():
        _take_turn(person.counted_as)
        # One at a time: the row is held until the new generation can be seen.
        story = Story.objects.select_for_update().get(pk=story.pk)
        if story.generations.exclude(status__in=ENDED).exists():
            raise Conflict("Something of this story is being made just now. Wait until it is finished.")
        _check_parts(story, image_type, names, wanted)
        _check_room(person.counted_as)
        session = GenerationSession.objects.create(
            story=story, person=person.counted_as, seed=wanted["seed"], redo=image_type
        )
        first, *rest = build_steps(session, names)
        first.wanted = wanted
        Step.objects.bulk_create([first, *rest])
        steps.notify()
    return session


def choose_picture(image: GeneratedImage) -> GeneratedImage:
    """Let this version be the one that is shown; the others are kept."""
    with transaction.atomic():
        Story.objects.select_for_update().get(pk=image.story_id)
        image.refresh_from_db()
        image.go_live(describes=True)
    return image


def delete_story(story: Story) -> None:
    """Delete a story with its generations and pictures; their files go once that is certain."""
    with transaction.atomic():
        for session in story.generations.exclude(status__in=ENDED):
            steps.cancel_all(session, steps.lock(session.pk))
        names = list(story.images.values_list("file", flat=True))
        story.delete()
        transaction.on_commit(lambda: delete_files(names))


def delete_pictures(images: Iterable[GeneratedImage]) -> None:
    """Delete single pictures, and their files once that is certain."""
    with transaction.atomic():
        names = {image.pk: str(image.file.name) for image in images}
        GeneratedImage.objects.filter(pk__in=names).delete()
        transaction.on_commit(lambda: delete_files(names.values()))


def describe_status(session: GenerationSession) -> dict[str, Any]:
    """The status JSON of a generation (docs/architecture.md), read in three queries."""
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
        "current_step": current.name if current else None,
        "current_label": KINDS[current.name].label if current and not waits else session.get_status_display(),
        "steps": [step.as_status() | {"label": KINDS[step.name].label} for step in its_steps],
        "title": story.title or None,
        "partial_text": story.story_text or next((step.partial for step in its_steps if step.partial), ""),
        "story_id": str(story.pk) if told else None,
        "story_url": story.get_absolute_url() if told else None,
        "error": session.error or None,
        "warnings": session.warnings,
        "images": [
            {"image_type": kind, "url": image.shown, "width": image.width, "height": image.height}
            for kind, image in story.pictures.items()
        ],
        "can_be_retried": session.can_be_retried,
    }


def find_generation(session_id: Any) -> GenerationSession:
    """Raises `GenerationSession.DoesNotExist`."""
    return GenerationSession.objects.select_related("story").get(pk=session_id)


def _take_turn(person_key: str) -> None:
    """Let one request of a person be decided after the other, so that counting their places is exact."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [person_key])


def _check_room(person_key: str) -> None:
    under_way = GenerationSession.objects.filter(person=person_key).exclude(status__in=ENDED).count()
    if under_way >= settings.GENERATIONS_RUNNING_PER_PERSON + settings.GENERATIONS_WAITING_PER_PERSON:
        raise TooManyGenerations(
            f"You have {under_way} stories under way, which is as many as one person may have. "
            "Wait until one is finished, or stop one, then try again."
        )


def _find_recipe(story: Story, image_type: str, like: Any) -> dict[str, Any]:
    if like is None:
        return {}
    image = story.images.filter(pk=like, image_type=image_type).first()
    if image is None:
        raise Conflict("This story has no such picture to paint again.")
    return image.recipe


def _check_parts(story: Story, image_type: str, names: list[str], wanted: dict[str, Any]) -> None:
    """A picture needs its description, and a scene the two pictures that it is put together from."""
    if image_type == ImageType.COMBINED:
        if wanted.keys() & {"style", "description"}:
            raise Conflict("A scene is put together from two pictures: it has no style or description.")
    elif not (wanted.get("description") or getattr(story, f"{image_type}_description")):
        raise Conflict("There is no description to paint after. Write one.")
    elif "placement" in wanted:
        raise Conflict("Only a scene has a placement.")
    parts = {ImageType.CHARACTER, ImageType.BACKGROUND} - {image_type}
    if "combined_image" in names and not parts <= set(story.pictures):
        raise Conflict("A scene needs a picture of the hero and one of the setting.")


def _find_earlier(person: Person, key: str) -> GenerationSession | None:
    return (
        GenerationSession.objects.select_related("story")
        .filter(person=person.counted_as, idempotency_key=key)
        .first()
    )


def _check_same(session: GenerationSession, wanted: dict[str, Any]) -> GenerationSession:
    had = {
        "prompt": session.story.prompt,
        "style": session.story.style,
        "images": session.images,
        "seed": session.seed,
    }
    if any(had[name] != value for name, value in wanted.items() if value is not None):
        raise Conflict("This Idempotency-Key was used before for another request. Use a new one.")
    return session
