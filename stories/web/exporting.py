"""Stories as files: to take away, and to bring from another server."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from stories import access
from stories.books.importing import import_project
from stories.books.projectfile import NotAProject
from stories.downloads import find_format, send
from stories.people import who_is
from stories.refusals import NotNow
from stories.web.answers import face, put_headers, wants_json


@face("GET", costly=True)
def export(request: HttpRequest, story_id: UUID, name: str) -> HttpResponseBase:
    """A story as a file; the project file is for those alone who may change the story."""
    one = find_format(name)
    return send(one, access.find_story(who_is(request), story_id, to_change=one.for_owner))


@face("GET")
def import_page(request: HttpRequest) -> HttpResponseBase:
    """A new browser gets its key here already, so that what it brings is known to be its own."""
    who_is(request, remember=True)
    return show(request)


@face("POST", costly=True)
def import_file(request: HttpRequest) -> HttpResponseBase:
    file = request.FILES.get("file")
    if file is None or isinstance(file, list) or not file.size:
        return show(request, _("Choose a project file."), 400)
    try:
        return redirect(import_project(file, who_is(request, remember=True)))
    except NotAProject as error:
        return show(request, str(error), error.status)
    except NotNow as error:
        return put_headers(show(request, str(error), error.status), error.headers)


def show(request: HttpRequest, problem: str = "", status: int = 200) -> HttpResponse:
    if problem and wants_json(request):
        return JsonResponse({"file": [problem]}, status=status)
    shown = {"problem": problem, "most": settings.FILE_UPLOAD_MAX_BYTES >> 20}
    return render(request, "import.html", shown, status=status)
