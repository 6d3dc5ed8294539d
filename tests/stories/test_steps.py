"""A step's life, on real PostgreSQL."""

from __future__ import annotations

import threading
import time
import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.utils import timezone

from stories import services, steps
from stories.models import GeneratedImage, GenerationSession, GenerationStatus, Step, StepStatus
from stories.people import Person
from tests.stories.conftest import admit, claim, done, step_of


def refreshed(session: GenerationSession) -> GenerationSession:
    return GenerationSession.objects.get(pk=session.pk)


def let_lease_run_out(step: Step) -> None:
    Step.objects.filter(pk=step.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def test_it_readies_only_the_story_at_first(session: GenerationSession) -> None:
    statuses = dict(session.steps.values_list("name", "status"))
    assert statuses.pop("story") == StepStatus.READY
    assert len(statuses) == 5
    assert set(statuses.values()) == {StepStatus.WAITING}


def test_it_claims_with_a_fresh_token_and_a_lease(session: GenerationSession) -> None:
    step = claim(session, "story")
    assert (step.status, step.attempt) == (StepStatus.RUNNING, 1)
    assert step.token is not None
    assert step.lease_until is not None
    assert step.lease_until > timezone.now()
    assert refreshed(session).status == GenerationStatus.GENERATING_STORY
    assert refreshed(session).started_at is not None


def test_it_is_claimed_once(session: GenerationSession) -> None:
    step = claim(session, "story")
    assert steps.claim(step.pk, "another") is None


def test_it_is_not_claimed_before_its_time(session: GenerationSession) -> None:
    step = step_of(session, "story")
    Step.objects.filter(pk=step.pk).update(not_before=timezone.now() + timedelta(minutes=1))
    assert steps.claim(step.pk, "early") is None


def test_it_is_not_claimed_while_it_waits(session: GenerationSession) -> None:
    assert steps.claim(step_of(session, "character").pk, "eager") is None


def test_an_unknown_step_is_not_claimed(db: None) -> None:
    assert steps.claim(uuid.uuid4(), "lost") is None


def test_a_dead_workers_step_is_claimed_anew_and_its_late_word_does_not_count(
    session: GenerationSession,
) -> None:
    dead = claim(session, "story")
    let_lease_run_out(dead)
    heir = claim(session, "story")
    assert heir.token != dead.token
    assert heir.attempt == 2
    saved: list[str] = []

    def save_late() -> dict[str, object]:
        saved.append("late")
        return {}

    with pytest.raises(steps.StepLost):
        steps.finish(dead, save_late)
    assert saved == []
    assert not steps.beat(dead)
    assert steps.beat(heir)
    with pytest.raises(steps.StepLost):
        steps.fail(dead, "late", transient=True)
    assert step_of(session, "story").status == StepStatus.RUNNING


def test_finishing_readies_the_children_and_keeps_the_result(session: GenerationSession) -> None:
    step = claim(session, "story")
    steps.finish(step, lambda: {"words": 3})
    assert step_of(session, "story").result == {"words": 3}
    assert step_of(session, "character").status == StepStatus.READY
    assert step_of(session, "background").status == StepStatus.READY
    assert step_of(session, "character_image").status == StepStatus.WAITING


def test_with_a_step_its_worker_takes_one_child_of_the_same_queue(session: GenerationSession) -> None:
    child = steps.finish(claim(session, "story"), lambda: {"words": 3}, go_on=True)
    assert child
    assert (child.name, child.worker, child.attempt) == ("character", "test", 1)
    assert child.session.story.prompt == session.story.prompt
    row = step_of(session, "character")
    assert (row.status, row.token, row.worker) == (StepStatus.RUNNING, child.token, "test")
    assert step_of(session, "background").status == StepStatus.READY
    assert steps.finish(child, dict, go_on=True) is None, "a picture is another queue's"
    assert steps.finish(claim(session, "background"), dict, go_on=True) is None
    assert steps.finish(claim(session, "character_image"), dict, go_on=True) is None, "it waits for the other"
    merge = steps.finish(claim(session, "background_image"), dict, go_on=True)
    assert merge
    assert merge.name == "combined_image"


def test_a_child_that_cannot_be_taken_leaves_its_parent_open(
    session: GenerationSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = claim(session, "story")
    monkeypatch.setattr(steps, "CLAIM", "SELECT no_such_column")
    with pytest.raises(ProgrammingError):
        steps.finish(step, dict, go_on=True)
    assert step_of(session, "story").status == StepStatus.RUNNING


def test_a_result_that_cannot_be_saved_leaves_the_step_open(session: GenerationSession) -> None:
    step = claim(session, "story")

    def save() -> dict[str, object]:
        raise RuntimeError("disk full")

    with pytest.raises(RuntimeError):
        steps.finish(step, save)
    assert step_of(session, "story").status == StepStatus.RUNNING


def test_the_whole_way_completes_with_times_and_full_progress(session: GenerationSession) -> None:
    seen = [session.progress]
    for name in ("story", "character", "character_image", "background", "background_image", "combined_image"):
        done(session, name)
        seen.append(refreshed(session).progress)
    ended = refreshed(session)
    assert ended.status == GenerationStatus.COMPLETED
    assert seen == sorted(seen)
    assert seen[-1] == 100
    assert all(step.started_at and step.finished_at for step in ended.steps.all())


def test_the_phases_follow_the_work(session: GenerationSession) -> None:
    done(session, "story")
    assert refreshed(session).status == GenerationStatus.GENERATING_IMAGES
    done(session, "character", "background", "character_image", "background_image")
    assert refreshed(session).status == GenerationStatus.MERGING_IMAGES


def test_a_passing_error_is_tried_again_later_up_to_three_times(session: GenerationSession) -> None:
    for number in (1, 2):
        steps.fail(claim(session, "story"), "the model is away", transient=True)
        again = step_of(session, "story")
        assert (again.status, again.failures) == (StepStatus.READY, number)
        assert again.not_before <= timezone.now() + timedelta(seconds=steps.BACKOFF_LIMIT)
        Step.objects.filter(pk=again.pk).update(not_before=timezone.now() - timedelta(seconds=1))
    steps.fail(claim(session, "story"), "the model is away", transient=True)
    assert step_of(session, "story").status == StepStatus.FAILED
    ended = refreshed(session)
    assert (ended.status, ended.error) == (GenerationStatus.FAILED, "the model is away")
    assert ended.progress == 0


def test_a_final_error_is_not_tried_again(session: GenerationSession) -> None:
    steps.fail(claim(session, "story"), "ollama pull it", transient=False)
    assert step_of(session, "story").status == StepStatus.FAILED
    assert {step.status for step in session.steps.exclude(name="story")} == {StepStatus.SKIPPED}


def test_a_step_over_which_workers_die_is_given_up(session: GenerationSession) -> None:
    for _ in range(steps.MAX_DEATHS):
        let_lease_run_out(claim(session, "story"))
    assert steps.claim(step_of(session, "story").pk, "one more") is None
    assert refreshed(session).status == GenerationStatus.FAILED
    assert "stopped 3 times" in refreshed(session).error


def test_an_optional_step_is_left_out_with_all_that_needs_it_and_the_rest_goes_on(
    session: GenerationSession,
) -> None:
    done(session, "story")
    steps.fail(claim(session, "character"), "no words for it", transient=False)
    statuses = dict(session.steps.values_list("name", "status"))
    assert (
        statuses["character"]
        == statuses["character_image"]
        == statuses["combined_image"]
        == StepStatus.SKIPPED
    )
    assert statuses["background"] == StepStatus.READY
    done(session, "background", "background_image")
    ended = refreshed(session)
    assert ended.status == GenerationStatus.COMPLETED
    assert ended.progress == 65, "what was left out is not done"
    assert len(ended.warnings) == 3
    assert "no words for it" in ended.warnings[0]


def test_trying_again_does_only_what_is_missing(session: GenerationSession) -> None:
    done(session, "story", "background", "background_image")
    steps.fail(claim(session, "character"), "no words for it", transient=False)
    services.retry_generation(session)
    again = refreshed(session)
    assert (again.status, again.warnings, again.finished_at) == (GenerationStatus.PENDING, [], None)
    statuses = dict(again.steps.values_list("name", "status"))
    assert statuses["story"] == statuses["background_image"] == StepStatus.DONE
    assert statuses["character"] == StepStatus.READY
    assert statuses["combined_image"] == StepStatus.WAITING
    done(session, "character", "character_image", "combined_image")
    assert refreshed(session).status == GenerationStatus.COMPLETED


def test_cancelling_closes_what_is_open_and_fences_the_worker(session: GenerationSession) -> None:
    done(session, "story")
    at_work = claim(session, "character")
    services.cancel_generation(session)
    assert refreshed(session).status == GenerationStatus.CANCELLED
    assert not steps.beat(at_work)
    with pytest.raises(steps.StepLost):
        steps.finish(at_work, dict)
    assert step_of(session, "story").status == StepStatus.DONE
    assert not session.steps.filter(status__in=["waiting", "ready", "running"]).exists()


def test_progress_never_falls_with_the_beats(session: GenerationSession) -> None:
    step = claim(session, "story")
    seen = []
    for fraction in (0.1, 0.5, 0.3, 0.9, 0.0):
        assert steps.beat(step, partial="Once", fraction=fraction)
        seen.append(refreshed(session).progress)
    assert seen == sorted(seen)
    assert seen[-1] == 36
    assert step_of(session, "story").partial == "Once"


def test_the_database_refuses_two_live_pictures_of_one_type(session: GenerationSession) -> None:
    def add() -> GeneratedImage:
        return GeneratedImage.objects.create(
            story=session.story, image_type="character", file="", width=1, height=1, seed=1, model="sketch"
        )

    add()
    with pytest.raises(IntegrityError), transaction.atomic():
        add()


def test_the_database_refuses_progress_beyond_a_hundred(session: GenerationSession) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        GenerationSession.objects.filter(pk=session.pk).update(progress=101)


def test_the_database_refuses_a_step_twice(session: GenerationSession) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Step.objects.create(session=session, name="story", position=9, queue="text")


@pytest.mark.django_db(transaction=True)
def test_two_branches_that_end_at_once_ready_the_merge() -> None:
    """The first is held in its transaction until the second waits for it: neither may miss the other."""
    session = services.start_generation(person=Person("visitor:race"), prompt="A race to the end")
    done(session, "story", "character", "background")
    hero, setting = claim(session, "character_image"), claim(session, "background_image")
    inside = threading.Event()

    def save_slowly() -> dict[str, object]:
        inside.set()
        wait_for_a_waiter()
        return {}

    def end_first() -> None:
        steps.finish(hero, save_slowly)
        connection.close()

    first = threading.Thread(target=end_first)
    first.start()
    inside.wait(5)
    steps.finish(setting, dict)
    first.join()
    assert step_of(session, "combined_image").status == StepStatus.READY


def wait_for_a_waiter() -> None:
    """Until another transaction of this database waits for a lock."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                " AND datname = current_database()"
            )
            if cursor.fetchone()[0]:
                return
        time.sleep(0.01)
    raise AssertionError("nobody waits")


@pytest.mark.django_db(transaction=True)
def test_many_claims_at_once_have_one_winner() -> None:
    session = services.start_generation(person=Person("visitor:race"), prompt="Who is first")
    admit(session)
    step_id = step_of(session, "story").pk
    start, winners = threading.Barrier(8), []

    def rush() -> None:
        start.wait()
        if steps.claim(step_id, "one of eight"):
            winners.append(1)
        connection.close()

    threads = [threading.Thread(target=rush) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert winners == [1]
    assert step_of(session, "story").attempt == 1
