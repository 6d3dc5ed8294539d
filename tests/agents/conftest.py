"""A server that speaks just enough of Ollama's API and answers from a script."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from agents.llm import LanguageModel

Reply = Callable[["ScriptedOllama"], Awaitable[Response]]

END = {"done": True, "done_reason": "stop", "prompt_eval_count": 300, "eval_count": 200}


class ServerThread:
    """An ASGI application, served on a free port of this machine by a thread."""

    def __init__(self, app: Starlette) -> None:
        listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        config = uvicorn.Config(app, log_level="critical", timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([listener],), daemon=True)
        self._thread.start()
        while not self._server.started:
            time.sleep(0.01)

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(5)


class ScriptedOllama:
    """Answers one reply of its script a chat request, and remembers what it was asked and who left."""

    def __init__(self) -> None:
        self.script: deque[Reply] = deque()
        self.chats: list[dict[str, Any]] = []
        self.shown: dict[str, Any] | None = {"model_info": {"llama.context_length": 131_072}}
        self.waiting = threading.Event()
        self.left = threading.Event()
        self.authorization: str | None = None
        routes = [
            Route("/api/chat", self._chat, methods=["POST"]),
            Route("/api/show", self._show, methods=["POST"]),
        ]
        self._server = ServerThread(Starlette(routes=routes))
        self.url = self._server.url

    async def _chat(self, request: Request) -> Response:
        self.chats.append(await request.json())
        self.authorization = request.headers.get("authorization")
        return await self.script.popleft()(self)

    async def _show(self, request: Request) -> Response:
        if self.shown is None:
            return JSONResponse({"error": f"model '{(await request.json())['model']}' not found"}, 404)
        return JSONResponse(self.shown)

    def stop(self) -> None:
        self._server.stop()


def line(content: str = "", **more: Any) -> bytes:
    """One line of a chat's stream."""
    head = {"model": "tale", "created_at": "2026-01-01T00:00:00Z", "done": False}
    return json.dumps({**head, "message": {"role": "assistant", "content": content}, **more}).encode() + b"\n"


def stream(parts: Callable[[ScriptedOllama], AsyncIterator[bytes]]) -> Reply:
    async def reply(server: ScriptedOllama) -> Response:
        return StreamingResponse(parts(server), media_type="application/x-ndjson")

    return reply


def says(*words: str, pause: float = 0.0, **end: Any) -> Reply:
    """Say the words, one line each, and come to an end as Ollama does."""

    async def parts(server: ScriptedOllama) -> AsyncIterator[bytes]:
        for word in words:
            yield line(word)
            await asyncio.sleep(pause)
        yield line(**{**END, **end})

    return stream(parts)


def says_object(**fields: Any) -> Reply:
    return says(json.dumps(fields))


def fails(status: int, error: str = "it broke", headers: dict[str, str] | None = None) -> Reply:
    async def reply(server: ScriptedOllama) -> Response:
        return JSONResponse({"error": error}, status, headers)

    return reply


def drops_after(*words: str) -> Reply:
    """Say the words, then tear the connection in the middle of the stream."""

    async def parts(server: ScriptedOllama) -> AsyncIterator[bytes]:
        for word in words:
            yield line(word)
        server.left.set()
        raise RuntimeError("torn on purpose")

    return stream(parts)


def ends_after(*lines: bytes) -> Reply:
    """Send the lines and close in good order, without a last word that says ``done``."""

    async def parts(server: ScriptedOllama) -> AsyncIterator[bytes]:
        for sent in lines:
            yield sent

    return stream(parts)


def silent(*words: str) -> Reply:
    """Say the words, then nothing for as long as anybody listens."""

    async def parts(server: ScriptedOllama) -> AsyncIterator[bytes]:
        try:
            for word in words:
                yield line(word)
            server.waiting.set()
            await asyncio.sleep(60)
        finally:
            server.left.set()

    return stream(parts)


def endless(piece: bytes) -> Reply:
    """Send the same bytes for as long as anybody listens, whatever ``num_predict`` says."""

    async def parts(server: ScriptedOllama) -> AsyncIterator[bytes]:
        try:
            while True:
                yield piece
                await asyncio.sleep(0)
        finally:
            server.left.set()

    return stream(parts)


@pytest.fixture(scope="module")
def _server() -> Iterator[ScriptedOllama]:
    server = ScriptedOllama()
    yield server
    server.stop()


@pytest.fixture
def ollama(_server: ScriptedOllama) -> Iterator[ScriptedOllama]:
    _server.script.clear()
    _server.chats.clear()
    _server.waiting.clear()
    _server.left.clear()
    _server.shown = {"model_info": {"llama.context_length": 131_072}}
    yield _server
    assert not _server.script, "the script was not used up"


@pytest.fixture
def model(ollama: ScriptedOllama) -> LanguageModel:
    return LanguageModel(base_url=ollama.url, name="tale", idle_timeout=5, total_timeout=20)
