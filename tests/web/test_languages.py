"""In which language people are answered, and that programs are answered in English."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as ours
from django.test import Client
from django.utils import timezone, translation

from stories.events import list_warnings, tell, tell_warnings
from stories.makers import tell_language
from stories.models import GenerationSession, Step, StepStatus
from stories.notes import TOO_MUCH
from stories.painting import tell_merge
from stories.web.errors import server_error
from tests.library import make_story
from tests.web.conftest import SENTENCE

GERMAN = {"HTTP_ACCEPT_LANGUAGE": "de-AT,de;q=0.9,en;q=0.5"}
MARK = re.compile(r'<html lang="(\w+)" dir="(\w+)">')


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """The thread's language is that of its last request: other tests are not to hear of it."""
    yield
    translation.activate(ours.LANGUAGE_CODE)


def test_a_german_browser_gets_german_pages(ann: Any) -> None:
    page = ann.get("/", **GERMAN)
    assert MARK.search(page.text).groups() == ("de", "ltr")  # type: ignore[union-attr]
    assert page["Content-Language"] == "de"
    for words in ("Geschichte weben", "Dein Satz", "Bilderbuch", "Ein schüchterner Drache", "Deutsch"):
        assert words in page.text
    assert ">Weave the story<" not in page.text


def test_others_get_english_with_no_words_for_scripts(ann: Any) -> None:
    page = ann.get("/", HTTP_ACCEPT_LANGUAGE="fr")
    assert MARK.search(page.text).groups() == ("en", "ltr")  # type: ignore[union-attr]
    assert "Weave the story" in page.text
    assert 'id="words"' not in page.text


def test_what_scripts_say_comes_with_the_page_and_is_nothing_that_runs(ann: Any) -> None:
    page = ann.get("/", **GERMAN)
    (words,) = re.findall(r'<script id="words" type="application/json">(.*?)</script>', page.text)
    assert json.loads(words)["Undo"] == "Rückgängig"
    assert json.loads(words)["about {number} minute left"] == [
        "noch etwa {number} Minute",
        "noch etwa {number} Minuten",
    ]


def test_who_chooses_a_language_is_remembered_whatever_the_browser_asks_for(ann: Any) -> None:
    answer = ann.post("/language/", {"language": "de", "next": "/stories/?sort=oldest"})
    assert (answer.status_code, answer["Location"]) == (302, "/stories/?sort=oldest")
    cookie = answer.cookies["language"]
    assert (cookie.value, cookie["max-age"], cookie["httponly"]) == ("de", 365 * 24 * 3600, True)
    assert "Bibliothek" in ann.get("/stories/", HTTP_ACCEPT_LANGUAGE="en").text
    ann.post("/language/", {"language": "en", "next": "/"})
    assert "Weave the story" in ann.get("/", **GERMAN).text


@pytest.mark.parametrize(
    "there", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"]
)
def test_choosing_leads_to_no_other_site(ann: Any, there: str) -> None:
    assert ann.post("/language/", {"language": "de", "next": there})["Location"] == "/"


@pytest.mark.parametrize("language", ["", "xx", "de\n", "../en", "d" * 5000, "\0"])
def test_a_language_that_there_is_not_is_not_kept(ann: Any, language: str) -> None:
    answer = ann.post("/language/", {"language": language, "next": "/"})
    assert answer.status_code == 302
    assert "language" not in answer.cookies


def test_choosing_takes_a_form_of_ours(ann: Any) -> None:
    assert ann.get("/language/").status_code == 405
    assert Client(enforce_csrf_checks=True).post("/language/", {"language": "de"}).status_code == 403


def test_a_nonsense_cookie_is_as_good_as_none(ann: Any) -> None:
    ann.cookies["language"] = "../../etc"
    assert "Geschichte weben" in ann.get("/", **GERMAN).text


def test_caches_are_told_what_a_page_depends_on(ann: Any) -> None:
    for address in ("/", "/stories/", "/nothing-here/"):
        assert {"Accept-Language", "Cookie"} <= set(ann.get(address)["Vary"].split(", "))


def test_what_is_wrong_with_a_form_is_said_in_german(ann: Any) -> None:
    page = ann.post("/generate/", {"prompt": "a", "seed": "x"}, **GERMAN)
    assert page.status_code == 400
    assert "Schreibe mindestens 3 Zeichen." in page.text
    assert "Ein Startwert ist eine ganze Zahl von 0 bis 2147483647." in page.text
    too_long = ann.post("/generate/", {"prompt": "a" * 4001}, **GERMAN)
    assert "4.001 Zeichen, und höchstens 4.000 gehen." in too_long.text


@pytest.mark.parametrize(
    ("address", "words"), [("/nothing-here/", "Hier hängt nichts"), ("/generate/", "So geht es nicht")]
)
def test_errors_are_told_in_german(ann: Any, address: str, words: str) -> None:
    assert words in ann.get(address, **GERMAN).text


