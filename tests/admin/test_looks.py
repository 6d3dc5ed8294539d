"""The desk loads nothing from elsewhere, and its files survive being collected and named by their content."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import Client

from stories.models import Story
from tests.admin.conftest import GENERATIONS, IMAGES, QUEUE, STORIES, WITHHELD, page
from tests.library import make_generation

UNFOLD = Path(finders.find("unfold/css/styles.css") or "").parents[1]
#: What stands between quotes or brackets and leads to another house. XML's name of SVG is no address.
ELSEWHERE = re.compile(
    r"""(?:src|href|url|@import|hx-get)[=(\s]*["']?(?:https?:)?//(?!www\.w3\.org)[\w.-]+"""
)


@pytest.mark.parametrize("path", sorted(UNFOLD.rglob("*.css")), ids=lambda path: path.name)
def test_the_styles_of_unfold_name_files_that_are_there(path: Path) -> None:
    for name in re.findall(r"url\(['\"]?([^'\")]+)", path.read_text()):
        assert name.startswith("data:") or (path.parent / name).is_file(), name


def test_pages_load_nothing_from_elsewhere(curator: Client, story: Story) -> None:
    session = make_generation(story)
    image = story.images.first()
    assert image is not None
    addresses = ("/admin/", STORIES, IMAGES, GENERATIONS, QUEUE, WITHHELD, f"{STORIES}{story.pk}/change/")
    for address in (*addresses, f"{GENERATIONS}{session.pk}/change/", f"{IMAGES}{image.pk}/change/"):
        text = page(curator, address)
        assert not ELSEWHERE.search(text), address
        names = re.findall(r'(?:src|href)="/static/([^"]+)"', text)
        assert "stories/admin.css" in names
        assert all(finders.find(name) for name in names), address


def test_our_templates_hold_no_script_and_no_style() -> None:
    templates = Path(__file__).resolve().parents[2] / "templates"
    own = [path for folder in ("admin", "unfold") for path in (templates / folder).rglob("*.html")]
    assert len(own) > 8
    for path in own:
        assert not re.search(r"<script|<style|\son[a-z]+=|\sstyle=|javascript:", path.read_text()), path


def test_the_door_is_in_the_same_look_and_lets_in(client: Client, admin_user: Any) -> None:
    text = page(client, "/admin/login/")
    assert "stories/admin.css" in text
    assert not ELSEWHERE.search(text)
    answer = client.post("/admin/login/", {"username": "admin", "password": "password"}, follow=True)
    assert answer.redirect_chain[-1][0] == "/admin/"
    refused = Client().post("/admin/login/", {"username": "admin", "password": "wrong"})
    assert "Please enter the correct" in refused.content.decode()


def test_the_search_of_names_is_not_there(curator: Client) -> None:
    assert curator.get("/admin/search/?s=story&page=abc").status_code == 404


def test_files_can_be_collected_and_named_by_their_content(settings: Any, tmp_path: Path) -> None:
    root = tmp_path / "collected"
    settings.STATIC_ROOT = root
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    sheet = next(root.glob("stories/admin.*.css")).read_text()
    for name in re.findall(r"url\(['\"]?([^'\")]+)", sheet):
        assert (root / "stories" / name).resolve().is_file(), name
    assert list(root.glob("unfold/css/styles.*.css"))
