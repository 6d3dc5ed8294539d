"""Plain text in Markdown: a backslash stands only where Markdown would read a sign as markup."""

from __future__ import annotations

import pytest
from markdown_it import MarkdownIt

from stories.printing import escape
from tests.hostile.reading import read


@pytest.mark.parametrize(
    "text", ["Saskia & the Moth", "3 > 2", "Tom & Jerry & I;", "a&b", "well-known", "(a) 5.5 km", "Really?!"]
)
def test_what_is_no_markup_stays_as_it_is(text: str) -> None:
    assert escape(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "Saskia & the Moth",
        "&amp; and &#38; and &#x26; and &copy",
        "<b>bold</b> <!-- no --> <https://example.org> 1 < 2",
        "> no quotation",
        "  > nor this",
        "*stars* and _lines_ and `ticks`",
        "[a](b) ![c](d)",
        "# no heading",
        "1. no list",
        "- nor this",
        "\\&amp;",
        "\\\\",
    ],
)
def test_it_is_read_as_it_was_written(text: str) -> None:
    faults, words = read(MarkdownIt("commonmark", {"html": True}).render(escape(text)))
    assert faults == []
    assert words.strip() == text.strip()
