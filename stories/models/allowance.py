"""What somebody has used up of what is bounded by the hour."""

from __future__ import annotations

from django.db import models


class Allowance(models.Model):
    """Pictures that one person, or one network, has asked for, painted or not (`stories.allowances`)."""

    who = models.CharField(primary_key=True, max_length=80, editable=False)
    paid_until = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.paid_until:%H:%M:%S}"
