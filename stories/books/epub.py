"""EPUB 3.3 (https://www.w3.org/TR/epub-33/), written by hand: a zip of XHTML and what it names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from stories.books.archive import write_zip
from stories.books.book import Book, read_book
from stories.books.cover import draw_cover
from stories.models import Story

COVER = "pictures/front.jpg"
HERE = Path(__file__).parent
CONTAINER = """<?xml version="1.0" encoding="utf-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
  <rootfiles><rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>
"""
TYPES = {
    ".xhtml": "application/xhtml+xml", ".css": "text/css", ".jpg": "image/jpeg", ".ttf": "font/ttf",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Page:
    """One XHTML file. ``label``: its line in the table of contents, if it has one."""

    name: str
    kind: str
    title: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the manifest."""

    id: str
    href: str
    properties: str = ""

    @property
    def media_type(self) -> str:
        return TYPES[Path(self.href).suffix]


def make_epub(story: Story) -> bytes:
    book = read_book(story)
    return write_zip(list_entries(book), book.modified)


def list_entries(book: Book) -> Iterator[tuple[str, bytes | str]]:
    pages = list(list_pages(book))
    files = dict(list_files(book))
    manifest = [
        Item("nav", "nav.xhtml", "nav"),
        *(Item(page.name, f"{page.name}.xhtml") for page in pages),
        *(Item(Path(name).stem, name, "cover-image" if name == COVER else "") for name in files),
    ]
    yield "mimetype", "application/epub+zip"
    yield "META-INF/container.xml", CONTAINER
    yield "EPUB/package.opf", render("package.opf", book, pages=pages, manifest=manifest)
    yield "EPUB/nav.xhtml", render("nav.xhtml", book, pages=pages)
    for page in pages:
        yield f"EPUB/{page.name}.xhtml", render(f"{page.name}.xhtml", book, page=page)
    for name, data in files.items():
        yield f"EPUB/{name}", data


def list_pages(book: Book) -> Iterator[Page]:
    """In reading order."""
    if book.opening:
        yield Page("cover", "cover", _("Cover"))
    yield Page("title", "titlepage", book.title, _("Title page"))
    yield Page("text", "bodymatter", book.title, book.title)
    if book.plates:
        yield Page(
            "plates",
            "backmatter",
            _("Hero and setting"),
            _("The hero and the setting") if len(book.plates) > 1 else book.plates[0][0],
        )
    yield Page("colophon", "colophon", _("Colophon"), _("Colophon"))


def list_files(book: Book) -> Iterator[tuple[str, bytes]]:
    yield "book.css", (HERE / "epub.css").read_bytes()
    yield "fonts/im-fell-normal.ttf", (HERE / "fonts" / "im-fell-normal.ttf").read_bytes()
    if cover := draw_cover(book):
        yield COVER, cover
    for picture in book.pictures.values():
        yield f"pictures/{picture.file}", picture.jpeg


def render(template: str, book: Book, **more: Any) -> str:
    return render_to_string(f"books/{template}", {"book": book, **more})
