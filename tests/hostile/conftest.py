"""A storyteller that means harm, and the steps of a story done at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from stories import runner, services
from stories.models import GenerationSession, Step
from stories.people import Person
from tests.stories.conftest import admit, do
from tests.support.hostile import Bystander, HostileOllama, honest

ANN = Person("visitor:ann")


@pytest.fixture(scope="package")
def _ollama() -> Iterator[HostileOllama]:
    server = HostileOllama()
    yield server
    server.stop()


@pytest.fixture
def ollama(_ollama: HostileOllama, settings: Any, tmp_path: Path) -> HostileOllama:
    _ollama.answer = honest
    _ollama.chats.clear()
    settings.OLLAMA_BASE_URL, settings.OLLAMA_MODEL = _ollama.url, "tale"
    settings.MEDIA_ROOT = tmp_path
    settings.IMAGE_SIZE = settings.SCENE_SIZE = "128x96"
    return _ollama


@pytest.fixture
def bystander() -> Iterator[Bystander]:
    one = Bystander()
    yield one
    one.close()


@pytest.fixture(autouse=True)
def step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "may_go_on", lambda: False)


def start(person: Person = ANN, **wishes: Any) -> GenerationSession:
    return services.start_generation(
        person=person, **{"prompt": "A brush who paints the sky", "seed": 3, "images": False, **wishes}
    )


def go_on(session: GenerationSession, most: int = 30) -> GenerationSession:
    """Do all that can be done, without waiting for backoff."""
    admit(session)
    for _ in range(most):
        ready = Step.objects.filter(session=session, status="ready").first()
        if ready is None:
            break
        Step.objects.filter(pk=ready.pk).update(not_before="2000-01-01T00:00Z")
        do(ready)
    return services.find_generation(session.pk)
