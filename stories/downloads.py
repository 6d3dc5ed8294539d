"""A story's file as an answer, the same for the pages and the API."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.utils.cache import patch_vary_headers

from stories.books import FORMATS, Format
from stories.models import Story

HEADERS = {
    "Cache-Control": "private, no-cache",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}


def find_format(name: str) -> Format:
    if name not in FORMATS:
        raise Http404
    return FORMATS[name]


def send(one: Format, story: Story) -> HttpResponse:
    headers = {**HEADERS, "Content-Disposition": one.name_file(story)}
    response = HttpResponse(one.make(story), content_type=one.media_type, headers=headers)
    patch_vary_headers(response, ["Cookie"])
    return response
