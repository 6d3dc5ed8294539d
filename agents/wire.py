"""The wire to the model's server: what every HTTP client is made with, and the limits that it enforces."""

from __future__ import annotations

import json
import socket
import ssl
from collections.abc import AsyncIterator
from functools import cache
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx

from agents.types import LanguageModel, LanguageModelError

#: A model may be silent for minutes, while it is loaded. A machine that has vanished is noticed within 10 s.
KEEPALIVE = [(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)] + [
    (socket.IPPROTO_TCP, getattr(socket, name), value)
    for name, value in {"TCP_KEEPIDLE": 4, "TCP_KEEPINTVL": 2, "TCP_KEEPCNT": 3}.items()
    if hasattr(socket, name)  # macOS has others, and its own patience
]


@cache
def read_certificates() -> ssl.SSLContext:
    """Read the trusted certificates once: it costs 25 ms, and each client would do it anew."""
    return httpx.create_ssl_context()


def client_settings(model: LanguageModel) -> dict[str, Any]:
    """Tell what an HTTP client for this server is made with.

    No redirect is followed and no proxy taken from the environment: stories go to the server that
    was named, and to no other.
    """
    parts = urlsplit(model.base_url)
    auth = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None
    return {"auth": auth, "follow_redirects": False, "trust_env": False, "verify": read_certificates()}


def endless() -> LanguageModelError:
    return LanguageModelError("The language model did not come to an end. Try again.", transient=True)


class Wire(httpx.AsyncHTTPTransport):
    """Bounds the bytes that come back. They have to come unpacked: of packed ones a few hold gigabytes."""

    def __init__(self, most_bytes: int) -> None:
        super().__init__(verify=read_certificates(), socket_options=KEEPALIVE)
        self._most_bytes = most_bytes

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        request.headers["accept-encoding"] = "identity"
        response = await super().handle_async_request(request)
        if response.headers.get("content-encoding", "identity") != "identity":
            await response.aclose()
            raise httpx.DecodingError("the answer is packed")
        response.stream = _BoundedStream(response.stream, self._most_bytes)
        return response


class ChatWire(Wire):
    """Says in a chat request what the client library cannot say.

    ``truncate`` and ``shift`` are true by default: a prompt that is too long is then cut silently, and
    so is its beginning while the answer grows (https://github.com/ollama/ollama/pull/17944). Servers
    that do not know the two pass over them.
    """

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        headers = httpx.Headers(request.headers)
        del headers["content-length"]
        body = {**json.loads(request.content), "truncate": False, "shift": False}
        return await super().handle_async_request(
            httpx.Request(
                request.method, request.url, headers=headers, json=body, extensions=request.extensions
            )
        )


class _BoundedStream(httpx.AsyncByteStream):
    def __init__(self, stream: Any, most_bytes: int) -> None:
        self._stream, self._most_bytes = stream, most_bytes

    async def __aiter__(self) -> AsyncIterator[bytes]:
        left = self._most_bytes
        async for part in self._stream:
            left -= len(part)
            if left < 0:
                raise endless()
            yield part

    async def aclose(self) -> None:
        await self._stream.aclose()
