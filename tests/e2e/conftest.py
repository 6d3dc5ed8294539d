"""A running copy of all of Starloom and a real browser, both for all tests here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from tests.support.copy import ROOT, Copy

ARTEFACTS = ROOT / "artefacts"
#: Chromium keeps to itself: no updates, no look-ups, no sandbox where the tests run as root.
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="package")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    """It tells its story word by word, slowly enough to be watched."""
    with Copy(tmp_path_factory.mktemp("e2e") / "data", SKETCH_WORDS_PER_SECOND="250") as running:
        yield running


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """For this package alone: while its loop runs, Django takes the thread for an asynchronous one."""
    own = Path("/usr/bin/chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=own if own.exists() else None, args=QUIET)
        yield chromium
        chromium.close()


class Visit:
    """A browser with cookies of its own, which notes what goes wrong and whom it asks."""

    def __init__(self, browser: Browser, copy: Copy, **options: Any) -> None:
        self.context: BrowserContext = browser.new_context(base_url=copy.url, **options)
        self.page: Page = self.context.new_page()
        self.problems: list[str] = []
        self.strangers: set[str] = set()
        self.page.on("console", self.hear)
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("request", lambda asked: self.note(asked.url, copy.url))

    def hear(self, said: ConsoleMessage) -> None:
        if said.type == "error":
            self.problems.append(said.text)

    def note(self, url: str, home: str) -> None:
        if not url.startswith((f"{home}/", "data:")):
            self.strangers.add(url)

    def keep(self, name: str) -> None:
        """A screenshot, kept as an artefact."""
        ARTEFACTS.mkdir(exist_ok=True)
        self.page.screenshot(path=ARTEFACTS / f"{name}.png", full_page=True, animations="disabled")

    def check(self) -> None:
        """No error was reported, nobody else was asked, nothing sticks out at the side."""
        assert self.problems == []
        assert self.strangers == set()
        room = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert self.page.evaluate(room) <= 0


@pytest.fixture
def visit(browser: Browser, copy: Copy) -> Iterator[Any]:
    """Begin a visit; all of them end with the test."""
    visits: list[Visit] = []

    def begin(**options: Any) -> Visit:
        visits.append(Visit(browser, copy, **{"color_scheme": "dark", **options}))
        return visits[-1]

    yield begin
    for one in visits:
        one.context.close()
