"""A story as a file to keep: one module a format, each imported when it is first asked for."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast
from urllib.parse import quote

from django.conf import settings
from django.utils import translation
from django.utils.module_loading import import_string
from django.utils.text import slugify
from django.utils.translation import gettext as _

from agents.languages import guess_language
from stories.models import Story
from stories.refusals import NotNow
from stories.services import Conflict


class Unprintable(NotNow):
    """This machine cannot make this format now: something is not installed, or busy."""

    status = 503


@dataclass(frozen=True, slots=True)
class Format:
    """``maker`` is the dotted path of a function that takes a story and returns the file."""

    name: str
    label: str
    purpose: str
    media_type: str
    extension: str
    maker: str
    for_owner: bool = False

    def make(self, story: Story) -> bytes:
        """
        Raises:
            Conflict: the story has no text yet.
            Unprintable: this machine lacks what it takes.
        """
        if not story.story_text:
            raise Conflict(_("This story has no text yet. Wait until it is told."))
        make = cast("Callable[[Story], bytes]", import_string(f"stories.books.{self.maker}"))
        with translation.override(choose_language(story)):
            return make(story)

    def name_file(self, story: Story) -> str:
        """The value of Content-Disposition: the title in ASCII for old clients, and as it is for others."""
        title = re.sub(r"[^\w\s'’,!-]+", " ", str(story))
        whole = f"{' '.join(title.split())[:80].strip() or 'Story'}{self.extension}"
        plain = f"{slugify(str(story))[:80] or 'story'}{self.extension}"
        return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(whole, safe='')}"


def choose_language(story: Story) -> str:
    """The language of our own words in a book, such as "Contents": the story's where we have them in it, else
    English."""
    try:
        return translation.get_supported_language_variant(story.language or guess_language(story.story_text))
    except LookupError:
        return settings.LANGUAGE_CODE


PDF = "application/pdf"
ZIP = "application/zip"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

FORMATS = {
    one.name: one
    for one in (
        Format(
            "epub", "EPUB", "for phones and e-readers", "application/epub+zip", ".epub", "epub.make_epub"
        ),
        Format("pdf", "PDF", "typeset on A5, to read or print", PDF, ".pdf", "pdf.make_pdf"),
        Format("print", "PDF for printers", "3 mm bleed, crop marks", PDF, "-print.pdf", "pdf.make_print"),
        Format("docx", "Word", "to go on writing", DOCX, ".docx", "docx.make_docx"),
        Format("markdown", "Markdown", "text and pictures, zipped", ZIP, ".zip", "markdown.make_markdown"),
        Format(
            "project", "Project file", "everything, for another Starloom", ZIP, ".starloom.zip",
            "project.make_project", for_owner=True,
        ),
    )
}  # fmt: skip
