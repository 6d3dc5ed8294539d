"""Our own words in a book are in the language of its story."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localtime
from docx import Document

from stories.books import FORMATS, Unprintable, choose_language, pdf
from stories.models import GenerationSession, Story
from tests.books.test_epub import check

GERMAN = "Es war einmal ein Drache, der nicht schlafen konnte, und die Sterne waren mit ihm wach."


@pytest.fixture
def german(story: Story, making: GenerationSession) -> Story:
    story.title, story.story_text, story.language = "Der Drache", GERMAN, "de"
    story.save()
    return story


def read_files(data: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = [name for name in archive.namelist() if name.endswith((".xhtml", ".md", ".opf"))]
        return {Path(name).name: archive.read(name).decode() for name in names}


@pytest.mark.parametrize(
    ("language", "chosen"), [("de", "de"), ("de-AT", "de"), ("fr", "en"), ("und", "en"), ("", "de")]
)
def test_it_is_the_storys_where_we_speak_it_and_english_elsewhere(language: str, chosen: str) -> None:
    assert choose_language(Story(language=language, story_text=GERMAN)) == chosen


def test_an_epub_of_a_german_story_is_german_throughout(german: Story, tmp_path: Path) -> None:
    data = FORMATS["epub"].make(german)
    files = read_files(data)
    assert '<h1 id="contents">Inhalt</h1>' in files["nav.xhtml"]
    assert 'lang="de"' in files["colophon.xhtml"] and "Kolophon" in files["colophon.xhtml"]
    assert "Die Hauptfigur" in files["plates.xhtml"]
    with translation.override("de"):
        assert date_format(localtime(german.created_at), "DATE_FORMAT") in files["colophon.xhtml"]
    english = [words for words in (">Contents<", "The hero", "Made on") if words in "".join(files.values())]
    assert english == []
    assert check(data, tmp_path) == []


def test_markdown_and_word_files_are_too(german: Story) -> None:
    (text,) = read_files(FORMATS["markdown"].make(german)).values()
    assert "## Kolophon" in text and "## Die Hauptfigur" in text and "**Startwerte:**" in text
    document = Document(io.BytesIO(FORMATS["docx"].make(german)))
    assert "Kolophon" in [paragraph.text for paragraph in document.paragraphs]


def test_who_takes_it_away_has_no_part_in_that(german: Story, story: Story) -> None:
    with translation.override("de"):
        english = Story.objects.get(pk=story.pk)
        english.language, english.story_text = "en", "Once there was a dragon, and it was the end."
        (text,) = read_files(FORMATS["markdown"].make(english)).values()
        assert translation.get_language() == "de"
    assert "## Colophon" in text


def test_what_hinders_the_press_is_told_in_the_language_of_who_asks(
    german: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "QUEUE_SECONDS", 0.01)
    with pdf._press, pytest.raises(Unprintable) as raised:
        FORMATS["pdf"].make(german)
    with translation.override("en"):
        assert str(raised.value) == "Other books are being typeset just now. Try again in a moment."
    with translation.override("de"):
        assert str(raised.value).startswith("Gerade werden andere Bücher gesetzt.")
