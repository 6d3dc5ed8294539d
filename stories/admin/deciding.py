"""What curators decide about stories: the actions of the list, which the buttons of a page send too."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from unfold.widgets import UnfoldAdminTextareaWidget

from stories import curating
from stories.admin import desk
from stories.models import Story, Visibility


class ReasonForm(forms.Form):
    """What the owner of a story is told when it is hidden or not published."""

    reason = forms.CharField(
        label="Reason", widget=UnfoldAdminTextareaWidget(attrs={"rows": 4, "autofocus": True})
    )

    def clean_reason(self) -> str:
        return curating.clean_reason(self.cleaned_data["reason"])


class Deciding(desk.Desk):
    """Publish, feature, unlist, hide and refuse; who did it, and why, stands in the story's history."""

    actions: tuple[str, ...] = ("publish", "feature", "unfeature", "unlist", "hide", "refuse")

    def list_buttons(self, request: HttpRequest, thing: Story) -> Iterable[tuple[str, str, str]]:
        is_public = thing.visibility == Visibility.PUBLIC
        if not is_public:
            yield "publish", "public", "Publish"
        if is_asked(thing):
            yield "refuse", "block", "Do not publish …"
        if is_public:
            yield ("unfeature", "star_half", "Feature no more") if thing.is_featured else (
                "feature", "star", "Feature",
            )  # fmt: skip
        if thing.visibility != Visibility.UNLISTED:
            yield "unlist", "link", "Unlist"
        yield "hide", "visibility_off", "Hide …"

    @admin.action(description="Publish: everybody can read them", permissions=["change"])
    def publish(self, request: HttpRequest, stories: QuerySet[Story]) -> Any:
        return self._decide(request, stories, curating.publish, "published")

    @admin.action(description="Feature: public ones stand first", permissions=["change"])
    def feature(self, request: HttpRequest, stories: QuerySet[Story]) -> Any:
        return self._decide(request, stories, curating.feature, "featured")

    @admin.action(description="Feature no more", permissions=["change"])
    def unfeature(self, request: HttpRequest, stories: QuerySet[Story]) -> Any:
        return self._decide(request, stories, curating.unfeature, "featured no more")

    @admin.action(description="Unlist: whoever has the link can read them", permissions=["change"])
    def unlist(self, request: HttpRequest, stories: QuerySet[Story]) -> Any:
        return self._decide(request, stories, curating.unlist, "unlisted")

    @admin.action(description="Hide, with a reason: only their owners can read them", permissions=["change"])
    def hide(self, request: HttpRequest, stories: QuerySet[Story]) -> Any:
        return self._decide_with_reason(request, stories, curating.hide, "hide", "hidden")

    @admin.action(description="Do not publish, with a reason", permissions=["change"])
    def refuse(self, request: HttpRequest, stories: QuerySet[Story]) -> Any:
        return self._decide_with_reason(request, stories, curating.refuse, "refuse", "not published")

    def _decide(
        self,
        request: HttpRequest,
        stories: QuerySet[Story],
        service: Callable[[Iterable[Story]], list[Story]],
        done: str,
        reason: str = "",
    ) -> HttpResponse | None:
        """Do it, note in the history who did it, tell how many."""
        changed = service(stories)
        if changed:
            note = f"{done.capitalize()}{': ' if reason else '.'}{reason}"
            LogEntry.objects.log_actions(request.user.pk or 0, changed, CHANGE, note)
        self.tell(request, len(changed), done, of=len(stories))
        return self.go_back(request, stories)

    def _decide_with_reason(
        self,
        request: HttpRequest,
        stories: QuerySet[Story],
        service: Callable[[Iterable[Story], str], list[Story]],
        action: str,
        done: str,
    ) -> HttpResponse | None:
        """Ask for the reason first; what was chosen goes along."""
        form = ReasonForm(request.POST if "reason" in request.POST else None)
        if form.is_valid():
            reason = form.cleaned_data["reason"]
            return self._decide(request, stories, lambda chosen: service(chosen, reason), done, reason)
        context = {
            **self.admin_site.each_context(request),
            "title": "Hide from everybody but the owner" if action == "hide" else "Do not publish",
            "opts": self.opts,
            "form": form,
            "action": action,
            "stories": stories[: self.list_per_page],
            "chosen": request.POST.getlist("_selected_action"),
            "across": request.POST.get("select_across", "0"),
            "back": request.POST.get("back", ""),
        }
        return TemplateResponse(request, "admin/stories/story/reason.html", context)


def is_asked(story: Story) -> bool:
    return (
        story.publish_asked_at is not None and story.visibility != Visibility.PUBLIC and not story.trashed_at
    )
