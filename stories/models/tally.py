"""What is counted over all processes, for ``/metrics/``."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class Tally(models.Model):
    """One number: what it counts, the values of its labels in order, and how many so far.

    Only `stories.counting` writes these. Deleting a story changes none: a count never falls.
    """

    name = models.CharField(max_length=80)
    labels = models.JSONField(default=list)
    value = models.FloatField(default=0)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(name="one_tally_per_labels", fields=["name", "labels"])]

    def __str__(self) -> str:
        return f"{self.name} {self.labels}"
