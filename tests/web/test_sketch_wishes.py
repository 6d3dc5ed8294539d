"""Where the sketch storyteller was given a wish in a person's own words, the page says what it knows."""

from __future__ import annotations

from typing import Any

import pytest

from stories.models import Story
from stories.versions import add_version, read_words
from tests.library import make_generation, make_story

pytestmark = pytest.mark.django_db

HONEST = "knows only a few wishes"


@pytest.mark.parametrize(
    ("wish", "model", "said"),
    [
        ("set it in Venice", "sketch", True),
        ("set it in Venice", "sketch:latest", True),
        ("Shorter", "sketch", False),
        ("More detailed", "sketch", False),
        ("set it in Venice", "llama3.2", False),
    ],
)
def test_a_wish_of_ones_own_is_answered_honestly(ann: Any, wish: str, model: str, said: bool) -> None:
    story = make_story(ann.person)
    make_generation(story)
    words = read_words(story) | {"title": "Another Title"}
    add_version(
        story, words, made_by="model", part="title", proposed=True, instruction=wish, language_model=model
    )
    page = ann.get(Story.objects.get(pk=story.pk).get_absolute_url()).content.decode()
    assert "A new version is here" in page
    assert (HONEST in page) is said
