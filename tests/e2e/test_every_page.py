"""What holds on every page: nothing for axe to find, in both modes and both widths; a light first visit."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.e2e.pages import PAGES, THEMES, WIDTHS, Library
from tests.support.copy import Copy

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]
#: Bytes that a first visit of the home page may take, compressed, without pictures.
FIRST_VISIT = 120_000


@pytest.fixture(scope="package")
def library(copy: Copy) -> Library:
    return Library(copy)


@pytest.mark.long
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(visit: Callable[..., Any], library: Library, name: str) -> None:
    """In both modes at both widths, for which the page is not loaded anew."""
    page = visit(reduced_motion="reduce").page
    told: dict[tuple[str, str], list[str]] = {}
    try:
        library.open(page, name, "dark")
        for mode, theme in THEMES.items():
            page.emulate_media(color_scheme=mode)
            page.evaluate("theme => (document.documentElement.dataset.theme = theme)", theme)
            for width, view in WIDTHS.items():
                page.set_viewport_size(view["viewport"])
                found = Axe().run(page).response["violations"]
                told[mode, width] = [
                    f"{it['id']}: {it['help']}: {[node['target'] for node in it['nodes']][:5]}"
                    for it in found
                ]
        if name == "live":
            expect(page.get_by_role("button", name="Stop")).to_be_visible()
    finally:
        library.release(page)
    assert told == {(mode, width): [] for mode in THEMES for width in WIDTHS}


def test_a_first_visit_of_the_home_page_is_light(visit: Callable[..., Any]) -> None:
    one, taken = visit(), dict[str, int]()

    def weigh(answer: Any) -> None:
        if answer.request.resource_type != "image" and answer.ok:
            body = answer.body()  # unpacked; fonts are packed in themselves
            taken[answer.url] = len(body if answer.request.resource_type == "font" else gzip.compress(body))

    one.page.on("response", weigh)
    one.page.goto("/", wait_until="networkidle")
    assert taken
    assert sum(taken.values()) < FIRST_VISIT, taken
