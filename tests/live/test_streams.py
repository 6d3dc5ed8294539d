"""What a watcher is told: order, replay, the end, and nothing lost on the way."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from stories import curating, events, services, steps
from stories.events import Kind
from stories.live import hub as hub_module
from stories.live import reading
from stories.live import watcher as watcher_module
from stories.live.hub import Hub
from stories.models import Event, GenerationSession
from tests.live.conftest import PATIENCE, House, do
from tests.stories.conftest import claim, done

BOTH = pytest.mark.parametrize("ws", [False, True], ids=["events", "ws"])


def finish_all(session: GenerationSession) -> None:
    done(session, *[step.name for step in session.steps.all()])


@BOTH
def test_the_state_comes_first_then_the_log_then_what_happens(
    live: Any, session: GenerationSession, ann: Any, ws: bool
) -> None:
    async def test(house: House) -> None:
        one = house.watch(session, ann, ws=ws)
        await one.hears(2)
        assert one.kinds == ["state", "asked"]
        assert one.messages[0]["data"]["status"] == "pending"
        await do(claim, session, "story")
        await one.until(lambda: one.kinds[-1] == "state" and len(one.kinds) > 3)
        # A state more does no harm: Redis may have been heard only after the first.
        assert [kind for kind in one.kinds if kind != "state"] == ["asked", "step_started"]
        assert one.messages[-1]["data"]["status"] == "generating_story"

    live(test)


def test_it_is_an_event_stream(live: Any, session: GenerationSession, ann: Any) -> None:
    async def test(house: House) -> None:
        one = house.watch(session, ann)
        await one.hears(2)
        headers = dict(one.sent[0]["headers"])
        assert headers[b"content-type"] == b"text/event-stream; charset=utf-8"
        assert headers[b"cache-control"] == b"no-store"
        body = one.sent[1]["body"].decode()
        assert body.startswith("retry: ")
        assert f"id: {one.messages[1]['id']}\nevent: asked\ndata: " in body

    live(test)


def test_both_forms_tell_the_same(live: Any, session: GenerationSession, ann: Any) -> None:
    async def test(house: House) -> None:
        pair = [house.watch(session, ann, ws=ws) for ws in (False, True)]
        for one in pair:
            await one.hears(2)
        await do(finish_all, session)
        for one in pair:
            await one.end()
        told = [[message for message in one.messages if message["id"]] for one in pair]
        assert told[0] == told[1]
        assert len(told[0]) == 14
        assert pair[1].sent[-1] == {"type": "websocket.close", "code": 1000}

    live(test)


def test_events_come_once_and_in_order_and_the_end_closes(
    live: Any, session: GenerationSession, ann: Any
) -> None:
    async def test(house: House) -> None:
        one = house.watch(session, ann)
        await one.hears(2)
        await do(finish_all, session)
        await one.end()
        numbers = [message["id"] for message in one.messages if message["id"]]
        assert numbers == sorted(set(numbers))
        assert one.kinds[-2:] == ["state", "finished"]
        assert one.messages[-2]["data"]["status"] == "completed"
        assert house.hub.rooms == {}

    live(test)


@pytest.mark.parametrize("how", ["header", "query"])
def test_it_tells_again_what_came_after_the_last_that_was_seen(
    live: Any, session: GenerationSession, ann: Any, how: str
) -> None:
    finish_all(session)
    numbers = list(session.events.order_by("id").values_list("id", flat=True))

    async def test(house: House) -> None:
        last = str(numbers[9])
        more: dict[str, Any] = {"query": f"last={last}"} if how == "query" else {"Last_Event_ID": last}
        one = house.watch(session, ann, **more)
        await one.end()
        assert [message["id"] for message in one.messages] == [None, *numbers[10:]]

    live(test)


@pytest.mark.parametrize("last", ["-1", "x", "9" * 400, "\N{SUPERSCRIPT TWO}", ""])
def test_nonsense_for_the_last_that_was_seen_is_none(
    live: Any, session: GenerationSession, ann: Any, last: str
) -> None:
    async def test(house: House) -> None:
        one = house.watch(session, ann, query=f"last={last}")
        await one.hears(2)

    live(test)


def test_who_has_seen_the_end_is_told_it_again(live: Any, session: GenerationSession, ann: Any) -> None:
    finish_all(session)
    last = Event.objects.latest("id").pk

    async def test(house: House) -> None:
        one = house.watch(session, ann, query=f"last={last}")
        await one.end()
        assert one.kinds == ["state", "finished"]

    live(test)


def test_text_goes_out_as_it_grows_and_is_not_kept(live: Any, session: GenerationSession, ann: Any) -> None:
    async def test(house: House) -> None:
        one = house.watch(session, ann)
        await one.hears(2)
        teller = events.TextTeller(session.pk, "story")
        teller.tell("Once")
        teller.tell("Once upon")  # too soon after the first
        teller.flush()
        await asyncio.sleep(2 * events.TEXT_PAUSE)
        teller.tell("Once more, 🐉")
        await one.until(lambda: one.kinds.count("text") == 3)
        told = [message["data"] for message in one.messages if message["kind"] == "text"]
        assert told == [
            {"offset": 0, "text": "Once"},
            {"offset": 4, "text": " upon"},
            {"offset": 5, "text": "more, 🐉"},
        ]
        assert await do(Event.objects.filter(kind=Kind.TEXT).count) == 0

    live(test)


def test_what_belongs_to_another_generation_is_not_heard(
    live: Any, session: GenerationSession, ann: Any
) -> None:
    other = services.start_generation(person=ann.person, prompt="Another one")

    async def test(house: House) -> None:
        one = house.watch(session, ann)
        await one.hears(2)
        await do(claim, other, "story")
        await do(claim, session, "story")
        await one.until(lambda: "step_started" in one.kinds)
        own = await do(lambda: set(session.events.values_list("id", flat=True)))
        assert {message["id"] for message in one.messages if message["id"]} <= own

    live(test)


def test_a_watcher_that_does_not_keep_up_is_let_go_and_harms_nobody(
    live: Any, session: GenerationSession, ann: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watcher_module, "QUEUE", 20)

    async def test(house: House) -> None:
        slow, quick = house.watch(session, ann), house.watch(session, ann)
        for one in (slow, quick):
            await one.hears(2)
        slow.held = asyncio.Event()
        for number in range(60):
            await do(events.publish_live, session.pk, Kind.PROGRESS, "story", progress=number)
            await asyncio.sleep(0)
        await quick.until(lambda: quick.kinds.count("progress") == 60)
        await slow.end()
        assert len(next(iter(house.hub.rooms.values())).watchers) == 1

    live(test)


@BOTH
def test_a_connection_that_is_full_for_a_while_gets_all_of_it_in_order(
    live: Any, session: GenerationSession, ann: Any, ws: bool
) -> None:
    async def test(house: House) -> None:
        one = house.watch(session, ann, ws=ws)
        await one.hears(2)
        one.held = asyncio.Event()
        for number in range(20):
            house.hub.hear(session.pk, f'{{"id": null, "kind": "progress", "data": {number}}}')
            await asyncio.sleep(0)
        assert "progress" not in one.kinds
        one.held.set()
        await one.hears(22)
        assert [message["data"] for message in one.messages[2:]] == list(range(20))

    live(test)


def test_a_client_whose_server_fails_is_let_go_and_harms_nobody(
    live: Any, session: GenerationSession, ann: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def test(house: House) -> None:
        broken, sound = house.watch(session, ann), house.watch(session, ann)
        for one in (broken, sound):
            await one.hears(2)
        broken.held = "no event"  # type: ignore[assignment]
        house.hub.hear(session.pk, '{"id": null, "kind": "progress", "data": 1}')
        await sound.hears(3)
        await broken.end()
        assert len(house.hub.rooms[session.pk].watchers) == 1

    live(test)


def test_who_hangs_up_is_forgotten(live: Any, session: GenerationSession, ann: Any) -> None:
    async def test(house: House) -> None:
        one = house.watch(session, ann)
        await one.hears(2)
        one.gone.set()
        await one.end()
        assert house.hub.rooms == {}

    live(test)


def test_what_was_missed_while_redis_was_away_is_told_when_it_is_back(
    live: Any, session: GenerationSession, ann: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def test(house: House) -> None:
        one = house.watch(session, ann)
        await one.hears(2)
        monkeypatch.setattr(hub_module, "CHANNEL", "starloom:elsewhere:")
        await do(cut_connections)
        async with asyncio.timeout(5):
            while house.hub.subscribed.is_set():
                await asyncio.sleep(0.01)
        await do(claim, session, "story")
        assert "step_started" not in one.kinds
        await one.until(lambda: one.kinds[-2:] == ["step_started", "state"])

    live(test)


def cut_connections() -> None:
    """What a restart of Redis does to those who listen."""
    import redis
    from django.conf import settings

    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.client_kill_filter(_type="pubsub")


def test_what_nobody_told_is_found_at_the_next_sign_of_life(
    live: Any, session: GenerationSession, ann: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_module, "HEARTBEAT", 0.2)
    monkeypatch.setattr(events, "publish", lambda *message: None)

    async def test(house: House) -> None:
        one = house.watch(session, ann)
        await one.hears(2)
        await do(finish_all, session)
        await one.end()
        assert one.kinds[-1] == "finished"
        assert any(b": alive\n\n" in part.get("body", b"") for part in one.sent)

    live(test)


@pytest.mark.parametrize("how", ["hint", "sign of life"])
def test_who_comes_late_takes_nothing_from_those_who_are_there(
    live: Any, session: GenerationSession, ann: Any, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    """Somebody enters between a commit and its hint, which with Redis away never comes."""
    monkeypatch.setattr(hub_module, "HEARTBEAT", 0.2 if how == "sign of life" else 60)
    monkeypatch.setattr(events, "publish", lambda *message: None)

    async def test(house: House) -> None:
        early = house.watch(session, ann)
        await early.hears(2)
        await do(finish_all, session)
        late = house.watch(session, ann)
        await late.end()
        if how == "hint":
            house.hub.hear(session.pk, '{"id": 1}')
        await early.end()
        assert early.kinds[-1] == late.kinds[-1] == "finished"
        numbers = [message["id"] for message in early.messages if message["id"]]
        assert numbers == [message["id"] for message in late.messages if message["id"]]

    live(test)


def test_of_two_who_enter_at_once_the_one_that_read_first_misses_nothing(
    live: Any, session: GenerationSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "publish", lambda *message: None)

    async def test(house: House) -> None:
        first, second = (house.hub.enter(session.pk) for _ in range(2))
        first.hears_all = second.hears_all = True
        before = await do(reading.read, session.pk)
        await do(claim, session, "story")
        house.hub.knows(session.pk, second, await do(reading.read, session.pk))
        house.hub.knows(session.pk, first, before)
        async with asyncio.timeout(PATIENCE):
            assert (await first.take())[0].kind == "step_started"
        assert not second.queue.qsize() or "step_started" not in [one.kind for one in await second.take()]

    live(test)


@BOTH
def test_the_log_is_told_to_those_who_may_change_the_story_alone(
    live: Any, session: GenerationSession, ann: Any, ben: Any, ws: bool
) -> None:
    curating.publish([session.story])

    async def test(house: House) -> None:
        owner, reader = house.watch(session, ann, ws=ws), house.watch(session, ben, ws=ws)
        await owner.hears(2)
        await reader.hears(1)
        house.hub.hear(session.pk, '{"id": null, "kind": "progress", "data": 1}')
        await do(finish_all, session)
        for one in (owner, reader):
            await one.end()
        assert {"asked", "step_done"} < set(owner.kinds)
        assert set(reader.kinds) == {"state", "progress", "finished"}
        later = house.watch(session, ben, ws=ws)
        await later.end()
        assert later.kinds == ["state", "finished"]

    live(test)


def test_a_deleted_story_ends_the_stream(
    live: Any, session: GenerationSession, ann: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_module, "HEARTBEAT", 0.2)

    async def test(house: House) -> None:
        one = house.watch(session, ann)
        await one.hears(2)
        await do(services.delete_story, session.story)
        await one.end()

    live(test)


def test_a_server_that_stops_lets_everybody_go(live: Any, session: GenerationSession, ann: Any) -> None:
    async def test(house: House) -> None:
        pair = [house.watch(session, ann, ws=ws) for ws in (False, True)]
        for one in pair:
            await one.hears(2)
        house.hub.close()
        for one in pair:
            await one.end()
        assert pair[1].sent[-1] == {"type": "websocket.close", "code": 1013}

    live(test)


def test_a_redis_that_is_away_hurts_no_step(
    session: GenerationSession, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    sender = events.Sender()
    monkeypatch.setattr(events, "_sender", sender)
    step = claim(session, "story")
    steps.finish(step, dict)
    assert session.events.count() == 3
    deadline = time.monotonic() + PATIENCE
    while not sender.rests_until:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_hubs_are_apart() -> None:
    assert Hub().rooms is not Hub().rooms
