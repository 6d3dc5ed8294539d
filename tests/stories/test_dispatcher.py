"""What is handed out, to whom, and when again."""

from __future__ import annotations

import time
import uuid
from datetime import timedelta

import psycopg
import pytest
from django.core.cache import cache
from django.db import connection
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerError

from stories import dispatcher, services, steps, tasks
from stories.models import GenerationSession, Step, StepStatus
from stories.people import Person
from tests.stories.conftest import claim, done, step_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent() -> list[str]:
    return []


def start(person: Person, number: int = 1) -> list[GenerationSession]:
    return [services.start_generation(person=person, prompt=f"Story number {n}") for n in range(number)]


def hand_out(sent: list[str]) -> int:
    chosen = dispatcher.choose(database())
    dispatcher.send(chosen, database(), lambda step: sent.append(str(step.pk)))
    return len(chosen)


def database() -> psycopg.Connection:
    """The test's own connection, so that what it does is undone with the test."""
    connection.ensure_connection()
    return connection.connection


def test_it_hands_out_a_ready_step_once(session: GenerationSession, sent: list[str]) -> None:
    assert hand_out(sent) == 1
    assert sent == [str(step_of(session, "story").pk)]
    assert hand_out(sent) == 0


def test_it_hands_out_again_what_nobody_claimed(session: GenerationSession, sent: list[str]) -> None:
    hand_out(sent)
    Step.objects.filter(session=session, name="story").update(
        dispatched_at=timezone.now() - dispatcher.RESEND_AFTER - timedelta(seconds=1)
    )
    assert hand_out(sent) == 1
    assert sent[0] == sent[1]


