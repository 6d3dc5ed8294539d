"""Polls are answered from memory while nothing has changed: never with what is another's, or no longer so."""

from __future__ import annotations

import asyncio
import gzip
import json
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from django.db import connection

from stories import curating, library, services
from stories.live import polls
from stories.live.polls import ADDRESS, Polls
from stories.live.reading import read
from stories.models import GenerationSession, Step, Story
from tests.live.conftest import do
from tests.live.test_streams import finish_all
from tests.stories.conftest import admit, claim

Ask = Callable[..., Awaitable[dict[str, Any]]]


class Pages:
    """Answers as Django's pages do, and counts how often it has to. A stranger finds nothing."""

    def __init__(self) -> None:
        self.asked = 0
        self.headers: list[tuple[bytes, bytes]] = []
        self.pack: Callable[[bytes], bytes] = bytes

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.asked += 1
        headers = dict(scope["headers"])
        known = ADDRESS.fullmatch(scope["path"])
        found = await asyncio.to_thread(read, uuid.UUID(known["id"])) if known else None
        seen = found is not None and headers.get(b"cookie") != b"stranger"
        body = self.pack(json.dumps(found.state if seen and found else {"detail": "Nothing."}).encode())
        start = {"type": "http.response.start", "status": 200 if seen else 404}
        await send({**start, "headers": [(b"content-type", b"application/json"), *self.headers]})
        await send({"type": "http.response.body", "body": body[:20], "more_body": True})
        await send({"type": "http.response.body", "body": body[20:]})


@pytest.fixture
def pages() -> Pages:
    return Pages()


Test = Callable[[Ask, Polls], Awaitable[None]]


