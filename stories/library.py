"""What people do with the stories of a library: find and mark them, throw them away and take them back."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from stories import access, services
from stories.models import Mark, Story, StoryQuerySet, Visibility
from stories.people import Person
from stories.search import FEATURED, Search, narrow

logger = logging.getLogger(__name__)

ALL, MINE, PUBLIC, FAVOURITES = "", "mine", "public", "favourites"
SHELVES = {
    ALL: gettext_noop("All"),
    MINE: gettext_noop("Mine"),
    PUBLIC: gettext_noop("Public"),
    FAVOURITES: gettext_noop("Favourites"),
}


def find_stories(person: Person, search: Search, *, shelf: str = ALL) -> StoryQuerySet:
    """Told stories that this person may see, of this shelf, with their pictures and the person's marks. Where
    nothing else is asked for, what curators feature stands first among the public ones."""
    if shelf == PUBLIC and not (search.words or search.order):
        search = replace(search, order=FEATURED)
    return narrow(list_shelf(person, shelf), search).with_pictures().with_marks(person)


def list_recent(person: Person, number: int) -> list[Story]:
    """The latest stories for this person's front page; up to half are public ones that are featured."""
    public = Story.objects.filter(visibility=Visibility.PUBLIC).kept().told()
    first = list(public.filter(is_featured=True).with_pictures()[: number // 2])
    others = access.list_stories(person).exclude(pk__in=[story.pk for story in first]).with_pictures()
    return [*first, *others[: number - len(first)]]


def list_shelf(person: Person, shelf: str = ALL) -> StoryQuerySet:
    match shelf:
        case "mine":
            return Story.objects.of(person).kept().told()
        case "public":
            return access.list_stories(person).filter(visibility=Visibility.PUBLIC)
        case "favourites":
            # Also one that is nobody's to list and came by a link: who marked it had that.
            return Story.objects.readable_by(person).told().favourites_of(person)
    return access.list_stories(person)


def list_wishes(story: Story) -> dict[str, Any]:
    """What the form is filled in with for a story like this one: all that was asked for but the seed."""
    making = story.generations.filter(redo="").order_by("-created_at").first()
    return {
        "prompt": story.prompt,
        "style": story.style,
        "genre": story.genre,
        "language": story.asked_language,
        "images": "false" if making and not making.images else "true",
        "varied_from": str(story.pk),
    }


def mark_story(person: Person, story: Story, **changes: Any) -> Story:
    """Make it a favourite or none (``is_favourite``), give it a ``thumb`` or take that back (0).

    Raises:
        NotYours: the person is nobody that we would know again.
        Story.DoesNotExist: it was deleted meanwhile.
    """
    if not person.is_known:
        raise access.NotYours(_("We would not know you again. Sign in, or send a token, to mark a story."))
    with transaction.atomic():
        # The row is held: two who press at once are counted one after the other.
        Story.objects.select_for_update().get(pk=story.pk)
        mark, _new = Mark.objects.update_or_create(story=story, person=person.key, defaults=changes)
        thumbs = Mark.objects.filter(story=story).aggregate(sum=Coalesce(Sum("thumb"), 0))
        Story.objects.filter(pk=story.pk).update(likes=thumbs["sum"])
    story.is_favourite, story.thumb, story.likes = mark.is_favourite, mark.thumb, thumbs["sum"]
    return story


def trash_story(story: Story) -> None:
    """Put a story into the trash, where it is for nobody but its owner; what is being made of it stops.

    Raises:
        Story.DoesNotExist: it is there already, or it was deleted meanwhile.
    """
    with services.alone_with(story, trashed_at=None):
        Story.objects.filter(pk=story.pk).update(trashed_at=timezone.now())


def restore_story(story: Story) -> None:
    """Take a story out of the trash, as it was."""
    Story.objects.filter(pk=story.pk).update(trashed_at=None)


def delete_trashed(story: Story) -> None:
    """Delete a story for good, if it still lies in the trash.

    Raises:
        Story.DoesNotExist: it was taken out meanwhile, or is gone already.
    """
    services.delete_story(story, trashed_at__isnull=False)


def empty_trash() -> int:
    """Delete for good what lies in the trash for longer than ``TRASH_DAYS``; how many stories that were."""
    return _empty(Story.objects.all(), trashed_at__lt=timezone.now() - timedelta(days=settings.TRASH_DAYS))


def empty_trash_of(person: Person) -> int:
    """Delete for good all that this person has thrown away; how many stories that were."""
    return _empty(access.list_trash(person), trashed_at__isnull=False)


def _empty(stories: StoryQuerySet, **still: Any) -> int:
    """One that cannot be deleted does not keep the others."""
    number = 0
    for story in stories.filter(**still).only("pk").prefetch_related(None).order_by("trashed_at"):
        try:
            services.delete_story(story, **still)
            number += 1
        except Story.DoesNotExist:
            continue  # taken out of the trash, or deleted, meanwhile
        except DatabaseError as error:  # whose message may quote the story
            logger.error("story %s could not be deleted: %s", story.pk, type(error).__name__)
    return number
