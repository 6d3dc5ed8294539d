"""A language model that falls silent in the middle: it keeps its time, and who waits is told."""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from stories import estimates, events, runner, services, silence, steps
from stories.jobs import Job
from stories.live.hub import Hub, Room
from stories.live.reading import find_versions
from stories.models import GenerationSession, StepStatus
from stories.people import Person
from stories.pipeline import KINDS
from stories.status import describe_status
from tests.stories.conftest import Script, admit, claim, done, step_of
from tests.support.faults import FaultyServer

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 30.0  # seconds a test waits for what has to come


@pytest.fixture
def session(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[GenerationSession]:
    monkeypatch.setattr(runner, "BEAT_SECONDS", 0.05)
    monkeypatch.setattr(silence, "QUIET", 0.4)
    monkeypatch.setattr(silence, "QUIET_AT_FIRST", 0.8)
    session = services.start_generation(person=Person("visitor:ann"), prompt="A fox who waits", images=False)
    admit(session)
    yield session
    connection.close()


@pytest.fixture
def server(settings: Any) -> Iterator[FaultyServer]:
    with FaultyServer() as server:
        settings.OLLAMA_BASE_URL, settings.OLLAMA_MODEL = server.url, "sketch"
        yield server


def status(session: GenerationSession) -> dict[str, Any]:
    return describe_status(services.find_generation(session.pk))


def find_silent(session: GenerationSession, *, has_begun: bool) -> Any:
    found = status(session)["silent"]
    return found if found and found["has_begun"] is has_begun else None


def wait_for(find: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + PATIENCE
    while not (found := find()):
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.02)
    return found


@contextmanager
def at_work(session: GenerationSession, name: str) -> Iterator[None]:
    worker = threading.Thread(target=runner.run, args=(step_of(session, name).pk, "test"))
    worker.start()
    yield
    worker.join(PATIENCE)
    assert not worker.is_alive()


def test_a_stream_that_stalls_is_told_and_goes_on(session: GenerationSession, server: FaultyServer) -> None:
    server.faults.add("stall", seconds=3)
    with at_work(session, "story"):
        told = wait_for(lambda: find_silent(session, has_begun=True))
        assert told["step"] == "story"
        since, until = (datetime.fromisoformat(told[name]) for name in ("since", "until"))
        assert until - since > timedelta(minutes=4), "it is cut off no sooner than before"
        assert f"since {since:%H:%M:%S} UTC" in told["message"]
        assert f"until {until:%H:%M:%S} UTC" in told["message"]
        assert status(session)["steps"][0]["status"] == StepStatus.RUNNING
    assert status(session)["silent"] is None
    assert step_of(session, "story").status == StepStatus.DONE
    assert step_of(session, "story").attempt == 1


def test_a_first_word_may_take_longer_and_then_is_waited_for(
    session: GenerationSession, server: FaultyServer
) -> None:
    server.faults.add("slow", seconds=3)
    with at_work(session, "story"):
        told = wait_for(lambda: find_silent(session, has_begun=False))
        assert "its first word is waited for" in told["message"]


def test_words_that_nobody_is_shown_break_the_silence_too(
    session: GenerationSession, server: FaultyServer
) -> None:
    done(session, "story")
    session.story.__class__.objects.update(title="The Fox", story_text="A fox waited for the moon.")
    server.faults.add("stall", seconds=3)
    with at_work(session, "character"):
        assert wait_for(lambda: find_silent(session, has_begun=True))["step"] == "character"


def test_it_is_over_when_words_come_again(
    session: GenerationSession, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[dict[str, Any]] = []
    monkeypatch.setattr(events, "publish", lambda _session, *messages: told.extend(messages))
    seen: list[Any] = []

    def write(job: Job) -> None:
        job.watch.on_text("Once")
        wait_for(lambda: step_of(session, "story").silence)
        version = find_versions([session.pk])
        seen.append(status(session)["silent"])
        job.watch.on_text("Once upon")
        wait_for(lambda: step_of(session, "story").silence is None)
        seen.append(status(session)["silent"])
        seen.append(find_versions([session.pk]) != version)

    script.before = write
    runner.run(step_of(session, "story").pk, "test")
    assert seen[0] and seen[1:] == [None, True]
    hints = [message for message in told if message.get("kind") == events.SILENCE]
    assert len(hints) == 2, "who watches is told when it begins and when it ends"


def test_nobody_says_how_long_it_takes_meanwhile(
    session: GenerationSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(estimates, "medians", lambda: dict.fromkeys(KINDS, 5.0))
    step = claim(session, "story")
    assert status(session)["remaining_seconds"] is not None
    steps.beat(step, silence=silent())
    assert status(session)["remaining_seconds"] is None


def test_the_version_changes_with_it_alone(session: GenerationSession) -> None:
    step = claim(session, "story")
    before = find_versions([session.pk])
    steps.beat(step, silence=silent())
    assert find_versions([session.pk]) != before


def test_who_takes_it_over_begins_anew(session: GenerationSession) -> None:
    step = claim(session, "story")
    steps.beat(step, silence=silent())
    assert steps.hand_back(step)
    assert status(session)["silent"] is None, "nobody is at it"
    assert claim(session, "story").silence is None
    assert status(session)["silent"] is None


def test_the_live_page_says_it(session: GenerationSession, client: Any) -> None:
    steps.beat(claim(session, "story"), silence=silent())
    session.story.__class__.objects.update(visibility="unlisted")
    page = client.get(f"/generations/{session.pk}/").text
    assert "The language model has said nothing since 12:00:00 UTC. It is given until 12:05:00 UTC." in page


def silent() -> dict[str, Any]:
    return {
        "since": "2026-01-31T12:00:00+00:00",
        "until": "2026-01-31T12:05:00+00:00",
        "has_begun": True,
    }


def test_that_hint_has_the_state_read_anew_and_is_not_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[uuid.UUID] = []
    hub, session_id = Hub(), uuid.uuid4()
    hub.rooms[session_id] = Room()
    monkeypatch.setattr(hub, "refresh", read.extend)
    monkeypatch.setattr(Room, "tell", lambda *_: pytest.fail("an empty state was told"))
    hub.hear(session_id, json.dumps({"id": None, "kind": "silence"}))
    assert read == [session_id]
