"""What came of maintenance tasks, such as tidying up files."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest
from django_celery_results.admin import TaskResultAdmin
from django_celery_results.models import GroupResult, TaskResult

admin.site.unregister(GroupResult)
admin.site.unregister(TaskResult)


@admin.register(TaskResult)
class OutcomeAdmin(TaskResultAdmin):
    """One row a task that ran; none is added by hand."""

    list_display = ("task_name", "status", "result", "date_done", "worker")  # type: ignore[assignment]
    list_filter = ("status", "task_name", "date_done")  # type: ignore[assignment]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
