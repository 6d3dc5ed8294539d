"""Who may read and who may change what. Every face asks here.

What somebody may not read does not exist for them; what they may read and not change says so.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from stories import curating
from stories.models import GeneratedImage, GenerationSession, Story, Visibility
from stories.models.story import split_copy_name
from stories.people import Person
from stories.services import Refused


class NotYours(Refused):
    """It can be read, and is not this person's to change."""


def may_change(story: Story, person: Person) -> bool:
    """Its owner, the staff, and, for a story from a bare address, whoever holds its UUID.

    Once a curator has published such a story everybody knows its UUID, which then opens nothing any more.
    """
    from_nobody = story.person.startswith(Person.ADDRESS) and story.visibility != Visibility.PUBLIC
    return from_nobody or story.is_owned_by(person)


def find_story(person: Person, story_id: Any, *, to_change: bool = False) -> Story:
    """A story that this person may read (or change), with its live pictures.

    Raises:
        Story.DoesNotExist: there is none, or it is not for this person to read.
        NotYours: it is not this person's to change.
    """
    story = Story.objects.with_pictures().get(pk=story_id)
    if not story.may_be_read_by(person):
        raise Story.DoesNotExist
    if to_change:
        _check_may_change(story, person)
    return story


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

    The same content has the same name, and may belong to several stories.

    Raises:
        GeneratedImage.DoesNotExist: there is none, or none for this person to see.
    """
    original, width = split_copy_name(name)
    for image in GeneratedImage.objects.select_related("story").filter(file=original):
        if image.story.may_be_read_by(person) and (width is None or width in image.copies):
            return image
    raise GeneratedImage.DoesNotExist


def list_stories(person: Person, *, search: str = "") -> QuerySet[Story]:
    """The library of this person: public stories and their own, told ones only, with their pictures.

    ``search``: words that title, prompt or text contain, all of them; ten are looked at.
    """
    found = Story.objects.listed_for(person).told().with_pictures()
    for word in search.split()[:10]:
        found = found.filter(
            Q(title__icontains=word) | Q(prompt__icontains=word) | Q(story_text__icontains=word)
        )
    return found


def edit_story(person: Person, story: Story, **changes: Any) -> Story:
    """Save these fields alone: a generation may be saving others of the same story.

    Raises:
        NotYours: it is not this person's to change, or not to publish.
        Story.DoesNotExist: it was deleted meanwhile.
    """
    _check_may_change(story, person)
    wanted = changes.get("visibility", story.visibility)
    if wanted == Visibility.PUBLIC != story.visibility:
        if not person.is_staff:
            raise NotYours(
                "Only a curator can make a story public. You can make it unlisted: "
                "then whoever has its link can read it."
            )
        changes |= curating.PUBLISHED
    elif story.visibility == Visibility.PUBLIC != wanted:
        changes |= curating.NOT_PUBLIC
    if not Story.objects.filter(pk=story.pk).update(**changes, updated_at=timezone.now()):
        raise Story.DoesNotExist
    for name, value in changes.items():
        setattr(story, name, value)
    return story


def _check_may_change(story: Story, person: Person) -> None:
    if not may_change(story, person):
        raise NotYours("This story is somebody else's: you can read it, and not change it.")
