"""A story's words over the API: versions, hand edits that compare, rewriting, refreshing."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stories import editing
from stories.models import GenerationSession, GenerationStatus, Story, StoryVersion
from tests.library import make_generation

pytestmark = pytest.mark.django_db
NOBODY = "6a8f5a70-1a5e-4d0f-8f54-0f0d1c0f6f5e"


def at(story: Story, rest: str = "") -> str:
    return f"/api/v1/stories/{story.pk}/{rest}"


def post(client: Any, story: Story, rest: str, body: Any, **headers: str) -> Any:
    return client.post(at(story, rest), body, format="json", headers=headers)


def test_a_change_by_hand_is_a_version(alice: Any, story: Story) -> None:
    assert alice.get(at(story, "versions/")).json() == []
    answer = post(alice, story, "versions/", {"title": "Nights"})
    assert (answer.status_code, answer.json()["is_shown"]) == (201, True)
    first, second = alice.get(at(story, "versions/")).json()
    assert (first["number"], first["made_by"], first["is_shown"]) == (1, "original", False)
    assert (second["made_by"], second["part"], second["title"]) == ("person", "title", "Nights")
    assert alice.get(at(story)).json()["title"] == "Nights"


def test_patch_keeps_versions_too(alice: Any, story: Story) -> None:
    answer = alice.patch(at(story), {"title": "Nights", "visibility": "unlisted"}, format="json")
    assert (answer.status_code, answer.json()["visibility"]) == (200, "unlisted")
    assert story.versions.count() == 2


def test_what_was_changed_meanwhile_is_not_written_over(alice: Any, story: Story) -> None:
    revision = alice.get(at(story)).json()["revision"]
    sent = {"If-Match": f'"{revision}"'}
    first = alice.patch(at(story), {"title": "First"}, format="json", headers=sent)
    assert first.status_code == 200
    assert first.json()["revision"] != revision
    for answer in (
        alice.patch(at(story), {"title": "Second"}, format="json", headers=sent),
        post(alice, story, "versions/", {"title": "Second"}, **sent),
    ):
        assert answer.status_code == 409
        assert "changed meanwhile" in answer.json()["detail"]
        kept = StoryVersion.objects.get(pk=answer.json()["version"])
        assert (kept.title, kept.proposed) == ("Second", True)
    assert alice.get(at(story)).json()["title"] == "First"
    other = alice.patch(at(story), {"story_text": "Other words."}, format="json", headers=sent)
    assert other.status_code == 200


def test_a_conflict_changes_nothing_else(alice: Any, story: Story) -> None:
    sent = {"If-Match": '"nonsense"'}
    body = {"title": "Second", "visibility": "unlisted"}
    assert alice.patch(at(story), body, format="json", headers=sent).status_code == 409
    story.refresh_from_db()
    assert story.visibility == "private"


def test_a_passage_is_asked_for(alice: Any, story: Story) -> None:
    answer = post(
        alice, story, "rewrite/", {"part": "story_text", "instruction": " funnier ", "start": 0, "end": 36}
    )
    assert answer.status_code == 202
    assert answer.headers["Location"].endswith(f"/api/v1/generations/{answer.json()['session_id']}/")
    [step] = answer.json()["steps"]
    assert (step["name"], step["label"]) == ("rewrite", "Rewriting")
    session = GenerationSession.objects.get()
    assert session.steps.get().wanted == {
        "part": "story_text", "instruction": "funnier", "start": 0, "end": 36,
        "passage": "Once there was a dragon who painted.",
    }  # fmt: skip
    assert post(alice, story, "rewrite/", {"part": "title", "instruction": "x"}).status_code == 409


def test_a_passage_of_an_earlier_text_is_a_conflict(alice: Any, story: Story) -> None:
    body = {"part": "title", "instruction": "shorter"}
    assert post(alice, story, "rewrite/", body, **{"If-Match": '"old"'}).status_code == 409
    assert post(alice, story, "rewrite/", body | {"passage": "nowhere"}).status_code == 409
    assert not GenerationSession.objects.exists()


def test_a_version_is_kept(alice: Any, story: Story) -> None:
    post(alice, story, "versions/", {"title": "Nights"})
    original = story.versions.get(number=1)
    answer = post(alice, story, f"versions/{original.pk}/keep/", {})
    assert (answer.status_code, answer.json()["is_shown"]) == (200, True)
    assert alice.get(at(story)).json()["title"] == "The Painter of Nights"


def test_what_is_out_of_date_is_made_anew(alice: Any, story: Story) -> None:
    assert post(alice, story, "refresh/", {}).status_code == 409
    make_generation(story)
    post(alice, story, "versions/", {"story_text": "A knight."})
    answer = post(alice, story, "refresh/", {})
    assert [step["name"] for step in answer.json()["steps"]][:2] == ["character", "background"]
    GenerationSession.objects.exclude(redo="").delete()
    one = post(alice, story, "refresh/", {"steps": ["character"]})
    assert [step["name"] for step in one.json()["steps"]] == ["character"]


CALLS = ["versions/", "rewrite/", "refresh/"]
GOOD = {"versions/": {"title": "x"}, "rewrite/": {"part": "title", "instruction": "x"}, "refresh/": {}}


@pytest.mark.parametrize("call", CALLS)
def test_only_those_who_may_change_it_may(
    call: str, alice: Any, bob: Any, visitor: Any, curator: Any, public_story: Story, story: Story
) -> None:
    for stranger in (bob, visitor):
        assert post(stranger, public_story, call, GOOD[call]).status_code == 403
        assert post(stranger, story, call, GOOD[call]).status_code == 404
    assert bob.get(at(public_story, "versions/")).status_code == 403
    assert bob.get(at(story, "versions/")).status_code == 404
    assert curator.get(at(story, "versions/")).status_code == 200
    assert post(curator, public_story, call, GOOD[call]).status_code in (201, 202, 409)
    version = editing.edit_words(story, person=alice.person, changes={"title": "x"})
    assert bob.post(at(story, f"versions/{version.pk}/keep/")).status_code == 404
    assert alice.post(at(public_story, f"versions/{version.pk}/keep/")).status_code == 404
    assert alice.post(at(story, f"versions/{NOBODY}/keep/")).status_code == 404


BAD = [None, 5, True, [], {}, "", " ", "x" * 200_000, "a\x00b", "\ud800", ["x"], {"a": 1}]


@pytest.mark.parametrize(
    ("call", "field", "values"),
    [
        ("versions/", "title", [*BAD, "two\nlines"]),
        ("versions/", "story_text", BAD),
        ("versions/", "character_description", [one for one in BAD if one not in ("", " ")]),
        ("rewrite/", "instruction", BAD),
        ("rewrite/", "part", [*BAD, "story"]),
        ("rewrite/", "start", [-1, "x", 1.5, [], {}, 10**30]),
        ("rewrite/", "end", [-1, 0, "x", [], {}, 10**30]),
        ("rewrite/", "passage", BAD),
        (
            "refresh/",
            "steps",
            [5, "character", {}, ["story"], [5], [[]], ["\ud800"], ["character"] * 9, None],
        ),
    ],
)
def test_bad_input_is_named(alice: Any, story: Story, call: str, field: str, values: list[Any]) -> None:
    for value in values:
        body = json.dumps({**GOOD[call], field: value})
        answer = alice.post(at(story, call), body, content_type="application/json")
        assert answer.status_code == 400, (value, answer.content[:200])
        assert field in answer.json(), (value, answer.json())
    assert not story.versions.exists()
    assert not GenerationSession.objects.exists()


@pytest.mark.parametrize("call", CALLS)
def test_bad_bodies_are_told(alice: Any, story: Story, call: str) -> None:
    for body, code in (("[]", 400), ("{", 400), ("", 400), ('"x"', 400)):
        answer = alice.post(at(story, call), body, content_type="application/json")
        assert answer.status_code == code or (call == "refresh/" and answer.status_code == 409), body
    assert alice.post(at(story, call), "x=1", content_type="text/plain").status_code == 415
    assert alice.put(at(story, call), "{}", content_type="application/json").status_code == 405


@pytest.mark.parametrize("revision", ["\x01", "*", "W/x", "x" * 5000, "é", '"'])
def test_any_if_match_is_answered(alice: Any, story: Story, revision: str) -> None:
    answer = alice.patch(at(story), {"title": "x"}, format="json", HTTP_IF_MATCH=revision)
    assert answer.status_code in (200, 409)


def test_a_story_that_is_being_made_waits(alice: Any, story: Story) -> None:
    make_generation(story, GenerationStatus.COMPLETED)
    GenerationSession.objects.create(story=story, person=story.person)
    assert post(alice, story, "rewrite/", GOOD["rewrite/"]).status_code == 409
    assert post(alice, story, "refresh/", {"steps": ["character"]}).status_code == 409
    assert post(alice, story, "versions/", {"title": "By hand it can"}).status_code == 201
