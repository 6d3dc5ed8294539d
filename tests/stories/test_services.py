"""Use cases over several objects."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection

from stories import services
from stories.models import GeneratedImage, GenerationSession, Step, Story
from stories.people import Person
from stories.room import TooManyGenerations
from stories.status import describe_status
from tests.stories.conftest import claim, done


@pytest.fixture(autouse=True)
def media(settings: object, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]
    return tmp_path


def test_it_saves_story_generation_and_steps_together(session: GenerationSession) -> None:
    assert session.story.prompt == "A shy dragon who paints the night sky"
    assert list(session.steps.values_list("name", flat=True)) == [
        "story", "character", "background", "character_image", "background_image", "combined_image",
    ]  # fmt: skip


@pytest.mark.django_db
def test_without_images_it_ends_with_the_descriptions(alice: Person) -> None:
    session = services.start_generation(person=alice, prompt="Words alone", images=False)
    done(session, "story", "character", "background")
    session.refresh_from_db()
    assert (session.status, session.progress) == ("completed", 100)


@pytest.mark.django_db
def test_the_same_key_gives_the_same_generation_and_another_request_is_refused(
    alice: Person, bob: Person
) -> None:
    first = services.start_generation(person=alice, prompt="Once and only once", idempotency_key="k")
    again = services.start_generation(person=alice, prompt="Once and only once", idempotency_key="k")
    assert again.pk == first.pk
    assert Story.objects.count() == 1
    with pytest.raises(services.Conflict):
        services.start_generation(person=alice, prompt="Something else", idempotency_key="k")
    other = services.start_generation(person=bob, prompt="Once and only once", idempotency_key="k")
    assert other.pk != first.pk


@pytest.mark.django_db(transaction=True)
def test_places_are_counted_exactly_under_concurrency(settings: object) -> None:
    settings.GENERATIONS_RUNNING_PER_PERSON = 2  # type: ignore[attr-defined]
    settings.GENERATIONS_WAITING_PER_PERSON = 3  # type: ignore[attr-defined]
    outcomes: list[str] = []

    def ask() -> None:
        try:
            services.start_generation(person=Person("visitor:greedy"), prompt="One more")
            outcomes.append("accepted")
        except TooManyGenerations:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["accepted"] * 5 + ["refused"] * 7


def test_a_running_or_complete_generation_cannot_be_tried_again(session: GenerationSession) -> None:
    with pytest.raises(services.Conflict):
        services.retry_generation(session)
    done(session, "story", "character", "background", "character_image", "background_image", "combined_image")
    with pytest.raises(services.Conflict):
        services.retry_generation(session)


def test_a_stopped_one_goes_on_where_it_was(session: GenerationSession) -> None:
    done(session, "story")
    services.cancel_generation(session)
    services.retry_generation(session)
    claim(session, "character")
    assert Step.objects.get(session=session, name="story").status == "done"


def test_the_status_tells_everything_the_contract_names(session: GenerationSession) -> None:
    status = describe_status(services.find_generation(session.pk))
    assert set(status) >= {
        "session_id", "status", "progress", "current_step", "steps", "partial_text", "story_id", "story_url",
        "error", "warnings",
    }  # fmt: skip
    assert status["current_step"] == "story"
    assert status["story_id"] is None
    assert set(status["steps"][0]) >= {"name", "status", "attempts", "started_at", "finished_at", "error"}


@pytest.mark.django_db(transaction=True)
def test_deleting_takes_the_files_but_none_that_another_story_shows(media: Path) -> None:
    stories = [services.start_generation(person=Person("visitor:x"), prompt="Twins").story for _ in range(2)]
    shared, own = "images/aa/shared.webp", "images/bb/own.webp"
    for name in (shared, own):
        default_storage.save(name, ContentFile(b"pixels"))
    for story, names in zip(stories, ([shared, own], [shared]), strict=True):
        for kind, name in zip(("character", "background"), names, strict=False):
            GeneratedImage.objects.bulk_create(
                [
                    GeneratedImage(
                        story=story, image_type=kind, file=name, width=1, height=1, seed=1, model="m"
                    )
                ]
            )
    services.delete_story(stories[0])
    assert not (media / own).exists()
    assert (media / shared).exists()
    assert not GenerationSession.objects.filter(story_id=stories[0].pk).exists()
    services.delete_story(stories[1])
    assert not (media / shared).exists()
