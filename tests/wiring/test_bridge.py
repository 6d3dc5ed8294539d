"""No thread of Django's waits for a client: one that takes nothing, or leaves, holds up nobody."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Iterable
from io import BytesIO
from pathlib import Path
from typing import Any

import psutil
import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.http import FileResponse, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.urls import path

from story_generator.bridge import PIECE, Bridge

LARGE = bytes(range(256)) * 2**14
SCOPE = {
    "type": "http", "method": "GET", "http_version": "1.1", "query_string": b"",
    "headers": [(b"host", b"testserver")],
}  # fmt: skip
closed: list[str] = []


class Told(FileResponse):
    """Says when it is closed, which ends Django's work on it."""

    def close(self) -> None:
        super().close()
        closed.append("file")


def file(request: HttpRequest, name: str) -> HttpResponseBase:
    return Told(Path(request.headers["X-Path"]).open("rb"))


def begun(request: HttpRequest) -> HttpResponseBase:
    """One that winds back what it has read ahead when it is closed."""
    opened = Path(request.headers["X-Path"]).open("r+b")  # noqa: SIM115
    opened.read(10)
    return FileResponse(opened)


def memory(request: HttpRequest) -> HttpResponseBase:
    return FileResponse(BytesIO(LARGE), filename="large.bin")


def pieces(request: HttpRequest) -> HttpResponseBase:
    return StreamingHttpResponse(LARGE[at : at + PIECE] for at in range(0, len(LARGE), PIECE))


urlpatterns = [
    path("begun/", begun), path("memory/", memory), path("pieces/", pieces), path("<str:name>/", file),
]  # fmt: skip


@pytest.fixture
def bridge(settings: Any, tmp_path: Path) -> Bridge:
    settings.ROOT_URLCONF, settings.MIDDLEWARE = __name__, []
    SCOPE["headers"] = [(b"host", b"testserver"), (b"x-path", str(tmp_path / "large").encode())]
    (tmp_path / "large").write_bytes(LARGE)
    closed.clear()
    return Bridge(WSGIHandler(), 1)


async def receive() -> Any:
    return {"type": "http.request", "body": b"", "more_body": False}


async def get(bridge: Bridge, name: str, method: str = "GET") -> bytes:
    taken: list[bytes] = []

    async def send(message: Any) -> None:
        taken.append(message.get("body", b""))

    async with asyncio.timeout(10):
        await bridge({**SCOPE, "path": f"/{name}/", "method": method}, receive, send)
    return b"".join(taken)


async def hang(bridge: Bridge, name: str) -> asyncio.Task[None]:
    """A client that takes the head of the answer, and nothing more."""
    asked = asyncio.Event()

    async def send(message: Any) -> None:
        if message["type"] == "http.response.body":
            asked.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(bridge({**SCOPE, "path": f"/{name}/"}, receive, send))
    async with asyncio.timeout(10):
        await asked.wait()
    return task


async def leave(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


KINDS = ["large", "memory", "pieces"]


@pytest.mark.parametrize("name", KINDS)
def test_it_arrives_as_it_is(bridge: Bridge, name: str) -> None:
    assert asyncio.run(get(bridge, name)) == LARGE


def test_what_was_read_of_a_file_is_not_sent(bridge: Bridge) -> None:
    assert asyncio.run(get(bridge, "begun")) == LARGE[10:]


@pytest.mark.parametrize("name", KINDS)
def test_head_is_answered_without_a_body(bridge: Bridge, name: str) -> None:
    assert asyncio.run(get(bridge, name, "HEAD")) == b""
    assert not count_open(), "nor is its file kept"


def count_open() -> int:
    """Descriptors of the large file."""
    gc.collect()
    return sum(Path(one.path).name == "large" for one in psutil.Process().open_files())


@pytest.mark.parametrize("after", [leave, None], ids=["leaves", "takes nothing"])
@pytest.mark.parametrize("name", KINDS)
def test_the_others_are_answered(bridge: Bridge, name: str, after: Callable[..., Any] | None) -> None:
    async def check() -> None:
        task = await hang(bridge, name)
        if after:
            await after(task)
        assert await get(bridge, "large") == LARGE
        await leave(task)

    asyncio.run(check())
    assert not count_open()


def test_django_is_done_with_it_before_it_is_taken(bridge: Bridge) -> None:
    """Its database connection is free again then."""

    async def check() -> None:
        task = await hang(bridge, "large")
        await asyncio.to_thread(bridge.executor.submit(int).result, 10)
        assert closed == ["file"]
        await leave(task)

    asyncio.run(check())


def test_an_error_in_the_middle_is_told(settings: Any) -> None:
    def fail(environ: Any, start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [])
        yield b"first"
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="the disk is gone"):
        asyncio.run(get(Bridge(fail, 1), "x"))
