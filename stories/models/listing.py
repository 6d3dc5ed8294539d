"""Which stories a list shows to whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce, Now
from django.utils.translation import gettext_lazy as _

from stories.people import Person

if TYPE_CHECKING:
    from stories.models.story import Story  # noqa: F401 (in quotation marks below)


class Visibility(models.TextChoices):
    PRIVATE = "private", _("Only me")
    UNLISTED = "unlisted", _("Whoever has the link")
    PUBLIC = "public", _("Everybody")


def own(person: Person) -> Q:
    """What was made from a bare address is nobody's: many may share it."""
    return Q(person=person.key) if person.is_known else Q(pk__in=[])


class StoryQuerySet(models.QuerySet["Story"]):
    def told(self) -> StoryQuerySet:
        """Those that have a text: a library shows no blank books."""
        return self.exclude(story_text="")

    def kept(self) -> StoryQuerySet:
        """Those that are not in the trash."""
        return self.filter(trashed_at=None)

    def of(self, person: Person) -> StoryQuerySet:
        return self.filter(own(person))

    def readable_by(self, person: Person) -> StoryQuerySet:  # but for what the staff may read besides
        return self.kept().filter(~Q(visibility=Visibility.PRIVATE) | own(person))

    def listed_for(self, person: Person) -> StoryQuerySet:
        """Public ones and one's own. What was made from a bare address is never listed."""
        return self.kept().filter(Q(visibility=Visibility.PUBLIC) | own(person))

    def leave_public(self) -> int:
        """What everybody can read is what a curator has seen. Whoever changes what is shown of a story says
        so: a public one is for its owner alone then, and waits for a curator to look at it again."""
        return self.filter(visibility=Visibility.PUBLIC).update(
            visibility=Visibility.PRIVATE, is_featured=False, publish_asked_at=Now(), changed_at=Now()
        )

    def favourites_of(self, person: Person) -> StoryQuerySet:
        return (
            self.filter(marks__person=person.key, marks__is_favourite=True)
            if person.is_known
            else self.none()
        )

    def with_marks(self, person: Person) -> StoryQuerySet:
        """With what this person thinks of each: ``is_favourite`` and ``thumb``."""
        return self.annotate(
            own_mark=models.FilteredRelation("marks", condition=Q(marks__person=person.key)),
            is_favourite=Coalesce("own_mark__is_favourite", False),
            thumb=Coalesce("own_mark__thumb", 0),
        )

    def with_pictures(self) -> StoryQuerySet:
        from stories.models.image import GeneratedImage  # which stands on this module

        live = GeneratedImage.objects.filter(is_live=True)
        return self.prefetch_related(models.Prefetch("images", queryset=live, to_attr="live_images"))
