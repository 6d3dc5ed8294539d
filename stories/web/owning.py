"""The page of what is stored about somebody: to see, to take away, and to delete."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from stories import owning
from stories.downloads import HEADERS
from stories.people import who_is
from stories.web.answers import face, is_script, put_headers
from stories.web.forms import Unreadable, read_fields

#: A checked box, from a form or as JSON.
UNDERSTOOD = ("true", "on", True)


@face("GET")
def your_data(request: HttpRequest) -> HttpResponseBase:
    person = who_is(request)
    shown = {
        "person": person,
        "counts": owning.count(person),
        "trash_days": settings.TRASH_DAYS,
        "visitor_days": settings.VISITOR_DAYS,
        "events_days": settings.EVENTS_DAYS,
    }
    return put_headers(render(request, "your_data.html", shown), {"Cache-Control": "no-store"})


@face("GET", costly=True)
def export(request: HttpRequest) -> HttpResponseBase:
    packed = owning.pack(who_is(request))
    return FileResponse(packed, as_attachment=True, filename=owning.FILE, headers=HEADERS)


@face("POST", costly=True)
def delete(request: HttpRequest) -> HttpResponseBase:
    """All of it, and the key that somebody is known by, once they have said that they mean it."""
    if read_fields(request).get("understood") not in UNDERSTOOD:
        raise Unreadable(400, _("Nothing was deleted: say first that you know that nothing brings it back."))
    owning.delete(who_is(request))
    request.session.flush()
    if is_script(request):
        return HttpResponse(status=204)
    messages.success(request, _("All of it is gone for good, and this browser is nobody we know."))
    return redirect("your_data")
