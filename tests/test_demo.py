"""`manage.py demo`, with a thread in the place of dispatcher and workers."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command

from imaging.styles import STYLES
from stories import library
from stories.management.commands.demo import STORIES
from stories.models import GenerationSession, Story, Visibility
from stories.people import Person
from stories.search import Search
from stories.validation import clean_genre
from tests.test_tell import house, media, work, workers

__all__ = ["house", "media", "work", "workers"]
pytestmark = pytest.mark.django_db(transaction=True)


def demo(**options: str) -> str:
    said = io.StringIO()
    call_command("demo", stdout=said, **options)
    return said.getvalue()


def test_it_asks_for_a_dozen_that_differ() -> None:
    styles, genres, sentences = zip(*STORIES, strict=True)
    assert len(set(sentences)) == len(set(styles)) == len(set(genres)) == 12
    assert set(styles) <= set(STYLES)
    assert all(clean_genre(genre) == genre for genre in genres)


def test_it_fills_the_library_for_everybody_and_once(workers: None) -> None:
    assert "12 new stories, 12 in all." in demo()
    visitor = Person("visitor:somebody")
    assert library.find_stories(visitor, Search()).count() == 12
    assert "0 new stories, 12 in all." in demo()
    assert Story.objects.count() == GenerationSession.objects.count() == 12


def test_it_tells_a_dozen_more_in_another_language_and_once(workers: None) -> None:
    demo()
    assert "12 new stories, 12 in all." in demo(language="DE")
    assert "0 new stories, 12 in all." in demo(language="de")
    assert Story.objects.filter(asked_language="de").count() == 12
    assert Story.objects.count() == 24
    with pytest.raises(CommandError, match="Choose one of these languages"):
        demo(language="xx")


def test_what_a_curator_hid_stays_hidden(workers: None) -> None:
    demo()
    hidden = Story.objects.earliest("created_at")
    Story.objects.filter(pk=hidden.pk).update(
        visibility=Visibility.PRIVATE, hidden_reason="Too many dragons."
    )
    demo()
    assert Story.objects.get(pk=hidden.pk).visibility == Visibility.PRIVATE


def test_it_says_that_nobody_is_there() -> None:
    with pytest.raises(CommandError, match="make run"):
        demo()
