"""A small cast: a browser we know, another one, and the stories of the first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from stories import services
from stories.models import GenerationSession, Story
from stories.people import Person
from tests.library import make_story

SENTENCE = "A shy dragon who paints the night sky"


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def browser_of(name: str) -> Client:
    """A browser that was given a key, today; ``client.person`` is who it is to us."""
    client = Client()
    session = client.session
    session["visitor"], session["day"] = name, timezone.now().date().toordinal()
    session.save()
    client.person = Person(f"visitor:{name}")  # type: ignore[attr-defined]
    return client


@pytest.fixture
def ann(db: None) -> Any:
    return browser_of("ann")


@pytest.fixture
def ben(db: None) -> Any:
    return browser_of("ben")


@pytest.fixture
def story(ann: Any) -> Story:
    return make_story(ann.person)


@pytest.fixture
def session(ann: Any) -> GenerationSession:
    return services.start_generation(person=ann.person, prompt=SENTENCE)
