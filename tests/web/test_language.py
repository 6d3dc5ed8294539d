"""The language of a story on the form and on every page that shows its words."""

from __future__ import annotations

import re
from typing import Any

import pytest

from agents.languages import LANGUAGES
from stories import sharing
from stories.models import GenerationSession, Story
from tests.library import make_generation, make_story
from tests.web.conftest import SENTENCE

HEBREW = "היה היה תנין ביישן.\n\nהוא צייר את השמים."


def test_the_form_offers_each_by_its_own_name(ann: Any) -> None:
    page = ann.get("/").text
    select = re.search(r'<select[^>]*name="language".*?</select>', page, re.S)
    assert select
    options = re.findall(r'<option value="([^"]*)"[^>]*>([^<]*)</option>', select[0])
    assert options[0] == ("", "As the sentence")
    assert dict(options[1:]) == {tag: language.own for tag, language in LANGUAGES.items()}
    assert 'value="ar" lang="ar" dir="rtl"' in select[0]
    assert "selected" not in select[0]


def test_a_form_without_a_script_asks_for_one(ann: Any) -> None:
    assert ann.post("/generate/", {"prompt": SENTENCE, "language": "de"}).status_code == 302
    assert Story.objects.get().asked_language == "de"
    ann.post("/generate/", {"prompt": SENTENCE, "language": ""})
    assert Story.objects.latest("created_at").asked_language == ""


def test_what_was_chosen_stays_beside_what_is_wrong(ann: Any) -> None:
    answer = ann.post("/generate/", {"prompt": "", "language": "ja"})
    assert answer.status_code == 400
    assert 'value="ja" lang="ja" dir="ltr" selected' in answer.text
    assert '<details class="fold" open' in answer.text


@pytest.mark.parametrize("language", ["klingon", ["de"], 7, {"a": 1}, "de-AT"])
def test_an_unknown_one_is_refused_with_those_that_are_known(ann: Any, language: Any) -> None:
    answer = ann.post(
        "/generate/",
        {"prompt": SENTENCE, "language": language},
        content_type="application/json",
        headers={"Accept": "application/json"},
    )
    assert answer.status_code == 400
    assert "en, de, fr" in answer.json()["language"][0]
    assert not GenerationSession.objects.exists()


def test_another_like_it_keeps_what_was_asked_for(ann: Any) -> None:
    story = make_story(ann.person, pictures=False, asked_language="fr", language="en")
    make_generation(story)
    assert 'value="fr" lang="fr" dir="ltr" selected' in ann.get(f"/?vary={story.pk}").text


@pytest.mark.parametrize(
    ("text", "language", "large"),
    [("Once, and it was late.", "en", True), (HEBREW, "he", False), ("夜空を描く龍。", "ja", False)],
)
def test_a_shared_book_is_set_as_its_script_is(ann: Any, text: str, language: str, large: bool) -> None:
    story = make_story(ann.person, pictures=False, story_text=text, language=language)
    page = ann.get(sharing.share_story(story, days=7).get_absolute_url()).text
    direction = "rtl" if language == "he" else "ltr"
    letter = " opening-letter" if large else ""
    assert f'<div class="prose-book{letter} mx-auto" lang="{language}" dir="{direction}">' in page


def test_every_page_says_in_which_language_its_words_are(ann: Any) -> None:
    story = make_story(ann.person, pictures=False, story_text=HEBREW, language="he")
    session = make_generation(story)
    shown = 'lang="he" dir="rtl"'
    title = f'<span class="cover-title" {shown}>'
    assert title in ann.get("/").text
    assert title in ann.get("/stories/").text
    edit = ann.get(f"/story/{story.pk}/edit/").text
    assert re.search(rf'<textarea[^>]*name="story_text"[^>]*{shown}', edit)
    assert re.search(rf'<textarea[^>]*name="title"[^>]*{shown}', edit)
    live = ann.get(session.get_absolute_url()).text
    assert re.search(rf'class="prose-book" {shown} data-text', live)


def test_while_it_is_written_the_wish_tells(ann: Any) -> None:
    ann.post("/generate/", {"prompt": SENTENCE, "language": "ar"})
    page = ann.get(GenerationSession.objects.get().get_absolute_url()).text
    assert re.search(r'class="prose-book" lang="ar" dir="rtl" data-text', page)


def test_the_live_page_of_a_whole_story_tells_what_is_not_as_asked(ann: Any) -> None:
    session = make_generation(make_story(ann.person))
    GenerationSession.objects.update(warnings=["It is in English."])
    page = ann.get(session.get_absolute_url()).text
    assert "The story is finished" in page
    assert "<p>It is in English.</p>" in page
    assert "something is missing" not in page
