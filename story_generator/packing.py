"""What travels packed: words. Pictures, PDF and zip are packed in themselves."""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponseBase
from django.middleware.gzip import GZipMiddleware

WORDS = re.compile(r"text/|application/(json|javascript|xml|vnd\.oai\.openapi)|[\w/.-]+\+(json|xml)")


class PackWords(GZipMiddleware):
    """To pack a picture at each request costs time, its length and the strength of its ETag, for nothing."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if WORDS.match(response.get("Content-Type", "")):
            return super().process_response(request, response)
        return response
