"""What waits for a curator: stories to be published or not, and pictures that the safety checker withheld.

Both lists are for those who may change stories; their buttons send the actions of the stories' and the
generations' own lists.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from stories import curating
from stories.admin.deciding import show_seen
from stories.admin.desk import address_of, name_owner
from stories.models import Step, Story
from stories.pipeline import KINDS

PER_PAGE = 20


def show_queue(request: HttpRequest) -> HttpResponse:
    asked = curating.list_asked().with_pictures().select_related("owner")
    return _show(request, asked, describe_asked, "admin/stories/story/queue.html", _("To be published"))


def show_withheld(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return dismiss(request)
    steps = curating.list_withheld().select_related("session__story__owner").defer("partial", "preview")
    title = _("Withheld by the safety checker")
    return _show(request, steps, describe_withheld, "admin/stories/generationsession/withheld.html", title)


def dismiss(request: HttpRequest) -> HttpResponse:
    """Take one from the list; the story stays as it is."""
    if not may_curate(request):
        raise PermissionDenied
    try:
        gone = curating.dismiss(request.POST.get("step"))
    except ValidationError:
        raise BadRequest(_("This names no step.")) from None
    if gone:
        messages.success(request, _("Dismissed: the story stays as it is, without that picture."))
    else:
        messages.warning(request, _("It did not wait any more."))
    return redirect("admin:stories_generationsession_withheld")


def may_curate(request: HttpRequest) -> bool:
    return request.user.has_perm("stories.change_story")


def describe_asked(story: Story) -> dict[str, Any]:
    pictures = story.pictures
    cover = next(
        (pictures[kind] for kind in ("combined", "background", "character") if kind in pictures), None
    )
    return {
        "story": story,
        "pictures": list(pictures.values()),
        "cover": cover,
        "owner": name_owner(story),
        "address": address_of(story),
        "seen": show_seen(story),
    }


def describe_withheld(step: Step) -> dict[str, Any]:
    """The words that it was painted after: those that were asked for, else the story's own."""
    story = step.session.story
    subject = step.name.removesuffix("_image")
    return {
        "step": step,
        "label": _(KINDS[step.name].piece) if step.name in KINDS else step.name,
        "words": step.wanted.get("description") or getattr(story, f"{subject}_description", ""),
        "owner": name_owner(story),
        "address": address_of(story),
        "making": address_of(step.session),
    }


def _show(
    request: HttpRequest, found: QuerySet[Any], describe: Any, template: str, title: str
) -> HttpResponse:
    if not may_curate(request):
        raise PermissionDenied
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("p"))
    context = {
        **admin.site.each_context(request),
        "title": title,
        "page": page,
        "entries": [describe(one) for one in page],
        "may_steer": request.user.has_perm("stories.change_generationsession"),
    }
    return TemplateResponse(request, template, context)
