"""What is noted of every request: its id in the log and in the answer, and how long it took."""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Callable

from django.conf import settings
from django.core.signals import request_finished
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from stories import counting, tracing

logger = logging.getLogger(__name__)

HEADER = "X-Request-ID"
_ID = re.compile(rf"[\w.:-]{{1,{tracing.REQUEST_ID_MAX}}}", re.ASCII)
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}

# Django logs a refusal after its middlewares are done: the id is bound until the answer is sent.
request_finished.connect(tracing.end_request, dispatch_uid="story_generator.requests")


def trace(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A middleware, the outermost one."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        tracing.begin_request(request_id := find_id(request))
        began = time.monotonic()
        response = get_response(request)
        note(request, response.status_code, time.monotonic() - began)
        response[HEADER] = request_id
        return response

    return respond


def find_id(request: HttpRequest) -> str:
    """The proxy's, where we trust it and it is one; else a new one."""
    given = request.headers.get(HEADER, "") if settings.TRUST_PROXY else ""
    return given if _ID.fullmatch(given) else uuid.uuid4().hex


def note(request: HttpRequest, status: int, seconds: float) -> None:
    """By the address's name: paths have no end, and some are keys."""
    view = request.resolver_match.view_name if request.resolver_match else ""
    method = request.method if request.method in METHODS else "OTHER"
    counting.REQUEST_SECONDS.observe(seconds, view or "none", str(method), str(status))
    level = logging.DEBUG if method in ("GET", "HEAD") else logging.INFO
    logger.log(level, "%s %s: %d in %.0f ms", method, view or "none", status, seconds * 1000)
