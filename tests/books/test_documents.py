"""Word and Markdown."""

from __future__ import annotations

import io
import zipfile

import pytest
from docx import Document
from docx.oxml.ns import qn

from stories.books import FORMATS
from stories.models import GenerationSession, Story
from stories.people import Person
from tests.library import make_story


def test_word_has_styles_pictures_and_properties(story: Story) -> None:
    document = Document(io.BytesIO(FORMATS["docx"].make(story)))
    styles = [(part.style.name, part.text) for part in document.paragraphs if part.style]
    assert ("Title", story.title) in styles
    assert [text for name, text in styles if name == "Body Text"] == story.story_text.split("\n\n")
    assert ("Caption", story.background_description) in styles
    pictures = [shape._inline.docPr for shape in document.inline_shapes]
    assert len(pictures) == 3
    assert all(picture.get("descr") for picture in pictures)
    core = document.core_properties
    assert (core.title, core.language) == (story.title, "en")
    assert core.created == story.created_at.replace(microsecond=0)


def test_word_begins_at_the_right_where_the_script_does(db: None) -> None:
    story = make_story(Person("visitor:a"), story_text="היה היה תנין ביישן.", pictures=False)
    normal = Document(io.BytesIO(FORMATS["docx"].make(story))).styles["Normal"].element
    assert normal.find(f"{qn('w:pPr')}/{qn('w:bidi')}") is not None


def test_word_takes_any_text(db: None) -> None:
    story = make_story(Person("visitor:a"), story_text="A \x0b\ufffe<w:p> & 龍.", title="\x1b & <b>")
    document = Document(io.BytesIO(FORMATS["docx"].make(story)))
    assert any("<w:p> & 龍." in part.text for part in document.paragraphs)


def test_markdown_holds_text_pictures_and_makers(story: Story, making: GenerationSession) -> None:
    with zipfile.ZipFile(io.BytesIO(FORMATS["markdown"].make(story))) as archive:
        text = archive.read("story.md").decode()
        named = [line.rpartition("](")[2].rstrip(")") for line in text.splitlines() if line.startswith("![")]
        assert sorted(named) == sorted(name for name in archive.namelist() if name != "story.md")
        assert archive.testzip() is None
    assert text.startswith(f"# {story.title}\n")
    assert f"Story {making.seed}" in text
    assert "not a language model" in text


def test_markdown_markup_is_text(db: None) -> None:
    story = make_story(Person("visitor:a"), story_text="# A *bold* [dragon](x)", pictures=False)
    with zipfile.ZipFile(io.BytesIO(FORMATS["markdown"].make(story))) as archive:
        assert r"\# A \*bold\* \[dragon\](x)" in archive.read("story.md").decode()


@pytest.mark.parametrize(
    ("title", "plain", "whole"),
    [
        ("The Painter of Nights", "the-painter-of-nights.epub", "The%20Painter%20of%20Nights.epub"),
        ("Дракон", "story.epub", "%D0%94%D1%80%D0%B0%D0%BA%D0%BE%D0%BD.epub"),
        ('../a"\r\nb: c', "a-b-c.epub", "a%20b%20c.epub"),
        ("", "untitled-story.epub", "Untitled%20story.epub"),
    ],
)
def test_a_file_is_named_after_its_title(title: str, plain: str, whole: str) -> None:
    named = FORMATS["epub"].name_file(Story(title=title))
    assert named == f"attachment; filename=\"{plain}\"; filename*=UTF-8''{whole}"
