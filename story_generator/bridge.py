"""The bridge to Django: WSGI in threads, none of which waits for a client.

a2wsgi hands each piece of an answer over when the client has taken the ones before. So a few people who take
their pictures slowly, or not at all, would keep all pages from everybody; and a thread whose client leaves in
the middle would wait for good. Here an answer's thread is done when Django is: what is in memory waits there,
and a file is read as the client takes it.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable
from typing import IO, Any
from wsgiref.util import FileWrapper

from a2wsgi import WSGIMiddleware
from a2wsgi.wsgi import WSGIResponder

#: Bytes that are read of a file at a time.
PIECE = 2**18


class Bridge(WSGIMiddleware):
    """Answers with a WSGI application, in so many threads."""

    def __init__(self, app: Any, workers: int) -> None:
        super().__init__(app, workers, send_queue_size=0)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await Responder(self.app, self.executor, self.send_queue_size)(scope, receive, send)


class Responder(WSGIResponder):
    """One answer."""

    def wsgi(self, environ: Any, start_response: Any) -> None:
        """In a thread: have it made. HEAD is answered without a body; Django leaves that to the server."""
        environ["wsgi.file_wrapper"] = FileWrapper
        made = self.app(environ, start_response)
        try:
            file: Any = duplicate(made)
            pieces = () if environ["REQUEST_METHOD"] == "HEAD" else [file] if file else made
            for piece in pieces:
                self.send({"type": "http.response.body", "body": piece, "more_body": True})
            self.send({"type": "http.response.body", "body": b""})
        finally:
            getattr(made, "close", lambda: None)()

    async def sender(self, send: Any) -> None:
        """In the loop: pass it on."""
        while message := await self.send_queue.get():
            body = message.get("body", b"")
            if isinstance(body, bytes):
                await send(message)
                continue
            with body.file:
                while piece := await asyncio.to_thread(body.read):
                    await send({**message, "body": piece})


class Rest:
    """The rest of an open file, by a descriptor of its own, which outlives the other's."""

    def __init__(self, file: IO[bytes]) -> None:
        self.at = file.tell()
        self.file = os.fdopen(os.dup(file.fileno()), "rb", buffering=0)

    def read(self) -> bytes:
        piece = os.pread(self.file.fileno(), PIECE, self.at)
        self.at += len(piece)
        return piece


def duplicate(made: Iterable[bytes]) -> Rest | None:
    """What is to be sent of a file; None where it is none of the system's."""
    if not isinstance(made, FileWrapper):
        return None
    try:
        return Rest(made.filelike)
    except (AttributeError, OSError):
        return None
