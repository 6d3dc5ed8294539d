"""Who else may read a story: by a link that its owner gives away, or everybody, if a curator agrees."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from stories.curating import HIDDEN, SETTLED
from stories.models import ShareLink, Story, Visibility
from stories.services import Conflict

#: How long a link may be open, in days; None is without end.
DAYS = (7, 30, None)


def find_link(story: Story) -> ShareLink | None:
    """The story's open link. It has one at a time: what was given away can be taken back whole."""
    links = story.share_links.filter(withdrawn_at__isnull=True)
    return next((link for link in links if link.is_open), None)


def share_story(story: Story, *, days: int | None) -> ShareLink:
    """Make a link, open for so many days; an earlier one is withdrawn.

    Raises:
        Conflict: the story has no text yet, or it is in the trash, or a curator has hidden it.
    """
    with transaction.atomic():
        story = Story.objects.select_for_update().get(pk=story.pk)
        if not story.story_text or story.trashed_at:
            raise Conflict(_("There is nothing to share: this story has no text yet, or it is in the trash."))
        check_not_hidden(story)
        withdraw_links(story)
        expires_at = timezone.now() + timedelta(days=days) if days else None
        return ShareLink.objects.create(story=story, expires_at=expires_at)


def check_not_hidden(story: Story) -> None:
    """Raises `Conflict`. The row is held, so that nobody hides it in between."""
    if story.hidden_at:
        raise Conflict(_(HIDDEN))


def withdraw_links(story: Story) -> None:
    """From now on the story's link leads nowhere. Without one, nothing changes."""
    story.share_links.filter(withdrawn_at__isnull=True).update(withdrawn_at=timezone.now())


def ask_to_publish(story: Story) -> Story:
    """Ask the curators to let everybody read it. Asking twice changes nothing.

    Raises:
        Conflict: it is public already, or has no text yet, or it is in the trash, or a curator has hidden it.
    """
    with transaction.atomic():
        now = Story.objects.select_for_update().get(pk=story.pk)
        if now.visibility == Visibility.PUBLIC:
            raise Conflict(_("This story is public already."))
        if not now.story_text or now.trashed_at:
            raise Conflict(
                _("There is nothing to publish: this story has no text yet, or it is in the trash.")
            )
        check_not_hidden(now)
        Story.objects.filter(pk=story.pk, publish_asked_at=None).update(publish_asked_at=timezone.now())
    story.refresh_from_db(fields=["publish_asked_at"])
    return story


def take_back_asking(story: Story) -> Story:
    Story.objects.filter(pk=story.pk).update(**SETTLED)
    story.publish_asked_at = story.changed_at = None
    return story
