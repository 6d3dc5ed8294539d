"""Who is let in to watch: asked once, in a thread; no database connection is held afterwards."""

from __future__ import annotations

import uuid
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.exceptions import DisallowedHost
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.translation import get_language_from_request, override
from rest_framework.authentication import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed

from stories import access, rates
from stories.live import places, reading
from stories.live.places import Place
from stories.live.reading import Reading, letting_go
from stories.models import GenerationSession
from stories.people import who_is
from stories.refusals import NotNow
from stories.web.answers import AWAY, DATABASE_AWAY, NOT_FOUND

Scope = dict[str, Any]
#: More digits than an event's number ever has are none.
DIGITS_MOST = 18


class Refused(Exception):
    """Nobody is let in. The message is written for the person."""

    def __init__(self, status: int, detail: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status, self.headers = status, headers or {}


def _nothing(request: HttpRequest) -> HttpResponse:
    """What middleware wants behind it and never calls here."""
    return HttpResponse()


SESSION, ACCOUNT, TOKEN = (
    SessionMiddleware(_nothing),
    AuthenticationMiddleware(_nothing),
    TokenAuthentication(),
)


@letting_go
def open_door(scope: Scope, session_id: uuid.UUID, place: Place) -> tuple[Reading, bool]:
    """The generation as it is now, for somebody who may see it, under the rules of every other address, and
    whether they may change it, to whom alone its log is told. Their stream takes this place.

    Raises:
        Refused: they may not, it is not there, or they watch as much as may be already.
    """
    try:
        request = make_request(scope)
        check_origin(request)
        language = get_language_from_request(request)  # of what is refused: no middleware comes before this
        with override(language):
            rates.check(request)
        person = who_is(request)
        session = access.find_generation(person, session_id)
        found = reading.describe(session), access.may_change(session.story, person)
        with override(language):
            places.take(person, place)
        return found
    except NotNow as error:
        raise Refused(error.status, str(error), error.headers) from None
    except DisallowedHost:
        raise Refused(400, "This server does not answer to that name.") from None
    except AuthenticationFailed as error:
        raise Refused(401, str(error.detail)) from None
    except GenerationSession.DoesNotExist:
        raise Refused(404, NOT_FOUND) from None
    except DATABASE_AWAY:
        raise Refused(503, AWAY, {"Retry-After": "5"}) from None


def make_request(scope: Scope) -> ASGIRequest:
    """The request with its session and its account, by cookie or by token."""
    scheme = {"ws": "http", "wss": "https"}.get(scope["scheme"], scope["scheme"])
    request = ASGIRequest({"method": "GET", **scope, "type": "http", "scheme": scheme}, BytesIO())
    request.get_host()
    if settings.SECURE_SSL_REDIRECT and not request.is_secure():
        raise Refused(403, "This server answers by https only.")
    SESSION.process_request(request)
    ACCOUNT.process_request(request)
    if found := TOKEN.authenticate(request):  # type: ignore[arg-type]
        request.user = found[0]
    return request


def check_origin(request: HttpRequest) -> None:
    """Another site's page must not watch with this browser's cookies: what Django asks of a form's origin is
    asked here too. Who sends no origin is no page."""
    if "Origin" in request.headers and not CsrfViewMiddleware(_nothing)._origin_verified(request):  # type: ignore[attr-defined]
        raise Refused(403, "This page belongs to another site.")


def find_last(scope: Scope) -> int:
    """The number of the last event that the client knows: ``Last-Event-ID``, or ``?last=``; 0 for none."""
    asked = parse_qs(scope["query_string"].decode("latin-1")).get("last", [""])[-1]
    said = dict(scope["headers"]).get(b"last-event-id", asked.encode())
    return int(said) if said.isdigit() and len(said) <= DIGITS_MOST else 0
