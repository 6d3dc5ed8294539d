"""One sentence becomes an illustrated story, as a person sees it in a browser."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.support.copy import Copy

SENTENCE = "A shy dragon who paints the night sky"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
LOADED = "pictures => pictures.map(picture => picture.complete && picture.naturalWidth)"
pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


def begin_story(page: Page, sentence: str = SENTENCE) -> None:
    page.goto("/")
    page.get_by_label("Your sentence").fill(sentence)
    page.get_by_role("button", name="Weave the story").click()
    page.wait_for_url("**/generations/**")


def await_story(page: Page) -> None:
    page.wait_for_url("**/story/**", timeout=90_000)
    page.wait_for_load_state("networkidle")


def test_it_goes_from_a_sentence_to_a_book_in_the_library(visit: Any) -> None:
    one = visit()
    page = one.page
    page.goto("/")
    one.keep("home")
    one.check()
    begin_story(page)

    expect(page.locator("[data-step]")).to_have_count(6)
    expect(page.locator("[data-step=story]")).to_have_attribute("data-state", "running", timeout=30_000)
    expect(page.locator("[data-label]")).to_have_text("Writing the story")
    expect(page.locator("[data-text] p").first).not_to_be_empty(timeout=30_000)
    assert re.match(r"\d+ % · ", page.title())
    one.keep("live")
    await_story(page)

    title = page.get_by_role("heading", level=1).inner_text()
    assert len(page.locator(".prose-book").inner_text().split()) > 100
    expect(
        page.get_by_text("Written by the built-in sketch storyteller, not a language model").first
    ).to_be_visible()
    expect(page.get_by_text("OLLAMA_BASE_URL")).to_be_visible()
    pictures = page.locator("article img")
    expect(pictures).to_have_count(3)
    for number in range(3):
        pictures.nth(number).scroll_into_view_if_needed()
    page.wait_for_load_state("networkidle")
    assert all(width > 0 for width in pictures.evaluate_all(LOADED))
    one.keep("story")
    one.check()

    page.get_by_role("link", name="Library").click()
    expect(page.locator(".cover-title")).to_have_text(title)
    page.get_by_label("Search").fill("zebra")
    expect(page.get_by_text("No story holds")).to_be_visible()
    page.get_by_label("Search").fill("dragon")
    expect(page.locator(".cover-title")).to_have_text(title)
    one.keep("library")
    one.check()


def test_it_fits_a_phone(visit: Any) -> None:
    one = visit(**PHONE)
    begin_story(one.page, "A clockwork fox looking for spring in a city of snow")
    one.check()
    one.keep("phone-live")
    await_story(one.page)
    one.keep("phone-story")
    one.check()
    for address, name in (("/", "phone-home"), ("/stories/", "phone-library")):
        one.page.goto(address)
        one.keep(name)
        one.check()


def test_it_works_without_javascript(visit: Any) -> None:
    one = visit(java_script_enabled=False)
    begin_story(one.page, "A lighthouse keeper who collects lost messages from the sea")
    # The page loads itself anew until the end is reached.
    read = one.page.get_by_role("link", name="Read the story")
    expect(read).to_be_visible(timeout=90_000)
    read.click()
    assert len(one.page.locator(".prose-book").inner_text().split()) > 100
    expect(one.page.locator("article img")).to_have_count(3)
    assert one.strangers == set()


def test_it_shows_problems_in_place_and_keeps_what_was_typed(visit: Any) -> None:
    one = visit()
    one.page.goto("/")
    field = one.page.get_by_label("Your sentence")
    field.fill("ab")
    field.press("Control+Enter")
    expect(one.page.get_by_text("Write at least 3 characters.")).to_be_visible()
    expect(field).to_have_value("ab")
    expect(field).to_be_focused()
    one.page.get_by_text("A librarian whose books whisper at midnight").click()
    expect(field).to_have_value("A librarian whose books whisper at midnight")
    one.page.context.set_offline(True)
    one.page.get_by_role("button", name="Weave the story").click()
    expect(one.page.get_by_text("The server cannot be reached")).to_be_visible()
    expect(field).to_have_value("A librarian whose books whisper at midnight")


def test_it_can_be_stopped_and_goes_on(visit: Any) -> None:
    one = visit()
    begin_story(one.page, "A young astronaut who plants a garden on the moon")
    one.page.get_by_role("button", name="Stop").click()
    expect(one.page.get_by_role("heading", name="Stopped")).to_be_visible()
    one.keep("stopped")
    one.page.get_by_role("button", name="Go on").click()
    await_story(one.page)
    one.check()


def test_it_shows_that_the_network_is_lost_and_goes_on_when_it_is_back(visit: Any, copy: Copy) -> None:
    one = visit()
    painters = copy.processes()["gpu"]
    for painter in painters:
        painter.suspend()  # so that it is not over before
    try:
        begin_story(one.page)
        one.context.set_offline(True)
        expect(one.page.get_by_text("You are offline just now.")).to_be_visible(timeout=20_000)
    finally:
        for painter in painters:
            painter.resume()
    one.context.set_offline(False)
    await_story(one.page)


def test_night_and_day_are_remembered(visit: Any) -> None:
    one = visit()
    one.page.goto("/")
    dark = one.page.evaluate("getComputedStyle(document.body, '::before').backgroundColor")
    one.page.get_by_role("button", name="Change to day").click()
    one.page.goto("/stories/")
    assert one.page.evaluate("getComputedStyle(document.body, '::before').backgroundColor") != dark
    expect(one.page.locator("html")).to_have_attribute("data-theme", "day-loom")
    one.keep("library-by-day")
    one.check()


def test_it_can_be_used_by_keyboard_alone(visit: Any) -> None:
    one = visit()
    one.page.goto("/")
    one.page.keyboard.press("Tab")
    expect(one.page.get_by_role("link", name="Skip to the page")).to_be_focused()
    one.page.keyboard.press("Enter")
    assert one.page.evaluate("document.activeElement.id") == "main"
    one.page.keyboard.press("Tab")
    expect(one.page.get_by_label("Your sentence")).to_be_focused()
    one.page.keyboard.type(SENTENCE)
    one.page.keyboard.press("Control+Enter")
    one.page.wait_for_url(re.compile("/generations/"))
