"""What holds on every page: nothing for axe to find, in both modes and both widths; a light first visit."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.e2e.pages import PAGES, WIDTHS, Library
from tests.support.copy import Copy

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]
#: Bytes that a first visit of the home page may take, compressed, without pictures.
FIRST_VISIT = 120_000


@pytest.fixture(scope="package")
def library(copy: Copy) -> Library:
    return Library(copy)


@pytest.mark.parametrize(("mode", "width"), [("dark", "desktop"), ("light", "phone")])
def test_axe_finds_nothing_on_any_page(
    visit: Callable[..., Any], library: Library, width: str, mode: str
) -> None:
    one, told = visit(**WIDTHS[width]), dict[str, list[str]]()
    for name in PAGES:
        library.open(one.page, name, mode)
        found = Axe().run(one.page).response["violations"]
        told[name] = [
            f"{it['id']}: {it['help']}: {[node['target'] for node in it['nodes']][:5]}" for it in found
        ]
    assert told == {name: [] for name in PAGES}


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
