"""A worker does a step: claim, work without a database connection, finish or note why not."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Iterator
from typing import Any

import pytest
from celery.worker import state
from django.db import IntegrityError, OperationalError, connection

from agents.types import LanguageModelError
from imaging.types import PaintingError
from stories import runner, services, steps
from stories.jobs import Job
from stories.models import GenerationSession, Step, StepStatus
from stories.people import Person
from tests.stories.conftest import Script, admit, do, step_of

pytestmark = pytest.mark.django_db(transaction=True)
ORDER = ("story", "character", "background", "character_image", "background_image", "combined_image")


@pytest.fixture
def session(transactional_db: None) -> Iterator[GenerationSession]:
    session = services.start_generation(person=Person("visitor:runner"), prompt="A test of patience")
    yield session
    connection.close()


def run(session: GenerationSession, name: str) -> Step:
    admit(session)
    Step.objects.filter(session=session, name=name, status="ready").update(not_before="2000-01-01T00:00Z")
    do(step_of(session, name))
    return step_of(session, name)


def test_it_does_every_step(session: GenerationSession, script: Script) -> None:
    for name in ORDER:
        assert run(session, name).status == StepStatus.DONE
    session.refresh_from_db()
    assert session.status == "completed"
    assert script.done == list(ORDER)


def test_a_doubled_message_does_the_work_once(session: GenerationSession, script: Script) -> None:
    run(session, "story")
    run(session, "story")
    assert script.done == ["story"]


@pytest.mark.usefixtures("going_on")
def test_a_worker_goes_on_with_what_it_readied(session: GenerationSession, script: Script) -> None:
    run(session, "story")
    assert script.done == ["story", "character"]
    for name in ("background", "character_image", "background_image"):
        run(session, name)
    assert script.done[-2:] == ["background_image", "combined_image"]
    session.refresh_from_db()
    assert session.status == "completed"


@pytest.mark.usefixtures("going_on")
def test_a_worker_that_is_to_stop_goes_on_with_nothing(
    session: GenerationSession, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(state, "should_stop", os.EX_OK)
    run(session, "story")
    assert script.done == ["story"]
    assert step_of(session, "character").status == StepStatus.READY


@pytest.mark.usefixtures("going_on")
def test_what_it_went_on_with_fails_by_itself(session: GenerationSession, script: Script) -> None:
    script.outcomes["character"] = [ValueError("no")]
    assert run(session, "story").status == StepStatus.DONE
    assert step_of(session, "character").status == StepStatus.READY
    assert step_of(session, "character").failures == 1


def test_no_connection_is_held_while_the_model_works(session: GenerationSession, script: Script) -> None:
    held: list[bool] = []
    script.before = lambda job: held.append(connection.connection is not None)
    for name in ORDER:
        run(session, name)
    assert held == [False] * 6


def test_the_errors_own_field_decides_whether_to_try_again(
    session: GenerationSession, script: Script
) -> None:
    script.outcomes["story"] = [LanguageModelError("does not answer", transient=True), None]
    assert run(session, "story").status == StepStatus.READY
    assert step_of(session, "story").error == "does not answer"
    assert run(session, "story").status == StepStatus.DONE
    script.outcomes["character_image"] = [PaintingError("no such model", transient=False)]
    run(session, "character")
    assert run(session, "character_image").status == StepStatus.SKIPPED


def test_an_unexpected_error_is_tried_three_times_and_told_without_its_text(
    session: GenerationSession, script: Script, caplog: pytest.LogCaptureFixture
) -> None:
    script.outcomes["story"] = [ValueError("the dragon's secret")] * 3
    with caplog.at_level(logging.INFO):
        for _ in range(3):
            run(session, "story")
    session.refresh_from_db()
    assert session.status == "failed"
    assert "unexpected" in session.error
    assert "secret" not in session.error + caplog.text
    assert "ValueError" in caplog.text


def test_the_lease_outlives_long_work(session: GenerationSession, script: Script, settings: object) -> None:
    settings.STEP_LEASE = 1.0  # type: ignore[attr-defined]
    rivals: list[object] = []

    def work_long(job: Job) -> None:
        time.sleep(2.5)
        rivals.append(steps.claim(job.step.pk, "rival"))

    script.before = work_long
    assert run(session, "story").status == StepStatus.DONE
    assert rivals == [None]


def test_a_stop_is_seen_within_two_seconds_and_nothing_is_saved(
    session: GenerationSession, script: Script
) -> None:
    waited: list[float] = []

    def work_until_told(job: Job) -> None:
        services.cancel_generation(session)
        began = time.monotonic()
        while not job.watch.should_stop():
            assert time.monotonic() - began < 5, "nobody told the worker"
            time.sleep(0.01)
        waited.append(time.monotonic() - began)

    script.before = work_until_told
    assert run(session, "story").status == StepStatus.CANCELLED
    assert waited[0] < 2


def test_the_text_so_far_reaches_the_row(session: GenerationSession, script: Script) -> None:
    seen: list[str] = []

    def write(job: Job) -> None:
        job.watch.on_text("Once upon a time")
        time.sleep(3 * runner.BEAT_SECONDS)
        seen.append(step_of(session, "story").partial)

    script.before = write
    run(session, "story")
    assert seen == ["Once upon a time"]
    assert step_of(session, "story").partial == ""


def test_a_result_waits_for_the_database_to_come_back(
    session: GenerationSession, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, refusals = steps.finish, [OperationalError("the server closed the connection")] * 2

    def finish(*args: Any, **words: Any) -> Step | None:
        if refusals:
            raise refusals.pop()
        return real(*args, **words)

    monkeypatch.setattr(steps, "finish", finish)
    assert run(session, "story").status == StepStatus.DONE
    assert refusals == []
    assert script.done == ["story"]


def test_seeds_differ_by_step_and_failure_and_not_by_death(
    session: GenerationSession, script: Script
) -> None:
    seeds: list[int] = []
    script.before = lambda job: seeds.append(job.seed)
    script.outcomes["story"] = [LanguageModelError("invalid", transient=True), None]
    run(session, "story")
    run(session, "story")
    run(session, "character")
    assert len(set(seeds)) == 3
    step = step_of(session, "background")
    step.attempt = 4
    job = Job(step=step, story=session.story, images={}, watch=runner.Heart(step))
    assert job.seed == (session.seed + 2000) % 2**31


def test_a_seed_that_was_asked_for_stays_also_after_a_failure(session: GenerationSession) -> None:
    step = step_of(session, "character_image")
    step.wanted, step.failures = {"seed": 42}, 1
    assert Job(step=step, story=session.story, images={}, watch=runner.Heart(step)).seed == 42


def test_a_result_that_the_database_refuses_counts_as_a_failure_and_its_words_are_not_logged(
    session: GenerationSession,
    script: Script,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    detail = "Failing row contains (the secret dragon)"

    def refuse(*_: object, **words: object) -> None:
        raise IntegrityError(detail)

    monkeypatch.setattr(steps, "finish", refuse)
    for _ in range(3):
        run(session, "story")
    assert step_of(session, "story").status == StepStatus.FAILED
    assert step_of(session, "story").attempt == 3
    assert "IntegrityError" in caplog.text
    assert "secret" not in caplog.text


def test_a_painter_that_hangs_ends_its_worker(
    session: GenerationSession, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PAINT_TIMEOUT = 0.6  # type: ignore[attr-defined]
    ended: list[int] = []
    monkeypatch.setattr(os, "_exit", ended.append)
    for name, seconds in (("story", 1.5), ("character_image", 1.5)):
        heart = runner.Heart(step_of(session, name))
        heart.start()
        time.sleep(seconds)
        heart.stop()
        assert bool(ended) == (name == "character_image")


def test_another_try_by_hand_has_other_seeds(session: GenerationSession, script: Script) -> None:
    seeds: list[int] = []
    script.before = lambda job: seeds.append(job.seed)
    script.outcomes["story"] = [PaintingError("refused", transient=True)] * 3
    for _ in range(3):
        run(session, "story")
    services.retry_generation(session)
    run(session, "story")
    assert len(set(seeds)) == 4
