"""Files, share links and publishing over the API."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from django.test import Client

from stories.books import FORMATS
from stories.models import Story, Visibility
from tests.api.conftest import STORIES
from tests.library import make_story


def at(story: Story, *rest: str) -> str:
    return f"{STORIES}{story.pk}/{'/'.join(rest)}/"


def upload(client: Any, content: bytes, name: str = "file") -> Any:
    file = io.BytesIO(content)
    file.name = "story.zip"
    return client.post(f"{STORIES}import/", {name: file}, format="multipart")


@pytest.mark.parametrize("name", ["epub", "docx", "markdown", "project"])
def test_it_gives_a_file(alice: Any, story: Story, name: str) -> None:
    answer = alice.get(at(story, "export", name))
    assert answer.status_code == 200
    assert answer["Content-Type"] == FORMATS[name].media_type
    assert "attachment" in answer["Content-Disposition"]
    assert zipfile.is_zipfile(io.BytesIO(answer.content))


def test_it_gives_none_to_others(bob: Any, passer_by: Any, story: Story, public_story: Story) -> None:
    for client in (bob, passer_by):
        assert client.get(at(story, "export", "epub")).status_code == 404
        assert client.get(at(public_story, "export", "epub")).status_code == 200
        assert client.get(at(public_story, "export", "project")).status_code == 403


def test_errors_are_json(alice: Any, story: Story) -> None:
    assert alice.get(at(story, "export", "exe")).json()["detail"]
    empty = make_story(alice.person, story_text="")
    answer = alice.get(at(empty, "export", "epub"))
    assert (answer.status_code, list(answer.json())) == (409, ["detail"])
    assert alice.post(at(story, "export", "epub")).status_code == 405


def test_a_project_goes_there_and_back(alice: Any, bob: Any, story: Story) -> None:
    answer = upload(bob, alice.get(at(story, "export", "project")).content)
    assert answer.status_code == 201
    told = answer.json()
    assert (told["title"], told["visibility"], len(told["images"])) == (story.title, "private", 3)
    assert bob.get(answer["Location"]).status_code == 200
    assert alice.get(answer["Location"]).status_code == 404


def test_what_is_no_project_is_refused(alice: Any, settings: Any) -> None:
    assert upload(alice, b"x").json() == {"file": ["This is not a zip file, or not a simple one."]}
    assert upload(alice, b"x", name="other").status_code == 400
    assert alice.post(f"{STORIES}import/", {"file": "x"}, format="json").status_code == 415
    assert alice.post(f"{STORIES}import/", {"file": "x"}, format="multipart").status_code == 400
    assert alice.generic("POST", f"{STORIES}import/", b"x", "multipart/form-data").status_code == 400
    assert alice.get(f"{STORIES}import/").status_code == 405
    settings.FILE_UPLOAD_MAX_BYTES = 100
    answer = upload(alice, b"x" * 1000)
    assert answer.status_code == 413
    assert "MiB" in answer.json()["detail"]
    assert not Story.objects.exists()


def test_a_link_is_made_shown_and_withdrawn(alice: Any, story: Story) -> None:
    assert alice.get(at(story, "share")).status_code == 404
    made = alice.post(at(story, "share"), {"days": 7}, format="json")
    assert made.status_code == 201
    assert made.json()["expires_at"]
    assert alice.get(at(story, "share")).json() == made.json()
    assert Client().get(made.json()["url"]).status_code == 200
    assert alice.delete(at(story, "share")).status_code == 204
    assert Client().get(made.json()["url"]).status_code == 404
    assert alice.delete(at(story, "share")).status_code == 204


@pytest.mark.parametrize("days", [0, 8, -1, "x", True, 7.5, [7], {}, 10**20])
def test_it_takes_no_other_times(alice: Any, story: Story, days: Any) -> None:
    answer = alice.post(at(story, "share"), {"days": days}, format="json")
    assert answer.status_code == 400
    assert "days" in answer.json()


def test_a_link_without_end(alice: Any, story: Story) -> None:
    assert alice.post(at(story, "share"), {}, format="json").json()["expires_at"] is None


@pytest.mark.parametrize("path", ["share", "publishing"])
def test_only_its_owner_and_curators_may(
    alice: Any, bob: Any, passer_by: Any, curator: Any, story: Story, path: str
) -> None:
    for method in ("get", "post", "delete"):
        for client in (bob, passer_by):
            Story.objects.update(visibility=Visibility.PRIVATE)
            assert getattr(client, method)(at(story, path)).status_code == 404
            Story.objects.update(visibility=Visibility.UNLISTED)
            assert getattr(client, method)(at(story, path)).status_code == 403
    assert curator.post(at(story, path), {}, format="json").status_code in (200, 201)


def test_publishing_is_asked_for_and_taken_back(alice: Any, story: Story) -> None:
    asked = alice.post(at(story, "publishing"))
    assert asked.status_code == 200
    assert asked.json()["publish_asked_at"]
    assert alice.get(at(story, "publishing")).json() == asked.json()
    assert alice.delete(at(story, "publishing")).json() == {"visibility": "private", "publish_asked_at": None}


def test_a_public_story_is_not_asked_for(alice: Any, public_story: Story) -> None:
    assert alice.post(at(public_story, "publishing")).status_code == 409
