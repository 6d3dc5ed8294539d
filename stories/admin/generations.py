"""Generations and their steps, to look at, to stop and to try again. No step is written by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join

from stories import services
from stories.admin.desk import Desk, ReadOnlyInline, link_to, name_owner, show_seconds
from stories.models import GenerationSession, Step
from stories.pipeline import KINDS


class StepInline(ReadOnlyInline):
    """The steps in the order of the pipeline: tries, worker, time, error."""

    model = Step
    classes = ("desk-plain",)
    fields = readonly_fields = ("label", "status", "attempt", "failures", "worker", "took", "error")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Step]:
        return super().get_queryset(request).order_by("position")

    @admin.display(description="Step")
    def label(self, step: Step) -> str:
        return KINDS[step.name].label if step.name in KINDS else step.name

    @admin.display(description="Took")
    def took(self, step: Step) -> str:
        return show_seconds(step.started_at, step.finished_at)


@admin.register(GenerationSession)
class GenerationSessionAdmin(Desk):
    """How each generation got on, step by step; whoever may change generations may stop and retry them."""

    list_display = ("story_title", "status", "bar", "dots", "made_by", "made", "took", "trouble")
    list_filter = ("status", "images")
    search_fields = ("story__title", "story__prompt", "error")
    date_hierarchy = "created_at"
    inlines = (StepInline,)
    actions = ("retry", "cancel")
    fields = readonly_fields = (
        "of", "made_by", "status", "bar", "error", "warnings", "seed", "images", "created_at", "admitted_at",
        "started_at", "finished_at",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[GenerationSession]:
        found = super().get_queryset(request)
        return found.select_related("story__owner").prefetch_related(
            models.Prefetch("steps", queryset=Step.objects.order_by("position").defer("partial", "result"))
        )

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # it goes with its story

    def has_steer_permission(self, request: HttpRequest) -> bool:
        return super().has_change_permission(request)

    @admin.display(description="Story", ordering="story__title")
    def story_title(self, session: GenerationSession) -> str:
        return str(session.story)

    @admin.display(description="Story")
    def of(self, session: GenerationSession) -> str:
        return link_to(session.story, str(session.story))

    @admin.display(description="Made by")
    def made_by(self, session: GenerationSession) -> str:
        return name_owner(session.story)

    @admin.display(description="Progress", ordering="progress")
    def bar(self, session: GenerationSession) -> str:
        bar = format_html('<span class="desk-bar"><span style="width: {}%"></span></span>', session.progress)
        return format_html('<span class="desk-line">{}{} %</span>', bar, session.progress)

    @admin.display(description="Steps")
    def dots(self, session: GenerationSession) -> str:
        dot = '<span class="is-{}" title="{}: {}"></span>'
        dots = ((step.status, step.name, step.get_status_display()) for step in session.steps.all())
        return format_html('<span class="desk-steps">{}</span>', format_html_join("", dot, dots))

    @admin.display(description="Took")
    def took(self, session: GenerationSession) -> str:
        return show_seconds(session.started_at, session.finished_at)

    @admin.display(description="Trouble")
    def trouble(self, session: GenerationSession) -> str:
        return session.error or " ".join(session.warnings) or "–"

    @admin.action(description="Try the missing pieces again", permissions=["steer"])
    def retry(self, request: HttpRequest, sessions: QuerySet[GenerationSession]) -> None:
        self._steer(request, sessions, services.retry_generation, "tried again")

    @admin.action(description="Stop", permissions=["steer"])
    def cancel(self, request: HttpRequest, sessions: QuerySet[GenerationSession]) -> None:
        self._steer(request, sessions, services.cancel_generation, "stopped")

    def _steer(
        self,
        request: HttpRequest,
        sessions: Iterable[GenerationSession],
        service: Callable[[GenerationSession], Any],
        done: str,
    ) -> None:
        number = 0
        for session in sessions:
            try:
                service(session)
                number += 1
            except services.Refused as refused:
                self.message_user(request, f"{session.story}: {refused}", messages.WARNING)
        if number:
            self.message_user(request, f"{number} {done}.", messages.SUCCESS)
