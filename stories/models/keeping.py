"""What people do with a story once it is there: change it, mark it, hand it on."""

from __future__ import annotations

import secrets
import uuid

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from stories.models.story import Story


class StoryVersion(models.Model):
    """The words of a story as they were at one time: title, text and both descriptions, all of them.

    None is ever overwritten, but for the one that a person is typing in. The story itself holds the words of
    the version that is shown (`Story.version`); one that a language model proposes is kept here until the
    person has chosen.
    """

    class Maker(models.TextChoices):
        ORIGINAL = "original", _("As it was first told")
        PERSON = "person", _("Written by hand")
        MODEL = "model", _("Rewritten")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    story = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(help_text=_("1 is the first of the story."))
    made_by = models.CharField(max_length=10, choices=Maker.choices)
    part = models.CharField(max_length=30, blank=True, help_text=_("What was changed: title, story_text, …"))
    instruction = models.TextField(blank=True, help_text=_("What was asked for."))
    title = models.CharField(max_length=120, blank=True)
    story_text = models.TextField(blank=True)
    character_description = models.TextField(blank=True)
    background_description = models.TextField(blank=True)
    proposed = models.BooleanField(default=False, help_text=_("It waits to be kept or put aside."))
    part_only = models.BooleanField(
        default=False,
        db_default=False,
        editable=False,
        help_text=_("It was proposed and never shown: its other words are of that time alone."),
    )
    person = models.CharField(max_length=80, blank=True, editable=False, help_text=_("Who typed it."))
    language_model = models.CharField(max_length=200, blank=True)
    seed = models.BigIntegerField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["story", "number"]
        constraints = [
            models.UniqueConstraint(name="one_version_per_number", fields=["story", "number"]),
            models.CheckConstraint(
                name="version_maker_known", condition=Q(made_by__in=["original", "person", "model"])
            ),
        ]

    def __str__(self) -> str:
        return str(_("Version {number} of {title}")).format(
            number=self.number, title=self.title or _("an untitled story")
        )


class Mark(models.Model):
    """What one person thinks of one story: a favourite, a thumb up (1) or down (−1)."""

    story = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="marks")
    person = models.CharField(max_length=80, editable=False, help_text=_("See stories/people.py."))
    is_favourite = models.BooleanField(default=False)
    thumb = models.SmallIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_mark_per_person", fields=["person", "story"]),
            models.CheckConstraint(name="thumb_is_a_thumb", condition=Q(thumb__in=[-1, 0, 1])),
        ]

    def __str__(self) -> str:
        return str(_("Mark on {story}")).format(story=self.story)


def random_token() -> str:
    """128 random bits, safe in a URL."""
    return secrets.token_urlsafe(16)


class ShareLink(models.Model):
    """A link by which whoever has it may read a story, until it expires or is withdrawn."""

    story = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="share_links")
    token = models.CharField(max_length=40, unique=True, default=random_token, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True, help_text=_("Empty: it does not expire."))
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return str(_("Link to {story}")).format(story=self.story)

    def get_absolute_url(self) -> str:
        return reverse("shared", args=[self.token])

    @property
    def is_open(self) -> bool:
        now = timezone.now()
        return self.withdrawn_at is None and (self.expires_at is None or self.expires_at > now)
