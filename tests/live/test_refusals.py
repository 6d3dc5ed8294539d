"""Who takes no for no answer hears it again without Django; nobody else does."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from stories.live import refusals
from stories.live.refusals import HEARD, Refusals

PATH = "/api/v1/generations/"


class Pages:
    """Refuses as Django does, or answers, and counts how often it has to."""

    def __init__(self) -> None:
        self.asked, self.status = 0, 429
        self.headers = [(b"x-refused-whatever", b"1")]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.asked += 1
        headers = [(b"retry-after", b"7"), (b"x-request-id", b"one"), *self.headers]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": b'{"detail": ', "more_body": True})
        await send({"type": "http.response.body", "body": b'"Later."}'})


@pytest.fixture
def pages() -> Pages:
    return Pages()


@pytest.fixture
def app(pages: Pages) -> Refusals:
    return Refusals(pages)


def ask(app: Refusals, path: str = PATH, client: str = "10.0.0.1", **more: Any) -> dict[str, Any]:
    said: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        said.append(message)

    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    scope = {
        "type": "http", "method": "POST", "path": path, "query_string": b"", "headers": [],
        "client": (client, 1),
    }  # fmt: skip
    asyncio.run(app({**scope, **more}, receive, send))
    body = b"".join(message.get("body", b"") for message in said)
    return {"status": said[0]["status"], "headers": dict(said[0]["headers"]), "body": body}


def test_a_refusal_is_given_again(app: Refusals, pages: Pages) -> None:
    first, *_, again = [ask(app) for _ in range(10)]
    assert pages.asked == HEARD
    assert again["status"] == first["status"] == 429
    assert again["body"] == first["body"] == b'{"detail": "Later."}'
    assert again["headers"][b"retry-after"] == b"7"
    assert again["headers"][b"x-request-id"] != b"one"


def test_who_heard_no_and_made_room_is_heard(app: Refusals, pages: Pages) -> None:
    assert [ask(app)["status"] for _ in range(HEARD - 1)] == [429] * (HEARD - 1)
    pages.status = 202
    assert ask(app)["status"] == 202


def test_the_second_begins_with_the_first_refusal(
    app: Refusals, pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask_at(now: float) -> int:
        monkeypatch.setattr("time.monotonic", lambda: now)
        ask(app)
        return pages.asked

    assert [ask_at(now) for now in (100.0, 100.4, 100.9, 100.99, 101.01)] == [1, 2, 3, 3, 4]


def test_it_is_not_for_long(app: Refusals, pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusals, "KEPT", 0.0)
    for _ in range(HEARD):
        ask(app)
    pages.status = 202
    assert ask(app)["status"] == 202


@pytest.mark.parametrize(
    "other",
    [
        {"client": "10.0.0.2"},
        {"path": "/api/v1/stories/"},
        {"method": "GET"},
        {"query_string": b"a=b"},
        {"headers": [(b"cookie", b"sessionid=another")]},
        {"headers": [(b"authorization", b"Token another")]},
        {"headers": [(b"x-forwarded-for", b"10.0.0.3")]},
        {"headers": [(b"idempotency-key", b"accepted-before")]},
    ],
    ids=str,
)
def test_who_asks_something_else_is_heard(app: Refusals, pages: Pages, other: dict[str, Any]) -> None:
    for _ in range(HEARD):
        ask(app)
    ask(app, **other)
    assert pages.asked == HEARD + 1


@pytest.mark.parametrize("status", [200, 202, 400, 403, 503])
def test_only_a_refusal_is_kept(app: Refusals, pages: Pages, status: int) -> None:
    pages.status = status
    assert {ask(app)["status"] for _ in range(10)} == {status}
    assert pages.asked == 10


def test_one_that_depends_on_what_is_asked_is_not_kept(app: Refusals, pages: Pages) -> None:
    pages.headers = []
    assert {ask(app)["status"] for _ in range(10)} == {429}
    assert pages.asked == 10


def test_pages_keep_what_was_typed_and_are_made_anew(app: Refusals, pages: Pages) -> None:
    for _ in range(10):
        ask(app, "/generate/")
    assert pages.asked == 10


def test_many_who_are_refused_fill_no_memory(
    app: Refusals, pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refusals, "MOST", 5)
    for number in range(20):
        ask(app, client=f"10.0.1.{number}")
    assert len(app.kept) <= 5
