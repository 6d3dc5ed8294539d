"""A language model that does not answer: stories wait and say so, no try is used up, and it is let rest."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import redis
from django.db import connection
from django.utils import timezone, translation

from agents.types import LanguageModelError, Server
from embedded.process import find_free_port
from stories import breaker, events, runner, services, steps
from stories.metrics import write
from stories.models import GenerationSession, Step, StepStatus
from stories.people import Person
from stories.status import describe_status
from tests.stories.conftest import Script, admit, claim, step_of
from tests.support.faults import FaultyServer

pytestmark = pytest.mark.django_db(transaction=True)
AWAY = LanguageModelError("It does not answer.", transient=True, server=Server.AWAY)
TROUBLED = LanguageModelError("It failed.", transient=True, server=Server.TROUBLED)


@pytest.fixture
def port(settings: Any) -> int:
    """Where nobody listens, and the language model is said to be."""
    port = find_free_port()
    settings.OLLAMA_BASE_URL = f"http://127.0.0.1:{port}"
    settings.OLLAMA_MODEL = "sketch"
    return port


@pytest.fixture
def session(transactional_db: None) -> Iterator[GenerationSession]:
    session = begin("ann")
    yield session
    connection.close()


def begin(name: str) -> GenerationSession:
    session = services.start_generation(
        person=Person(f"visitor:{name}"), prompt="A fox who waits", images=False
    )
    admit(session)
    return session


def run(session: GenerationSession, name: str = "story") -> Step:
    """Let it be tried now, whatever it waits for."""
    Step.objects.filter(session=session, name=name, status="ready").update(not_before=timezone.now())
    runner.run(step_of(session, name).pk, "test")
    return step_of(session, name)


def open_it() -> breaker.Breaker:
    found = breaker.find()
    found.open()
    return found


def kinds(session: GenerationSession) -> list[str]:
    return [event["kind"] for event in events.list_events(session)]


@pytest.mark.usefixtures("port")
def test_no_try_is_used_up_and_it_is_told_at_once(session: GenerationSession) -> None:
    for _ in range(5):
        step = run(session)
        assert (step.status, step.attempt, step.failures) == (StepStatus.READY, 0, 0)
        assert step.not_before > timezone.now()
    waiting = describe_status(services.find_generation(session.pk))["waiting"]
    assert waiting["for"] == "language_model"
    assert waiting["step"] == "story"
    assert datetime.fromisoformat(waiting["until"]) == step.not_before
    assert f"{step.not_before:%H:%M:%S}" in waiting["message"]
    assert kinds(session).count("step_away") == 1, "it is told once, not at every try"


@pytest.mark.usefixtures("port")
def test_the_third_call_opens_it_and_then_nothing_is_begun(session: GenerationSession) -> None:
    for _ in range(breaker.TROUBLES):
        run(session)
    assert breaker.find_next_try() is not None
    begun, other = kinds(session).count("step_started"), begin("bob")
    assert run(session).status == run(other).status == StepStatus.READY
    assert kinds(session).count("step_started") == begun == breaker.TROUBLES
    assert kinds(other) == ["asked", "step_away"]
    assert describe_status(other)["current_label"] == "Waiting for the language model"


def test_when_it_is_back_all_go_on_by_themselves(session: GenerationSession, port: int) -> None:
    for _ in range(breaker.TROUBLES):
        run(session)
    with FaultyServer(port=port):
        found = breaker.find()
        assert run(session).status == StepStatus.READY, "it is let rest for a while"
        found.half_open()
        assert run(session).status == StepStatus.DONE
        assert run(begin("bob")).status == StepStatus.DONE
    step = step_of(session, "story")
    assert (step.attempt, step.failures, step.away_since, step.error) == (1, 0, None, "")
    assert describe_status(services.find_generation(session.pk))["waiting"] is None


def test_one_that_is_asked_whether_it_is_back_and_is_not_is_left_alone_again(
    session: GenerationSession, port: int
) -> None:
    found = open_it()
    found.half_open()
    before = found.next_try
    assert run(session).status == StepStatus.READY
    assert found.current_state == "open"
    assert step_of(session, "story").not_before >= before - timedelta(seconds=2)
    assert kinds(session) == ["asked", "step_away"]


def test_a_model_that_is_missing_is_no_reason_to_wait(
    session: GenerationSession, port: int, settings: Any
) -> None:
    open_it().half_open()
    settings.OLLAMA_MODEL = "no-such-model"
    with FaultyServer(port=port):
        assert run(session).status == StepStatus.FAILED
    session.refresh_from_db()
    assert "ollama pull no-such-model" in session.error


@pytest.mark.usefixtures("port")
def test_after_patience_it_fails_with_the_reason_and_can_be_tried_again(
    session: GenerationSession, settings: Any
) -> None:
    run(session)
    Step.objects.filter(session=session, name="story").update(
        away_since=timezone.now() - timedelta(seconds=settings.LLM_PATIENCE + 1)
    )
    open_it()
    assert run(session).status == StepStatus.FAILED
    session.refresh_from_db()
    assert settings.OLLAMA_BASE_URL in session.error
    again = services.retry_generation(session)
    assert step_of(again, "story").away_since is None


def test_what_one_call_does_to_a_server_that_answers_holds_up_nobody(
    session: GenerationSession, script: Script
) -> None:
    script.outcomes["story"] = [TROUBLED] * 3
    assert [run(session).failures for _ in range(3)] == [1, 2, 3]
    assert step_of(session, "story").status == StepStatus.FAILED
    assert run(begin("bob")).status == StepStatus.DONE


@pytest.mark.usefixtures("port")
def test_a_server_that_is_in_trouble_and_does_not_answer_is_left_alone(
    session: GenerationSession, script: Script
) -> None:
    script.outcomes["story"] = [TROUBLED, TROUBLED]
    assert [run(session).failures for _ in range(2)] == [1, 2]
    script.outcomes["story"] = [AWAY]
    assert run(session).failures == 2
    assert breaker.find_next_try() is not None


def test_a_good_call_between_them_keeps_it_closed(session: GenerationSession, script: Script) -> None:
    script.outcomes["story"] = [AWAY, AWAY, None]
    for _ in range(3):
        run(session)
    script.outcomes["character"] = [AWAY, AWAY]
    for _ in range(2):
        assert run(session, "character").failures == 0
    found = breaker.find()
    assert found.current_state == "closed"


def test_what_failed_before_is_still_counted(session: GenerationSession, script: Script) -> None:
    script.outcomes["story"] = [TROUBLED, AWAY, TROUBLED, AWAY, TROUBLED]
    for _ in range(5):
        step = run(session)
    assert (step.status, step.attempt, step.failures) == (StepStatus.FAILED, 3, 3)


@pytest.mark.usefixtures("port")
def test_what_redis_forgets_the_next_call_finds_out(session: GenerationSession) -> None:
    open_it().kept._redis.flushdb()
    assert breaker.find_next_try() is None
    assert run(session).status == StepStatus.READY


def test_without_redis_the_model_is_asked(session: GenerationSession, script: Script, settings: Any) -> None:
    settings.REDIS_URL = f"redis://127.0.0.1:{find_free_port()}/0"
    settings.OLLAMA_BASE_URL = "http://127.0.0.1:9"  # no breaker was made for it before
    assert breaker.find_next_try() is None
    assert run(session).status == StepStatus.DONE
    assert script.done == ["story"]


@pytest.mark.usefixtures("port")
def test_what_another_has_by_now_is_not_put_off(session: GenerationSession) -> None:
    mine = claim(session, "story")
    steps.put_all_off("It is away.", timezone.now() + timedelta(hours=1))
    assert step_of(session, "story").token == mine.token
    theirs = Step.objects.get(pk=mine.pk)
    theirs.token = uuid.uuid4()
    with pytest.raises(steps.StepLost):
        steps.put_off(theirs, "It is away.", timezone.now())
    assert step_of(session, "story").token == mine.token


@pytest.mark.usefixtures("port")
def test_one_that_was_stopped_meanwhile_is_not_failed(session: GenerationSession) -> None:
    read_before = step_of(session, "story")
    services.cancel_generation(session)
    with pytest.raises(steps.StepLost):
        steps.close_failed(read_before, "It is away.")
    session.refresh_from_db()
    assert session.status == "cancelled"


def test_all_who_wait_are_told_at_once_and_all_go_on_when_it_is_back(
    session: GenerationSession, port: int
) -> None:
    others = [begin(f"other-{number}") for number in range(5)]
    not_yet = services.start_generation(person=Person("visitor:later"), prompt="A fox who waits")
    dead = begin("dead")
    gone = claim(dead, "story")
    Step.objects.filter(pk=gone.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    open_it()
    run(session)
    for one in [session, *others, dead]:
        assert describe_status(services.find_generation(one.pk))["waiting"], one
        assert kinds(one).count("step_away") == 1
    assert step_of(dead, "story").attempt == 1, "that its worker died still counts"
    assert describe_status(not_yet)["waiting"] is None, "it has no turn yet"
    with FaultyServer(port=port):
        breaker.find().half_open()
        assert run(session).status == StepStatus.DONE
    for one in others:
        step = step_of(one, "story")
        assert describe_status(services.find_generation(one.pk))["waiting"] is None
        assert (step.away_since, step.error) == (None, "")
        assert step.not_before <= timezone.now()


def test_an_absence_long_ago_is_none_now(session: GenerationSession, script: Script) -> None:
    script.outcomes["story"] = [AWAY, AWAY]
    run(session)
    long_ago = timezone.now() - timedelta(hours=9)
    Step.objects.filter(session=session, name="story").update(away_since=long_ago, not_before=long_ago)
    runner.run(step_of(session, "story").pk, "test")
    step = step_of(session, "story")
    assert step.status == StepStatus.READY
    assert step.away_since is not None
    assert step.away_since > long_ago


def test_a_fault_of_ours_says_nothing_of_the_server(session: GenerationSession, script: Script) -> None:
    script.outcomes["story"] = [AWAY, AWAY]
    for _ in range(2):
        run(session)
    script.outcomes["story"] = [ValueError("ours")]
    run(session)
    script.outcomes["story"] = [AWAY]
    run(session)
    assert breaker.is_open()


def test_a_redis_that_refuses_to_be_written_is_nobodys_trouble(
    session: GenerationSession, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: object) -> None:
        raise redis.ResponseError("MISCONF")

    kept = breaker.find().kept
    kept._redis.flushdb()
    monkeypatch.setattr(kept._redis, "setnx", full)
    assert run(session).status == StepStatus.DONE


def test_one_that_was_stopped_is_not_put_off(session: GenerationSession, script: Script) -> None:
    def stop_it(job: object) -> None:
        services.cancel_generation(session)
        raise AWAY

    script.before = stop_it
    assert run(session).status == StepStatus.CANCELLED
    assert "step_away" not in kinds(session)


@pytest.mark.usefixtures("port")
def test_it_is_told_in_the_readers_language(session: GenerationSession) -> None:
    run(session)
    with translation.override("de"):
        status = describe_status(services.find_generation(session.pk))
        assert "Sprachmodell" in status["current_label"]
        assert "Sprachmodell" in status["waiting"]["message"]


@pytest.mark.usefixtures("port")
def test_it_is_measured(session: GenerationSession) -> None:
    run(session)
    told = write("")[0].decode()
    assert "starloom_language_model_away 0.0" in told
    assert "starloom_steps_waiting_for_model 1.0" in told
    assert 'starloom_model_errors_total{error="ConnectError",model="language"}' in told
    open_it()
    assert "starloom_language_model_away 1.0" in write("")[0].decode()
