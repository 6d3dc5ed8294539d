"""The streams, by the table of the other addresses."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from stories.people import Person
from tests.access.conftest import KINDS, make_shelf
from tests.access.table import LIVE, RULES, WHO
from tests.live.conftest import House, do, hub, live
from tests.web.conftest import browser_of

__all__ = ["hub", "live"]


@pytest.mark.parametrize("form", LIVE)
def test_a_stream_answers_as_the_table_says(live: Any, form: str) -> None:
    staff = Client()
    staff.force_login(User.objects.create_superuser("curator"))
    cast = {"nobody": None, "other": browser_of("ben"), "owner": browser_of("ann"), "staff": staff}
    got, expected = {}, {}

    async def test(house: House) -> None:
        for kind in KINDS:
            shelf = await do(make_shelf, kind, Person("visitor:ann"))
            verdicts = RULES[LIVE[form]][kind].split()
            for who, verdict in zip(WHO, verdicts, strict=True):
                one = house.watch(shelf.session, cast[who], ws=form == "ws")
                await one.until(lambda: bool(one.sent))  # noqa: B023
                first = one.sent[0]
                opened = first["type"] == "websocket.accept" or first.get("status") == 200
                got[kind, who], expected[kind, who] = opened, verdict == "in"
                if not opened:
                    assert b"tale" not in b"".join(sent.get("body", b"") for sent in one.sent)

    live(test)
    assert got == expected


def test_a_stream_is_nothing_that_a_browser_could_take_for_a_page(live: Any) -> None:
    shelf = make_shelf("public", Person("visitor:ann"))

    async def test(house: House) -> None:
        shown = house.watch(shelf.session)
        refused = house.ask(f"/live/generations/{shelf.story.pk}/events")
        for one in (shown, refused):
            await one.until(lambda: bool(one.sent))  # noqa: B023
            headers = dict(one.sent[0]["headers"])
            assert headers[b"x-content-type-options"] == b"nosniff"
            assert headers[b"cache-control"] == b"no-store"
            assert headers[b"content-type"].split(b";")[0] in (b"text/event-stream", b"application/json")
            assert b"access-control-allow-origin" not in headers

    live(test)
