"""How the pages answer: as a page for people, as JSON for scripts, and never with a stack trace."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from stories import rates
from stories.models import GenerationSession
from stories.people import who_is
from stories.refusals import NotNow, Refused
from stories.web import pages
from stories.web.forms import StoryForm, Unreadable

logger = logging.getLogger(__name__)

View = Callable[..., HttpResponseBase]
DATABASE_AWAY = (OperationalError, InterfaceError)
#: What each kind of failure is called on its page.
HEADINGS = {
    400: gettext_noop("That could not be read"),
    403: gettext_noop("Not allowed"),
    404: gettext_noop("Nothing hangs here"),
    405: gettext_noop("Not this way"),
    409: gettext_noop("Not just now"),
    413: gettext_noop("That is too much"),
    415: gettext_noop("An unknown format"),
    429: gettext_noop("One thing after another"),
    503: gettext_noop("A thread has slipped"),
}
FAILED = gettext_noop("That did not work")
NOT_FOUND = gettext_noop(
    "There is nothing at this address, or it is not yours to see. Stories that were deleted are gone."
)
AWAY = gettext_noop("The database cannot be reached just now. Nothing is lost: try again in a moment.")


def face(method: str, *, costly: bool = False, counted: bool = True) -> Callable[[View], View]:
    """A view for one method, whose every failure is an answer in the form that was asked for. How often each
    may be asked for is bounded (`stories.rates`), by other bounds where it is ``costly``."""
    pace = rates.COSTLY if costly else None
    allowed = ("GET", "HEAD") if method == "GET" else (method,)

    def wrap(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method not in allowed:
                detail = _("This address answers to {methods} only.").format(methods=", ".join(allowed))
                return fail(request, 405, detail, headers={"Allow": ", ".join(allowed)})
            try:
                if counted:
                    rates.check(request, pace)
                return view(request, *args, **kwargs)
            except (ObjectDoesNotExist, Http404):
                return fail(request, 404, _(NOT_FOUND))
            except Unreadable as error:
                return fail(request, error.status, str(error))
            except Refused as error:
                return refuse(request, error)
            except DATABASE_AWAY as error:
                return report_database(request, error)

        return answer

    return wrap


def refuse(request: HttpRequest, error: Refused) -> HttpResponse:
    headers = error.headers if isinstance(error, NotNow) else None
    return fail(request, error.status, str(error), headers=headers)


def report_database(request: HttpRequest, error: BaseException) -> HttpResponse:
    logger.warning("the database is away (%s)", type(error).__name__)
    return fail(request, 503, _(AWAY), headers={"Retry-After": "5"})


def fail(
    request: HttpRequest, status: int, detail: str, *, headers: Mapping[str, str] | None = None
) -> HttpResponse:
    """An error in plain words. htmx is told to leave the page as it is; our script shows the words."""
    if is_script(request):
        return JsonResponse(
            {"detail": detail}, status=status, headers={**(headers or {}), "HX-Reswap": "none"}
        )
    shown = {
        "status": status,
        "heading": _(HEADINGS.get(status, gettext_noop("That did not work"))),
        "detail": detail,
    }
    return put_headers(render(request, "error.html", shown, status=status), headers or {})


def show_form(
    request: HttpRequest, form: StoryForm, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> HttpResponse:
    """The form, with what was typed and what is wrong with it in place."""
    if form.errors and wants_json(request):
        return JsonResponse(form.problems, status=status, headers=headers)
    shown = pages.describe_home(form, who_is(request))
    return put_headers(render(request, "home.html", shown, status=status), headers or {})


def put_headers(response: HttpResponse, headers: Mapping[str, str]) -> HttpResponse:
    for name, value in headers.items():
        response[name] = value
    return response


def started(request: HttpRequest, session: GenerationSession) -> HttpResponse:
    """Where to watch it: JSON for scripts, the live page for people."""
    if wants_json(request):
        there = {"session_id": str(session.pk), "status_url": reverse("status", args=[session.pk])}
        return JsonResponse(there, status=202)
    if is_htmx(request):
        return HttpResponse(status=204, headers={"HX-Redirect": session.get_absolute_url()})
    return redirect(session)


def wants_json(request: HttpRequest) -> bool:
    """Whether a script asks: it sends JSON, says that it is one, or prefers JSON for an answer."""
    return (
        request.content_type == "application/json"
        or request.headers.get("X-Requested-With") == "XMLHttpRequest"
        or request.get_preferred_type(["text/html", "application/json"]) == "application/json"
    )


def is_htmx(request: HttpRequest) -> bool:
    return bool(request.headers.get("HX-Request"))


def is_script(request: HttpRequest) -> bool:
    return wants_json(request) or is_htmx(request)
