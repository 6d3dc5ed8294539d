"""A curator takes stories away as project files."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone

from stories.admin import exporting
from stories.books import project
from stories.books.importing import import_project
from stories.models import Story
from stories.people import Person
from tests.admin.conftest import STORIES, VISITOR, act, page
from tests.library import make_story


def export(client: Client, *stories: Story, **more: str) -> Any:
    chosen = [str(story.pk) for story in stories]
    return client.post(STORIES, {"action": "export", "_selected_action": chosen, **more})


def read(answer: Any) -> zipfile.ZipFile:
    assert answer["Content-Type"] == "application/zip"
    return zipfile.ZipFile(io.BytesIO(b"".join(answer) if answer.streaming else answer.content))


def test_one_story_is_a_project_file(curator: Client, story: Story) -> None:
    assert 'value="export"' in page(curator, f"{STORIES}{story.pk}/change/")
    answer = export(curator, story, back="page")
    assert ".starloom.zip" in answer["Content-Disposition"]
    assert "project.json" in read(answer).namelist()


def test_several_are_a_zip_of_them_and_each_can_be_imported(curator: Client, story: Story) -> None:
    other = make_story(VISITOR, title=story.title, pictures=False)
    archive = read(export(curator, story, other))
    names = archive.namelist()
    assert len(set(names)) == 2
    anew = [import_project(io.BytesIO(archive.read(name)), Person("visitor:bob")) for name in names]
    assert [one.story_text for one in anew] == [story.story_text] * 2


def test_what_has_no_text_or_lies_in_the_trash_is_left_out(curator: Client, story: Story) -> None:
    blank = make_story(VISITOR, story_text="", pictures=False)
    trashed = make_story(VISITOR, trashed_at=timezone.now(), pictures=False)
    for one in (blank, trashed):
        assert 'value="export"' not in page(curator, f"{STORIES}{one.pk}/change/").partition("</form>")[0]
    assert len(read(export(curator, story, blank, trashed)).namelist()) == 1
    assert "2 left out" in page(curator, STORIES)
    assert "2 left out" in act(curator, STORIES, "export", blank, trashed)


@pytest.mark.parametrize("number", [1, 2])
def test_one_that_could_not_come_back_is_told(
    curator: Client, story: Story, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = [make_story(VISITOR, pictures=False) for _ in range(number - 1)]
    monkeypatch.setattr(project, "IMAGES_MAX", 0)
    assert "and a project file may hold 0" in act(curator, STORIES, "export", story, *others)


@pytest.mark.parametrize(
    ("limit", "least", "words"),
    [("STORIES_MOST", 1, "at most 1 stories"), ("BYTES_MOST", 10, "Choose fewer")],
)
def test_a_zip_is_bounded(
    curator: Client, story: Story, monkeypatch: pytest.MonkeyPatch, limit: str, least: int, words: str
) -> None:
    monkeypatch.setattr(exporting, limit, least)
    assert words in act(curator, STORIES, "export", story, make_story(VISITOR))


def test_who_may_only_look_takes_nothing_away(client: Client, story: Story) -> None:
    user = User.objects.create_user("carol", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="view_story"))
    client.force_login(user)
    assert export(client, story)["Content-Type"].startswith("text/html")
