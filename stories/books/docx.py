"""The story as a Word file with real styles, to go on writing in."""

from __future__ import annotations

import io
from typing import Any

from django.utils.translation import gettext as _
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from stories.books.book import Book, Picture, read_book
from stories.models import Story

FONT = "Garamond"
WIDTH, HEIGHT = Mm(110), Mm(120)


def make_docx(story: Story) -> bytes:
    book = read_book(story)
    document = Document()
    set_page(document)
    set_styles(document, book)
    set_properties(document, book)
    write_pages(document, book)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def write_pages(document: Any, book: Book) -> None:
    document.add_paragraph(book.title, style="Title")
    document.add_paragraph(f"“{book.sentence}”", style="Subtitle")
    if book.opening:
        add_picture(document, book.opening)
    document.add_heading(book.title, level=1).paragraph_format.page_break_before = True
    for paragraph in book.paragraphs:
        added = document.add_paragraph(paragraph or "* * *", style="Body Text")
        if not paragraph:
            added.alignment, added.paragraph_format.first_line_indent = WD_ALIGN_PARAGRAPH.CENTER, Mm(0)
    for name, picture, description, _language in book.plates:
        document.add_heading(name, level=1).paragraph_format.page_break_before = True
        if picture:
            add_picture(document, picture)
        if description:
            document.add_paragraph(description, style="Caption")
    document.add_heading(_("Colophon"), level=1).paragraph_format.page_break_before = True
    for term, words in book.colophon:
        line = document.add_paragraph()
        line.add_run(f"{term}: ").bold = True
        line.add_run(words)


def add_picture(document: Any, picture: Picture) -> None:
    scale = min(WIDTH / picture.width, HEIGHT / picture.height)
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    shape = paragraph.add_run().add_picture(io.BytesIO(picture.jpeg), width=round(picture.width * scale))
    about = shape._inline.docPr  # python-docx has no other way to the alternative text
    about.set("descr", picture.alt)
    about.set("name", picture.name)


def set_page(document: Any) -> None:
    (section,) = document.sections
    section.page_width, section.page_height = Mm(148), Mm(210)
    section.left_margin = section.right_margin = Mm(19)
    section.top_margin, section.bottom_margin = Mm(20), Mm(22)


def set_styles(document: Any, book: Book) -> None:
    styles = document.styles
    for name, size in (("Normal", 11), ("Body Text", 11), ("Title", 28), ("Subtitle", 12), ("Heading 1", 18),
                       ("Caption", 10)):  # fmt: skip
        font = styles[name].font
        font.name, font.size, font.color.rgb = FONT, Pt(size), None
        fonts = styles[name].element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
    body = styles["Body Text"].paragraph_format
    body.first_line_indent, body.space_after, body.line_spacing = Mm(5), Pt(0), 1.25
    body.alignment, body.widow_control = WD_ALIGN_PARAGRAPH.JUSTIFY, True
    styles["Caption"].font.bold, styles["Caption"].font.italic = False, True
    for name in ("Title", "Subtitle", "Heading 1", "Caption"):
        styles[name].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    set_language(styles["Normal"].element, book)


def set_language(style: Any, book: Book) -> None:
    """For spelling and hyphenation; paragraphs of a script written from the right begin there."""
    language = OxmlElement("w:lang")
    for name in ("val", "eastAsia", "bidi"):
        language.set(qn(f"w:{name}"), book.language)
    style.get_or_add_rPr().append(language)
    if book.direction == "rtl":
        style.get_or_add_pPr().append(OxmlElement("w:bidi"))


def set_properties(document: Any, book: Book) -> None:
    core = document.core_properties
    core.title, core.author, core.language = book.title[:255], book.writer[:255], book.language
    core.subject, core.comments = book.sentence[:255], _("Made with Starloom")
    core.created, core.modified, core.last_modified_by = book.created, book.modified, "Starloom"
