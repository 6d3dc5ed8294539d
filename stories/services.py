"""Use cases over several objects. The faces (web, API, admin, terminal) call these and nothing deeper."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from imaging.styles import DEFAULT_STYLE
from stories import allowances, events, settling
from stories.models import (
    ENDED,
    GeneratedImage,
    GenerationSession,
    Step,
    StepStatus,
    Story,
    Visibility,
    random_seed,
)
from stories.people import Person
from stories.pictures import delete_files
from stories.pipeline import build_steps
from stories.refusals import Refused
from stories.room import check_room
from stories.tracing import current_request
from stories.versions import keep_shown, lock_story

logger = logging.getLogger(__name__)


class Conflict(Refused):
    """It does not fit the state that things are in."""


def start_generation(
    *,
    person: Person,
    prompt: str,
    style: str = DEFAULT_STYLE,
    genre: str = "",
    language: str = "",
    seed: int | None = None,
    images: bool = True,
    bulk: bool = False,
    varied_from: Story | None = None,
    idempotency_key: str | None = None,
) -> GenerationSession:
    """Save a story to be made, its generation and its steps, and wake the dispatcher. An empty ``genre``
    leaves that to the storyteller, and an empty ``language`` (a BCP 47 tag) to the sentence. ``bulk``: nobody
    waits for it, and it comes after what people wait for.

    With an ``idempotency_key`` that this person has used before, the generation of then is returned.

    Raises:
        TooManyGenerations: the person's places are all taken.
        QueueFull: too many wait already, of all people together.
        NothingLeft: the person's pictures of this hour are used up.
        Conflict: the key was used before for something else.
    """
    wanted = {"prompt": prompt, "style": style, "images": images, "seed": seed, "asked_language": language}
    wanted["genre"] = genre or None  # what nobody wished for may be known by now
    with transaction.atomic():
        take_turn(person.counted_as, person.origin)
        if idempotency_key:
            before = _find_earlier(person, idempotency_key)
            if before:
                return _check_same(before, wanted)
        check_room(person.counted_as, person.origin)
        story = Story.objects.create(
            owner_id=person.account_id,
            person=person.key,
            origin=person.origin,
            prompt=prompt,
            style=style,
            genre=genre,
            language=language,
            asked_language=language,
            varied_from=varied_from,
            # From a bare address nobody would be known again as its owner: its UUID is the key to it.
            visibility=Visibility.PRIVATE if person.is_known else Visibility.UNLISTED,
        )
        session = GenerationSession.objects.create(
            story=story,
            person=person.counted_as,
            seed=random_seed() if seed is None else seed,
            images=images,
            bulk=bulk,
            idempotency_key=idempotency_key or None,
        )
        todo = build_steps(session)
        allowances.charge(person.counted_as, person.origin, todo)
        Step.objects.bulk_create(todo)
        events.record(session.pk, events.Kind.ASKED)
        settling.notify()
    return session


def retry_generation(session: GenerationSession, *, by: Person | None = None) -> GenerationSession:
    """Try everything that is not done again; what is done stays. It counts for who began it, and where that
    is nobody any more, for who asks.

    Raises:
        Conflict: its story is being made or lies in the trash, or nothing is missing.
        NotNow: as `start_generation`.
    """
    with transaction.atomic():
        take_turn(*_count_for(session, by))
        its_steps = settling.lock(session.pk)
        session = GenerationSession.objects.get(pk=session.pk)
        who, origin = _count_for(session, by)
        if not session.is_ended:
            raise Conflict(_("This story is still being made."))
        if not session.can_be_retried:
            raise Conflict(_("Nothing is missing from this story."))
        try:
            _check_alone(session.story)
        except Story.DoesNotExist:
            raise Conflict(_("This story lies in the trash. Take it out to go on with it.")) from None
        check_room(who, origin)
        again = [step for step in its_steps if step.status != StepStatus.DONE]
        allowances.charge(who, origin, again)
        settling.reopen(session, its_steps)
        GenerationSession.objects.filter(pk=session.pk).update(person=who, request_id=current_request())
    return GenerationSession.objects.get(pk=session.pk)


def cancel_generation(session: GenerationSession) -> GenerationSession:
    """Stop a generation. What was made so far stays. Stopping an ended one changes nothing."""
    with transaction.atomic():
        its_steps = settling.lock(session.pk)
        session = GenerationSession.objects.get(pk=session.pk)
        if not session.is_ended:
            settling.cancel_all(session, its_steps)
    return GenerationSession.objects.get(pk=session.pk)


def begin_redo(
    story: Story,
    *,
    person: Person,
    redo: str,
    wanted: dict[str, dict[str, Any]],
    check: Callable[[Story], None] = lambda story: None,
) -> GenerationSession:
    """Start a generation of these steps alone, each with what is asked of it. ``check`` may raise what
    hinders it; the words that the story has now are kept.

    Raises:
        Conflict: something of this story is being made.
        NotNow: as `start_generation`.
    """
    with transaction.atomic():
        origin = story.origin if person.origin else ""  # an account is not counted by address
        take_turn(person.counted_as, origin)
        # One at a time: the row is held until the new generation can be seen.
        story = _check_alone(story)
        check(story)
        check_room(person.counted_as, origin)
        keep_shown(story)
        seeds = (asked["seed"] for asked in wanted.values() if "seed" in asked)
        session = GenerationSession.objects.create(
            story=story, person=person.counted_as, seed=next(seeds, random_seed()), redo=redo
        )
        todo = build_steps(session, wanted)
        allowances.charge(person.counted_as, origin, todo)
        for step in todo:
            step.wanted = wanted[step.name]
        Step.objects.bulk_create(todo)
        events.record(session.pk, events.Kind.ASKED, redo)
        settling.notify()
    return session


@contextmanager
def alone_with(story: Story, **still: Any) -> Iterator[Story]:
    """Stop what is being made of a story, and hold its row as it is now: nothing of it is begun meanwhile.
    ``still``: what must be true of it then. In the order of the workers, who have a step when they ask for
    the story; so what began before the row was held is stopped by letting go of it and coming again.

    Raises:
        Story.DoesNotExist: it was deleted meanwhile, or is no longer as it has to be.
    """
    with transaction.atomic():
        while True:
            come = transaction.savepoint()
            under_way = GenerationSession.objects.filter(story=story.pk).exclude(status__in=ENDED)
            for session in under_way.order_by("pk"):
                cancel_generation(session)
            held = Story.objects.select_for_update().get(pk=story.pk, **still)
            if not under_way.exists():
                break
            transaction.savepoint_rollback(come)
        yield held


def delete_story(story: Story, **still: Any) -> None:
    """Delete a story with its generations and pictures; their files go once that is certain.

    Raises:
        Story.DoesNotExist: as `alone_with`.
    """
    with alone_with(story, **still) as held:
        names = list(held.images.values_list("file", flat=True))
        held.delete()
        transaction.on_commit(lambda: delete_files(names))


def delete_pictures(images: Iterable[GeneratedImage]) -> None:
    """Delete single pictures, and their files once that is certain."""
    with transaction.atomic():
        names = {image.pk: str(image.file.name) for image in images}
        GeneratedImage.objects.filter(pk__in=names).delete()
        transaction.on_commit(lambda: delete_files(names.values()))


def find_generation(session_id: Any) -> GenerationSession:
    """Raises `GenerationSession.DoesNotExist`."""
    return GenerationSession.objects.select_related("story").get(pk=session_id)


def take_turn(*who: str) -> None:
    """Let one request of a person, or an address, be decided after the other, so that counting is exact."""
    with connection.cursor() as cursor:
        for key in filter(None, who):
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])


def _count_for(session: GenerationSession, by: Person | None) -> tuple[str, str]:
    if by and not session.person:
        return by.counted_as, by.origin
    return session.person, session.story.origin


def _check_alone(story: Story) -> Story:
    """Its row, held: nothing else of it is being made until the transaction ends."""
    story = lock_story(story)
    if story.generations.exclude(status__in=ENDED).exists():
        raise Conflict(_("Something of this story is being made just now. Wait until it is finished."))
    return story


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
        "genre": session.story.genre,
        "asked_language": session.story.asked_language,
        "images": session.images,
        "seed": session.seed,
    }
    if any(had[name] != value for name, value in wanted.items() if value is not None):
        raise Conflict(_("This Idempotency-Key was used before for another request. Use a new one."))
    return session
