"""Every page that people see, and how to come to it: for screenshots and for what holds on all of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page

from tests.support.copy import Copy

WIDTHS: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1440, "height": 900}},
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
}
SENTENCE = "A lighthouse keeper who collects lost songs in jars by the sea"


class Library:
    """A copy with something in it, and a visitor's cookies that may see it."""

    def __init__(self, copy: Copy) -> None:
        self.copy = copy
        self.state: Any = None
        self.story = self.making = self.shared = ""

    def fill(self, page: Page) -> None:
        """Have one story told by this page's visitor, who is remembered."""
        if self.state is None:
            page.goto("/")
            page.get_by_label("Your sentence").fill(SENTENCE)
            page.get_by_role("button", name="Weave the story").click()
            page.wait_for_url("**/generations/**")
            self.making = page.url
            page.wait_for_url("**/story/**", timeout=90_000)
            self.story = page.url
            self.shared = self.share(page)
            self.state = page.context.cookies()
        page.context.add_cookies(self.state)
        if page.url == "about:blank":
            page.goto("/")

    def share(self, page: Page) -> str:
        """Make a link to the story; its address."""
        page.goto(self.story)
        page.locator("summary", has_text="Share").click()
        page.get_by_role("button", name="Make a link").click()
        return page.locator("#share-url").input_value()

    def open(self, page: Page, name: str, mode: str) -> None:
        """Show this page, all of it loaded, in this mode (``dark`` or ``light``)."""
        self.fill(page)
        theme = {"dark": "night-loom", "light": "day-loom"}[mode]
        page.evaluate(f"localStorage.setItem('sky', '{theme}')")
        PAGES[name](self, page)
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        page.wait_for_load_state("networkidle")
        page.evaluate("scrollTo(0, 0)")


def at(url: str) -> Callable[[Library, Page], None]:
    return lambda library, page: void(page.goto(url))


def void(_: object) -> None:
    """Playwright's answer is of no use here."""


PAGES: dict[str, Callable[[Library, Page], None]] = {
    "home": at("/"),
    "live": lambda library, page: void(page.goto(library.making)),
    "book": lambda library, page: void(page.goto(library.story)),
    "edit": lambda library, page: void(page.goto(f"{library.story}edit/")),
    "place": lambda library, page: void(page.goto(f"{library.story}place/")),
    "shared": lambda library, page: void(page.goto(library.shared)),
    "library": at("/stories/"),
    "trash": at("/stories/trash/"),
    "import": at("/import/"),
    "library-nothing-found": at("/stories/?q=zzzz"),
    "not-found": at("/story/00000000-0000-4000-8000-000000000000/"),
}
