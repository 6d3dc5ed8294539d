"""German pages, as a German browser shows them; and pages that are read from the right."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.e2e.pages import PAGES, WIDTHS, Library
from tests.e2e.test_every_page import library as library
from tests.e2e.test_the_whole_way import PHONE

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]
SENTENCE = "Eine Bibliothekarin, deren Bücher um Mitternacht flüstern"
GERMAN = {"locale": "de-DE"}
SECONDS = re.compile(r"^\d+(,\d)? s$")


@pytest.mark.long
def test_the_live_page_speaks_german_while_a_stream_tells_it_what_happens(visit: Any) -> None:
    one = visit(**GERMAN)
    page = one.page
    page.goto("/")
    page.get_by_label("Dein Satz").fill(SENTENCE)
    expect(page.locator("[data-keys]")).to_have_text("oder drücke Strg Enter")
    page.get_by_role("button", name="Geschichte weben").click()
    page.wait_for_url("**/generations/**")
    page.locator(".happened summary").click()  # whoever touches the page is not led away from it
    expect(page.locator("[data-label]")).to_have_text("Geschichte schreiben", timeout=30_000)
    expect(page.locator("[data-step=character] [data-note]")).to_have_text("wartet")
    expect(page.locator("[data-finished]")).to_be_visible(timeout=90_000)
    happened = page.locator("[data-log] li span")
    expect(happened.first).to_have_text("Die Geschichte wurde gewünscht.")
    expect(happened.last).to_have_text("Fertig.")
    expect(happened.filter(has_text="mit der eingebauten Skizze, keinem Modell")).to_have_count(5)
    expect(page.locator("[data-step=story] [data-note]")).to_have_text(SECONDS)
    one.check()


def test_a_language_is_chosen_without_a_script_and_kept(visit: Any) -> None:
    page = visit(java_script_enabled=False).page
    page.goto("/stories/?sort=oldest")
    page.get_by_role("button", name="Deutsch").click()
    expect(page).to_have_url(re.compile(r"/stories/\?sort=oldest$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Bibliothek")
    page.goto("/")
    expect(page.get_by_role("button", name="Geschichte weben")).to_be_visible()
    expect(page.get_by_role("button", name="Deutsch")).to_have_attribute("aria-current", "true")


@pytest.mark.long
def test_a_language_is_chosen_on_a_shared_page(visit: Any, library: Library) -> None:
    one = visit()
    library.fill(one.page)
    one.page.goto(library.shared)
    one.page.get_by_role("button", name="Deutsch").click()
    expect(one.page.get_by_text("Kolophon")).to_be_visible()


@pytest.mark.long
@pytest.mark.parametrize("width", WIDTHS)
def test_long_words_stay_within_every_page_and_axe_finds_nothing(
    visit: Callable[..., Any], library: Library, width: str
) -> None:
    one, told = visit(**WIDTHS[width], **GERMAN), dict[str, Any]()
    library.fill(visit().page)
    for name in PAGES:
        library.open(one.page, name, "dark")
        expect(one.page.locator("html")).to_have_attribute("lang", "de")
        one.keep(f"{name}-{width}-de")
        told[name] = measure(one.page), [it["id"] for it in Axe().run(one.page).response["violations"]]
    assert told == {name: (0, []) for name in PAGES}


@pytest.mark.long
@pytest.mark.parametrize("options", [WIDTHS["desktop"], PHONE])
def test_pages_that_are_read_from_the_right_are_mirrored(
    visit: Callable[..., Any], library: Library, options: dict[str, Any]
) -> None:
    one, told = visit(**options), dict[str, int]()
    for name in PAGES:
        library.open(one.page, name, "dark")
        one.page.evaluate("document.documentElement.dir = 'rtl'")
        mark = one.page.locator(".wordmark").bounding_box()
        assert mark["x"] > options["viewport"]["width"] / 2
        told[name] = measure(one.page)
    assert told == dict.fromkeys(PAGES, 0)


def measure(page: Any) -> int:
    """By how many pixels something sticks out at the side."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


@pytest.mark.long
def test_arrow_keys_flick_the_way_in_which_a_page_is_read(visit: Any, library: Library) -> None:
    page = visit().page
    library.fill(page)
    page.goto(f"{library.story}edit/")
    page.get_by_label("Title").fill("Another title of it")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url(library.story)
    page.route(
        "**/versions/*/",
        lambda route: route.fulfill(
            response=(answer := route.fetch()), body=answer.text().replace('dir="ltr"', 'dir="rtl"')
        ),
    )
    page.goto(f"{library.story}versions/1/")
    page.keyboard.press("ArrowLeft")
    page.wait_for_url("**/versions/2/")
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**/versions/1/")
