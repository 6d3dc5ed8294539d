"""What curators decide about stories: the actions of the list, which the buttons of a page send too."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.actions import delete_selected
from django.contrib.admin.models import CHANGE, LogEntry
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget

from stories import curating, library
from stories.admin import desk
from stories.models import Story, Visibility


class ReasonForm(forms.Form):
    """What the owner of a story is told when it is hidden or not published."""

    reason = forms.CharField(
        label=_("Reason"), widget=UnfoldAdminTextareaWidget(attrs={"rows": 4, "autofocus": True})
    )

    def clean_reason(self) -> str:
        return curating.clean_reason(self.cleaned_data["reason"])


class Deciding(desk.Desk):
    """Publish, feature, unlist, hide and refuse; who did it, and why, stands in the story's history."""

    actions: tuple[str, ...] = (
        "publish",
        "feature",
        "unfeature",
        "unlist",
        "hide",
        "unhide",
        "refuse",
        "trash",
        "restore",
        "delete_selected",
    )

    def show_seen(self, thing: Story) -> str:
        return show_seen(thing)

    def list_buttons(self, request: HttpRequest, thing: Story) -> Iterable[tuple[str, str, str]]:
        if thing.trashed_at:
            yield "restore", "restore_from_trash", str(_("Take it out of the trash"))
            return
        is_public = thing.visibility == Visibility.PUBLIC
        if not is_public:
            yield "publish", "public", str(_("Publish"))
        if is_asked(thing):
            yield "refuse", "block", str(_("Do not publish …"))
        if is_public:
            yield ("unfeature", "star_half", str(_("Feature no more"))) if thing.is_featured else (
                "feature", "star", str(_("Feature")),
            )  # fmt: skip
        if thing.visibility != Visibility.UNLISTED:
            yield "unlist", "link", str(_("Unlist"))
        yield ("unhide", "visibility", str(_("Hide no more"))) if thing.hidden_at else (
            "hide", "visibility_off", str(_("Hide …")),
        )  # fmt: skip
        yield "trash", "delete", str(_("Put into the trash"))

    @admin.action(description=_("Publish: everybody can read them"), permissions=["change"])
    def publish(self, request: HttpRequest, stories: QuerySet[Story]) -> Any:
        seen = read_seen(request)
        changed = self._decide(
            request, stories, lambda chosen: curating.publish(chosen, seen), gettext_noop("published")
        )
        if stories.filter(trashed_at=None).exclude(visibility=Visibility.PUBLIC).exists():
            self.message_user(
                request,
                gettext(
                    "Some were changed since this page was shown to you, or something of them is being made. "
                    "Read them again, then decide."
                ),
                messages.WARNING,
            )
        return changed

    @admin.action(description=_("Feature: public ones stand first"), permissions=["change"])
    def feature(self, request: HttpRequest, stories: QuerySet[Story]) -> Any:
        return self._decide(request, stories, curating.feature, gettext_noop("featured"))

    @admin.action(description=_("Feature no more"), permissions=["change"])
    def unfeature(self, request: HttpRequest, stories: QuerySet[Story]) -> Any:
        return self._decide(request, stories, curating.unfeature, gettext_noop("featured no more"))

    @admin.action(description=_("Unlist: whoever has the link can read them"), permissions=["change"])
    def unlist(self, request: HttpRequest, stories: QuerySet[Story]) -> Any:
        return self._decide(request, stories, curating.unlist, gettext_noop("unlisted"))

    @admin.action(
        description=_("Hide, with a reason: only their owners can read them"), permissions=["change"]
    )
    def hide(self, request: HttpRequest, stories: QuerySet[Story]) -> Any:
        return self._decide_with_reason(request, stories, curating.hide, "hide", gettext_noop("hidden"))

    @admin.action(description=_("Hide no more: their owners may share them again"), permissions=["change"])
    def unhide(self, request: HttpRequest, stories: QuerySet[Story]) -> Any:
        return self._decide(request, stories, curating.unhide, gettext_noop("hidden no more"))

    @admin.action(description=_("Do not publish, with a reason"), permissions=["change"])
    def refuse(self, request: HttpRequest, stories: QuerySet[Story]) -> Any:
        return self._decide_with_reason(
            request, stories, curating.refuse, "refuse", gettext_noop("not published")
        )

    @admin.action(
        description=_("Put into the trash: their owners can take them back"), permissions=["delete"]
    )
    def trash(self, request: HttpRequest, stories: QuerySet[Story]) -> Any:
        return self._decide(request, stories, trash_each, gettext_noop("put into the trash"))

    @admin.action(description=_("Take out of the trash"), permissions=["delete"])
    def restore(self, request: HttpRequest, stories: QuerySet[Story]) -> Any:
        return self._decide(request, stories, restore_each, gettext_noop("taken out of the trash"))

    @admin.action(description=_("Delete for good what lies in the trash …"), permissions=["delete"])
    def delete_selected(self, request: HttpRequest, stories: QuerySet[Story]) -> Any:
        trashed = stories.filter(trashed_at__isnull=False)
        if trashed.exists():
            return delete_selected(cast("admin.ModelAdmin[Any]", self), request, trashed)
        self.message_user(
            request, gettext("Only what lies in the trash is deleted for good."), messages.WARNING
        )
        return None

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
            "title": _("Hide from everybody but the owner") if action == "hide" else _("Do not publish"),
            "opts": self.opts,
            "form": form,
            "action": action,
            "stories": stories[: self.list_per_page],
            "chosen": request.POST.getlist("_selected_action"),
            "across": request.POST.get("select_across", "0"),
            "back": request.POST.get("back", ""),
        }
        return TemplateResponse(request, "admin/stories/story/reason.html", context)


def trash_each(stories: Iterable[Story]) -> list[Story]:
    thrown = []
    for story in stories:
        with suppress(Story.DoesNotExist):  # it lies there already
            library.trash_story(story)
            thrown.append(story)
    return thrown


def restore_each(stories: Iterable[Story]) -> list[Story]:
    trashed = [story for story in stories if story.trashed_at]
    for story in trashed:
        library.restore_story(story)
    return trashed


def show_seen(story: Story) -> str:
    """What the page shows of a story goes along with what is decided about it."""
    field = '<input type="hidden" name="seen" value="{}:{}">'
    return format_html(field, story.pk, curating.name_state(story))


def read_seen(request: HttpRequest) -> dict[str, str]:
    pairs = (value.partition(":") for value in request.POST.getlist("seen"))
    return {key: state for key, __, state in pairs}


def is_asked(story: Story) -> bool:
    return (
        story.publish_asked_at is not None and story.visibility != Visibility.PUBLIC and not story.trashed_at
    )
