"""A story, its pictures, its making and the steps of that. Rules about one object live here."""

from __future__ import annotations

import secrets
import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse

from stories.makers import is_sketch
from stories.people import Person
from stories.styles import DEFAULT_STYLE

PROMPT_MIN, PROMPT_MAX = 3, 4000
SEED_MAX = 2**31 - 1


def random_seed() -> int:
    """A seed from 0 to 2³¹−1, the range that both Ollama and torch take."""
    return secrets.randbelow(SEED_MAX + 1)


class Visibility(models.TextChoices):
    PRIVATE = "private", "Only me"
    UNLISTED = "unlisted", "Whoever has the link"
    PUBLIC = "public", "Everybody"


class StoryQuerySet(models.QuerySet["Story"]):
    def told(self) -> StoryQuerySet:
        """Those that have a text: a library shows no blank books."""
        return self.exclude(story_text="")

    def listed_for(self, person: Person) -> StoryQuerySet:
        """Public ones and one's own. What was made from a bare address is never listed."""
        own = Q(person=person.key) if person.is_known else Q(pk__in=[])
        return self.filter(Q(visibility=Visibility.PUBLIC) | own)

    def with_pictures(self) -> StoryQuerySet:
        live = GeneratedImage.objects.filter(is_live=True)
        return self.prefetch_related(models.Prefetch("images", queryset=live, to_attr="live_images"))


class Story(models.Model):
    """What is made: text, descriptions, pictures."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="stories"
    )
    person = models.CharField(
        max_length=80, db_index=True, editable=False, help_text="See stories/people.py."
    )
    prompt = models.TextField(max_length=PROMPT_MAX)
    style = models.CharField(max_length=40, default=DEFAULT_STYLE)
    title = models.CharField(max_length=120, blank=True)
    story_text = models.TextField(blank=True)
    character_description = models.TextField(blank=True)
    background_description = models.TextField(blank=True)
    language_model = models.CharField(max_length=200, blank=True, help_text="What wrote the text.")
    visibility = models.CharField(max_length=10, choices=Visibility.choices, default=Visibility.PRIVATE)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = StoryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "stories"
        ordering = ["-created_at", "id"]
        constraints = [
            models.CheckConstraint(
                name="story_visibility_known", condition=Q(visibility__in=Visibility.values)
            ),
        ]

    def __str__(self) -> str:
        return self.title or "Untitled story"

    def get_absolute_url(self) -> str:
        return reverse("story", args=[self.pk])

    def is_owned_by(self, person: Person) -> bool:
        return person.is_staff or self.person == person.key

    def may_be_read_by(self, person: Person) -> bool:
        return self.visibility != Visibility.PRIVATE or self.is_owned_by(person)

    @property
    def pictures(self) -> dict[str, GeneratedImage]:
        """The live picture of each type that there is."""
        if not hasattr(self, "live_images"):
            self.live_images: list[GeneratedImage] = list(self.images.filter(is_live=True))
        return {image.image_type: image for image in self.live_images}

    @property
    def by_sketch(self) -> bool:
        """Whether the built-in storyteller wrote it, which no page may hide."""
        return is_sketch(self.language_model)


class ImageType(models.TextChoices):
    CHARACTER = "character", "Hero"
    BACKGROUND = "background", "Setting"
    COMBINED = "combined", "Scene"


def name_image_file(image: GeneratedImage, filename: str) -> str:
    """Two letters of the content's hash make the folder, so that none grows without end."""
    return f"images/{filename[:2]}/{filename}"


