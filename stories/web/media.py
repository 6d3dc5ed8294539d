"""Pictures, for those who may read their story."""

from __future__ import annotations

from pathlib import PurePath

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers

from stories import access
from stories.people import who_is
from stories.web.answers import face

TYPES = {".webp": "image/webp", ".png": "image/png", ".jpg": "image/jpeg"}
#: A name is a hash of its content, so a browser may keep the file; others on the way may not.
HEADERS = {
    "Cache-Control": "private, max-age=86400, immutable",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}


@face("GET")
def picture(request: HttpRequest, name: str) -> HttpResponseBase:
    """The file of a picture; only one that belongs to a story is ever opened."""
    access.find_picture(who_is(request), name)
    etag = f'"{PurePath(name).stem}"'
    response = get_conditional_response(request, etag=etag) or open_picture(name)
    for header, value in {**HEADERS, "ETag": etag}.items():
        response[header] = value
    patch_vary_headers(response, ["Cookie"])
    return response


def open_picture(name: str) -> FileResponse:
    try:
        return FileResponse(
            default_storage.open(name),
            content_type=TYPES.get(PurePath(name).suffix, "application/octet-stream"),
        )
    except OSError:
        raise Http404 from None
