"""What curators decide: what everybody may read, what stands first, and what is taken back, and why.

Whether somebody is a curator is for the faces to ask (`stories.people`, the admin's permissions).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypedDict

from django.db.models import Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Concat, Now

from imaging.types import PictureWithheld
from stories.models import GeneratedImage, Step, StepStatus, Story, StoryQuerySet, Visibility
from stories.validation import clean_text

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

REASON_MAX = 1000
#: A story that has become public: what was asked and said before is settled.
PUBLISHED: dict[str, Any] = {"publish_asked_at": None, "hidden_reason": "", "published_at": Now()}
#: A story that is no longer, or not to be, among the public ones.
NOT_PUBLIC: dict[str, Any] = {"is_featured": False, "publish_asked_at": None}


class Seen(TypedDict):
    """What `list_withheld` adds to a step."""

    has_picture: bool


def publish(stories: Iterable[Story]) -> list[Story]:
    """Let everybody read these stories; what lies in the trash stays there."""
    kept = _pick(stories).filter(trashed_at__isnull=True)
    return _change(kept, visibility=Visibility.PUBLIC, **PUBLISHED)


def unlist(stories: Iterable[Story]) -> list[Story]:
    """Let whoever has the link read these stories, and no library list them."""
    return _change(_pick(stories), visibility=Visibility.UNLISTED, **NOT_PUBLIC)


def hide(stories: Iterable[Story], reason: str) -> list[Story]:
    """Take these stories back: only their owners can read them, and why."""
    return _change(_pick(stories), visibility=Visibility.PRIVATE, hidden_reason=reason, **NOT_PUBLIC)


def refuse(stories: Iterable[Story], reason: str) -> list[Story]:
    """Leave stories that were to be published as they are; their owners read why."""
    return _change(list_asked() & _pick(stories), publish_asked_at=None, hidden_reason=reason)


def feature(stories: Iterable[Story]) -> list[Story]:
    """Let these stand first among the public ones; others are left as they are."""
    shown = _pick(stories).filter(visibility=Visibility.PUBLIC, trashed_at__isnull=True)
    return _change(shown, is_featured=True)


def unfeature(stories: Iterable[Story]) -> list[Story]:
    return _change(_pick(stories).filter(is_featured=True), is_featured=False)


def clean_reason(text: Any) -> str:
    """What the owner is told, 3 to 1,000 characters."""
    return clean_text(text, least=3, most=REASON_MAX)


def list_asked() -> StoryQuerySet:
    """Stories whose owners want them published, those who wait longest first."""
    asked = Story.objects.filter(publish_asked_at__isnull=False, trashed_at__isnull=True)
    return asked.exclude(visibility=Visibility.PUBLIC).order_by("publish_asked_at", "pk")


def list_withheld() -> QuerySet[WithAnnotations[Step, Seen]]:
    """Steps whose picture the model's safety checker withheld, latest first; ``has_picture`` tells whether
    the story has such a picture all the same, an earlier or a later one."""
    picture = GeneratedImage.objects.annotate(step=Concat("image_type", Value("_image"))).filter(
        story=OuterRef("session__story"), step=OuterRef("name"), is_live=True
    )
    return (
        Step.objects.filter(
            status__in=[StepStatus.SKIPPED, StepStatus.FAILED], error__startswith=PictureWithheld.SAYS
        )
        .annotate(has_picture=Exists(picture))
        .order_by("-finished_at", "pk")
    )


def _pick(stories: Iterable[Story]) -> StoryQuerySet:
    return Story.objects.filter(pk__in=[story.pk for story in stories])


def _change(stories: StoryQuerySet, **values: Any) -> list[Story]:
    """Those that were changed: each function above gives them back."""
    found = list(stories)
    Story.objects.filter(pk__in=[story.pk for story in found]).update(**values)
    return found
