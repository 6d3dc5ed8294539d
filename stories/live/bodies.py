"""The body of a request, taken in before anything answers it.

Django reads a body while it holds one of a few threads: eight people with slow connections, or one who means
it, would keep all pages from everybody. And who is answered before all of the body has come loses the
connection without a word: the server cannot tell the rest of it from a next request. Here a slow body costs
no thread, and an answer comes after it. Some proxies do the same; not everybody has one.
"""

from __future__ import annotations

from os import SEEK_END
from tempfile import SpooledTemporaryFile
from typing import Any

from django.conf import settings

from stories.live.app import App, Receive, Send, refuse_stream
from stories.live.door import Refused, Scope

#: Bytes of a body that are held in memory, of one piece that is passed on, and of all bodies that a process
#: holds at once.
IN_MEMORY, PIECE, MOST = 2**18, 2**16, 2**29
CLOSE = (b"connection", b"close")


class Bodies:
    """Takes bodies in, and has ``behind`` answer. One that is larger than any may be is passed on unfinished,
    to be refused by its length."""

    def __init__(self, behind: App) -> None:
        self.behind = behind
        self.held = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not brings_body(scope):
            await self.behind(scope, receive, send)
            return
        with SpooledTemporaryFile(IN_MEMORY) as body:
            try:
                whole = await self.take(body, scope, receive)
                size = body.tell()
                body.seek(0)
                if not whole:
                    send = closing(send)
                await self.behind(with_length(scope, size), replay(body, size, receive), send)
            except Refused as refused:
                await refuse_stream(closing(send), refused)
            finally:
                body.seek(0, SEEK_END)
                self.held -= body.tell()

    async def take(self, body: Any, scope: Scope, receive: Receive) -> bool:
        """Whether it is whole.

        Raises:
            Refused: it stopped coming, or there is no room for it.
        """
        most = settings.FILE_UPLOAD_MAX_BYTES
        if (find_length(scope) or 0) > most:
            return False
        while body.tell() <= most:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise Refused(408, "The request did not arrive whole. Send it again.")
            if self.held >= MOST:
                again = {"Retry-After": "30"}
                raise Refused(503, "Too much is being sent here at once. Try again in 30 seconds.", again)
            self.held += body.write(message.get("body", b""))
            if not message.get("more_body"):
                return True
        return False


def brings_body(scope: Scope) -> bool:
    return find_length(scope) != 0


def find_length(scope: Scope) -> int | None:
    """0 where there is no body, None where its length is not told. The server has checked the number."""
    headers = dict(scope["headers"])
    return None if b"transfer-encoding" in headers else int(headers.get(b"content-length", 0))


def with_length(scope: Scope, size: int) -> Scope:
    """WSGI knows no body without a length."""
    if find_length(scope) is not None:
        return scope
    headers = [pair for pair in scope["headers"] if pair[0] != b"transfer-encoding"]
    return {**scope, "headers": [*headers, (b"content-length", str(size).encode())]}


def replay(body: Any, size: int, receive: Receive) -> Receive:
    """As if it came now; after it, whatever else comes."""
    left: int | None = size

    async def give() -> dict[str, Any]:
        nonlocal left
        if left is None:
            return await receive()
        piece = body.read(PIECE)
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
