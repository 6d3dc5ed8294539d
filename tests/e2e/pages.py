"""Every page that people see, and how to come to it: for screenshots and for what holds on all of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psutil
from playwright.sync_api import Page

from tests.support.copy import Copy

WIDTHS: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1440, "height": 900}},
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
}
THEMES = {"dark": "night-loom", "light": "day-loom"}
SENTENCE = "A lighthouse keeper who collects lost songs in jars by the sea"


class Library:
    """A copy with something in it, and a visitor's cookies that may see it, in any language."""

    def __init__(self, copy: Copy) -> None:
        self.copy = copy
        self.state: Any = None
        self.story = self.changed = self.shared = self.withdrawn = ""
        self.held: list[psutil.Process] = []

    def fill(self, page: Page) -> None:
        """Have stories told by this page's visitor, who is remembered."""
        if self.state is None:
            self.story, self.changed, trashed = (self.tell(page) for _ in range(3))
            self.shared, self.withdrawn = (self.share(page, story) for story in (self.story, self.changed))
            send(page, f"{self.changed}share/withdraw/")
            self.change(page, self.changed)
            send(page, f"{trashed}delete/")
            # Who they are, but not what they were told last: that would be told on every page.
            self.state = [one for one in page.context.cookies() if one["name"] != "messages"]
        page.context.clear_cookies(name="messages")
        page.context.add_cookies(self.state)
        if page.url == "about:blank":
            page.goto("/")

    def tell(self, page: Page) -> str:
        """A whole story; its address."""
        self.begin(page)
        page.wait_for_url("**/story/**", timeout=90_000)
        return page.url

    def begin(self, page: Page) -> None:
        page.goto("/")
        page.locator("#prompt").fill(SENTENCE)
        page.locator(".btn-weave").click()
        page.wait_for_url("**/generations/**")

    def share(self, page: Page, story: str) -> str:
        """Make a link to the story; its address."""
        page.goto(story)
        page.locator("summary", has=page.locator(".state")).click()
        page.locator(".share-form button").click()
        return page.locator("#share-url").input_value()

    def change(self, page: Page, story: str) -> None:
        """Other words by hand, after which descriptions and pictures are out of date, and a proposal."""
        text = "In the harbour a robot wound up the tide.\n\nNobody had asked it to, and it never stopped."
        send(page, f"{story}save/", story_text=text)
        send(page, f"{story}rewrite/", part="title", wish="Make it funnier")
        proposal = page.locator("#proposal")
        page.goto(story)
        for _ in range(60):  # a page that says it is being rewritten does not look again by itself
            if proposal.is_visible():
                return
            page.wait_for_timeout(1000)
            page.goto(story)
        raise AssertionError("no new version came")

    def hold(self, page: Page) -> None:
        """A story in the middle of being written: the storyteller has but moments until it has begun, and
        then none until `release`."""
        self.held = self.copy.processes()["storyteller"]
        self.halt()
        self.begin(page)
        status = str(page.locator("[data-live]").get_attribute("data-live"))
        while not (now := page.request.get(status).json())["partial_text"]:
            for process in self.held:
                process.resume()
            page.wait_for_timeout(100)
            self.halt()
            page.wait_for_timeout(600)  # what is written is saved twice a second
        assert now["status"] == "generating_story", now
        page.reload()

    def halt(self) -> None:
        for process in self.held:
            process.suspend()

    def release(self, page: Page) -> None:
        if self.held:
            for process in self.held:
                process.resume()
            self.held = []
            making = page.url
            page.goto("about:blank")  # a live page turns itself over at its end, whatever follows
            send(page, f"{making}cancel/")

    def open(self, page: Page, name: str, mode: str) -> None:
        """Show this page, all of it loaded, in this mode (``dark`` or ``light``)."""
        self.release(page)
        self.fill(page)
        page.evaluate(f"localStorage.setItem('sky', '{THEMES[mode]}')")
        PAGES[name](self, page)
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        if not self.held:  # a stream never ends
            page.wait_for_load_state("networkidle")
        page.evaluate("scrollTo(0, 0)")


def send(page: Page, address: str, **fields: str) -> None:
    """What a form of ours sends."""
    token = next(one["value"] for one in page.context.cookies() if one["name"] == "csrftoken")
    answer = page.request.post(address, form={**fields, "csrfmiddlewaretoken": token}, max_redirects=0)
    assert answer.status < 400, f"{address}: {answer.status} {answer.text()[:500]}"


def at(url: str) -> Callable[[Library, Page], None]:
    return lambda library, page: void(page.goto(url))


def void(_: object) -> None:
    """Playwright's answer is of no use here."""


PAGES: dict[str, Callable[[Library, Page], None]] = {
    "home": at("/"),
    "live": lambda library, page: library.hold(page),
    "book": lambda library, page: void(page.goto(library.story)),
    "book-changed": lambda library, page: void(page.goto(library.changed)),
    "version": lambda library, page: void(page.goto(f"{library.changed}versions/1/")),
    "edit": lambda library, page: void(page.goto(f"{library.story}edit/")),
    "place": lambda library, page: void(page.goto(f"{library.story}place/")),
    "shared": lambda library, page: void(page.goto(library.shared)),
    "shared-no-more": lambda library, page: void(page.goto(library.withdrawn)),
    "library": at("/stories/"),
    "making": at("/stories/making/"),
    "trash": at("/stories/trash/"),
    "import": at("/import/"),
    "your-data": at("/your-data/"),
    "library-nothing-found": at("/stories/?q=zzzz"),
    "not-found": at("/story/00000000-0000-4000-8000-000000000000/"),
}