@pytest.fixture
def polled(pages: Pages, transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs a test's coroutine with polls before these pages, which look at the rows often."""
    monkeypatch.setattr(polls, "LOOK", 0.05)

    async def whole(test: Test) -> None:
        app = Polls(pages)

        async def ask(session: GenerationSession, cookie: str = "mine", **more: Any) -> dict[str, Any]:
            said: list[dict[str, Any]] = []

            async def send(message: dict[str, Any]) -> None:
                said.append(message)

            headers = [(b"cookie", cookie.encode()), (b"x-request-id", str(id(said)).encode())]
            path = more.pop("path", f"/status/{session.pk}/")
            scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": headers}
            await app({**scope, **more}, gone, send)
            body = b"".join(message.get("body", b"") for message in said)
            return {"status": said[0]["status"], "headers": dict(said[0]["headers"]), "body": body}

        try:
            await test(ask, app)
        finally:
            if app._looking:
                app._looking.cancel()

    yield lambda test: asyncio.run(whole(test))
    connection.close()


async def gone() -> dict[str, Any]:
    return {"type": "http.disconnect"}


async def look() -> None:
    await asyncio.sleep(0.3)


def test_what_was_answered_is_given_again(polled: Any, pages: Pages, session: GenerationSession) -> None:
    pages.headers = [(b"cache-control", b"no-store"), (b"x-request-id", b"one"), (b"date", b"then")]

    async def test(ask: Ask, app: Polls) -> None:
        first, again = await ask(session), await ask(session)
        await look()
        assert (await ask(session))["body"] == first["body"] == again["body"]
        assert pages.asked == 1
        assert again["headers"][b"cache-control"] == b"no-store"
        assert again["headers"][b"date"] != b"then"
        assert again["headers"][b"x-request-id"] != b"one"

    polled(test)


def test_nobody_hears_what_another_was_told(polled: Any, pages: Pages, session: GenerationSession) -> None:
    async def test(ask: Ask, app: Polls) -> None:
        assert (await ask(session))["status"] == 200
        assert (await ask(session, "stranger"))["status"] == 404
        assert (await ask(session, "other"))["status"] == 200
        assert pages.asked == 3
        await ask(session, headers=[(b"cookie", b"mine"), (b"accept-language", b"de")])
        await ask(session, headers=[(b"cookie", b"mine"), (b"authorization", b"Token 1")])
        await ask(session, path=f"/api/v1/generations/{session.pk}/")
        assert pages.asked == 6

    polled(test)


def test_a_query_that_nobody_reads_fills_no_memory(
    polled: Any, pages: Pages, session: GenerationSession
) -> None:
    async def test(ask: Ask, app: Polls) -> None:
        for number in range(5):
            await ask(session, query_string=b"%d" % number)
        assert pages.asked == 5
        assert not app.known

    polled(test)


def test_no_more_is_kept_than_there_is_room_for(
    polled: Any, pages: Pages, session: GenerationSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polls, "MOST", 3000)

    async def test(ask: Ask, app: Polls) -> None:
        for number in range(9):
            await ask(session, f"mine-{number}")
        assert 0 < app.size <= 3000
        assert len(app.known[session.pk].answers) < 9

    polled(test)


def beat(session: GenerationSession) -> None:
    Step.objects.filter(session=session, name="story").update(partial="Once")


def rise(session: GenerationSession) -> None:
    GenerationSession.objects.filter(pk=session.pk).update(progress=7)


def put_off(session: GenerationSession) -> None:
    Step.objects.filter(session=session, name="story").update(not_before="2030-01-01T00:00Z")


def hide(session: GenerationSession) -> None:
    curating.hide(Story.objects.filter(pk=session.story_id), "No.")


def trash(session: GenerationSession) -> None:
    library.trash_story(Story.objects.get(pk=session.story_id))


def delete(session: GenerationSession) -> None:
    services.delete_story(Story.objects.get(pk=session.story_id))


def somebody_else_begins(session: GenerationSession) -> None:
    from stories.people import Person

    services.start_generation(person=Person("visitor:another"), prompt="Another one")


@pytest.mark.parametrize(
    "change",
    [beat, rise, put_off, hide, trash, delete, somebody_else_begins, services.cancel_generation],
    ids=lambda change: change.__name__,
)
def test_what_changed_is_asked_anew(
    polled: Any, pages: Pages, session: GenerationSession, change: Callable[[GenerationSession], object]
) -> None:
    async def test(ask: Ask, app: Polls) -> None:
        await ask(session)
        await do(change, session)
        await look()
        await ask(session)
        assert pages.asked == 2

    polled(test)


def test_a_step_that_is_claimed_and_done_changes_it(
    polled: Any, pages: Pages, session: GenerationSession
) -> None:
    async def test(ask: Ask, app: Polls) -> None:
        await ask(session)
        await do(claim, session, "story")
        await look()
        assert json.loads((await ask(session))["body"])["status"] == "generating_story"

    polled(test)


def test_an_end_is_told_and_then_kept(polled: Any, pages: Pages, session: GenerationSession) -> None:
    async def test(ask: Ask, app: Polls) -> None:
        await ask(session)
        await do(admit, session)
        await do(finish_all, session)
        await look()
        for _ in range(3):
            assert json.loads((await ask(session))["body"])["status"] == "completed"
        assert pages.asked == 2

    polled(test)


def test_what_is_packed_is_kept_packed(polled: Any, pages: Pages, session: GenerationSession) -> None:
    pages.pack, pages.headers = gzip.compress, [(b"content-encoding", b"gzip")]

    async def test(ask: Ask, app: Polls) -> None:
        first, again = await ask(session), await ask(session)
        assert pages.asked == 1
        assert gzip.decompress(again["body"]) == gzip.decompress(first["body"])

    polled(test)


@pytest.mark.parametrize("headers", [[(b"set-cookie", b"sessionid=1")], [(b"content-encoding", b"br")]])
def test_what_is_for_one_alone_or_cannot_be_read_is_not_kept(
    polled: Any, pages: Pages, session: GenerationSession, headers: Any
) -> None:
    pages.headers = headers
    pages.pack = bytes if headers[0][0] == b"set-cookie" else lambda body: b"\x8b" + body

    async def test(ask: Ask, app: Polls) -> None:
        await ask(session)
        await ask(session)
        assert pages.asked == 2

    polled(test)


def test_it_is_not_kept_for_ever(
    polled: Any, pages: Pages, session: GenerationSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polls, "KEPT", 0.2)

    async def test(ask: Ask, app: Polls) -> None:
        await ask(session)
        await look()
        assert not app.known
        await ask(session)
        assert pages.asked == 2

    polled(test)


def test_what_nobody_asks_for_costs_nothing(
    polled: Any, session: GenerationSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polls, "KEPT", 0.1)

    async def test(ask: Ask, app: Polls) -> None:
        await ask(session)
        async with asyncio.timeout(5):
            assert app._looking
            await app._looking

    polled(test)


@pytest.mark.parametrize(
    ("path", "method"),
    [("/stories/", "GET"), ("/status/nothing/", "GET"), ("/status/{}/", "POST"), ("/status/{}/more/", "GET")],
)
def test_everything_else_is_not_its_business(
    polled: Any, pages: Pages, session: GenerationSession, path: str, method: str
) -> None:
    async def test(ask: Ask, app: Polls) -> None:
        for _ in range(2):
            await ask(session, path=path.format(session.pk), method=method)
        assert pages.asked == 2
        assert not app.known

    polled(test)
