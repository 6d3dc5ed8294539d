"""The sketch storyteller with faults, for tests and the bench.

In a test: ``with FaultyServer() as server: server.faults.add("slow", seconds=2)``. As a process:
``python -m tests.support.faults --port P``, then ``POST /_faults {"fault": "drop", "times": 2}`` adds one,
``GET /_faults`` tells what was seen and what fired, ``DELETE /_faults`` forgets all of it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import socket
import threading
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, get_args

import uvicorn
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from embedded.storyteller.app import make_app

Kind = Literal[
    "slow", "pause", "stall", "drop", "invalid_json", "wrong_schema", "error_500", "error_503", "error_404",
    "empty", "endless", "huge", "wrong_content_type",
]  # fmt: skip
KINDS: tuple[str, ...] = get_args(Kind)
WRITES = ("/api/chat", "/api/generate")
FOREVER = -1
HUGE_CHARACTERS = 5_000_000
#: Nobody listens to an endless story for longer than this (seconds); it keeps a lost test from running on.
LONGEST_ENDLESS_SECONDS = 600.0


@dataclass(slots=True, kw_only=True)
class Fault:
    """What goes wrong, how often, and for which requests.

    ``match`` is a piece of the request's body ("" for every request); ``seconds`` is the delay of ``slow``,
    the gap of ``pause`` between two chunks, the one of ``stall`` in the middle, and that
    between the words of ``endless``.
    """

    fault: Kind
    times: int = 1
    match: str = ""
    seconds: float = 1.0

    def __post_init__(self) -> None:
        if self.fault not in KINDS:
            raise ValueError(f"no such fault: {self.fault}; there are {', '.join(KINDS)}")


@dataclass(slots=True)
class Faults:
    """The faults to come, in order, and a tally of what happened. Safe to use from several threads."""

    waiting: list[Fault] = field(default_factory=list)
    fired: Counter[str] = field(default_factory=Counter)
    chats: int = 0
    at_once: int = 0
    most_at_once: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, fault: Kind, *, times: int = 1, match: str = "", seconds: float = 1.0) -> None:
        """Let the next ``times`` matching requests go wrong; ``FOREVER`` is every one.

        Raises:
            ValueError: there is no such fault.
        """
        with self._lock:
            self.waiting.append(Fault(fault=fault, times=times, match=match, seconds=seconds))

    def clear(self) -> None:
        """Forget the faults to come and the tally; chats still in flight stay counted as that."""
        with self._lock:
            self.waiting.clear()
            self.fired.clear()
            self.chats, self.most_at_once = 0, self.at_once

    def begin_chat(self, body: str) -> Fault | None:
        """Count a chat that came in, and take the first fault that is meant for it."""
        with self._lock:
            self.chats += 1
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
            fault = next((f for f in self.waiting if f.match in body), None)
            if fault is None:
                return None
            self.fired[fault.fault] += 1
            fault.times -= fault.times > 0
            if fault.times == 0:
                self.waiting.remove(fault)
            return fault

    def end_chat(self) -> None:
        """Count a chat that is over, however it ended."""
        with self._lock:
            self.at_once -= 1

    def tell(self) -> dict[str, Any]:
        """The tally, as ``GET /_faults`` answers it."""
        with self._lock:
            return {
                "fired": dict(self.fired),
                "waiting": [asdict(fault) for fault in self.waiting],
                "chats": self.chats,
                "at_once": self.at_once,
                "most_at_once": self.most_at_once,
            }


class FaultyApp:
    """An ASGI application round another one, which lets its faults happen to chats."""

    def __init__(self, app: ASGIApp, faults: Faults) -> None:
        self.app, self.faults = app, faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] == "http" and scope["path"] == "/_faults":
            response = await self._control(Request(scope, receive))
            await response(scope, receive, send)
        elif scope["type"] == "http" and scope["method"] == "POST" and scope["path"] in WRITES:
            await self._chat(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _control(self, request: Request) -> Response:
        if request.method == "DELETE":
            self.faults.clear()
        elif request.method == "POST":
            try:
                self.faults.add(**await request.json())
            except (TypeError, ValueError) as error:
                return JSONResponse({"error": str(error)}, status_code=400)
        return JSONResponse(self.faults.tell())

    async def _chat(self, scope: Scope, receive: Receive, send: Send) -> None:
        body, receive = await _read_ahead(receive)
        fault = self.faults.begin_chat(body)
        try:
            if fault is None:
                await self.app(scope, receive, send)
            elif fault.fault == "slow":
                await asyncio.sleep(fault.seconds)
                await self.app(scope, receive, send)
            elif fault.fault == "pause":
                await self.app(scope, receive, _pause_between(send, fault.seconds))
            elif fault.fault == "stall":
                await self.app(scope, receive, _stall_once(send, fault.seconds))
            elif fault.fault == "drop":
                with suppress(_Dropped):
                    await self.app(scope, receive, _drop_after_some(send))
            else:
                await _answer_wrongly(fault, scope["path"], body)(scope, receive, send)
        finally:
            self.faults.end_chat()


async def _read_ahead(receive: Receive) -> tuple[str, Receive]:
    """Read the whole body; gives it, and a ``receive`` that plays it again and then goes on listening."""
    chunks, more = b"", True
    while more:
        message = await receive()
        chunks += message.get("body", b"")
        more = message["type"] == "http.request" and message.get("more_body", False)
    played: list[Message] = [{"type": "http.request", "body": chunks, "more_body": False}]

    async def replay() -> Message:
        return played.pop() if played else await receive()

    return chunks.decode("utf-8", "replace"), replay


def _pause_between(send: Send, seconds: float) -> Send:
    async def paused(message: Message) -> None:
        if message["type"] == "http.response.body":
            await asyncio.sleep(seconds)
        await send(message)

    return paused


def _stall_once(send: Send, seconds: float) -> Send:
    """Say nothing for a while before the third chunk."""
    chunks = 0

    async def stalling(message: Message) -> None:
        nonlocal chunks
        chunks += message["type"] == "http.response.body"
        if chunks == 3:
            await asyncio.sleep(seconds)
        await send(message)

    return stalling


class _Dropped(Exception):
    """The connection is to be closed: the answer ends without its end."""


def _drop_after_some(send: Send) -> Send:
    """Send half of the third chunk, then nothing: the server closes the connection in the middle."""
    chunks = 0

    async def dropping(message: Message) -> None:
        nonlocal chunks
        if message["type"] == "http.response.body":
            chunks += 1
            if chunks == 3 or not message.get("more_body"):
                await send(
                    {**message, "body": message["body"][: len(message["body"]) // 2], "more_body": True}
                )
                raise _Dropped
        await send(message)

    return dropping


def _answer_wrongly(fault: Fault, path: str, body: str) -> Response:
    if fault.fault.startswith("error_"):
        status = int(fault.fault.removeprefix("error_"))
        return JSONResponse({"error": _ERRORS[status]}, status_code=status)
    if fault.fault == "wrong_content_type":
        return Response(
            "<html><body><h1>Welcome to the hotel network</h1></body></html>", media_type="text/html"
        )
    words = _say_forever(fault.seconds) if fault.fault == "endless" else _say(_TEXTS[fault.fault])
    if re.search(r'"stream"\s*:\s*false', body):
        return StreamingResponse(_join(words, path), media_type="application/json")
    return StreamingResponse(_write_lines(words, path), media_type="application/x-ndjson")


_ERRORS = {
    404: "model 'sketch' not found",
    500: "llama runner process has terminated: exit status 2",
    503: "server busy, please try again. maximum pending requests exceeded",
}
_TEXTS = {
    "empty": "",
    "invalid_json": 'Of course! Here you are: {"name": "Ottilie", "kind": "a dra',
    "wrong_schema": '{"answer": 42, "nobody": {"asked": ["for", "this"]}}',
    "huge": "A very long story. " * (HUGE_CHARACTERS // 19),
}


async def _say(text: str) -> AsyncIterator[str]:
    for start in range(0, len(text), 4096):
        yield text[start : start + 4096]


async def _say_forever(seconds: float) -> AsyncIterator[str]:
    gap = max(seconds, 0.001)
    for word in range(int(LONGEST_ENDLESS_SECONDS / gap)):
        yield "# The Endless Story\n\nAnd " if word == 0 else "then, and "
        await asyncio.sleep(gap)


async def _write_lines(words: AsyncIterator[str], path: str) -> AsyncIterator[str]:
    async for text in words:
        yield json.dumps(_shape(text, path)) + "\n"
    yield json.dumps(_shape("", path) | _END) + "\n"


async def _join(words: AsyncIterator[str], path: str) -> AsyncIterator[str]:
    text = "".join([text async for text in words])
    yield json.dumps(_shape(text, path) | _END)


_END = {"done": True, "done_reason": "stop", "total_duration": 1, "prompt_eval_count": 1, "eval_count": 1}


def _shape(text: str, path: str) -> dict[str, Any]:
    content = (
        {"message": {"role": "assistant", "content": text}} if path == "/api/chat" else {"response": text}
    )
    return {"model": "sketch", "created_at": "2024-06-21T20:30:00Z", "done": False} | content


def make_faulty_app(faults: Faults, words_per_second: float = 0) -> FaultyApp:
    """The storyteller with the given faults; it writes as fast as it can unless told otherwise."""
    return FaultyApp(make_app(words_per_second), faults)


class FaultyServer:
    """A storyteller with faults on a port of this machine (0: a free one), in a thread of this process."""

    def __init__(self, words_per_second: float = 0, port: int = 0) -> None:
        self.faults = Faults()
        self._socket = socket.create_server(("127.0.0.1", port))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        app = make_faulty_app(self.faults, words_per_second)
        config = uvicorn.Config(
            app, log_level="critical", access_log=False, timeout_graceful_shutdown=1, lifespan="off"
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), daemon=True)

    def __enter__(self) -> FaultyServer:
        """Start; the socket listens already, so the first request waits until the server is up."""
        self._thread.start()
        return self

    def __exit__(self, *failure: object) -> None:
        """Stop, also with streams still open."""
        self._server.should_exit = True
        self._thread.join(timeout=5)
        self._socket.close()


def main() -> None:
    """Serve until SIGINT or SIGTERM."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--words-per-second", type=float, default=0)
    options = parser.parse_args()
    app = make_faulty_app(Faults(), options.words_per_second)
    uvicorn.run(
        app,
        host=options.host,
        port=options.port,
        access_log=False,
        log_level="critical",
        timeout_graceful_shutdown=1,
    )


if __name__ == "__main__":
    main()
