"""How many streams one person may have open, in all web processes together."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import Any

import pytest
import redis
from django.utils.translation import get_language

from stories import rates, services
from stories.live import hub as hubs
from stories.live import places
from stories.live.app import Live
from stories.live.hub import Hub
from stories.models import GenerationSession
from stories.people import Person
from tests.live.conftest import Connection, House, do

Test = Any


@pytest.fixture(autouse=True)
def three(settings: Any) -> None:
    settings.LIVE_STREAMS_PER_PERSON, settings.LIVE_STREAMS_PER_ADDRESS = 3, 0
    rates.client().flushdb()


async def is_open(one: Connection) -> bool:
    await one.until(lambda: bool(one.sent))
    return one.sent[0].get("status") == 200 or one.sent[0]["type"] == "websocket.accept"


async def hang_up(one: Connection) -> None:
    one.gone.set()
    await one.end()


def test_the_fourth_is_refused_whatever_their_kind_until_one_closes(
    live: Any, session: GenerationSession, ann: Any, ben: Any
) -> None:
    async def test(house: House) -> None:
        first = [house.watch(session, ann, ws=bool(number % 2)) for number in range(3)]
        assert [await is_open(one) for one in first] == [True] * 3
        fourth = house.watch(session, ann)
        assert not await is_open(fourth)
        assert fourth.status == 429
        assert (b"retry-after", b"30") in fourth.sent[0]["headers"]
        assert "Ask for the status" in fourth.sent[1]["body"].decode()
        assert not await is_open(house.watch(session, ann, ws=True))
        for one in first:
            await hang_up(one)
            assert await is_open(house.watch(session, ann))

    live(test)


def test_another_person_has_their_own(live: Any, session: GenerationSession, ann: Any, ben: Any) -> None:
    async def test(house: House) -> None:
        other = await do(services.start_generation, person=Person("visitor:ben"), prompt="Of his own")
        for _ in range(3):
            assert await is_open(house.watch(session, ann))
        assert await is_open(house.watch(other, ben))

    live(test)


def test_two_processes_count_together(live: Any, session: GenerationSession, ann: Any) -> None:
    """The other one has a hub of its own, and the same Redis."""

    async def test(house: House) -> None:
        other = House(Hub())
        other.app = Live(other.behind, other.hub)
        try:
            opened = [one.watch(session, ann) for one in (house, other, house)]
            assert [await is_open(one) for one in opened] == [True] * 3
            assert not await is_open(other.watch(session, ann))
        finally:
            for one in other.open:
                one.gone.set()
            await asyncio.gather(*(one.task for one in other.open))
            other.hub.close()

    live(test)


def test_what_a_killed_process_had_open_is_free_again_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "KEPT", 1)
    ann = Person("visitor:ann")
    for _ in range(3):
        places.take(ann)
    with pytest.raises(places.TooManyStreams):
        places.take(ann)
    time.sleep(2.1)
    assert places.take(ann)


def test_what_is_still_open_stays_counted_and_after_redis_was_emptied_too(
    live: Any, session: GenerationSession, ann: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hubs, "HEARTBEAT", 0.3)
    monkeypatch.setattr(places, "KEPT", 2)

    async def test(house: House) -> None:
        for _ in range(3):
            assert await is_open(house.watch(session, ann))
        await asyncio.sleep(3)
        assert not await is_open(house.watch(session, ann))
        await asyncio.to_thread(rates.client().flushdb)
        await asyncio.sleep(0.8)
        assert not await is_open(house.watch(session, ann))

    live(test)


def test_what_is_given_up_while_others_are_kept_is_not_counted_again() -> None:
    """The hub makes its list before a thread keeps what is on it."""
    ann = Person("visitor:ann")
    listed = [places.take(ann) for _ in range(3)]
    for place in listed:
        places.give_up(place)
    places.keep(listed)
    assert [places.take(ann) for _ in range(3)]


def test_who_leaves_before_the_door_is_open_takes_no_place(
    live: Any, session: GenerationSession, ann: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    take, come, on, taken = places.take, threading.Event(), threading.Event(), threading.Event()

    def take_late(person: Person, *place: places.Place) -> places.Place:
        come.set()
        on.wait(5)
        try:
            return take(person, *place)
        finally:
            taken.set()

    async def test(house: House) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(places, "take", take_late)
            early = house.watch(session, ann)
            await asyncio.to_thread(come.wait, 5)
            early.task.cancel()
            await asyncio.gather(early.task, return_exceptions=True)
            on.set()
            await asyncio.to_thread(taken.wait, 5)
        assert await is_open(house.watch(session, ann))
        (key,) = rates.client().keys("starloom:streams:*")
        assert rates.client().zcard(key) == 1

    live(test)


def test_it_is_refused_in_the_language_of_who_asks(
    live: Any, session: GenerationSession, ann: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "_", lambda said: f"{get_language()}: {said}")

    async def test(house: House) -> None:
        for _ in range(3):
            assert await is_open(house.watch(session, ann))
        refused = house.watch(session, ann, Accept_Language="de")
        assert not await is_open(refused)
        assert "de: As many streams" in refused.sent[1]["body"].decode()

    live(test)


def test_while_redis_is_away_everybody_is_let_in(monkeypatch: pytest.MonkeyPatch) -> None:
    class Away:
        def __getattr__(self, name: str) -> Any:
            raise redis.ConnectionError

    monkeypatch.setattr(rates, "client", Away)
    for _ in range(9):
        place = places.take(Person("visitor:ann"))
    places.keep([place])
    places.give_up(place)


def test_who_has_no_key_is_counted_by_address(settings: Any) -> None:
    settings.LIVE_STREAMS_PER_ADDRESS = 5
    stranger, visitor = Person("address:203.0.113.7", origin="there"), Person("visitor:ann", origin="there")
    taken = [places.take(stranger) for _ in range(4)]
    places.take(visitor)
    with pytest.raises(places.TooManyStreams):
        places.take(stranger)
    places.give_up(taken[0])
    places.take(Person("visitor:ben", origin="there"))
    for _ in range(3):
        places.take(Person("account:1"))
    with pytest.raises(places.TooManyStreams):
        places.take(Person("account:1"))


def test_none_is_no_bound(settings: Any) -> None:
    settings.LIVE_STREAMS_PER_PERSON = settings.LIVE_STREAMS_PER_ADDRESS = 0
    assert [places.take(Person("visitor:ann", origin="x")).names for _ in range(9)] == [()] * 9
