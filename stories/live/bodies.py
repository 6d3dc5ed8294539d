"""The body of a request, taken in before anything answers it.

Django reads a body while it holds one of a few threads: eight people with slow connections, or one who means
it, would keep all pages from everybody. And who is answered before all of the body has come loses the
connection without a word: the server cannot tell the rest of it from a next request. Here a slow body costs
no thread, and an answer comes after it. Some proxies do the same; not everybody has one.
"""

from __future__ import annotations

from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from django.conf import settings

from stories import counting
from stories.live.app import CLOSE, App, Receive, Send, refuse_stream
from stories.live.door import Refused, Scope

#: Bytes of a body that are held in memory, and in one piece that is passed on.
IN_MEMORY, PIECE = 2**18, 2**16
#: Bytes that a process holds in all, in memory and in temporary files, before it refuses large bodies.
MOST = 2**29
FILES = b"multipart/form-data"
AGAIN = {"Retry-After": "30"}


@dataclass
class Body:
    """What has come of one, and how many bytes that is."""

    file: IO[bytes]
    size: int = 0


class Bodies:
    """Takes bodies in, and has ``behind`` answer. One that is larger than it may be is passed on unfinished:
    whoever reads it refuses it by its length."""

    def __init__(self, behind: App) -> None:
        self.behind = behind
        self.held = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or find_length(scope) == 0:
            await self.behind(scope, receive, send)
            return
        with SpooledTemporaryFile(IN_MEMORY) as file:
            body = Body(file)
            try:
                whole = await self.take(body, scope, receive)
                told = with_length(scope, body.size)
                await self.behind(told, replay(body, receive), send if whole else closing(send))
            except Refused as refused:
                counting.REQUEST_SECONDS.observe(0.0, "body", scope["method"], str(refused.status))
                await refuse_stream(closing(send), refused)
            finally:
                self.held -= body.size

    async def take(self, body: Body, scope: Scope, receive: Receive) -> bool:
        """Whether it is whole.

        Raises:
            Refused: it stopped coming, or there is no room for so large a one.
        """
        most = find_most(scope)
        if (find_length(scope) or 0) > most:
            return False
        while body.size <= most:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise Refused(408, "The request did not arrive whole. Send it again.")
            self.add(body, message.get("body", b""))
            if not message.get("more_body"):
                return True
        return False

    def add(self, body: Body, piece: bytes) -> None:
        """Raises `Refused`. What fits in memory always has room."""
        full = Refused(503, "Too much is being sent here at once. Try again in 30 seconds.", AGAIN)
        if body.size + len(piece) > IN_MEMORY and self.held + len(piece) > MOST:
            raise full
        body.size += len(piece)
        self.held += len(piece)
        try:
            body.file.write(piece)
        except OSError:
            raise full from None


def find_length(scope: Scope) -> int | None:
    """0 where there is no body, None where its length is not told. The server has checked the number."""
    headers = dict(scope["headers"])
    return None if b"transfer-encoding" in headers else int(headers.get(b"content-length", 0))


def find_most(scope: Scope) -> int:
    """How long it may be: files may be longer."""
    kind = dict(scope["headers"]).get(b"content-type", b"")
    if kind.strip().lower().startswith(FILES):
        return settings.FILE_UPLOAD_MAX_BYTES
    return settings.DATA_UPLOAD_MAX_MEMORY_SIZE or settings.FILE_UPLOAD_MAX_BYTES


def with_length(scope: Scope, size: int) -> Scope:
    """WSGI knows no body without a length."""
    if find_length(scope) is not None:
        return scope
    headers = [pair for pair in scope["headers"] if pair[0] != b"transfer-encoding"]
    return {**scope, "headers": [*headers, (b"content-length", str(size).encode())]}


def replay(body: Body, receive: Receive) -> Receive:
    """As if it came now; after it, whatever else comes."""
    body.file.seek(0)
    left: int | None = body.size

    async def give() -> dict[str, Any]:
        nonlocal left
        if left is None:
            return await receive()
        if body.file.closed:
            raise ConnectionResetError  # the client has left, and a thread has not heard of it
        piece = body.file.read(PIECE)
        left -= len(piece)
        more = left > 0
        left = left if more else None
        return {"type": "http.request", "body": piece, "more_body": more}

    return give


def closing(send: Send) -> Send:
    """Say that the connection is closed after this."""

    async def say(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], CLOSE]}
        await send(message)

    return say
