"""Requests are UTF-8, whatever charset their Content-Type claims.

Django decodes the query string by that charset while it makes the request object, before any view or
middleware is asked. Python knows charsets that decode no text (``hex``, ``zlib``, ``rot13``): one header
would be an error 500 on every page.
"""

from __future__ import annotations

from typing import Any

from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.utils.http import parse_header_parameters


class Utf8:
    """Overrides where Django reads the header (``HttpRequest``, since 2.0); its parameters are kept."""

    content_type: str | None
    content_params: dict[str, str] | None

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        kind = str(meta.get("CONTENT_TYPE", ""))[:1000]
        self.content_type, self.content_params = parse_header_parameters(kind)


class Utf8WSGIRequest(Utf8, WSGIRequest):
    pass


class Utf8WSGIHandler(WSGIHandler):
    request_class = Utf8WSGIRequest