def test_the_page_that_stands_alone_speaks_german_too(ann: Any) -> None:
    request = ann.get("/").wsgi_request
    with translation.override("de"):
        page = server_error(request).content.decode()
    assert MARK.search(page).groups() == ("de", "ltr")  # type: ignore[union-attr]
    assert "Ein Faden ist gerissen" in page and "Bei uns ist etwas zerbrochen" in page


def test_the_live_page_and_its_status_speak_german(ann: Any, session: Any) -> None:
    page = ann.get(session.get_absolute_url(), **GERMAN)
    assert "Wartet, bis sie an der Reihe ist" in page.text
    assert "Geschichte schreiben" in page.text
    assert "Die Geschichte wurde gewünscht." in page.text
    status = ann.get(f"/status/{session.pk}/", **GERMAN).json()
    assert status["steps"][0]["label"] == "Geschichte schreiben"
    assert status["status"] == "pending"


def test_what_is_missing_is_stored_in_english_and_told_in_german(ann: Any, session: Any) -> None:
    with translation.override("de"):
        lost = Step(
            name="character_image", status=StepStatus.SKIPPED, error="The hero's description is missing."
        )
        (stored,) = list_warnings([lost])
    assert stored == "The hero's picture could not be made: The hero's description is missing."
    session.steps.update(status=StepStatus.DONE)
    session.steps.filter(name=lost.name).update(status=lost.status, error=lost.error)
    GenerationSession.objects.filter(pk=session.pk).update(
        status="completed", finished_at=timezone.now(), warnings=[stored, "What another server said."]
    )
    told = "Das Bild der Hauptfigur konnte nicht entstehen: Die Beschreibung der Hauptfigur fehlt."
    page = ann.get(session.get_absolute_url(), **GERMAN).text
    assert told in page and "What another server said." in page
    assert ann.get(f"/api/v1/generations/{session.pk}/", **GERMAN).json()["warnings"][0] == stored


@pytest.mark.parametrize(
    ("stored", "told"),
    [
        (
            tell_language("", "fr", "en", "sketch"),
            "Gewünscht war diese Geschichte auf Französisch; geschrieben ist sie auf Englisch. Das",
        ),
        (tell_merge(0), "Das Zusammenfügen hat sich geändert, seit jene Szene entstand (Version 0, jetzt"),
        (
            TOO_MUCH.format(length="20,001", most="20,000"),
            "Mit der neuen Stelle hätte der Text 20,001 Zeichen, und höchstens 20,000 sind möglich.",
        ),
        ("What another server said.", "What another server said."),
    ],
)
def test_what_is_filled_in_when_it_is_stored_is_told_in_german(stored: str, told: str, session: Any) -> None:
    session.warnings = [stored]
    assert tell_warnings(session, []) == [stored]
    with translation.override("de"):
        assert tell_warnings(session, [])[0].startswith(told)
        assert tell("warning", "story", {"message": stored}).startswith(told)


def test_programs_are_answered_in_english(ann: Any, story: Any, session: Any) -> None:
    ann.cookies["language"] = "de"
    status = ann.get(f"/api/v1/generations/{session.pk}/", **GERMAN)
    assert status.json()["current_label"] == "Waiting for its turn"
    assert status.json()["steps"][0]["label"] == "Writing the story"
    refused = ann.post("/api/v1/generations/", {"prompt": "a"}, "application/json", **GERMAN)
    assert refused.json() == {"prompt": ["Write at least 3 characters."]}
    assert "is nothing at this address" in ann.get("/api/v1/stories/nothing/", **GERMAN).json()["detail"]
    assert "Seiten" not in ann.get("/api/schema/", **GERMAN).text
    assert set(ann.get("/health/", **GERMAN).json()) == {"status", "checks"}


def test_a_page_is_mirrored_for_a_language_that_is_read_from_the_right(ann: Any, settings: Any) -> None:
    settings.LANGUAGES = [*ours.LANGUAGES, ("he", "עברית")]
    page = ann.get("/stories/", HTTP_ACCEPT_LANGUAGE="he")
    assert MARK.search(page.text).groups() == ("he", "rtl")  # type: ignore[union-attr]


def test_a_story_keeps_its_own_language_and_direction_on_a_german_page(ann: Any) -> None:
    story = make_story(ann.person, language="he", title="הדרקון", story_text="היה היה פעם דרקון קטן.")
    page = ann.get(story.get_absolute_url(), **GERMAN).text
    assert re.search(r'<h1 class="book-title" id="title" lang="he" dir="rtl">', page)
    assert re.search(r'<div class="prose-book[^>]* lang="he" dir="rtl" id="text"', page)


def test_numbers_for_machines_stay_as_they_are_on_a_german_page(ann: Any, story: Any) -> None:
    page = ann.get(f"/story/{story.pk}/place/", **GERMAN).text
    values = re.findall(r'type="range"[^>]* min="([^"]+)" max="([^"]+)"[^>]* value="([^"]+)"', page)
    assert len(values) == 3
    assert not any("," in number for three in values for number in three)


def test_a_form_may_be_sent_in_the_language_that_was_chosen(ann: Any) -> None:
    ann.cookies["language"] = "de"
    assert ann.post("/generate/", {"prompt": SENTENCE}).status_code == 302
    assert GenerationSession.objects.count() == 1
