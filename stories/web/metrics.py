"""``/metrics/``: for whoever looks after this copy, and for nobody else."""

from __future__ import annotations

import secrets
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.http.request import split_domain_port

from stories import access
from stories.metrics import write
from stories.web.answers import face

#: A proxy's request comes from this machine too, and is anybody's.
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Via")
LOCAL_NAMES = ("localhost", "127.0.0.1", "[::1]")
REFUSED = "Send METRICS_TOKEN as a bearer token, or sign in as staff.\n"


@face("GET")
def show(request: HttpRequest) -> HttpResponseBase:
    if not (has_token(request) or is_from_here(request) or access.may_see_metrics(request.user)):
        headers = {"WWW-Authenticate": "Bearer", "Cache-Control": "no-store"}
        return HttpResponse(REFUSED, status=401, content_type="text/plain; charset=utf-8", headers=headers)
    told, kind = write(request.headers.get("Accept", ""))
    return HttpResponse(told, content_type=kind, headers={"Cache-Control": "no-store"})


def has_token(request: HttpRequest) -> bool:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    sent, wanted = token.encode(errors="surrogatepass"), settings.METRICS_TOKEN.encode()
    return bool(wanted) and kind.lower() == "bearer" and secrets.compare_digest(sent, wanted)


def is_from_here(request: HttpRequest) -> bool:
    """Asked by this machine of this machine, where that was said to be enough: a proxy here may send its
    visitors on without a word, and then they look the same."""
    if not (settings.METRICS_LOCAL or settings.DEBUG):
        return False
    try:
        local = ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
    name, _port = split_domain_port(request.get_host())
    return local and name in LOCAL_NAMES and not any(header in request.headers for header in FORWARDED)
