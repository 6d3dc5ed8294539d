"""What curators decide: what everybody may read, what stands first, and what is taken back, and why.

Whether somebody is a curator is for the faces to ask (`stories.people`, the admin's permissions).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypedDict

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat, Now
from django.utils.translation import gettext_noop

from imaging.types import PictureWithheld
from stories.models import (
    ENDED,
    GeneratedImage,
    GenerationSession,
    ShareLink,
    Step,
    StepStatus,
    Story,
    StoryQuerySet,
    Visibility,
)
from stories.validation import clean_text
from stories.versions import hash_words, name_revision

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

REASON_MAX = 1000
#: Nothing is asked of the curators.
SETTLED: dict[str, Any] = {"publish_asked_at": None, "changed_at": None}
#: A story that its owner may share again.
LIFTED: dict[str, Any] = {"hidden_at": None, "hidden_reason": ""}
#: A story that has become public: what was asked and said before is settled.
PUBLISHED: dict[str, Any] = {**SETTLED, **LIFTED, "published_at": Now()}
#: A story that is no longer, or not to be, among the public ones.
NOT_PUBLIC: dict[str, Any] = {**SETTLED, "is_featured": False}
HIDDEN = gettext_noop(
    "A curator has hidden this story. It cannot be shared or published until a curator lifts that; "
    "why stands on the page of the book."
)


class Seen(TypedDict):
    """What `list_withheld` adds to a step."""

    has_picture: bool


def publish(stories: Iterable[Story], seen: Mapping[str, str] | None = None) -> list[Story]:
    """Let everybody read these stories; what lies in the trash stays there. ``seen`` holds, by their ids,
    what was looked at (`name_state`): one that is another by now, or is being made, is left as it is."""
    with transaction.atomic():
        kept = _pick(stories).filter(trashed_at__isnull=True)
        if seen is not None:
            held = kept.select_for_update().with_pictures().order_by("pk")
            same = [story for story in held if seen.get(str(story.pk)) == name_state(story)]
            under_way = GenerationSession.objects.filter(story__in=same).exclude(status__in=ENDED)
            kept = _pick(same).exclude(pk__in=under_way.values("story"))
        return _change(kept, visibility=Visibility.PUBLIC, **PUBLISHED)


def name_state(story: Story) -> str:
    """Names what a story shows, words and pictures, so that a decision can tell what it is about."""
    pictures = sorted(str(image.pk) for image in story.pictures.values())
    return hash_words(" ".join([name_revision(story), *pictures]))


def unlist(stories: Iterable[Story]) -> list[Story]:
    """Let whoever has the link read these stories, and no library list them."""
    return _change(_pick(stories), visibility=Visibility.UNLISTED, hidden_at=None, **NOT_PUBLIC)


def hide(stories: Iterable[Story], reason: str) -> list[Story]:
    """Take these stories back, with the links to them: only their owners can read them, and why, and cannot
    share them until a curator lifts that."""
    with transaction.atomic():
        held = _pick(stories).select_for_update().order_by("pk")
        ShareLink.objects.filter(story__in=list(held), withdrawn_at=None).update(withdrawn_at=Now())
        taken = {"visibility": Visibility.PRIVATE, "hidden_at": Now(), "hidden_reason": reason}
        return _change(_pick(stories), **taken, **NOT_PUBLIC)


def unhide(stories: Iterable[Story]) -> list[Story]:
    """Let owners share again what was hidden. What has no owner is opened by its link again."""
    hidden = _pick(stories).filter(hidden_at__isnull=False)
    of_nobody = [story for story in hidden if story.is_from_nobody]
    changed = _change(hidden, **LIFTED)
    _change(_pick(of_nobody), visibility=Visibility.UNLISTED)
    return changed


def refuse(stories: Iterable[Story], reason: str) -> list[Story]:
    """Leave stories that were to be published as they are; their owners read why."""
    return _change(list_asked() & _pick(stories), hidden_reason=reason, **SETTLED)


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
    the story has such a picture all the same, an earlier or a later one. What was dismissed is left out,
    until it is withheld again."""
    picture = GeneratedImage.objects.annotate(step=Concat("image_type", Value("_image"))).filter(
        story=OuterRef("session__story"), step=OuterRef("name"), is_live=True
    )
    return (
        Step.objects.filter(
            Q(dismissed_at=None) | Q(dismissed_at__lt=F("finished_at")),
            status__in=[StepStatus.SKIPPED, StepStatus.FAILED],
            error__startswith=PictureWithheld.SAYS,
        )
        .annotate(has_picture=Exists(picture))
        .order_by("-finished_at", "pk")
    )


def dismiss(step_id: Any) -> bool:
    """A curator has seen it, and nothing is to be done; whether it waited for that."""
    return bool(list_withheld().filter(pk=step_id).update(dismissed_at=Now()))


def _pick(stories: Iterable[Story]) -> StoryQuerySet:
    return Story.objects.filter(pk__in=[story.pk for story in stories])


def _change(stories: StoryQuerySet, **values: Any) -> list[Story]:
    """Those that were changed: each function above gives them back."""
    found = list(stories)
    Story.objects.filter(pk__in=[story.pk for story in found]).update(**values)
    return found
