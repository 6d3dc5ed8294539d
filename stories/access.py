"""Who may read and who may change what. Every face asks here.

What somebody may not read does not exist for them; what they may read and not change says so.
"""

from __future__ import annotations

from itertools import chain
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from stories import curating
from stories.editing import edit_words
from stories.models import (
    ENDED,
    GeneratedImage,
    GenerationSession,
    ShareLink,
    Step,
    StepStatus,
    Story,
    StoryQuerySet,
    StoryVersion,
    Visibility,
)
from stories.models.image import split_copy_name
from stories.people import Person
from stories.refusals import Refused
from stories.services import Conflict
from stories.versions import WORDS, has_changed, lock_story

#: So many stories with the same picture are looked at before all of them are.
FEW = 8


class NotYours(Refused):
    """It can be read, and is not this person's to change."""

    status = 403


def may_change(story: Story, person: Person) -> bool:
    """Its owner, the staff, and, for a story from a bare address, whoever holds its UUID."""
    return story.is_open_by_uuid or story.is_owned_by(person)


def may_see_metrics(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Whoever may come to the desk at all."""
    return bool(user.is_active and getattr(user, "is_staff", False))


def leaves_public(story: Story, person: Person) -> bool:
    """Whether a change by this person would take it out of the public library, for a curator to see first."""
    return story.visibility == Visibility.PUBLIC and may_change(story, person) and not person.is_staff


def find_story(person: Person, story_id: Any, *, to_change: bool = False) -> Story:
    """A story that this person may read (or change), with its live pictures and the person's marks.

    Raises:
        Story.DoesNotExist: there is none, or it is not for this person to read.
        NotYours: it is not this person's to change.
    """
    story = Story.objects.with_pictures().with_marks(person).get(pk=story_id)
    if not story.may_be_read_by(person):
        raise Story.DoesNotExist
    if to_change:
        _check_may_change(story, person)
    return story


def find_source(person: Person, story_id: Any) -> Story | None:
    """The story that somebody wants another one like, if there is one and they may read it."""
    try:
        story = Story.objects.get(pk=story_id) if story_id else None
    except (Story.DoesNotExist, ValidationError):
        return None
    return story if story and story.may_be_read_by(person) else None


def find_trashed(person: Person, story_id: Any) -> Story:
    """A story in the trash, for who may change it; for everybody else it is gone.

    Raises:
        Story.DoesNotExist: there is none, or it is not this person's.
    """
    story = Story.objects.exclude(trashed_at=None).get(pk=story_id)
    if not may_change(story, person):
        raise Story.DoesNotExist
    return story


def find_to_delete(person: Person, story_id: Any) -> Story:
    """A story that this person may delete for good, in the trash or not.

    Raises:
        Story.DoesNotExist, NotYours: as `find_story`.
    """
    try:
        return find_trashed(person, story_id)
    except Story.DoesNotExist:
        return find_story(person, story_id, to_change=True)


def list_trash(person: Person) -> StoryQuerySet:
    """This person's stories in the trash, the latest first, with their pictures."""
    return Story.objects.of(person).exclude(trashed_at=None).with_pictures().order_by("-trashed_at", "id")


def list_making(person: Person) -> QuerySet[GenerationSession]:
    """The making of this person's stories that goes on, and then, the latest first, that which ended before
    there was a text: no shelf shows those. ``waits``: for a language model that does not answer."""
    stories = Story.objects.of(person).kept()
    sessions = GenerationSession.objects.filter(redo="").order_by()
    goes_on = sessions.filter(story__in=stories).exclude(status__in=ENDED)
    untold = sessions.filter(story__in=stories.filter(story_text=""))
    away = Step.objects.filter(session=OuterRef("pk"), status=StepStatus.READY, not_before__gt=Now())
    return (
        GenerationSession.objects.filter(pk__in=goes_on.values("pk").union(untold.values("pk")))
        .annotate(waits=Exists(away.exclude(away_since=None)))
        .select_related("story")
        .defer("story__story_text")
        .order_by(F("finished_at").desc(nulls_first=True), "-created_at", "pk")
    )


def find_version(person: Person, story_id: Any, image_id: Any, *, to_change: bool = False) -> GeneratedImage:
    """A picture of a story, live or earlier, under the same rules as the story itself.

    Raises:
        Story.DoesNotExist, NotYours: as `find_story`.
        GeneratedImage.DoesNotExist: the story has no such picture.
    """
    story = find_story(person, story_id, to_change=to_change)
    image = story.images.get(pk=image_id)
    image.story = story
    return image


def find_words(person: Person, story_id: Any, version: Any) -> StoryVersion:
    """A version of a story's words, by its id or its number, for those who may change the story.

    Raises:
        Story.DoesNotExist, NotYours: as `find_story`.
        StoryVersion.DoesNotExist: the story has no such version.
    """
    story = find_story(person, story_id, to_change=True)
    by = {"number": version} if isinstance(version, int) else {"pk": version}
    found = StoryVersion.objects.get(story=story, **by)
    found.story = story
    return found


def find_generation(person: Person, session_id: Any, *, to_change: bool = False) -> GenerationSession:
    """The making of a story, under the same rules as the story itself.

    Raises:
        GenerationSession.DoesNotExist: there is none, or it is not for this person to read.
        NotYours: it is not this person's to change.
    """
    session = GenerationSession.objects.select_related("story").get(pk=session_id)
    if not session.story.may_be_read_by(person):
        raise GenerationSession.DoesNotExist
    if to_change:
        _check_may_change(session.story, person)
    return session


def find_picture(person: Person, name: str) -> GeneratedImage:
    """A picture in the file of this name that this person may see, as part of a story they may read.

    The same content has the same name, and may belong to several stories: to a thousand, where a file is
    imported as often. Nearly always one of the first may be seen.

    Raises:
        GeneratedImage.DoesNotExist: there is none, or none for this person to see.
    """
    original, width = split_copy_name(name)
    images = GeneratedImage.objects.select_related("story").defer("story__story_text").filter(file=original)
    for image in chain(images[:FEW], images):
        if may_see(image, person) and (width is None or width in image.copies):
            return image
    raise GeneratedImage.DoesNotExist


def may_see(image: GeneratedImage, person: Person) -> bool:
    """Where its story may be read, and on its owner's page of the trash. What stands in the book no more, or
    never stood there, is for those who may put it back: no curator has looked at it."""
    story = image.story
    if story.trashed_at:
        return story.is_owned_by(person)
    return story.may_be_read_by(person) and (image.is_live or may_change(story, person))


def list_pictures(person: Person, story_id: Any) -> QuerySet[GeneratedImage]:
    """A story's pictures that this person may see, by type, the latest first.

    Raises:
        Story.DoesNotExist: as `find_story`.
    """
    story = find_story(person, story_id)
    shown = story.images.all() if may_change(story, person) else story.images.filter(is_live=True)
    return shown.order_by("image_type", "-created_at")


def find_shared(token: str) -> Story:
    """The story behind a share link that is open, for whoever has the link, with its live pictures.

    Raises:
        Story.DoesNotExist: there is no such link, or it was withdrawn, or it has expired.
    """
    shown = ShareLink.objects.filter(story__trashed_at__isnull=True, story__hidden_at__isnull=True)
    link = shown.filter(token=token).first()
    if link is None or not link.is_open:
        raise Story.DoesNotExist
    return Story.objects.with_pictures().told().get(pk=link.story_id)


def find_shared_picture(token: str, name: str) -> GeneratedImage:
    """A live picture of that story, in the file of this name. Earlier versions are not shared.

    Raises:
        Story.DoesNotExist: as `find_shared`.
        GeneratedImage.DoesNotExist: it shows no such picture.
    """
    original, width = split_copy_name(name)
    for image in find_shared(token).pictures.values():
        if image.file.name == original and (width is None or width in image.copies):
            return image
    raise GeneratedImage.DoesNotExist


def list_stories(person: Person) -> StoryQuerySet:
    """The library of this person: public stories and their own, told ones only."""
    return Story.objects.listed_for(person).told()


def edit_story(person: Person, story: Story, *, revision: str = "", **changes: Any) -> Story:
    """Save these fields alone: a generation may be saving others of the same story. Of words all versions are
    kept, and ``revision`` says what they were when the person read them.

    Raises:
        ChangedMeanwhile: words are others by now; what was sent is kept beside them.
        Conflict: a curator has hidden it; or it is to be published, and is not what the curator read.
        NotYours: it is not this person's to change, or not to publish.
        Story.DoesNotExist: it was deleted meanwhile.
    """
    _check_may_change(story, person)
    if changes.get("visibility") == story.visibility:
        del changes["visibility"]
    if "visibility" in changes:
        _decide(person, story, changes["visibility"])
    words = {name: changes.pop(name) for name in WORDS if name in changes}
    if words:
        edit_words(story, person=person, changes=words, revision=revision)
    with transaction.atomic():
        now = lock_story(story)
        if "visibility" in changes:
            if revision and not words and has_changed(now, revision, WORDS):
                raise Conflict(_("The story was changed since you read it. Read it again, then decide."))
            changes |= _decide(person, now, changes["visibility"])
        Story.objects.filter(pk=story.pk).update(**changes, updated_at=timezone.now())
    if changes:
        story.refresh_from_db(fields=list(changes))
    return story


def _decide(person: Person, story: Story, wanted: str) -> dict[str, Any]:
    """What else changes with who may read it."""
    if wanted == Visibility.PUBLIC:
        if not person.is_staff:
            raise NotYours(
                _(
                    "Only a curator can make a story public. You can make it unlisted: "
                    "then whoever has its link can read it."
                )
            )
        return curating.PUBLISHED
    if wanted == Visibility.UNLISTED and story.hidden_at:
        if not person.is_staff:
            raise Conflict(_(curating.HIDDEN))
        return {**curating.NOT_PUBLIC, "hidden_at": None}
    return curating.NOT_PUBLIC if story.visibility == Visibility.PUBLIC else {}


def _check_may_change(story: Story, person: Person) -> None:
    if not may_change(story, person):
        raise NotYours(_("This story is somebody else's: you can read it, and not change it."))
