"""One story in more tabs than a person has streams: all of them show the same."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.support.copy import Copy

TABS = 4


@pytest.fixture
def slow(tmp_path: Path) -> Iterator[Copy]:
    """It tells for half a minute, a word at a time."""
    words = {"SKETCH_WORDS_PER_SECOND": "10", "LIVE_STREAMS_PER_PERSON": "3"}
    with Copy(tmp_path / "data", **words) as running:
        yield running


def read(tab: Page) -> int:
    return len(tab.locator("[data-live]").inner_text())


@pytest.mark.long
@pytest.mark.timeout(240)
def test_a_fourth_tab_is_told_by_asking_and_none_stands_still(slow: Copy, browser: Browser) -> None:
    """A tab that missed a piece stood still for as long as the next ones came one after the other: each put
    off the question for what was missing."""
    context = browser.new_context(base_url=slow.url)
    first = context.new_page()
    first.goto("/")
    first.fill("#prompt", "A shy dragon who paints the night sky")
    first.get_by_role("button", name="Weave the story").click()
    first.wait_for_url("**/generations/**")
    tabs, answers = [first], list[int]()
    for _ in range(TABS - 1):
        tab = context.new_page()
        tab.on("response", lambda answer: answers.append(answer.status) if "/events" in answer.url else None)
        tab.goto(first.url)
        tabs.append(tab)
    for tab in tabs[1:]:
        tab.locator("[data-state=running]").first.wait_for()
    before, stop = [read(tab) for tab in tabs], time.monotonic() + 12
    while time.monotonic() < stop and any(read(tab) <= before[n] + 100 for n, tab in enumerate(tabs)):
        tabs[-1].wait_for_timeout(500)
    grown = [read(tab) - before[n] for n, tab in enumerate(tabs)]
    assert min(grown) > 100, f"characters in 12 s: {grown}"
    assert 429 in answers, "the fourth has no stream"
    assert [tab.locator("[data-trouble]").inner_text() for tab in tabs] == [""] * TABS
    context.close()
