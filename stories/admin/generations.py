"""Generations and their steps, to look at, to stop and to try again. No step is written by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from stories import services
from stories.admin import moderation
from stories.admin.desk import Desk, NamedValues, link_to, name_owner, show_seconds, show_tag
from stories.admin.timeline import describe_events, describe_steps
from stories.models import GenerationSession, GenerationStatus, Step
from stories.people import who_is
from stories.refusals import Refused

TONES = {
    GenerationStatus.COMPLETED: "good",
    GenerationStatus.FAILED: "bad",
    GenerationStatus.CANCELLED: "",
}


@admin.register(GenerationSession)
class GenerationSessionAdmin(Desk):
    """How each generation got on, step by step; whoever may change generations may stop and retry them."""

    list_display = ("story_title", "state", "bar", "dots", "made_by", "made", "took", "trouble")
    list_filter = ("status", "images", ("redo", NamedValues))
    search_fields = ("story__title", "story__prompt", "error")
    search_help_text = _("Words of the story’s title or prompt, or of an error")
    date_hierarchy = "created_at"
    actions = ("retry", "cancel")
    empty_words = _("Every story that is told, and every picture painted again, leaves its record here.")
    change_form_outer_before_template = "admin/stories/generationsession/timeline.html"
    change_form_outer_after_template = "admin/stories/generationsession/events.html"
    fields = readonly_fields = (
        "of", "made_by", "state", "what", "bar", "error", "warned", "seed", "retries", "created_at",
        "admitted_at", "started_at", "finished_at",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[GenerationSession]:
        steps = Step.objects.order_by("position").defer("partial", "preview")
        found = super().get_queryset(request).select_related("story__owner")
        return found.prefetch_related(models.Prefetch("steps", queryset=steps))

    def get_urls(self) -> list[URLPattern]:
        withheld = self.admin_site.admin_view(moderation.show_withheld)
        return [path("withheld/", withheld, name="stories_generationsession_withheld"), *super().get_urls()]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # it goes with its story

    def has_steer_permission(self, request: HttpRequest) -> bool:
        return super().has_change_permission(request)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        if session := kwargs.get("obj"):
            context |= {"steps": describe_steps(session), "events": describe_events(session)}
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description=_("Story"), ordering="story__title")
    def story_title(self, session: GenerationSession) -> str:
        return format_html('<b class="desk-title">{}</b>', session.story)

    @admin.display(description=_("Story"))
    def of(self, session: GenerationSession) -> str:
        return link_to(session.story, str(session.story))

    @admin.display(description=_("Made by"))
    def made_by(self, session: GenerationSession) -> str:
        return name_owner(session.story)

    @admin.display(description=_("What"))
    def what(self, session: GenerationSession) -> str:
        if session.redo:
            return gettext("Again: {part}").format(part=session.redo)
        return (
            gettext("The whole story, with pictures")
            if session.images
            else gettext("The whole story, without pictures")
        )

    @admin.display(description=_("Status"), ordering="status")
    def state(self, session: GenerationSession) -> str:
        return show_tag(session.get_status_display(), TONES.get(GenerationStatus(session.status), "busy"))

    @admin.display(description=_("Warnings"))
    def warned(self, session: GenerationSession) -> str:
        return " ".join(session.warnings) or "–"

    @admin.display(description=_("Progress"), ordering="progress")
    def bar(self, session: GenerationSession) -> str:
        bar = '<span class="desk-line"><progress max="100" value="{0}"></progress>{0} %</span>'
        return format_html(bar, session.progress)

    @admin.display(description=_("Steps"))
    def dots(self, session: GenerationSession) -> str:
        dot = '<span class="is-{}" title="{}: {}"></span>'
        dots = ((step.status, step.name, step.get_status_display()) for step in session.steps.all())
        return format_html('<span class="desk-steps">{}</span>', format_html_join("", dot, dots))

    @admin.display(description=_("Took"))
    def took(self, session: GenerationSession) -> str:
        return show_seconds(session.started_at, session.finished_at)

    @admin.display(description=_("Trouble"))
    def trouble(self, session: GenerationSession) -> str:
        return session.error or " ".join(session.warnings) or "–"

    def list_buttons(self, request: HttpRequest, thing: GenerationSession) -> Iterable[tuple[str, str, str]]:
        if not thing.is_ended:
            yield "cancel", "stop_circle", gettext("Stop")
        elif thing.can_be_retried:
            yield "retry", "replay", gettext("Try the missing pieces again")

    @admin.action(description=_("Try the missing pieces again"), permissions=["steer"])
    def retry(self, request: HttpRequest, sessions: QuerySet[GenerationSession]) -> Any:
        again = partial(services.retry_generation, by=who_is(request))
        return self._steer(request, sessions, again, gettext_noop("tried again"))

    @admin.action(description=_("Stop"), permissions=["steer"])
    def cancel(self, request: HttpRequest, sessions: QuerySet[GenerationSession]) -> Any:
        return self._steer(request, sessions, services.cancel_generation, gettext_noop("stopped"))

    def _steer(
        self,
        request: HttpRequest,
        sessions: QuerySet[GenerationSession],
        service: Callable[[GenerationSession], Any],
        done: str,
    ) -> HttpResponse | None:
        number = 0
        for session in sessions:
            try:
                service(session)
                number += 1
            except Refused as refused:
                self.message_user(request, f"{session.story}: {refused}", messages.WARNING)
        if number:
            self.message_user(request, f"{number} {gettext(done)}.", messages.SUCCESS)
        return self.go_back(request, sessions)
