"""Who is let in to watch."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from rest_framework.authtoken.models import Token

from stories import curating, services
from stories.models import GenerationSession
from stories.people import Person
from tests.live.conftest import NOBODY, House

BOTH = pytest.mark.parametrize("ws", [False, True], ids=["events", "ws"])
REFUSED = {"type": "websocket.close", "code": 1008}


async def is_let_in(house: House, session: GenerationSession, client: Any, ws: bool, **more: str) -> bool:
    one = house.watch(session, client, ws=ws, **more)
    await one.until(lambda: bool(one.sent))
    if ws:
        return bool(one.sent[0]["type"] == "websocket.accept")
    if one.status != 200:
        assert "detail" in one.sent[1]["body"].decode()
    return one.status == 200


def make_client(**fields: Any) -> Any:
    client = Client()
    client.force_login(User.objects.create_user("somebody", **fields))
    return client


@BOTH
@pytest.mark.parametrize("who", ["owner", "another", "nobody", "staff", "account"])
def test_a_private_story_is_watched_by_its_owner_alone(
    live: Any, session: GenerationSession, ann: Any, ben: Any, who: str, ws: bool
) -> None:
    cast = {"owner": lambda: ann, "another": lambda: ben, "nobody": lambda: None, "account": make_client}
    client = cast.get(who, lambda: make_client(is_staff=True, is_superuser=True))()
    expected = (client or Client()).get(f"/status/{session.pk}/").status_code == 200

    async def test(house: House) -> None:
        assert await is_let_in(house, session, client, ws) == expected == (who in ("owner", "staff"))

    live(test)


@BOTH
def test_a_public_story_is_watched_by_everybody(
    live: Any, session: GenerationSession, ben: Any, ws: bool
) -> None:
    curating.publish([session.story])

    async def test(house: House) -> None:
        assert await is_let_in(house, session, ben, ws)
        assert await is_let_in(house, session, None, ws)

    live(test)


@BOTH
def test_what_a_bare_address_made_is_watched_by_its_uuid(live: Any, ben: Any, ws: bool) -> None:
    session = services.start_generation(person=Person("address:203.0.113.7"), prompt="From a script")

    async def test(house: House) -> None:
        assert await is_let_in(house, session, ben, ws)

    live(test)


@BOTH
def test_a_token_is_a_key(live: Any, transactional_db: None, ws: bool) -> None:
    user = User.objects.create_user("program")
    session = services.start_generation(
        person=Person(f"account:{user.pk}", account_id=user.pk), prompt="By a program"
    )
    key = Token.objects.create(user=user).key

    async def test(house: House) -> None:
        assert not await is_let_in(house, session, None, ws)
        assert await is_let_in(house, session, None, ws, Authorization=f"Token {key}")
        assert not await is_let_in(house, session, None, ws, Authorization="Token nonsense")

    live(test)


@BOTH
@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        ("http://testserver", True),
        ("https://trusted.example", True),
        ("https://any.where.example", True),
        ("http://any.where.example", False),
        ("https://elsewhere.example", False),
        ("https://[", False),
        ("http://evil.example", False),
        ("http://testserver:81", False),
        ("http://testserver.evil.example", False),
        ("null", False),
    ],
)
def test_another_sites_page_is_refused(
    live: Any, session: GenerationSession, ann: Any, settings: Any, origin: str, expected: bool, ws: bool
) -> None:
    settings.CSRF_TRUSTED_ORIGINS = ["https://trusted.example", "https://*.where.example"]

    async def test(house: House) -> None:
        assert await is_let_in(house, session, ann, ws, Origin=origin) == expected

    live(test)


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        (f"/live/generations/{NOBODY}/events", {}, 404),
        (f"/live/generations/{'-' * 36}/events", {}, 404),
        (f"/live/generations/{NOBODY}/events", {"Host": "evil.example"}, 400),
        (f"/live/generations/{NOBODY}/events", {"Host": "a b"}, 400),
        (f"/live/generations/{NOBODY}/events", {"Authorization": "Token x"}, 401),
        (f"/live/generations/{NOBODY}/events", {"Authorization": "Token \xff"}, 401),
        (f"/live/generations/{NOBODY}/events", {"Cookie": "sessionid=\x01\xff"}, 404),
        (f"/live/generations/{NOBODY}/events", {"Content-Type": "text/html; charset=hex"}, 404),
        (f"/live/generations/{NOBODY}/ws", {}, 299),
        ("/live/generations/x/events", {}, 299),
        ("/status/", {}, 299),
    ],
)
def test_bad_requests_are_answered_in_words(
    live: Any, path: str, headers: dict[str, str], status: int
) -> None:
    async def test(house: House) -> None:
        named: dict[str, Any] = {name.replace("-", "_"): value for name, value in headers.items()}
        one = house.ask(path, None, query="\xff", **named)
        await one.end()
        assert one.status == status

    live(test)


@pytest.mark.parametrize(
    "path", [f"/live/generations/{NOBODY}/ws", "/elsewhere", f"/live/generations/{NOBODY}/events"]
)
def test_a_websocket_to_nowhere_is_refused(live: Any, path: str) -> None:
    async def test(house: House) -> None:
        one = house.ask(path, ws=True)
        await one.end()
        assert [message["type"] for message in one.sent] == ["websocket.close"]

    live(test)


def test_only_https_where_that_is_wanted(
    live: Any, session: GenerationSession, ann: Any, settings: Any
) -> None:
    settings.SECURE_SSL_REDIRECT = True

    async def test(house: House) -> None:
        one = house.watch(session, ann)
        await one.end()
        assert one.status == 403

    live(test)
