"""What came of maintenance tasks, such as tidying up files."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django_celery_results.admin import TaskResultAdmin
from django_celery_results.models import GroupResult, TaskResult

from stories.admin.desk import Desk, show_tag

admin.site.unregister(GroupResult)
admin.site.unregister(TaskResult)
TONES = {"SUCCESS": "good", "FAILURE": "bad"}


@admin.register(TaskResult)
class OutcomeAdmin(Desk, TaskResultAdmin):
    """One row a task that ran; none is added by hand."""

    list_display = ("task_name", "state", "result", "date_done", "worker")  # type: ignore[assignment]
    list_filter = ("status", "task_name")  # type: ignore[assignment]
    empty_words = _("Maintenance tasks leave what came of them here.")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("Status"), ordering="status")
    def state(self, outcome: TaskResult) -> str:
        return show_tag(outcome.status.capitalize(), TONES.get(outcome.status, "busy"))
