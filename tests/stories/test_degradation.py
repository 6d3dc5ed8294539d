"""What is left when the language model misbehaves: the text, what could be made, an honest word."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone
from PIL import Image

from embedded.process import find_free_port
from stories import services
from stories.models import GenerationSession, Step
from stories.people import Person
from tests.stories.conftest import admit, do
from tests.support.faults import FaultyServer, Kind

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def server() -> Iterator[FaultyServer]:
    with FaultyServer() as server:
        yield server


@pytest.fixture
def faults(server: FaultyServer, settings: object, tmp_path: Path) -> Iterator[FaultyServer]:
    settings.OLLAMA_BASE_URL = server.url  # type: ignore[attr-defined]
    settings.OLLAMA_MODEL = "sketch"  # type: ignore[attr-defined]
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]
    settings.IMAGE_SIZE = settings.SCENE_SIZE = "128x96"  # type: ignore[attr-defined]
    server.faults.clear()
    yield server
    connection.close()


def generate(prompt: str = "A brave little kettle who sails the sea") -> GenerationSession:
    return services.start_generation(person=Person("visitor:degraded"), prompt=prompt, seed=3)


def go_on(session: GenerationSession) -> GenerationSession:
    """Do all that can be done, without waiting for backoff."""
    admit(session)
    while ready := Step.objects.filter(session=session, status="ready").first():
        Step.objects.filter(pk=ready.pk).update(not_before=timezone.now())
        do(ready)
    return services.find_generation(session.pk)


def statuses(session: GenerationSession) -> dict[str, str]:
    return dict(session.steps.values_list("name", "status"))


def test_all_goes_well(faults: FaultyServer) -> None:
    session = go_on(generate())
    assert (session.status, session.warnings) == ("completed", [])
    assert session.story.title
    assert "kettle" in session.story.story_text.lower()
    assert session.story.by_sketch
    for image_type in ("character", "background", "combined"):
        with Image.open(session.story.pictures[image_type].file) as picture:
            assert picture.size == (128, 96)


@pytest.mark.parametrize("fault", ["error_500", "drop", "empty"])
def test_a_passing_fault_costs_a_try_and_nothing_else(faults: FaultyServer, fault: Kind) -> None:
    faults.faults.add(fault, times=1)
    session = go_on(generate())
    assert faults.faults.fired[fault] == 1
    assert (session.status, session.warnings) == ("completed", [])
    assert sum(step.failures for step in session.steps.all()) == 1


def test_a_storyteller_that_stays_away_for_too_long_fails_with_its_address_and_retry_works(
    faults: FaultyServer, settings: object
) -> None:
    settings.LLM_PATIENCE = 0  # type: ignore[attr-defined]
    settings.OLLAMA_BASE_URL = f"http://127.0.0.1:{find_free_port()}"  # type: ignore[attr-defined]
    session = go_on(generate())
    assert session.status == "failed"
    assert settings.OLLAMA_BASE_URL in session.error  # type: ignore[attr-defined]
    assert "try again" in session.error
    settings.OLLAMA_BASE_URL = faults.url  # type: ignore[attr-defined]
    session = go_on(services.retry_generation(session))
    assert (session.status, session.error, session.warnings) == ("completed", "", [])


def test_a_missing_model_fails_at_once_and_says_how_to_get_it(faults: FaultyServer, settings: object) -> None:
    settings.OLLAMA_MODEL = "no-such-model"  # type: ignore[attr-defined]
    session = go_on(generate())
    assert session.status == "failed"
    assert "ollama pull no-such-model" in session.error
    assert session.steps.get(name="story").attempt == 1


def test_without_the_heros_description_story_and_setting_remain(faults: FaultyServer) -> None:
    faults.faults.add("invalid_json", times=-1, match='"clothing"')
    session = go_on(generate())
    assert faults.faults.fired["invalid_json"] >= 3
    assert session.status == "completed"
    assert session.story.story_text
    assert set(session.story.pictures) == {"background"}
    assert "hero" in session.warnings[0]
    assert statuses(session)["combined_image"] == "skipped"
    faults.faults.clear()
    session = go_on(services.retry_generation(session))
    assert set(session.story.pictures) == {"character", "background", "combined"}
    assert session.warnings == []


def test_without_a_picture_the_story_remains_and_it_can_be_painted_later(
    faults: FaultyServer, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    from imaging.types import PaintingError
    from stories import easel

    def no_card() -> None:
        raise PaintingError("The graphics card is full.", transient=False)

    with monkeypatch.context() as patch:
        patch.setattr(easel, "painter", no_card)
        session = go_on(generate())
    assert session.status == "completed"
    assert session.story.story_text
    assert "The graphics card is full." in " ".join(session.warnings)
    session = go_on(services.retry_generation(session))
    assert len(session.story.pictures) == 3


def test_an_endless_story_is_bounded_and_stops_being_tried(faults: FaultyServer, settings: object) -> None:
    settings.LLM_TIMEOUT = 2.0  # type: ignore[attr-defined]
    faults.faults.add("endless", times=-1, seconds=0.001)
    session = go_on(generate())
    assert faults.faults.fired["endless"] == 3
    assert session.status == "failed"
    assert session.steps.get(name="story").attempt == 3
