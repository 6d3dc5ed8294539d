"""The library as a person uses it: search, filters, marks, the trash and its undo, keys."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_the_whole_way import PHONE, await_story, begin_story

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]
WIDE: dict[str, Any] = {}
OWL, FOX = "An owl named Zebulon who is afraid of the dark", "A fox who wants to cross the sea"


def fill(page: Page) -> None:
    for sentence in (OWL, FOX):
        page.goto("/")
        page.get_by_label("Your sentence").fill(sentence)
        page.get_by_text("More choices").click()
        page.get_by_role("radio", name="Text only").check()
        page.get_by_label("Genre").select_option("mystery" if sentence == OWL else "sea")
        page.get_by_role("button", name="Weave the story").click()
        page.wait_for_url("**/generations/**")
        await_story(page)


def book(page: Page, sentence: str) -> Any:
    return page.locator("[data-book]", has_text=sentence)


@pytest.mark.parametrize(
    "screen", [pytest.param(WIDE, id="desktop"), pytest.param(PHONE, id="phone", marks=pytest.mark.long)]
)
def test_it_is_looked_through_marked_and_tidied(visit: Any, screen: dict[str, Any]) -> None:
    one = visit(**screen)
    page = one.page
    fill(page)
    page.goto("/stories/")
    expect(page.locator("[data-book]")).to_have_count(2)

    page.get_by_label("Search by title").press_sequentially("zebul")  # half a word
    expect(page.locator("[data-book]")).to_have_count(1)
    assert page.url.endswith("/stories/?q=zebul")
    page.reload()
    expect(page.get_by_label("Search by title")).to_have_value("zebul")
    expect(book(page, OWL)).to_be_visible()
    page.get_by_label("Search by title").fill("")
    expect(page.locator("[data-book]")).to_have_count(2)
    page.get_by_label("Genre").select_option("sea")
    expect(page.locator("[data-book]")).to_have_count(1)
    expect(book(page, FOX)).to_be_visible()
    page.get_by_role("link", name="Show all").click()

    book(page, OWL).get_by_role("button", name="Favourite").click()
    expect(book(page, OWL).get_by_role("button", name="Favourite")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("radio", name="Favourites").check()
    expect(page.locator("[data-book]")).to_have_count(1)
    one.keep(f"favourites-{'phone' if screen else 'desktop'}")
    book(page, OWL).get_by_role("button", name="Favourite").click()
    page.locator(".toast-slip").get_by_role("button", name="Undo").click()
    expect(book(page, OWL).get_by_role("button", name="Favourite")).to_have_attribute("aria-pressed", "true")

    page.goto("/stories/")
    book(page, OWL).get_by_role("button", name="Put into the trash").click()
    expect(page.get_by_text("In the trash", exact=True)).to_be_visible()
    expect(page.get_by_text("lies in the trash")).to_be_visible()
    one.keep(f"trash-slip-{'phone' if screen else 'desktop'}")
    page.locator(".toast-slip").get_by_role("button", name="Undo").click()
    page.wait_for_url("**/story/**")
    page.get_by_role("button", name="Put into the trash").click()
    page.wait_for_url("**/stories/")
    expect(page.locator("[data-book]")).to_have_count(1)
    page.get_by_role("link", name="Trash").click()
    expect(book(page, "Thrown away")).to_be_visible()
    one.check()
    page.get_by_text("For good", exact=True).click()
    page.get_by_role("button", name="Delete for good").click()
    expect(page.get_by_text("Nothing was thrown away")).to_be_visible()


def test_the_keys_are_told_and_never_steal_from_typing(visit: Any) -> None:
    one = visit()
    page = one.page
    page.goto("/")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    expect(page.get_by_text("Search the library")).to_be_visible()
    page.keyboard.press("/")  # not while the sheet is open
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()
    field = page.get_by_label("Your sentence")
    field.click()
    page.keyboard.type("who? and/or")
    expect(field).to_have_value("who? and/or")
    field.blur()
    page.keyboard.press("Control+/")
    assert page.url.endswith("/")
    page.keyboard.press("/")
    page.wait_for_url("**/stories/")
    page.keyboard.press("/")
    expect(page.get_by_label("Search by title")).to_be_focused()
    page.keyboard.type("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()
    one.check()


def test_it_is_night_until_somebody_wants_day(visit: Any) -> None:
    one = visit(color_scheme="light")
    one.page.goto("/")
    night = one.page.evaluate("getComputedStyle(document.body).colorScheme")
    assert night == "dark"
    one.page.get_by_role("button", name="Change to day").click()
    one.page.goto("/stories/")
    assert one.page.evaluate("getComputedStyle(document.body).colorScheme") == "light"


def test_a_phone_hears_nothing_of_keys(visit: Any) -> None:
    one = visit(**PHONE)
    one.page.goto("/")
    expect(one.page.locator("[data-keys]")).to_be_hidden()
    expect(one.page.locator("[data-show-keys]")).to_be_hidden()


@pytest.mark.long
def test_it_is_kept_without_javascript(visit: Any) -> None:
    one = visit(java_script_enabled=False)
    page = one.page
    begin_story(page, OWL)
    read = page.get_by_role("link", name="Read the story")
    expect(read).to_be_visible(timeout=90_000)
    page.goto("/stories/")
    book(page, OWL).get_by_role("button", name="Favourite").click()
    page.get_by_role("radio", name="Favourites").check()
    page.get_by_role("button", name="Search").click()
    expect(page.locator("[data-book]")).to_have_count(1)
    book(page, OWL).get_by_role("button", name="Put into the trash").click()
    expect(page.get_by_text("lies in the trash")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    page.wait_for_url("**/story/**")
    page.get_by_role("link", name="Same, but …").click()
    expect(page.get_by_label("Your sentence")).to_have_value(OWL)
