"""The typeset book, as any reader of PDF finds it."""

from __future__ import annotations

import io
import re
import subprocess
import threading
import time
from typing import Any

import pytest
from pypdf import PdfReader

from stories.books import FORMATS, Unprintable, pdf, press
from stories.models import Story
from stories.people import Person
from stories.services import Conflict
from tests.library import make_story

ALICE = Person("visitor:alice")
MM = 72 / 25.4
pytestmark = pytest.mark.slow


def make(name: str, story: Story) -> PdfReader:
    return PdfReader(io.BytesIO(FORMATS[name].make(story)))


def list_fonts(book: PdfReader) -> dict[str, bool]:
    """Each font's name, and whether the file holds it."""
    found: dict[str, bool] = {}
    for page in book.pages:
        fonts: Any = page["/Resources"].get_object().get("/Font", {})  # type: ignore[union-attr]
        for font in fonts.values():
            inner = font.get_object()["/DescendantFonts"][0].get_object()
            about = inner["/FontDescriptor"].get_object()
            found[str(inner["/BaseFont"]).split("+")[1]] = "/FontFile2" in about or "/FontFile3" in about
    return found


def text_of(book: PdfReader) -> str:
    return " ".join(page.extract_text() for page in book.pages)


def test_it_is_a_book_on_a5_with_its_fonts(story: Story) -> None:
    book = make("pdf", story)
    # Title, the scene over two pages, the sentence, the text, hero, setting, colophon.
    assert len(book.pages) == 8
    assert [round(float(side) / MM) for side in book.pages[0].mediabox[2:]] == [148, 210]
    assert list_fonts(book) == {"IM-Fell": True, "EB-Garamond": True, "EB-Garamond-Italic": True}
    text = " ".join(text_of(book).split())
    assert "dragon who painted" in text
    assert "not a diffusion model" in text
    assert book.trailer["/Root"]["/PageLayout"] == "/TwoPageRight"  # type: ignore[index]
    assert book.metadata and book.metadata.title == story.title


def test_the_printers_edition_bleeds(story: Story) -> None:
    page = make("print", story).pages[1]
    assert [round(float(side) / MM) for side in page.trimbox] == [0, 0, 148, 210]
    assert [round(float(side) / MM) for side in page.bleedbox] == [-3, -3, 151, 213]
    assert [round(float(side) / MM) for side in page.mediabox] == [-9, -9, 157, 219]


def test_house_fonts_hold_other_alphabets(db: None) -> None:
    text = "Жил-был дракон, который рисовал ночное небо. Ήταν ένας δράκος. Rồng vẽ bầu trời. Žluťoučký kůň."
    book = make("pdf", make_story(ALICE, pictures=False, story_text=f"Once.\n\n{text}"))
    fonts = list_fonts(book)
    assert all(name.startswith(("IM-Fell", "EB-Garamond")) and held for name, held in fonts.items())
    # What a reader copies is what was meant: each glyph came out of the font that its letter was found in.
    for word in re.findall(r"\w{4,7}", text):
        assert word in text_of(book)


def test_letters_without_a_font_are_told(db: None) -> None:
    # Deseret, and letters for private use, which no font can be expected to have.
    story = make_story(ALICE, pictures=False, story_text="A dragon \U00016e40\U00016e41 wrote.")
    with pytest.raises(Unprintable, match=r"No font on this machine has these letters: .*fonts-noto"):
        FORMATS["pdf"].make(story)


def test_signs_without_a_font_are_left_out_and_named(db: None) -> None:
    story = make_story(ALICE, pictures=False, story_text="A dragon \U0001fbc5 painted.")
    text = " ".join(text_of(make("pdf", story)).split())
    assert "DRAGON PAINTED" in text
    assert "Left out, for want of a font stick figure" in text


def test_markup_is_text(db: None) -> None:
    text = "A shy and quiet <b>bold</b> dragon & <img src='file:///etc/passwd'> friend."
    book = make("pdf", make_story(ALICE, pictures=False, story_text=text))
    assert "<b>bold</b> dragon & <img src='file" in " ".join(text_of(book).split())


def test_without_pango_it_says_what_to_install(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = subprocess.CompletedProcess([], press.NO_PANGO, "", "")
    monkeypatch.setattr("stories.books.pdf.subprocess.run", lambda *args, **kwargs: gone)
    with pytest.raises(Unprintable, match="apt-get install libpango"):
        FORMATS["pdf"].make(story)
    assert FORMATS["epub"].make(story)


def test_one_that_takes_too_long_is_given_up(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "PRESS_SECONDS", 0.01)
    with pytest.raises(Unprintable, match="too long"):
        FORMATS["pdf"].make(story)
    assert pdf._press.acquire(blocking=False), "the press is still taken"
    pdf._press.release()


def test_a_taken_press_is_waited_for_and_no_longer(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "QUEUE_SECONDS", 0.01)
    monkeypatch.setattr(pdf, "_press", threading.BoundedSemaphore(1))
    with pdf._press, pytest.raises(Unprintable, match="being typeset"):
        FORMATS["pdf"].make(story)


def test_more_than_may_wait_are_refused_at_once(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight at once: each that waits would hold one of the threads that answer everybody."""
    done, told = threading.Event(), list[bytes | str]()

    def ask() -> None:
        try:
            told.append(pdf.make_pdf(story))
        except Unprintable as error:
            told.append(str(error))

    monkeypatch.setattr(pdf, "read_book", lambda story: None)
    monkeypatch.setattr(pdf, "typeset", lambda book, bleed: b"%PDF" if done.wait(20) else b"")
    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + 5
    while len(told) < 8 - pdf.PLACES and time.monotonic() < deadline:
        time.sleep(0.01)
    assert told == [str(pdf.BUSY)] * (8 - pdf.PLACES)
    done.set()
    for thread in threads:
        thread.join()
    assert told.count(b"%PDF") == pdf.PLACES
    assert pdf.make_pdf(story) == b"%PDF"


def test_a_story_without_text_is_no_book(db: None) -> None:
    with pytest.raises(Conflict):
        FORMATS["pdf"].make(make_story(ALICE, story_text=""))
