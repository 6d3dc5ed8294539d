"""A story. Rules about one object live here."""

from __future__ import annotations

import secrets
import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from imaging.styles import DEFAULT_STYLE
from stories.makers import is_sketch
from stories.models.listing import StoryQuerySet, Visibility
from stories.people import Person

if TYPE_CHECKING:
    from stories.models.image import GeneratedImage

PROMPT_MIN, PROMPT_MAX = 3, 4000
SEED_MAX = 2**31 - 1


def random_seed() -> int:
    """A seed from 0 to 2³¹−1, the range that both Ollama and torch take."""
    return secrets.randbelow(SEED_MAX + 1)


class ImageType(models.TextChoices):
    CHARACTER = "character", _("Hero")
    BACKGROUND = "background", _("Setting")
    COMBINED = "combined", _("Scene")


class Story(models.Model):
    """What is made: text, descriptions, pictures.

    Its table has one column more (migration 0004): ``words``, which PostgreSQL keeps from title, prompt and
    text. Nothing but `stories.search` reads it, so it is no field, which every query would load.
    """

    #: What the person who looks at it thinks of it, where `StoryQuerySet.with_marks` was asked.
    is_favourite: bool = False
    thumb: int = 0

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="stories"
    )
    person = models.CharField(
        max_length=80, db_index=True, editable=False, help_text=_("See stories/people.py.")
    )
    origin = models.CharField(
        max_length=16, blank=True, editable=False,
        help_text=_("A hash of the address that a visitor came from."),
    )  # fmt: skip
    prompt = models.TextField(max_length=PROMPT_MAX)
    style = models.CharField(max_length=40, default=DEFAULT_STYLE)
    title = models.CharField(max_length=120, blank=True)
    story_text = models.TextField(blank=True)
    character_description = models.TextField(blank=True)
    background_description = models.TextField(blank=True)
    language_model = models.CharField(max_length=200, blank=True, help_text=_("What wrote the text."))
    genre = models.CharField(max_length=40, blank=True, help_text=_("See agents/genres.py."))
    language = models.CharField(
        max_length=12, blank=True, help_text=_("BCP 47; empty where it is not known.")
    )
    asked_language = models.CharField(
        max_length=12, blank=True, help_text=_("What was asked for; empty: that of the sentence.")
    )
    visibility = models.CharField(max_length=10, choices=Visibility.choices, default=Visibility.PRIVATE)
    publish_asked_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When its owner asked that everybody may read it.")
    )
    published_at = models.DateTimeField(
        null=True, blank=True, editable=False,
        help_text=_("When it was last made public: since then its UUID is no secret."),
    )  # fmt: skip
    changed_at = models.DateTimeField(
        null=True, blank=True, editable=False,
        help_text=_("When it was changed while it was public: it waits to be looked at again."),
    )  # fmt: skip
    is_featured = models.BooleanField(default=False, help_text=_("Stands first among the public ones."))
    hidden_reason = models.TextField(blank=True, help_text=_("Why a curator took it back from the public."))
    hidden_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When a curator hid it: nobody shares it until one lifts that.")
    )
    likes = models.IntegerField(default=0, editable=False, help_text=_("Thumbs up less thumbs down."))
    trashed_at = models.DateTimeField(null=True, blank=True, db_index=True)
    varied_from = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="variations"
    )
    version = models.ForeignKey(
        "StoryVersion", null=True, blank=True, editable=False, on_delete=models.SET_NULL, related_name="+",
        help_text=_("The version that its text is; none before the first change."),
    )  # fmt: skip
    described_from = models.JSONField(
        default=dict, blank=True, editable=False,
        help_text=_("A hash of the text that each description was written after."),
    )  # fmt: skip
    painted_as = models.JSONField(
        default=dict, blank=True, editable=False,
        help_text=_(
            "A painter's words in English for descriptions in another language, by the hash of each."
        ),
    )  # fmt: skip
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)
    updated_at = models.DateTimeField(auto_now=True)
    objects = StoryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("stories")
        ordering = ["-created_at", "id"]
        constraints = [
            models.CheckConstraint(
                name="story_visibility_known", condition=Q(visibility__in=Visibility.values)
            ),
        ]
        indexes = [
            # Whatever a library lists by stands in it: the stories themselves are long.
            models.Index(
                name="stories_to_list",
                fields=["-created_at"],
                include=["id", "visibility", "person", "style", "genre", "language", "likes"],
                condition=Q(trashed_at=None) & ~Q(story_text=""),
            ),
            models.Index(
                name="public_stories",
                fields=["-is_featured", "-created_at", "id"],
                condition=Q(visibility=Visibility.PUBLIC, trashed_at=None) & ~Q(story_text=""),
            ),
            # No shelf shows them: they are looked for by whose they are (`stories.access.list_making`).
            models.Index(
                name="untold_stories", fields=["person"], condition=Q(trashed_at=None, story_text="")
            ),
            models.Index(name="stories_by_origin", fields=["origin", "updated_at"], condition=~Q(origin="")),
            models.Index(
                name="stories_to_judge",
                fields=["publish_asked_at"],
                condition=Q(publish_asked_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title or str(_("Untitled story"))

    def get_absolute_url(self) -> str:
        return reverse("story", args=[self.pk])

    @property
    def is_from_nobody(self) -> bool:
        """Made from a bare address, which many may share: it has no owner."""
        return self.person.startswith(Person.ADDRESS)

    @property
    def is_open_by_uuid(self) -> bool:
        """Whether its UUID is the key to it: a story of nobody is its maker's by that alone, until everybody
        could read it, and with it its UUID, or a curator has taken it back."""
        decided = self.visibility == Visibility.PUBLIC or self.published_at or self.hidden_at
        return self.is_from_nobody and not decided

    def is_owned_by(self, person: Person) -> bool:
        return person.is_staff or (person.is_known and self.person == person.key)

    def may_be_read_by(self, person: Person) -> bool:
        """In the trash it is there for nobody: `stories.access` tells who may take it out again."""
        readable = self.visibility != Visibility.PRIVATE or self.is_open_by_uuid or self.is_owned_by(person)
        return readable and self.trashed_at is None

    @property
    def pictures(self) -> dict[str, GeneratedImage]:
        """The live picture of each type that there is."""
        if not hasattr(self, "live_images"):
            self.live_images: list[GeneratedImage] = list(self.images.filter(is_live=True))
        return {image.image_type: image for image in self.live_images}

    @property
    def is_scene_old(self) -> bool:
        """Whether the scene was put together from other pictures than the live ones."""
        scene = self.pictures.get(ImageType.COMBINED)
        parts = [self.pictures.get(kind) for kind in (ImageType.CHARACTER, ImageType.BACKGROUND)]
        return scene is not None and any(
            part is not None and scene.parameters.get(part.image_type, str(part.pk)) != str(part.pk)
            for part in parts
        )

    @property
    def by_sketch(self) -> bool:
        """Whether the built-in storyteller wrote it, which no page may hide."""
        return is_sketch(self.language_model)
