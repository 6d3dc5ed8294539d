"""Bodies are taken in before anything answers, and no more of them than there is room for."""

from __future__ import annotations

import asyncio
import json
from errno import ENOSPC
from io import BytesIO
from typing import Any, cast

import pytest

from stories.live import bodies
from stories.live.bodies import PIECE, Bodies

GONE = {"type": "http.disconnect"}


class Reader:
    """What is behind: reads all, and says what it got."""

    def __init__(self) -> None:
        self.heard: list[tuple[int, bytes]] = []
        self.after: Any = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            assert len(message["body"]) <= PIECE
            body, more = body + message["body"], message["more_body"]
        self.heard.append((int(dict(scope["headers"])[b"content-length"]), body))
        self.after = await receive()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"read"})


@pytest.fixture
def reader() -> Reader:
    return Reader()


@pytest.fixture
def app(reader: Reader) -> Bodies:
    return Bodies(reader)


def send_pieces(
    app: Any,
    *pieces: bytes,
    length: int | None = None,
    gone: bool = False,
    kind: bytes = b"multipart/form-data",
) -> dict[str, Any]:
    """A request in so many pieces; the answer's status, headers and body. ``gone``: it breaks off."""
    said: list[dict[str, Any]] = []
    messages = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
    if not gone:
        messages[-1]["more_body"] = False
    coming = iter(messages)

    async def receive() -> dict[str, Any]:
        return next(coming, GONE)

    async def send(message: dict[str, Any]) -> None:
        said.append(message)

    header = (b"transfer-encoding", b"chunked") if length is None else (b"content-length", b"%d" % length)
    headers = [header, (b"content-type", kind)]
    scope = {"type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": headers}
    asyncio.run(app(scope, receive, send))
    return {
        "status": said[0]["status"],
        "headers": dict(said[0]["headers"]),
        "body": b"".join(message.get("body", b"") for message in said),
    }


@pytest.mark.parametrize("size", [1, PIECE, PIECE + 1, bodies.IN_MEMORY + 1], ids=str)
def test_it_is_passed_on_as_it_came(app: Bodies, reader: Reader, size: int) -> None:
    body = (bytes(range(256)) * (size // 256 + 1))[:size]
    half = size // 2
    answer = send_pieces(app, body[:half], body[half:], length=size)
    assert (answer["status"], answer["headers"]) == (200, {})
    assert reader.heard == [(size, body)]
    assert reader.after == GONE, "who listens on hears that the client has left"
    assert app.held == 0


def test_one_without_a_length_is_given_one(app: Bodies, reader: Reader) -> None:
    send_pieces(app, b"one, ", b"two")
    assert reader.heard == [(8, b"one, two")]


def test_one_without_an_end_reaches_nobody(app: Bodies, reader: Reader) -> None:
    answer = send_pieces(app, b"one, ", length=8, gone=True)
    assert answer["status"] == 408
    assert answer["headers"][b"connection"] == b"close"
    assert not reader.heard
    assert app.held == 0


@pytest.mark.parametrize("length", [None, 40])
@pytest.mark.parametrize(
    ("kind", "bound"),
    [
        (b"multipart/form-data; boundary=x", "FILE_UPLOAD_MAX_BYTES"),
        (b"text/a", "DATA_UPLOAD_MAX_MEMORY_SIZE"),
    ],
)
def test_one_that_is_too_long_is_refused_by_its_length(
    app: Bodies, reader: Reader, settings: Any, length: int | None, kind: bytes, bound: str
) -> None:
    setattr(settings, bound, 20)
    answer = send_pieces(app, *[b"x" * 10] * 5, length=length, kind=kind)
    assert answer["headers"][b"connection"] == b"close"
    [(told, body)] = reader.heard
    assert told > 20
    assert len(body) < 50, "the rest is not read"
    assert app.held == 0


def test_there_is_room_for_so_much(app: Bodies, reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "MOST", 10)
    monkeypatch.setattr(bodies, "IN_MEMORY", 5)
    answer = send_pieces(app, b"x" * 10, b"x", length=11)
    assert answer["status"] == 503
    assert answer["headers"][b"retry-after"] == b"30"
    assert "30 seconds" in json.loads(answer["body"])["detail"]
    assert not reader.heard
    assert send_pieces(app, b"x" * 10, length=10)["status"] == 200, "it has let go of what it held"
    app.held = 10
    assert send_pieces(app, b"x" * 5, length=5)["status"] == 200, "what is small always has room"
    assert app.held == 10


def test_a_full_disk_is_told_and_counts_for_nothing(
    app: Bodies, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full(BytesIO):
        def write(self, piece: Any) -> int:
            raise OSError(ENOSPC, "full")

    monkeypatch.setattr(bodies, "SpooledTemporaryFile", lambda most: Full())
    assert send_pieces(app, b"x", length=1)["status"] == 503
    assert app.held == 0


def test_what_brings_none_is_not_waited_for() -> None:
    """Neither a length of 0 nor none at all."""
    answered = []

    async def behind(scope: Any, receive: Any, send: Any) -> None:
        answered.append(scope)

    async def receive() -> Any:
        raise AssertionError("it was waited for")

    for headers in ([], [(b"content-length", b"0")]):
        scope = {"type": "http", "method": "GET", "headers": headers}
        asyncio.run(Bodies(behind)(scope, receive, cast(Any, receive)))
    assert len(answered) == 2


def test_a_thread_that_still_reads_when_the_client_has_left_hears_of_it(app: Bodies) -> None:
    taken: list[Any] = []

    async def keep(scope: Any, receive: Any, send: Any) -> None:
        taken.append(receive)
        await send({"type": "http.response.start", "status": 200, "headers": []})

    send_pieces(Bodies(keep), b"x", length=1)
    with pytest.raises(ConnectionResetError):
        asyncio.run(taken[0]())
