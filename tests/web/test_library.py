from __future__ import annotations

from typing import Any

import pytest

from stories.models import Visibility
from tests.library import make_story


def test_it_teaches_while_it_is_empty(ann: Any) -> None:
    page = ann.get("/stories/")
    assert page.status_code == 200
    assert "The shelf is empty" in page.text
    assert 'href="/"' in page.text


def test_it_shows_public_stories_and_ones_own(ann: Any, ben: Any) -> None:
    make_story(ann.person, title="Mine")
    make_story(ben.person, title="Of everybody", visibility=Visibility.PUBLIC)
    make_story(ben.person, title="Not mine")
    page = ann.get("/stories/")
    assert "Mine" in page.text
    assert "Of everybody" in page.text
    assert "Not mine" not in page.text


def test_it_finds_by_words(ann: Any) -> None:
    make_story(ann.person, title="The Owl", prompt="An owl", pictures=False)
    make_story(ann.person, title="The Fox", prompt="A fox", pictures=False)
    page = ann.get("/stories/", {"q": "owl"})
    assert "The Owl" in page.text
    assert "The Fox" not in page.text
    assert "No story holds “zebra”" in ann.get("/stories/", {"q": "zebra"}).text


def test_it_turns_pages_and_keeps_the_search(ann: Any) -> None:
    for number in range(13):
        make_story(ann.person, title=f"Tale {number}", pictures=False)
    first, second = (ann.get("/stories/", {"q": "tale", "page": page}) for page in (1, 2))
    assert first.text.count('class="cover ') == 12
    assert second.text.count('class="cover ') == 1
    assert "?q=tale&amp;page=2" in first.text


NONSENSE = (
    "page=-1",
    "page=x",
    "page=" + "9" * 20,
    "page=%00",
    "q=%00",
    "q=%FF",
    "q=" + "a" * 9000,
    "q=%25_%5C",
)


@pytest.mark.parametrize("query", NONSENSE)
def test_it_makes_the_best_of_nonsense(ann: Any, query: str) -> None:
    make_story(ann.person, pictures=False)
    assert ann.get(f"/stories/?{query}").status_code == 200


def test_it_escapes_what_was_sought(ann: Any) -> None:
    page = ann.get("/stories/", {"q": '"><script>alert(1)</script>'})
    assert "<script>alert" not in page.text


def test_it_asks_the_database_no_more_for_more_stories(ann: Any, django_assert_num_queries: Any) -> None:
    for number in range(6):
        make_story(ann.person, title=f"Tale {number}")
    with django_assert_num_queries(4):  # the browser's session, the count, the stories, their pictures
        ann.get("/stories/")
