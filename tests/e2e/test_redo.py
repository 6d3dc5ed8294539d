"""A part of a book is changed, by hand and by a wish, and the way back is always open."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, FilePayload, Page, expect

from tests.e2e.conftest import Visit
from tests.e2e.test_the_whole_way import PHONE, await_story, begin_story
from tests.support.copy import Copy

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]
DESKTOP = {"viewport": {"width": 1440, "height": 900}}

#: Selects the first words of a paragraph, as dragging over them does.
SELECT = """paragraph => {
    const words = document.createRange();
    words.setStart(paragraph.firstChild, 0);
    words.setEnd(paragraph.firstChild, paragraph.firstChild.length);
    getSelection().removeAllRanges();
    getSelection().addRange(words);
}"""

#: Selects from the third letter of a paragraph to the second last, as a drag does, and lets the mouse go.
SELECT_PIECE = """paragraph => {
    const node = paragraph.firstChild, letters = node.data;
    const from = letters.search(/\\p{L}{4}/u) + 2, to = letters.search(/\\p{L}{4}[^\\p{L}]*$/u) + 2;
    getSelection().setBaseAndExtent(node, from, node, to);
    paragraph.dispatchEvent(new PointerEvent("pointerup", { bubbles: true }));
    return [letters.slice(from, to), letters.slice(0, from), letters.slice(to)];
}"""


@pytest.fixture(scope="module")
def project_file(browser: Browser, copy: Copy) -> FilePayload:
    """A story as a file: brought in again for each test, which is quicker than to tell it again."""
    one = Visit(browser, copy)
    begin_story(one.page)
    await_story(one.page)
    buffer = one.context.request.get(f"{one.page.url.split('#')[0]}export/project/").body()
    one.context.close()
    return {"name": "story.zip", "mimeType": "application/zip", "buffer": buffer}


@pytest.fixture(
    params=[
        pytest.param(DESKTOP, id="desktop"),
        pytest.param(PHONE, id="phone", marks=pytest.mark.long),
    ]
)
def book(request: Any, visit: Callable[..., Any], project_file: FilePayload) -> Any:
    one = visit(**request.param)
    one.name = request.node.callspec.id
    one.page.goto("/import/")
    one.page.locator("input[type=file]").set_input_files(project_file)
    one.page.get_by_role("button", name="Bring it in").click()
    await_story(one.page)
    return one


def text_of(page: Page) -> str:
    return page.locator("#text").inner_text()


def test_words_are_edited_by_hand_and_save_themselves(book: Any) -> None:
    page: Page = book.page
    first = page.locator("#text p").first.inner_text()
    page.get_by_role("link", name="Edit by hand").first.click()
    title = page.get_by_label("Title")
    title.fill("The Painter of Nights")
    expect(page.get_by_text("Saved. Every version is kept.")).to_be_visible()
    story = page.get_by_label("The story.")
    story.press("Control+Home")
    story.press_sequentially("Listen! ")
    expect(page.get_by_text("Saved. Every version is kept.")).to_be_visible()
    book.keep(f"edit-{book.name}")
    page.reload()
    expect(page.get_by_label("Title")).to_have_value("The Painter of Nights")
    page.get_by_role("link", name="Back to the book").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The Painter of Nights")
    assert text_of(page).upper().startswith("LISTEN! " + first[:12].upper())
    expect(page.get_by_text("The story has changed since this was written.")).to_have_count(2)
    book.keep(f"stale-{book.name}")
    page.get_by_role("link", name="3 versions").click()
    page.wait_for_url("**/versions/3/")
    listed = page.locator("#all-versions li")
    expect(listed).to_have_count(3)
    expect(listed.first).to_contain_text("Shown now")
    book.keep(f"versions-{book.name}")
    book.check()
    second = page.get_by_role("link", name="Version 2", exact=True)
    second.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/versions/2/")
    expect(listed.first).to_be_hidden()
    page.keyboard.press("ArrowLeft")
    page.wait_for_url("**/versions/1/")
    page.get_by_role("button", name="Keep this one").click()
    expect(page.locator("#text p").first).to_have_text(first, ignore_case=True)
    expect(page.get_by_text("The story has changed since this was written.")).to_have_count(0)
    book.check()


def test_two_tabs_do_not_write_over_each_other(book: Any) -> None:
    page: Page = book.page
    address = f"{page.url.split('#')[0]}edit/"
    other = book.context.new_page()
    for tab in (page, other):
        tab.goto(address)
    page.get_by_label("Title").fill("One tab")
    expect(page.get_by_text("Saved. Every version is kept.")).to_be_visible()
    other.get_by_label("Title").fill("The other tab")
    expect(other.get_by_text("This was changed meanwhile")).to_be_visible()
    other.get_by_role("link", name="Compare with version 3").click()
    expect(other.locator("del")).to_have_text("One")
    expect(other.locator("ins")).to_have_text("The other")
    other.get_by_role("button", name="Keep this one").click()
    expect(other.get_by_role("heading", level=1)).to_have_text("The other tab")


def test_a_passage_is_made_funnier_kept_and_brought_back(book: Any) -> None:
    page: Page = book.page
    before = text_of(page)
    paragraph = page.locator("#text p").nth(1)
    old = paragraph.inner_text()
    paragraph.evaluate(SELECT)
    bar = page.get_by_role("form", name="Change the selected words")
    expect(bar).to_be_visible()
    book.keep(f"selection-{book.name}")
    bar.get_by_role("button", name="Funnier").click()
    comparison = page.get_by_role("region", name="A new version is here")
    expect(comparison).to_be_visible(timeout=30_000)
    expect(comparison.locator("ins")).not_to_have_count(0)
    assert comparison.locator(".old").inner_text().endswith(old)
    assert text_of(page) == before, "a proposal is not shown before it is kept"
    book.keep(f"diff-{book.name}")
    book.check()
    added = comparison.locator("ins").first.inner_text().strip()
    comparison.get_by_role("button", name="Keep this one").click()
    expect(page.locator("#text p").nth(1)).to_contain_text(added)
    page.keyboard.press("ArrowLeft")
    page.wait_for_url("**/versions/2/")
    page.keyboard.press("ArrowLeft")
    page.wait_for_url("**/versions/1/")
    page.get_by_role("button", name="Keep this one").click()
    page.wait_for_url(lambda url: "versions" not in url)
    assert text_of(page) == before


def test_own_words_are_what_enter_sends_and_what_comes_is_in_sight(book: Any) -> None:
    page: Page = book.page
    text = page.locator("#change-story_text")
    text.locator("summary").click()
    field = text.get_by_label("In your own words")
    field.fill("funnier, please")
    field.press("Enter")
    comparison = page.get_by_role("region", name="A new version is here")
    expect(comparison).to_be_visible(timeout=30_000)
    expect(comparison.locator(".comparison-made").first).to_contain_text("funnier, please")
    expect(comparison.get_by_role("heading", name="A new version is here")).to_be_in_viewport()
    comparison.get_by_role("button", name="Go back to what was").click()
    expect(page.get_by_text("Nothing was changed. Version 2 is kept.")).to_be_visible()
    expect(page.locator("#text")).to_be_in_viewport()


@pytest.mark.long
def test_a_selection_from_the_middle_of_a_word_takes_the_whole_of_it(book: Any) -> None:
    page: Page = book.page
    paragraph = page.locator("#text p").nth(1)
    piece, before, after = paragraph.evaluate(SELECT_PIECE)
    bar = page.get_by_role("form", name="Change the selected words")
    expect(bar).to_be_visible()
    shown = str(page.evaluate("getSelection().toString()"))
    start, end = re.findall(r"\w*$", before)[0], re.findall(r"^\w*", after)[0]
    assert start and end
    assert shown == start + piece + end, "what is selected is what will be changed"
    bar.get_by_role("button", name="Funnier").click()
    comparison = page.get_by_role("region", name="A new version is here")
    expect(comparison).to_be_visible(timeout=30_000)
    comparison.get_by_role("button", name="Keep this one").click()
    expect(comparison).to_have_count(0)
    whole = paragraph.inner_text()
    head, tail = before.removesuffix(start), after.removeprefix(end)
    assert whole.startswith(f"{head}{start}{piece[:2]}")
    assert whole.endswith(tail)
    assert len(whole) > len(head + shown + tail)
    assert "  " not in whole
    assert not re.search(r"\w\s+[.,]|[.,]{2}", whole), "no mark stands alone or twice"


def test_the_hero_is_moved_by_hand_and_stands_where_it_was_dropped(book: Any) -> None:
    page: Page = book.page
    place = page.locator("#combined .plate-frame img")
    scene = place.get_attribute("src")
    earlier = pixels(page, scene)
    page.get_by_text("Change this").first.click()
    page.get_by_role("link", name="Move the hero by hand").click()
    stage = page.get_by_role("application")
    page.wait_for_load_state("networkidle")
    # As the scene has it, the preview shows it.
    assert agreement(stage, earlier) > 0.9
    frame = stage.bounding_box()
    hero = page.locator("[data-hero]").bounding_box()
    assert frame is not None and hero is not None
    across = 0.25 if hero["x"] + hero["width"] / 2 < frame["x"] + frame["width"] / 2 else -0.25
    middle = (hero["x"] + hero["width"] / 2, hero["y"] + hero["height"] / 2)
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0] + across * frame["width"], middle[1], steps=5)
    page.mouse.up()
    stage.focus()
    for key in ("f", "-", "-", "ArrowDown"):
        page.keyboard.press(key)
    book.keep(f"place-{book.name}")
    shown = Image.open(io.BytesIO(stage.screenshot())).convert("RGB")
    page.get_by_role("button", name="Keep it there").click()
    page.wait_for_url("**/story/*/#combined", timeout=30_000)
    now = pixels(page, page.locator("#combined .plate-frame img").get_attribute("src"))
    changed = np.abs(np.asarray(now, dtype=int) - np.asarray(earlier, dtype=int)).mean()
    assert changed > 2, "the scene is the same as before"
    assert compare(shown, now) > 0.9
    book.check()


def pixels(page: Page, address: str | None) -> Image.Image:
    """A picture of the page, asked for as its browser asks."""
    assert address
    answer = page.request.get(address)
    return Image.open(io.BytesIO(answer.body())).convert("RGB")


def agreement(stage: Any, scene: Image.Image) -> float:
    return compare(Image.open(io.BytesIO(stage.screenshot())).convert("RGB"), scene)


def compare(shown: Image.Image, scene: Image.Image) -> float:
    """How alike two pictures are: the correlation of their brightness, 1 where only the light differs."""
    size = (256, 192)
    one, two = (
        np.asarray(picture.convert("L").resize(size), dtype=float).ravel() for picture in (shown, scene)
    )
    return float(np.corrcoef(one, two)[0, 1])


def test_light_and_size_of_the_text_are_remembered(book: Any) -> None:
    page: Page = book.page
    size = "getComputedStyle(document.querySelector('#text')).fontSize"
    usual = float(str(page.evaluate(size)).removesuffix("px"))
    page.get_by_role("button", name="Larger text").click()
    page.get_by_label("Paper").check()
    page.reload()
    assert float(str(page.evaluate(size)).removesuffix("px")) > usual
    expect(page.get_by_label("Paper")).to_be_checked()
    expect(page.locator("html")).to_have_attribute("data-reading", "paper")
    book.keep(f"paper-{book.name}")
    page.get_by_label("Night", exact=True).check()
    page.evaluate("localStorage.clear()")
    page.emulate_media(color_scheme="light")  # the system's, which nobody asks: it is night
    page.reload()
    expect(page.get_by_label("Night", exact=True)).to_be_checked()
    page.get_by_label("Paper").check()
    page.goto("/stories/")
    expect(page.locator("html")).not_to_have_attribute("data-reading", "paper")
    book.check()


def test_words_are_edited_and_rewritten_without_javascript(visit: Any) -> None:
    one = visit(java_script_enabled=False)
    page: Page = one.page
    begin_story(page)
    page.get_by_role("link", name="Read the story").click(timeout=90_000)
    page.get_by_role("link", name="Edit by hand").first.click()
    page.get_by_label("Title").fill("By hand")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("By hand")
    page.get_by_text("Change the title").click()
    page.locator("#change-title").get_by_role("button", name="Funnier").click()
    page.get_by_role("link", name="Compare it with what is shown").click(timeout=30_000)
    page.get_by_role("button", name="Keep this one").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("By Hand")
