"""The making of a story and its steps. Rules about one object live here."""

from __future__ import annotations

import base64
import uuid
from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from stories.models.story import Story, random_seed
from stories.tracing import REQUEST_ID_MAX, current_request


class GenerationStatus(models.TextChoices):
    PENDING = "pending", _("Waiting for its turn")
    GENERATING_STORY = "generating_story", _("Writing the story")
    GENERATING_IMAGES = "generating_images", _("Describing and painting")
    MERGING_IMAGES = "merging_images", _("Setting the scene")
    COMPLETED = "completed", _("Finished")
    FAILED = "failed", _("Could not be finished")
    CANCELLED = "cancelled", _("Stopped")


ENDED = (GenerationStatus.COMPLETED, GenerationStatus.FAILED, GenerationStatus.CANCELLED)
#: The same for SQL.
ENDED_NAMES = ", ".join(f"'{status}'" for status in ENDED)


#: What nobody waits for (``bulk``) goes after what people wait for, until it is this old: then it counts like
#: the rest, or it would never be made where people never stop coming. A person's story takes a few minutes.
BULK_PATIENCE = timedelta(minutes=10)


def steps_aside(prefix: str = "") -> Q:
    """Whether a generation lets others go first, at this moment. The dispatcher says the same in SQL."""
    fresh = timezone.now() - BULK_PATIENCE
    return Q(**{f"{prefix}bulk": True, f"{prefix}created_at__gt": fresh})


class GenerationSession(models.Model):
    """The making of one story, from prompt to finish, or of one of its parts anew (``redo``).

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
    images = models.BooleanField(default=True, help_text=_("Whether pictures were asked for."))
    redo = models.CharField(
        max_length=30, blank=True, help_text=_("What is made anew, where only a part of the story is.")
    )
    times = models.JSONField(
        default=dict, blank=True,
        help_text=_("Seconds of its steps by their names, where those are elsewhere."),
    )  # fmt: skip
    bulk = models.BooleanField(
        default=False,
        db_default=False,
        help_text=_("Nobody waits for it: it comes after what people wait for."),
    )
    retries = models.PositiveSmallIntegerField(default=0, help_text=_("How often it was tried again."))
    request_id = models.CharField(
        max_length=REQUEST_ID_MAX, blank=True, default=current_request, db_default="", editable=False,
        help_text=_("The request that asked for it, in the log."),
    )  # fmt: skip
    created_at = models.DateTimeField(auto_now_add=True)
    admitted_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("generation")
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
    def steps_aside(self) -> bool:
        return self.bulk and self.created_at > timezone.now() - BULK_PATIENCE

    @property
    def can_be_retried(self) -> bool:
        """Ended with something missing: failed, stopped, or finished without all its pieces."""
        return self.is_ended and any(step.status != StepStatus.DONE for step in self.steps.all())


class StepStatus(models.TextChoices):
    WAITING = "waiting", _("Waiting for earlier steps")
    READY = "ready", _("Next in line")
    RUNNING = "running", _("At work")
    DONE = "done", _("Done")
    SKIPPED = "skipped", _("Left out")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Stopped")


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
    after = ArrayField(models.CharField(max_length=30), default=list, help_text=_("The steps it waits for."))
    status = models.CharField(max_length=10, choices=StepStatus.choices, default=StepStatus.WAITING)
    attempt = models.PositiveSmallIntegerField(default=0)
    failures = models.PositiveSmallIntegerField(default=0)
    token = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    not_before = models.DateTimeField(db_default=Now())
    away_since = models.DateTimeField(
        null=True, blank=True, help_text=_("Since when it waits for a language model that does not answer.")
    )
    silence = models.JSONField(
        null=True, blank=True, editable=False, help_text=_("See stories/silence.py; none while words come.")
    )
    dispatched_at = models.DateTimeField(null=True, blank=True)
    worker = models.CharField(max_length=200, blank=True)
    wanted = models.JSONField(default=dict, blank=True, help_text=_("What was asked of it besides."))
    partial = models.TextField(blank=True, help_text=_("The text so far, while it is written."))
    preview = models.BinaryField(null=True, help_text=_("The picture so far, a small WebP."))
    result = models.JSONField(default=dict, blank=True)
    error = models.TextField(blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    dismissed_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When a curator had seen why its picture was withheld.")
    )

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
            # The latest of a kind tell how long the next one will take (`stories.estimates`).
            models.Index(
                name="latest_done_steps",
                fields=["name", "-finished_at"],
                condition=Q(status=StepStatus.DONE),
            ),
            models.Index(
                name="steps_left_out",
                fields=["-finished_at"],
                condition=Q(status__in=[StepStatus.SKIPPED, StepStatus.FAILED]),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def waits_for_model(self) -> bool:
        """Whether it waits, until ``not_before``, for a language model that does not answer."""
        waits = self.status == StepStatus.READY and self.away_since is not None
        return waits and self.not_before > timezone.now()

    @property
    def is_silent(self) -> bool:
        """Whether it is at work on a language model that has said nothing for longer than usual."""
        held = self.lease_until is not None and self.lease_until > timezone.now()
        return self.status == StepStatus.RUNNING and held and self.silence is not None

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
            "preview": self.preview_url,
        }

    @property
    def preview_url(self) -> str | None:
        return None if self.preview is None else preview_url(self.preview)


def preview_url(preview: bytes | memoryview) -> str:
    """The picture so far, as a ``data:`` URL: it is gone before anybody could ask for it by another."""
    return f"data:image/webp;base64,{base64.b64encode(preview).decode()}"
