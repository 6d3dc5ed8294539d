"""What Django calls when a request never reaches a view, or a view fails in a way that nobody foresaw."""

from __future__ import annotations

import sys

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import loader
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from stories.uploads import tell_limit
from stories.web.answers import AWAY, DATABASE_AWAY, NOT_FOUND, fail, is_script

STRAY = gettext_noop(
    "Something in this request cannot be read. Go back, load the page again, and try once more."
)
FORBIDDEN = gettext_noop("You are not allowed to do this.")
STALE = gettext_noop(
    "This form could not be tied to your browser, which guards you against forged ones. Allow cookies for "
    "this site, load the page again, and send it once more."
)
BROKEN = gettext_noop("Something broke on our side. Nothing that was made is lost.")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        return fail(request, 413, tell_limit(exception))
    return fail(request, 400, _(STRAY))


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return fail(request, 403, _(FORBIDDEN))


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return fail(request, 404, _(NOT_FOUND))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return fail(request, 403, _(STALE))


def server_error(request: HttpRequest) -> HttpResponse:
    """The page stands alone: whatever broke may be what other pages need.

    Django calls this while it handles the exception, so a database that is away can be told from a bug:
    sessions are saved after a view, where no view can catch it.
    """
    away = isinstance(sys.exc_info()[1], DATABASE_AWAY)
    status, detail = (503, _(AWAY)) if away else (500, _(BROKEN))
    if is_script(request):
        return JsonResponse({"detail": detail}, status=status)
    return HttpResponse(loader.get_template("500.html").render({"detail": detail}), status=status)
