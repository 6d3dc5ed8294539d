"""The curators' desk in a real browser: signed in through the door, in both modes, at both widths."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.support.copy import ROOT, Copy

pytestmark = pytest.mark.slow
PASSWORD = "loom-of-the-night-7"
SIZES = {"desktop": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}
PAGES = {
    "dashboard": "/admin/",
    "stories": "/admin/stories/story/",
    "images": "/admin/stories/generatedimage/",
    "generations": "/admin/stories/generationsession/",
    "queue": "/admin/stories/story/queue/",
    "withheld": "/admin/stories/generationsession/withheld/",
    "accounts": "/admin/auth/user/",
    "results": "/admin/django_celery_results/taskresult/",
}


@pytest.fixture(scope="module")
def curator(copy: Copy) -> str:
    """An account that may do everything, and a finished story to look at."""
    environ = {**copy.environ, **copy.variables(), "DJANGO_SUPERUSER_PASSWORD": PASSWORD}
    words = ["manage.py", "createsuperuser", "--noinput", "--username=ada", "--email=ada@stories.example"]
    subprocess.run([sys.executable, *words], cwd=ROOT, env={**os.environ, **environ}, check=True)
    copy.wait([copy.generate("A heron who kept the time")], 90)
    copy.query("UPDATE stories_story SET publish_asked_at = now() RETURNING id")  # so that the queue has one
    return "ada"


def sign_in(here: Any, name: str) -> None:
    here.page.goto("/admin/")
    here.page.get_by_label("Username").fill(name)
    here.page.locator("[name=password]").fill(PASSWORD)
    here.page.get_by_role("button", name="Log in").click()
    here.page.wait_for_url("**/admin/")


@pytest.mark.long
@pytest.mark.parametrize("mode", ["dark", "light"])
@pytest.mark.parametrize("size", SIZES)
def test_every_page_stands_on_its_own_and_can_be_read_by_all(
    visit: Any, curator: str, mode: str, size: str
) -> None:
    here = visit(color_scheme=mode, viewport=SIZES[size])
    here.page.goto("/admin/")
    assert Axe().run(here.page).violations_count == 0
    sign_in(here, curator)
    for name, address in PAGES.items():
        here.page.goto(address)
        here.page.wait_for_load_state("networkidle")
        here.check()
        found = Axe().run(here.page)
        assert found.violations_count == 0, f"{name}: {found.generate_report()}"


def test_from_the_list_to_the_book(visit: Any, curator: str) -> None:
    """Hide a story, and read why on its page."""
    here = visit(viewport=SIZES["desktop"])
    sign_in(here, curator)
    page = here.page
    page.get_by_role("link", name="Stories").click()
    page.locator("#result_list tbody th a").first.click()
    page.get_by_role("button", name="Hide").click()
    page.get_by_label("Reason").fill("The heron is a real one.")
    page.get_by_role("button", name="Hide").click()
    page.get_by_role("link", name="Open the book").click()
    assert "The heron is a real one." in page.locator("#hidden-reason").inner_text()
    assert here.problems == []


def test_the_sidebar_opens_by_key_on_a_phone(visit: Any, curator: str) -> None:
    here = visit(viewport=SIZES["phone"])
    sign_in(here, curator)
    link = here.page.get_by_role("link", name="Stories")
    assert not link.is_visible()
    here.page.get_by_role("button", name="Sidebar").locator("visible=true").press("Enter")
    link.wait_for(state="visible")
