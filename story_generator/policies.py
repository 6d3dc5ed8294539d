"""What a browser may do with our pages: load from here alone, run no script but our files, frame none.

See https://www.w3.org/TR/CSP3/. Pictures as ``data:`` are the previews of the live page.
"""

from __future__ import annotations

from collections.abc import Callable

from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from csp.decorators import csp_update
from django.http import HttpRequest
from django.http.response import HttpResponseBase

Respond = Callable[[HttpRequest], HttpResponseBase]

PAGES = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
#: What others have built, by the beginning of its address: Alpine evaluates its attributes, and both have
#: styles in their pages.
LOOSER = {
    "/admin/": {"script-src": [UNSAFE_EVAL, UNSAFE_INLINE], "style-src": [UNSAFE_INLINE]},
    "/api/docs/": {"style-src": [UNSAFE_INLINE]},
}
#: Nothing of a visitor's machine is asked for.
PERMISSIONS: dict[str, list[str]] = {
    name: []
    for name in (
        "camera", "display-capture", "geolocation", "gyroscope", "magnetometer", "microphone", "midi",
        "payment", "serial", "usb",
    )
}  # fmt: skip


def keep_private(get_response: Respond) -> Respond:
    """A middleware: an answer that says nothing else is for the one who asked. No cache on the way keeps it,
    and a browser asks again whether it may show it."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response

    return respond


def loosen(get_response: Respond) -> Respond:
    """A middleware: the desk and the API's pages may do what they are built with."""
    responds = {prefix: csp_update(more)(get_response) for prefix, more in LOOSER.items()}

    def respond(request: HttpRequest) -> HttpResponseBase:
        prefix = next((it for it in responds if request.path.startswith(it)), None)
        return responds[prefix](request) if prefix else get_response(request)

    return respond
