"""Pages and files read as a browser reads them, to find what would act."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser

from tests.support.hostile import EVIL

#: Elements that load or act, and that no page of ours has outside of the desk.
ACTING = {
    "iframe",
    "frame",
    "object",
    "embed",
    "base",
    "applet",
    "marquee",
    "portal",
    "animate",
    "foreignobject",
}
#: Attributes that lead somewhere.
LEADING = {
    "href", "src", "srcset", "action", "formaction", "data", "poster", "background", "xlink:href", "srcdoc",
    "hx-get", "hx-post", "ping", "manifest", "cite",
}  # fmt: skip


class Reader(HTMLParser):
    """Notes what acts, and the words that are shown."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.words: list[str] = []
        self.within: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style"):
            self.within.append(tag)
        if tag in ACTING:
            self.faults.append(f"<{tag}>")
        for name, value in attrs:
            leads = (value or "").strip().lower()
            if name.startswith("on") or (name == "style" and "evil" in leads):
                self.faults.append(f"<{tag} {name}={value}>")
            if name in LEADING and (
                "evil.example" in leads or leads.startswith(("javascript:", "vbscript:"))
            ):
                self.faults.append(f"<{tag} {name}={value}>")
            if tag == "meta" and name == "content" and "evil.example" in leads and is_refresh(attrs):
                self.faults.append(f"<meta {value}>")
            if name in ("value", "alt", "aria-label", "title") and value:
                self.words.append(value)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.within and self.within[-1] == tag:
            self.within.pop()

    def handle_data(self, data: str) -> None:
        if self.within:
            if "alert(" in data or EVIL in data:
                self.faults.append(f"in a {self.within[-1]}: {data[:200]}")
        else:
            self.words.append(data)


def is_refresh(attrs: list[tuple[str, str | None]]) -> bool:
    return any(name == "http-equiv" for name, _value in attrs)


def read(page: str) -> tuple[list[str], str]:
    """What acts in a page, and its words with single blanks between them."""
    reader = Reader()
    reader.feed(page)
    reader.close()
    return reader.faults, " ".join(" ".join(reader.words).split())


def list_unshown(words: str, *texts: str) -> Iterator[str]:
    """Paragraphs that are not in the words of a page."""
    for text in texts:
        for paragraph in filter(None, (" ".join(part.split()) for part in text.split("\n"))):
            if paragraph not in words:
                yield paragraph
