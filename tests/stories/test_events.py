"""What happened is written with the change that it tells of, or not at all."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from stories import events, services, steps
from stories.events import Kind
from stories.models import Event, GenerationSession, Step, StepStatus
from stories.people import Person
from tests.stories.conftest import admit, claim, done, step_of


def log(session: GenerationSession) -> list[tuple[str, str]]:
    return list(session.events.order_by("id").values_list("kind", "step"))


def latest(session: GenerationSession) -> Event:
    return session.events.latest("id")


def test_a_generation_begins_with_its_being_asked_for(session: GenerationSession) -> None:
    assert log(session) == [("asked", "")]


def test_each_step_is_told_when_it_starts_and_when_it_is_done(session: GenerationSession) -> None:
    done(session, *[step.name for step in session.steps.all()])
    assert log(session)[1:5] == [
        ("step_started", "story"),
        ("step_done", "story"),
        ("step_started", "character"),
        ("step_done", "character"),
    ]
    assert latest(session).kind == "finished"
    assert latest(session).data == {"status": "completed"}


def test_it_tells_how_long_a_step_took_and_what_did_it(session: GenerationSession) -> None:
    step = claim(session, "story")
    Step.objects.filter(pk=step.pk).update(started_at=timezone.now() - timedelta(seconds=12))
    steps.finish(step, lambda: {"model": "llama3.2"})
    data = session.events.get(kind=Kind.DONE).data
    assert data["model"] == "llama3.2"
    assert 12 <= data["seconds"] < 20
    assert events.describe(session.events.get(kind=Kind.DONE))["words"].startswith(
        "Writing the story: done in 1"
    )


def test_nothing_is_told_of_a_result_that_could_not_be_saved(session: GenerationSession) -> None:
    step = claim(session, "story")

    def save() -> dict[str, Any]:
        raise ValueError("no room")

    with pytest.raises(ValueError, match="no room"):
        steps.finish(step, save)
    assert latest(session).kind == "step_started"


def test_nothing_is_told_of_a_step_that_was_lost(session: GenerationSession) -> None:
    step = claim(session, "story")
    services.cancel_generation(session)
    told = log(session)
    for late in (lambda: steps.finish(step, dict), lambda: steps.fail(step, "Late.", transient=True)):
        with pytest.raises(steps.StepLost):
            late()
    assert log(session) == told
    assert told[-1] == ("finished", "")


def test_a_step_that_is_not_there_to_be_taken_tells_nothing(session: GenerationSession) -> None:
    claim(session, "story")
    assert steps.claim(step_of(session, "story").pk, "another") is None
    assert log(session).count(("step_started", "story")) == 1


def test_a_retry_is_told_with_its_reason_and_its_pause(session: GenerationSession) -> None:
    steps.fail(claim(session, "story"), "Ollama is away.", transient=True)
    told = latest(session)
    assert (told.kind, told.data["message"]) == ("step_retry", "Ollama is away.")
    assert told.data["pause"] >= 0
    assert "tried again" in events.describe(told)["words"]
    Step.objects.filter(session=session).update(not_before=timezone.now())
    claim(session, "story")
    assert events.describe(latest(session))["words"] == "Writing the story, try 2."


def test_a_failure_is_told_once_without_what_hangs_on_it(session: GenerationSession) -> None:
    steps.fail(claim(session, "story"), "No such model.", transient=False)
    assert log(session)[2:] == [("step_failed", "story"), ("finished", "")]
    assert latest(session).data == {"status": "failed"}


def test_what_is_missing_is_a_warning(session: GenerationSession) -> None:
    done(session, "story", "background")
    steps.fail(claim(session, "character"), "No words.", transient=False)
    told = [(event.step, event.data["message"]) for event in session.events.filter(kind=Kind.WARNING)]
    assert told[0] == ("character", "The hero's description could not be made: No words.")
    assert {step for step, _ in told} == {"character", "character_image", "combined_image"}


def test_stopping_and_trying_again_are_told(session: GenerationSession) -> None:
    services.cancel_generation(session)
    services.cancel_generation(session)
    services.retry_generation(session)
    assert log(session) == [("asked", ""), ("finished", ""), ("reopened", "")]


def test_no_event_holds_a_prompt_or_a_text(session: GenerationSession) -> None:
    done(session, *[step.name for step in session.steps.all()])
    assert not any("dragon" in str(event.data) for event in session.events.all())


def test_every_kind_has_its_words(session: GenerationSession) -> None:
    for kind in events.KINDS:
        assert "{" not in events.tell(kind, "story", {"status": "completed"})


@pytest.mark.django_db(transaction=True)
def test_events_of_one_generation_are_numbered_as_they_are_committed() -> None:
    """Else who has seen a higher number would never be told a lower one."""
    session = services.start_generation(person=Person("visitor:a"), prompt="Two branches at once")
    done(session, "story")
    admit(session)
    from django.db import transaction

    numbers: list[int] = []
    first = step_of(session, "character")
    with transaction.atomic():
        assert steps._take(first.pk, "one", alone=False)
        mine = session.events.latest("id").pk
        second = threading.Thread(target=claim_other, args=(session, numbers))
        second.start()
        second.join(0.5)
        assert second.is_alive()  # it waits for its number
    second.join(5)
    assert numbers and numbers[0] > mine


def claim_other(session: GenerationSession, numbers: list[int]) -> None:
    try:
        assert steps.claim(step_of(session, "background").pk, "two")
        numbers.append(session.events.latest("id").pk)
    finally:
        connection.close()


def test_a_step_left_by_a_dead_worker_is_told_as_another_try(session: GenerationSession) -> None:
    step = claim(session, "story")
    Step.objects.filter(pk=step.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    claim(session, "story")
    assert latest(session).data == {"attempt": 2}
    assert step_of(session, "story").status == StepStatus.RUNNING
