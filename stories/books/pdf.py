"""The story typeset on A5 by WeasyPrint: to read, or with bleed and crop marks for a print shop.

The typesetting goes on in a process of its own (`stories.books.press`), one at a time for each web process,
for which few may wait: each that does holds one of the threads that answer everybody.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
import unicodedata
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.db import connection
from django.template.loader import render_to_string
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from stories.books import Unprintable, press
from stories.books.book import Book, Picture, read_book
from stories.models import Story

#: Seconds that one book may take, and that the next one waits for it.
PRESS_SECONDS = 60
QUEUE_SECONDS = 30
#: Books that are typeset or wait for it, at most.
PLACES = 3
PACKAGES = {"CJK": "fonts-noto-cjk", "HIRAGANA": "fonts-noto-cjk", "KATAKANA": "fonts-noto-cjk",
            "HANGUL": "fonts-noto-cjk"}  # fmt: skip
# Told to the person who asks, and not in the language of the book: hence lazily.
PANGO = gettext_lazy(
    "PDF needs Pango, which is not installed on this machine. On Debian or Ubuntu: "
    "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0. The other formats work without it."
)
BUSY = gettext_lazy("Other books are being typeset just now. Try again in a moment.")
SLOW = gettext_lazy("This book took too long to typeset. The other formats do not need it.")
#: A star wound of one thread, as on the pages.
MARK = (Path(__file__).parent / "mark.svg").read_bytes()
_press, _places = threading.BoundedSemaphore(1), threading.BoundedSemaphore(PLACES)


def make_pdf(story: Story) -> bytes:
    return make(story, bleed=False)


def make_print(story: Story) -> bytes:
    return make(story, bleed=True)


def make(story: Story, *, bleed: bool) -> bytes:
    """
    Raises:
        Unprintable: as `typeset`, or too many wait already.
    """
    if not _places.acquire(blocking=False):
        raise Unprintable(BUSY)
    try:
        return typeset(read_book(story), bleed=bleed)
    finally:
        _places.release()


def typeset(book: Book, *, bleed: bool) -> bytes:
    """
    Raises:
        Unprintable: no Pango, no font for the story's letters, or no time.
    """
    if not connection.in_atomic_block:
        connection.close()  # nothing is asked of it while the press works
    if not _press.acquire(timeout=QUEUE_SECONDS):
        raise Unprintable(BUSY)
    try:
        pdf, missing = run_press(book, bleed=bleed)
        if missing:
            # A sign more or less, and the book can be read; without its letters it cannot.
            check_letters(missing)
            pdf, _missing = run_press(
                leave_out(book, missing), bleed=bleed, left_out=name_characters(missing)
            )
        return pdf
    finally:
        _press.release()


def run_press(book: Book, **options: Any) -> tuple[bytes, list[str]]:
    """The PDF, and the characters in it that no font has."""
    with tempfile.TemporaryDirectory(prefix="starloom-press-") as name:
        folder = Path(name)
        spread = find_spread(book)
        page = render_to_string("books/print.html", {"book": book, "spread": spread, **options})
        (folder / "book.html").write_text(page, encoding="utf-8")
        (folder / "mark.svg").write_bytes(MARK)
        for picture in book.pictures.values():
            (folder / picture.file).write_bytes(picture.jpeg)
        # By its path, and -P: a module here of the same name as a library must not take its place.
        command = [sys.executable, "-P", press.__file__, name]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=PRESS_SECONDS)
        except subprocess.TimeoutExpired:
            raise Unprintable(SLOW) from None
        if done.returncode == press.NO_PANGO:
            raise Unprintable(PANGO)
        if done.returncode:
            raise RuntimeError(f"the press ended with {done.returncode}: {done.stderr[-2000:]}")
        report = json.loads((folder / "report.json").read_text())
        return (folder / "book.pdf").read_bytes(), report["missing"]


def find_spread(book: Book) -> Picture | None:
    """What opens the book over two pages: the scene, or the setting where there is none, if it is wide."""
    found = (book.pictures.get(kind) for kind in ("combined", "background"))
    return next((picture for picture in found if picture and picture.is_wide), None)


def check_letters(missing: list[str]) -> None:
    letters = [char for char in missing if unicodedata.category(char)[0] in "LMN"]
    if letters:
        scripts = {unicodedata.name(char, "").split(" ")[0] for char in letters}
        packages = sorted({PACKAGES.get(script, "fonts-noto-core") for script in scripts})
        raise Unprintable(
            format_lazy(
                gettext_lazy(
                    "No font on this machine has these letters: {letters}. On Debian or Ubuntu: "
                    "apt-get install {packages}. The other formats work without them."
                ),
                letters=" ".join(letters[:20]),
                packages=" ".join(packages),
            )
        )


def leave_out(book: Book, missing: list[str]) -> Book:
    table = str.maketrans(dict.fromkeys(missing))
    return replace(
        book,
        title=book.title.translate(table).strip() or _("Untitled story"),
        sentence=book.sentence.translate(table),
        paragraphs=[paragraph.translate(table) for paragraph in book.paragraphs],
        descriptions={kind: words.translate(table) for kind, words in book.descriptions.items()},
    )


def name_characters(characters: list[str]) -> str:
    names = [unicodedata.name(char, f"U+{ord(char):04X}").lower() for char in characters]
    rest = len(names) - 12
    more = ngettext(" and {number} more", " and {number} more", rest).format(number=rest) if rest > 0 else ""
    return ", ".join(names[:12]) + more
