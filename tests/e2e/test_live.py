"""The live page shows the true state, whatever becomes of its stream."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Visit
from tests.e2e.test_the_whole_way import await_story, begin_story
from tests.support.copy import Copy

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]
SLOWLY = "60"  # words a second


@pytest.fixture(scope="module")
def slow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    """A copy that writes slowly enough to be interrupted."""
    with Copy(tmp_path_factory.mktemp("live") / "data", SKETCH_WORDS_PER_SECOND=SLOWLY) as running:
        yield running


@pytest.fixture
def visit(browser: Any, slow: Copy) -> Iterator[Any]:
    visits: list[Visit] = []

    def begin(**options: Any) -> Visit:
        visits.append(Visit(browser, slow, **{"color_scheme": "dark", **options}))
        return visits[-1]

    yield begin
    for one in visits:
        one.context.close()


def await_words(page: Page, number: int = 1) -> None:
    page.wait_for_function(
        "number => document.querySelector('.prose-book').textContent.split(/\\s+/).length > number",
        arg=number,
    )


def words_of(page: Page) -> int:
    return len(page.locator("[data-text]").inner_text().split())


def words_so_far(page: Page) -> int:
    """As the server has them."""
    status = page.request.get(str(page.locator("[data-live]").get_attribute("data-live")))
    return len(status.json()["partial_text"].split())


def words_of_book(page: Page) -> int:
    return len(page.locator(".prose-book").inner_text().split())


def test_events_are_pushed_and_the_status_is_seldom_asked(visit: Any) -> None:
    one = visit()
    asked: list[str] = []
    one.page.on("request", lambda request: asked.append(request.url))
    begin_story(one.page)
    await_words(one.page, 30)
    at_first = sum("/status/" in url for url in asked)
    await_words(one.page, 90)
    assert sum("/events" in url for url in asked) == 1
    assert sum("/status/" in url for url in asked) <= at_first + 1
    assert "%" in one.page.title()
    one.check()


def test_a_blocked_stream_changes_nothing_but_the_pace(visit: Any) -> None:
    one = visit()
    one.page.route("**/live/generations/**", lambda route: route.abort())
    begin_story(one.page)
    await_words(one.page, 20)
    expect(one.page.locator("[data-step=story]")).to_have_attribute("data-state", "done", timeout=60_000)
    await_story(one.page)


@pytest.mark.long
def test_a_stream_that_is_held_back_changes_nothing_but_the_pace(visit: Any) -> None:
    """As by a proxy that keeps what it should pass on."""
    one = visit()
    one.page.route("**/live/generations/**", lambda route: time.sleep(0))  # never answered
    begin_story(one.page)
    await_words(one.page, 20)
    await_story(one.page)


def test_reload_in_the_middle_shows_what_is_written(visit: Any) -> None:
    one = visit()
    begin_story(one.page)
    await_words(one.page, 60)
    before = words_of(one.page)
    one.page.wait_for_timeout(700)  # what is written is saved twice a second
    one.page.reload()
    assert words_of(one.page) >= before
    await_story(one.page)
    assert words_of_book(one.page) >= before
    one.check()


@pytest.mark.long
def test_two_tabs_show_the_same(visit: Any) -> None:
    one = visit()
    begin_story(one.page)
    other = one.context.new_page()
    other.goto(one.page.url)
    await_words(other, 20)
    for page in (one.page, other):
        expect(page.locator("[data-finished]")).to_be_visible(timeout=90_000)
        expect(page.locator("[data-percent]")).to_have_text("100")


@pytest.mark.long
def test_the_text_on_the_page_is_the_text_of_the_story(visit: Any, slow: Copy) -> None:
    one = visit()
    begin_story(one.page)
    one.page.mouse.wheel(0, 10)  # somebody reads here
    expect(one.page.locator("[data-finished]")).to_be_visible(timeout=90_000)
    one.page.wait_for_timeout(5000)
    assert "/generations/" in one.page.url
    assert one.page.title().startswith("✓ ")
    shown = one.page.locator("[data-text] p").all_inner_texts()
    (text,) = slow.query("SELECT story_text FROM stories_story ORDER BY created_at DESC LIMIT 1")[0]
    assert [part.strip() for part in text.split("\n\n") if part.strip()] == shown
    one.page.get_by_role("link", name="Read the story").click()
    one.page.wait_for_url("**/story/**")


def test_without_javascript_the_page_shows_how_it_stands(visit: Any) -> None:
    one = visit(java_script_enabled=False)
    begin_story(one.page)
    expect(one.page.locator("[data-step=story]")).to_have_attribute("data-state", "done", timeout=60_000)
    expect(one.page.get_by_role("link", name="Read the story")).to_be_visible(timeout=90_000)
    one.page.get_by_text("What happened").click()
    expect(one.page.locator("[data-log] li").last).to_contain_text("Finished.")


def test_escape_stops_it_and_frees_the_worker(visit: Any, slow: Copy) -> None:
    one = visit()
    begin_story(one.page)
    await_words(one.page, 10)
    one.page.keyboard.press("Escape")
    expect(one.page.get_by_role("heading", name="Stopped")).to_be_visible()
    free = "SELECT count(*) FROM stories_step WHERE status = 'running'"
    assert slow.query(free)[0][0] == 0
    one.page.get_by_text("What happened").click()
    expect(one.page.locator("[data-log] li").last).to_contain_text("Stopped.")
    # Both places of the language model are free again: two more are written at once.
    for _ in range(2):
        slow.generate("Another one", images=False)
    deadline = time.monotonic() + 10
    while slow.query(free)[0][0] < 2:
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.mark.long
def test_the_keys_tell_of_escape_while_there_is_something_to_stop(visit: Any) -> None:
    one = visit()
    begin_story(one.page)
    await_words(one.page, 5)
    one.page.keyboard.press("?")
    stops = one.page.locator("#keys dt", has_text="Esc").locator("+ dd")
    expect(stops).to_have_text("Stop this story")
    one.page.keyboard.press("Escape")  # closes the list and does no more
    expect(one.page.locator("#keys")).to_be_hidden()
    expect(one.page.get_by_role("button", name="Stop")).to_be_enabled()


@pytest.mark.long
def test_escape_does_nothing_while_something_is_typed_or_asked(visit: Any) -> None:
    one = visit()
    begin_story(one.page)
    await_words(one.page, 5)
    one.page.evaluate("document.querySelector('main').append(document.createElement('input'))")
    one.page.locator("main > input").press("Escape")
    one.page.evaluate(
        "document.querySelector('main').append(Object.assign(document.createElement('dialog'), {id: 'ask'}));"
        "document.querySelector('#ask').showModal()"
    )
    one.page.keyboard.press("Escape")
    one.page.wait_for_timeout(500)
    expect(one.page.get_by_role("button", name="Stop")).to_be_visible()


@pytest.mark.long
def test_a_tab_that_nobody_sees_does_without_its_stream(visit: Any) -> None:
    one = visit()
    asked: list[str] = []
    one.page.on("request", lambda request: asked.append(request.url))
    begin_story(one.page)
    hide = """Object.defineProperty(document, 'hidden', {value: %s, configurable: true});
        document.dispatchEvent(new Event('visibilitychange'))"""
    # At once: on a busy machine the story may be whole in the time that a word takes to be seen.
    with one.page.expect_event("requestfailed", lambda request: "/events" in request.url):
        one.page.evaluate(hide % "true")
    one.page.wait_for_load_state("networkidle")  # what was on its way arrives
    seen = words_of(one.page)
    deadline = time.monotonic() + 30
    while (written := words_so_far(one.page)) < seen + 20 and time.monotonic() < deadline:
        one.page.wait_for_timeout(200)
    assert written >= seen + 20, "nothing more was written"
    assert words_of(one.page) <= seen + 5
    assert sum("/events" in url for url in asked) == 1
    one.page.evaluate(hide % "false")
    await_words(one.page, seen + 15)  # a title counts among what is written
    assert sum("/events" in url for url in asked) == 2


@pytest.mark.long
def test_the_log_grows_while_it_is_looked_at(visit: Any) -> None:
    one = visit()
    begin_story(one.page)
    one.page.get_by_text("What happened").click()
    log = one.page.locator("[data-log] li")
    expect(log.filter(has_text="Writing the story: done in")).to_be_visible(timeout=60_000)
    expect(log.last).to_contain_text("Finished.", timeout=60_000)
    numbers = log.evaluate_all("entries => entries.map(entry => Number(entry.dataset.event))")
    assert numbers == sorted(set(numbers))


@pytest.mark.long
def test_open_streams_do_not_hold_up_the_end(tmp_path: Path) -> None:
    with Copy(tmp_path / "data", SKETCH_WORDS_PER_SECOND=SLOWLY) as copy:
        session_id = copy.generate("A long, long story")
        with httpx.stream("GET", f"{copy.url}/live/generations/{session_id}/events", timeout=30) as stream:
            lines = stream.iter_lines()
            assert next(lines).startswith("retry:")
            began = time.monotonic()
            assert copy.stop() == 0
            assert time.monotonic() - began < 10
