"""Turns ``book.html`` in a folder into ``book.pdf`` there: a process of its own, so that typesetting holds no
web worker's interpreter, and nothing that goes wrong in it takes a site down.

    python -P stories/books/press.py FOLDER

``report.json`` tells how many pages there are, and which characters no font here has. It reads the folder,
our fonts and style sheet, and nothing else. Ends with 3 where Pango is missing.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from pathlib import Path
from typing import Any
from urllib.request import url2pathname

NO_PANGO = 3
#: 3 mm, in points.
BLEED = 3 / 25.4 * 72
HERE = Path(__file__).resolve().parent


class Missing(logging.Handler):
    """Collects the characters that WeasyPrint finds no glyph for."""

    def __init__(self) -> None:
        super().__init__()
        self.characters: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        if str(record.msg).startswith(".notdef") and isinstance(record.args, tuple):
            self.characters.add(str(record.args[0]))


def press(folder: Path) -> None:
    import weasyprint
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher

    class Inside(URLFetcher):
        """Files of this book and of this house, and never the network."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            path = Path(url2pathname(url.partition("file://")[2])).resolve()
            if not url.startswith("file://") or not ({folder, HERE} & set(path.parents)):
                raise ValueError("A book reads its own files only.")
            return super().fetch(url, headers)

    missing = Missing()
    logging.getLogger("weasyprint").addHandler(missing)
    fetcher = Inside(allowed_protocols=["file"])
    fonts = FontConfiguration()
    sheet = weasyprint.CSS(filename=str(HERE / "print.css"), url_fetcher=fetcher, font_config=fonts)
    document = weasyprint.HTML(filename=str(folder / "book.html"), url_fetcher=fetcher).render(
        stylesheets=[sheet], font_config=fonts, pdf_tags=True
    )
    document.write_pdf(str(folder / "book.pdf"), finisher=finish, pdf_tags=True)
    report = {"pages": len(document.pages), "missing": sorted(missing.characters)}
    (folder / "report.json").write_text(json.dumps(report))


def finish(document: Any, pdf: Any) -> None:
    """Viewers show left and right pages together, as they lie in a book. What WeasyPrint takes for the bleed
    has room for the crop marks too: the bleed itself, as far as pictures go, is less."""
    pdf.catalog["PageLayout"] = "/TwoPageRight"
    for page in (one for one in pdf.objects if isinstance(one, dict) and one.get("Type") == "/Page"):
        left, top, right, bottom = page["TrimBox"]
        page["ArtBox"] = page["TrimBox"]
        if page["MediaBox"] != page["TrimBox"]:
            box = (left - BLEED, top - BLEED, right + BLEED, bottom + BLEED)
            page["BleedBox"] = type(page["TrimBox"])(box)


if __name__ == "__main__":
    os.nice(5)  # pages are answered first
    try:
        import weasyprint  # noqa: F401
    except OSError:
        sys.exit(NO_PANGO)
    press(Path(sys.argv[1]).resolve())
