"""What happened in a generation, in order: the log that its owner reads, and what live streams replay."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from stories.models.generation import GenerationSession


class Event(models.Model):
    """One thing that happened, written in the transaction in which it did (`stories.steps`).

    ``kind`` is one of `stories.events.KINDS`; ``data`` never holds a prompt or a story's text.
    """

    session = models.ForeignKey(GenerationSession, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField(db_default=Now())
    kind = models.CharField(max_length=30)
    step = models.CharField(max_length=30, blank=True)
    data = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["session", "id"]
        indexes = [models.Index(name="events_of_a_generation", fields=["session", "id"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.step}".strip()
