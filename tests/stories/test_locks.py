"""What two do to one story at the same time, each over a connection of their own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.utils import timezone

from stories import library, owning, services, steps
from stories.models import GenerationSession, GenerationStatus, Mark, Story
from stories.services import Conflict
from tests.library import add_picture, make_generation, make_story
from tests.stories.conftest import ALICE, BOB, claim

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


class Other:
    """Somebody else, in a thread with a connection of their own."""

    def __init__(self, act: Callable[[], object]) -> None:
        self.act = act
        self.error: BaseException | None = None
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self) -> None:
        try:
            self.act()
        except BaseException as error:
            self.error = error
        finally:
            connection.close()

    def end(self) -> BaseException | None:
        self.thread.join(20)
        assert not self.thread.is_alive()
        return self.error


def wait_for_a_lock() -> None:
    """Until somebody waits for what this connection holds."""
    for _ in range(200):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.02)
    raise AssertionError("nobody waits")


WAYS = pytest.mark.parametrize(
    "end_it", [library.trash_story, services.delete_story], ids=["trash", "delete"]
)


@WAYS
def test_a_worker_that_finishes_meanwhile_does_not_wait_in_a_circle(
    session: GenerationSession, end_it: Callable[[Story], None]
) -> None:
    step = claim(session, "story")
    others: list[Other] = []

    def save() -> dict[str, Any]:
        """While the worker holds its steps, before it asks for the story."""
        others.append(Other(lambda: end_it(session.story)))
        wait_for_a_lock()
        Story.objects.select_for_update().get(pk=session.story_id)
        return {}

    steps.finish(step, save)
    assert others[0].end() is None
    assert not Story.objects.kept().filter(pk=session.story_id).exists()


def test_who_deletes_all_of_theirs_does_not_wait_in_a_circle_with_a_worker() -> None:
    story = make_story(BOB)
    add_picture(story, "character", is_live=False)
    library.mark_story(ALICE, story, thumb=1)
    session = services.begin_redo(story, person=ALICE, redo="character", wanted={"character_image": {}})
    step = claim(session, "character_image")
    others: list[Other] = []

    def save() -> dict[str, Any]:
        others.append(Other(lambda: owning.delete(ALICE)))
        wait_for_a_lock()
        Story.objects.select_for_update().get(pk=story.pk)
        return {}

    steps.finish(step, save)
    assert others[0].end() is None
    assert not Mark.objects.exists()
    assert Story.objects.get().likes == 0
    assert GenerationSession.objects.get().person == ""


def test_a_story_of_another_that_is_deleted_meanwhile_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    story = make_story(BOB)
    library.mark_story(ALICE, story, thumb=1)
    hold = Story.objects.select_for_update

    def hold_late() -> Any:
        Other(lambda: Story.objects.all().delete()).end()
        return hold()

    monkeypatch.setattr(Story.objects, "select_for_update", hold_late)
    owning.delete(ALICE)
    assert not Mark.objects.exists()


@WAYS
def test_what_began_meanwhile_is_stopped_too(
    end_it: Callable[[Story], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    story = make_story(ALICE)
    first = services.begin_redo(story, person=ALICE, redo="character", wanted={"character_image": {}})
    stop = services.cancel_generation
    begun: list[GenerationSession] = []

    def stop_while_another_begins(session: GenerationSession) -> GenerationSession:
        if not begun:
            begun.append(session)
            Other(lambda: begin_without_a_lock(story)).end()
        return stop(session)

    monkeypatch.setattr(services, "cancel_generation", stop_while_another_begins)
    end_it(story)
    assert not GenerationSession.objects.exclude(status=GenerationStatus.CANCELLED).exists()
    assert GenerationSession.objects.filter(pk=first.pk).exists() == (end_it is library.trash_story)


def begin_without_a_lock(story: Story) -> None:
    GenerationSession.objects.create(story=story, person=BOB.key)


def test_a_mark_that_comes_while_it_is_deleted(monkeypatch: pytest.MonkeyPatch) -> None:
    story = make_story(ALICE)
    others: list[Other] = []
    remove = Story.delete

    def delete(held: Story) -> Any:
        others.append(Other(lambda: library.mark_story(BOB, story, thumb=1)))
        wait_for_a_lock()
        return remove(held)

    monkeypatch.setattr(Story, "delete", delete)
    services.delete_story(story)
    assert isinstance(others[0].end(), Story.DoesNotExist)
    assert not Story.objects.exists() and not Mark.objects.exists()


@pytest.fixture
def trashed() -> Story:
    story = make_story(ALICE)
    library.trash_story(story)
    Story.objects.update(trashed_at=timezone.now() - timedelta(days=400))
    return Story.objects.get()


@pytest.fixture
def restored(trashed: Story, monkeypatch: pytest.MonkeyPatch) -> Iterator[Story]:
    """Taken out of the trash after whoever empties that has found it there."""
    delete = services.delete_story

    def delete_late(story: Story, **still: Any) -> None:
        Other(lambda: library.restore_story(story)).end()
        delete(story, **still)

    monkeypatch.setattr(services, "delete_story", delete_late)
    yield trashed
    assert Story.objects.kept().get() == trashed


def test_what_was_taken_back_is_not_deleted_after_its_days(restored: Story) -> None:
    assert library.empty_trash() == 0


def test_what_was_taken_back_is_not_deleted_with_the_rest(restored: Story) -> None:
    assert library.empty_trash_of(ALICE) == 0


def test_what_was_taken_back_is_not_deleted_by_the_button(restored: Story) -> None:
    with pytest.raises(Story.DoesNotExist):
        library.delete_trashed(restored)


def test_one_that_cannot_be_deleted_does_not_keep_the_others(
    trashed: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = make_story(ALICE)
    library.trash_story(other)
    delete = services.delete_story

    def fail(story: Story, **still: Any) -> None:
        if story == trashed:
            raise DatabaseError
        delete(story, **still)

    monkeypatch.setattr(services, "delete_story", fail)
    assert library.empty_trash_of(ALICE) == 1
    assert list(Story.objects.all()) == [trashed]


# Trying again


def test_two_generations_never_work_on_one_story() -> None:
    story = make_story(ALICE)
    failed = make_generation(story, GenerationStatus.FAILED)
    services.begin_redo(story, person=ALICE, redo="character", wanted={"character_image": {}})
    with pytest.raises(Conflict, match="being made"):
        services.retry_generation(failed)


def test_of_two_that_begin_at_once_one_is_refused() -> None:
    story = make_story(ALICE)
    sessions = [make_generation(story, GenerationStatus.FAILED) for _ in range(2)]
    add_picture(story, "character", is_live=False)
    others = [Other(lambda session=session: services.retry_generation(session)) for session in sessions]  # type: ignore[misc]
    errors = [other.end() for other in others]
    assert sorted(type(error).__name__ for error in errors) == ["Conflict", "NoneType"]


def test_a_generation_of_a_story_in_the_trash_is_not_tried_again(trashed: Story) -> None:
    failed = make_generation(trashed, GenerationStatus.FAILED)
    with pytest.raises(Conflict, match="trash"):
        services.retry_generation(failed)
