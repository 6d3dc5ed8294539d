"""A told story with its three pictures, of somebody who is known."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from stories.models import GenerationSession, Story
from stories.people import Person
from tests.library import make_generation, make_story

ALICE = Person("visitor:alice")


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def story(db: None) -> Story:
    return make_story(ALICE)


@pytest.fixture
def making(story: Story) -> GenerationSession:
    return make_generation(story)
