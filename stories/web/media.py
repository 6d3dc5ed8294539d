"""Pictures, for those who may read their story."""

from __future__ import annotations

from pathlib import PurePath
from urllib.parse import quote

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
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
#: Where nginx has the folder of the pictures, for answers that we send there alone (docs/deployment.md).
PROTECTED = "/protected/"


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


def open_picture(name: str) -> HttpResponseBase:
    """The file; or, where ``SENDFILE`` says so, a word to the proxy which one it is to send."""
    media_type = TYPES.get(PurePath(name).suffix, "application/octet-stream")
    try:
        file = default_storage.open(name)
    except OSError:
        raise Http404 from None
    if settings.SENDFILE:
        file.close()
        return HttpResponse(content_type=media_type, headers={settings.SENDFILE: place(name)})
    return FileResponse(file, content_type=media_type)


def place(name: str) -> str:
    """What a proxy is told of a file: nginx an address of its own, others (``x-sendfile``) the path."""
    return (
        quote(f"{PROTECTED}{name}") if settings.SENDFILE == "x-accel-redirect" else default_storage.path(name)
    )