def test_it_hands_out_a_dead_workers_step(session: GenerationSession, sent: list[str]) -> None:
    hand_out(sent)
    step = claim(session, "story")
    assert hand_out(sent) == 0
    Step.objects.filter(pk=step.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    assert hand_out(sent) == 1


def test_what_workers_died_over_is_handed_out_one_at_a_time(alice: Person, sent: list[str]) -> None:
    """So that the one of them that kills workers takes the others along once, and not to the end."""
    start(alice, 2)
    hand_out(sent)
    for step in Step.objects.filter(name="story"):
        steps.claim(step.pk, "a worker")
    Step.objects.filter(name="story").update(lease_until=timezone.now() - timedelta(seconds=1))
    assert hand_out(sent) == 1
    first = Step.objects.get(pk=sent[-1])
    assert hand_out(sent) == 0  # it waits in the queue
    taken = steps.claim(first.pk, "another worker")
    assert taken is not None
    assert hand_out(sent) == 0  # it is at work
    steps.close_failed(taken, "no")
    assert hand_out(sent) == 1
    assert sent[-1] != str(first.pk)


def test_what_workers_died_over_holds_up_nothing_else(alice: Person, bob: Person, sent: list[str]) -> None:
    one, another = start(alice, 2)
    hand_out(sent)
    for session in (one, another):
        claim(session, "story")
    Step.objects.filter(name="story").update(lease_until=timezone.now() - timedelta(seconds=1))
    [fresh] = start(bob)
    assert hand_out(sent) == 2
    assert str(step_of(fresh, "story").pk) in sent


def test_of_those_that_workers_died_over_a_persons_goes_before_bulk(
    alice: Person, bob: Person, sent: list[str]
) -> None:
    bulk = services.start_generation(person=bob, prompt="A shy dragon", bulk=True)
    claim(bulk, "story")
    [mine] = start(alice)
    claim(mine, "story")
    Step.objects.filter(name="story").update(lease_until=timezone.now() - timedelta(seconds=1))
    assert hand_out(sent) == 1
    assert sent == [str(step_of(mine, "story").pk)]


def test_it_waits_for_the_time_of_another_try(session: GenerationSession, sent: list[str]) -> None:
    hand_out(sent)
    step = claim(session, "story")
    steps.fail(step, "away", transient=True)
    Step.objects.filter(pk=step.pk).update(not_before=timezone.now() + timedelta(minutes=1))
    assert hand_out(sent) == 0
    Step.objects.filter(pk=step.pk).update(not_before=timezone.now() - timedelta(seconds=1))
    assert hand_out(sent) == 1


def test_it_hands_out_both_branches_at_once(session: GenerationSession, sent: list[str]) -> None:
    hand_out(sent)
    done(session, "story")
    assert hand_out(sent) == 2


def test_a_person_has_two_running_and_the_others_start_by_themselves(
    sent: list[str], settings: object
) -> None:
    settings.OLLAMA_NUM_PARALLEL = 10  # type: ignore[attr-defined]
    first, _, third = start(Person("visitor:one"), 3)
    other = start(Person("visitor:two"))[0]
    assert hand_out(sent) == 3
    assert not GenerationSession.objects.get(pk=third.pk).admitted_at
    assert GenerationSession.objects.get(pk=other.pk).admitted_at
    services.cancel_generation(first)
    assert hand_out(sent) == 1
    assert GenerationSession.objects.get(pk=third.pk).admitted_at


def test_no_more_text_steps_are_out_than_the_model_has_slots(sent: list[str], settings: object) -> None:
    settings.OLLAMA_NUM_PARALLEL = 2  # type: ignore[attr-defined]
    sessions = [start(Person(f"visitor:{number}"))[0] for number in range(5)]
    assert hand_out(sent) == 2
    first = next(s for s in sessions if str(step_of(s, "story").pk) == sent[0])
    step = claim(first, "story")
    assert hand_out(sent) == 0
    steps.finish(step, dict)
    assert hand_out(sent) == 1


def test_a_child_that_was_taken_with_its_parent_keeps_the_parents_slot(
    session: GenerationSession, sent: list[str], settings: object
) -> None:
    settings.OLLAMA_NUM_PARALLEL = 1  # type: ignore[attr-defined]
    child = steps.finish(claim(session, "story"), dict, go_on=True)
    assert child
    assert hand_out(sent) == 0
    steps.finish(child, dict)
    assert hand_out(sent) == 2, "the setting's description, and the hero's picture"


def test_what_the_broker_did_not_take_is_due_again_at_once(
    session: GenerationSession, sent: list[str]
) -> None:
    def refuse(step: Step) -> None:
        raise BrokerError("away")

    with pytest.raises(BrokerError):
        dispatcher.send(dispatcher.choose(database()), database(), refuse)
    assert hand_out(sent) == 1


def test_nothing_of_an_ended_generation_is_handed_out(session: GenerationSession, sent: list[str]) -> None:
    services.cancel_generation(session)
    assert hand_out(sent) == 0
    assert step_of(session, "story").status == StepStatus.CANCELLED


def test_a_message_from_before_a_second_try_does_not_jump_the_queue(
    session: GenerationSession, sent: list[str]
) -> None:
    hand_out(sent)
    services.cancel_generation(session)
    services.retry_generation(session)
    assert steps.claim(uuid.UUID(sent[0]), "with the old message") is None
    assert hand_out(sent) == 1
    step = steps.claim(uuid.UUID(sent[1]), "with the new one")
    assert step
    steps.finish(step, dict)
    assert hand_out(sent) == 2


def test_messages_to_a_busy_queue_do_not_multiply(sent: list[str], settings: object) -> None:
    """Forty pictures wait for a painter who is busy for long: the queue holds one message for each of 32."""
    settings.GENERATIONS_RUNNING_PER_PERSON = 100  # type: ignore[attr-defined]
    settings.OLLAMA_NUM_PARALLEL = 100  # type: ignore[attr-defined]
    for session in start(Person("visitor:crowd"), 20):
        done(session, "story", "character", "background")
    sent.clear()
    for _ in range(12):
        chosen = dispatcher.choose(database(), empty=["text"])
        dispatcher.send(chosen, database(), lambda step: sent.append(str(step.pk)))
        long_ago = timezone.now() - 10 * dispatcher.RESEND_AFTER
        Step.objects.filter(dispatched_at__isnull=False).update(dispatched_at=long_ago)
    assert len(sent) == len(set(sent)) == dispatcher.HANDED_OUT_MOST
    assert hand_out(sent) == dispatcher.HANDED_OUT_MOST, "an empty queue has lost them all"


@pytest.mark.django_db(transaction=True)
def test_a_dispatcher_that_froze_in_its_turn_does_not_stop_another(sent: list[str]) -> None:
    session = start(Person("visitor:frozen"))[0]
    with dispatcher.connect() as frozen, dispatcher.connect() as awake:
        frozen.execute("BEGIN")
        frozen.execute(dispatcher.TAKE_TURN, [dispatcher.LOCK])
        assert dispatcher.choose(awake) == []
        frozen.execute("ROLLBACK")
        assert [step.session_id for step in dispatcher.choose(awake)] == [session.pk]


def test_a_day_is_tidied_once_and_not_counted_while_the_broker_is_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cache.delete("tidied")
    asked: list[str] = []

    def away(**options: object) -> None:
        raise BrokerError

    monkeypatch.setattr(tasks.empty_trash, "apply_async", lambda **options: asked.append("trash"))
    monkeypatch.setattr(tasks.tidy_media, "apply_async", away)
    monkeypatch.setattr(dispatcher, "TIDY_TURN_SECONDS", 1)
    with pytest.raises(BrokerError):
        dispatcher.send_for_tidying()
    time.sleep(1.1)
    monkeypatch.setattr(tasks.tidy_media, "apply_async", lambda **options: asked.append("media"))
    dispatcher.send_for_tidying()
    time.sleep(1.1)
    dispatcher.send_for_tidying()
    assert asked == ["trash", "trash", "media"]
    cache.delete("tidied")