class GeneratedImage(models.Model):
    """One picture of a story. New versions never overwrite old ones: one is live, the others are kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    story = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="images")
    image_type = models.CharField(max_length=10, choices=ImageType.choices)
    is_live = models.BooleanField(default=True)
    file = models.ImageField(
        upload_to=name_image_file, width_field="width", height_field="height", db_index=True
    )
    width = models.PositiveIntegerField(editable=False)
    height = models.PositiveIntegerField(editable=False)
    prompt_used = models.TextField(blank=True)
    negative_prompt = models.TextField(blank=True)
    seed = models.BigIntegerField()
    model = models.CharField(max_length=200, help_text="What painted it.")
    parameters = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["image_type", "-created_at"]
        constraints = [
            models.UniqueConstraint(
                name="one_live_image_per_type", fields=["story", "image_type"], condition=Q(is_live=True)
            ),
            models.CheckConstraint(name="image_type_known", condition=Q(image_type__in=ImageType.values)),
        ]

    def __str__(self) -> str:
        return f"{self.get_image_type_display()} of {self.story}"

    @property
    def by_sketch(self) -> bool:
        return is_sketch(self.model)


class GenerationStatus(models.TextChoices):
    PENDING = "pending", "Waiting for its turn"
    GENERATING_STORY = "generating_story", "Writing the story"
    GENERATING_IMAGES = "generating_images", "Describing and painting"
    MERGING_IMAGES = "merging_images", "Setting the scene"
    COMPLETED = "completed", "Finished"
    FAILED = "failed", "Could not be finished"
    CANCELLED = "cancelled", "Stopped"


ENDED = (GenerationStatus.COMPLETED, GenerationStatus.FAILED, GenerationStatus.CANCELLED)


class GenerationSession(models.Model):
    """The making of one story, from prompt to finish.

    pending → generating_story → generating_images → merging_images → completed, or failed, or cancelled;
    "try again" leads from an ended one back to pending. ``admitted_at`` is set by the dispatcher when the
    person has a free place among those that may run at once; ``progress`` (per cent) never falls.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    story = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="generations")
    person = models.CharField(max_length=80, db_index=True, editable=False)
    idempotency_key = models.CharField(max_length=255, null=True, blank=True, editable=False)  # noqa: DJ001
    status = models.CharField(
        max_length=20, choices=GenerationStatus.choices, default=GenerationStatus.PENDING
    )
    progress = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    warnings = ArrayField(models.TextField(), default=list, blank=True)
    seed = models.BigIntegerField(default=random_seed)
    images = models.BooleanField(default=True, help_text="Whether pictures were asked for.")
    retries = models.PositiveSmallIntegerField(default=0, help_text="How often it was tried again.")
    created_at = models.DateTimeField(auto_now_add=True)
    admitted_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        verbose_name = "generation"
        constraints = [
            models.CheckConstraint(name="progress_is_per_cent", condition=Q(progress__lte=100)),
            models.CheckConstraint(
                name="generation_status_known", condition=Q(status__in=GenerationStatus.values)
            ),
            models.CheckConstraint(
                name="ended_generation_has_its_time",
                condition=Q(status__in=ENDED, finished_at__isnull=False)
                | (~Q(status__in=ENDED) & Q(finished_at__isnull=True)),
            ),
            models.UniqueConstraint(
                name="one_generation_per_idempotency_key",
                fields=["person", "idempotency_key"],
                condition=Q(idempotency_key__isnull=False),
            ),
        ]
        indexes = [
            models.Index(name="generations_not_ended", fields=["person"], condition=~Q(status__in=ENDED)),
        ]

    def __str__(self) -> str:
        return f"{self.get_status_display()}: {self.story}"

    def get_absolute_url(self) -> str:
        return reverse("generation", args=[self.pk])

    @property
    def is_ended(self) -> bool:
        return self.status in ENDED

    @property
    def can_be_retried(self) -> bool:
        """Ended with something missing: failed, stopped, or finished without all its pieces."""
        return self.is_ended and any(step.status != StepStatus.DONE for step in self.steps.all())


class StepStatus(models.TextChoices):
    WAITING = "waiting", "Waiting for earlier steps"
    READY = "ready", "Next in line"
    RUNNING = "running", "At work"
    DONE = "done", "Done"
    SKIPPED = "skipped", "Left out"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Stopped"


OPEN = (StepStatus.WAITING, StepStatus.READY, StepStatus.RUNNING)


class Step(models.Model):
    """One durable piece of a generation: who did it, when, how often tried, what came of it.

    waiting → ready → running → done; or skipped (optional, and it could not be done), failed (required),
    cancelled. Only `stories.steps` writes these. ``attempt`` counts claims, ``failures`` those of them that
    ended in an error: the difference is how often a worker died over it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(GenerationSession, on_delete=models.CASCADE, related_name="steps")
    name = models.CharField(max_length=30)
    position = models.PositiveSmallIntegerField()
    queue = models.CharField(max_length=20)
    after = ArrayField(models.CharField(max_length=30), default=list, help_text="The steps it waits for.")
    status = models.CharField(max_length=10, choices=StepStatus.choices, default=StepStatus.WAITING)
    attempt = models.PositiveSmallIntegerField(default=0)
    failures = models.PositiveSmallIntegerField(default=0)
    token = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    not_before = models.DateTimeField(db_default=Now())
    dispatched_at = models.DateTimeField(null=True, blank=True)
    worker = models.CharField(max_length=200, blank=True)
    partial = models.TextField(blank=True, help_text="The text so far, while it is written.")
    result = models.JSONField(default=dict, blank=True)
    error = models.TextField(blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["session", "position"]
        constraints = [
            models.UniqueConstraint(name="one_step_per_name", fields=["session", "name"]),
            models.CheckConstraint(name="step_status_known", condition=Q(status__in=StepStatus.values)),
            models.CheckConstraint(
                name="running_step_has_token_and_lease",
                condition=Q(status=StepStatus.RUNNING, token__isnull=False, lease_until__isnull=False)
                | (~Q(status=StepStatus.RUNNING) & Q(token__isnull=True, lease_until__isnull=True)),
            ),
            models.CheckConstraint(name="failures_are_attempts", condition=Q(failures__lte=F("attempt"))),
        ]
        indexes = [
            models.Index(
                name="steps_to_hand_out",
                fields=["queue", "not_before"],
                condition=Q(status__in=[StepStatus.READY, StepStatus.RUNNING]),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def deaths(self) -> int:
        """How often a worker took this step and was never heard of again."""
        return self.attempt - self.failures

    @property
    def seconds(self) -> float | None:
        """How long it took, from its first claim to its end."""
        if self.started_at is None or self.finished_at is None:
            return None
        return (self.finished_at - self.started_at).total_seconds()

    def as_status(self) -> dict[str, Any]:
        """Its part of the status JSON."""

        def moment(value: datetime | None) -> str | None:
            return value.isoformat() if value else None

        return {
            "name": self.name,
            "status": self.status,
            "attempts": self.attempt,
            "started_at": moment(self.started_at),
            "finished_at": moment(self.finished_at),
            "error": self.error or None,
        }
