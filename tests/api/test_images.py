"""One picture is made anew, all versions are kept, and the rest of the story stays as it is."""

from __future__ import annotations

from typing import Any

import pytest

from stories.models import GeneratedImage, GenerationSession, GenerationStatus, Story
from tests.library import add_picture, make_generation, make_story

pytestmark = pytest.mark.django_db
STORIES = "/api/v1/stories/"


@pytest.fixture
def story(alice: Any) -> Story:
    return make_story(alice.person)


def images_of(story: Story) -> str:
    return f"{STORIES}{story.pk}/images/"


def picture(story: Story, image_type: str = "character") -> GeneratedImage:
    return story.images.get(image_type=image_type, is_live=True)


def test_it_starts_the_steps_of_that_picture_alone(alice: Any, story: Story) -> None:
    answer = alice.post(images_of(story), {"image_type": "character"}, format="json")
    assert answer.status_code == 202
    assert answer.headers["Location"].endswith(f"/api/v1/generations/{answer.json()['session_id']}/")
    [step] = answer.json()["steps"]
    assert (step["name"], step["status"]) == ("character_image", "ready")
    session = GenerationSession.objects.get()
    assert session.redo == "character"
    assert session.steps.get().wanted == {}, "another try may take another seed"


def test_it_can_merge_the_scene_after_it(alice: Any, story: Story) -> None:
    steps = alice.post(images_of(story), {"image_type": "background", "merge": True}, format="json").json()[
        "steps"
    ]
    assert [(step["name"], step["status"]) for step in steps] == [
        ("background_image", "ready"), ("combined_image", "waiting"),
    ]  # fmt: skip
    session = GenerationSession.objects.get()
    assert session.steps.get(name="combined_image").after == ["background_image"]


def test_what_is_asked_reaches_the_step(alice: Any, story: Story) -> None:
    wanted = {"seed": 11, "style": "ink", "description": "A tall red dragon."}
    alice.post(images_of(story), {"image_type": "character", **wanted}, format="json")
    assert GenerationSession.objects.get().steps.get().wanted == wanted
    story.refresh_from_db()
    assert story.character_description == "A small green dragon."


def test_like_takes_the_rest_from_that_picture(alice: Any, story: Story) -> None:
    earlier = add_picture(story, is_live=False, seed=5, style="oil", description="A blue dragon.")
    alice.post(
        images_of(story), {"image_type": "character", "like": str(earlier.pk), "style": "ink"}, format="json"
    )
    wanted = GenerationSession.objects.get().steps.get().wanted
    assert wanted == {"seed": 5, "style": "ink", "description": "A blue dragon.", "size": [64, 48]}


def test_a_scene_takes_a_placement(alice: Any, story: Story) -> None:
    placement = {"x": 0.3, "y": 0.95, "height": 0.7, "flipped": True}
    answer = alice.post(images_of(story), {"image_type": "combined", "placement": placement}, format="json")
    assert answer.status_code == 202
    assert GenerationSession.objects.get().steps.get().wanted["placement"] == placement


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"image_type": "portrait"},
        {"image_type": "character", "seed": -1},
        {"image_type": "character", "style": "crayon"},
        {"image_type": "character", "description": 7},
        {"image_type": "character", "description": "x" * 4001},
        {"image_type": "character", "like": "that one"},
        {"image_type": "character", "merge": "perhaps"},
        {"image_type": "combined", "placement": []},
        {"image_type": "combined", "placement": {"x": 0.5}},
        {"image_type": "combined", "placement": {"x": 0.5, "y": 0.9, "height": 9}},
        {"image_type": "combined", "placement": {"x": "left", "y": 0.9, "height": 0.5}},
        {"image_type": "combined", "placement": {"x": True, "y": 0.9, "height": 0.5}},
        {"image_type": "combined", "placement": {"x": 0.5, "y": 0.9, "height": 0.5, "flipped": 1}},
        {"image_type": "combined", "placement": {"x": 0.5, "y": 0.9, "height": 0.5, "z": 1}},
    ],
)
def test_bad_input_is_refused_and_starts_nothing(alice: Any, story: Story, body: dict[str, Any]) -> None:
    answer = alice.post(images_of(story), body, format="json")
    assert answer.status_code == 400
    assert list(answer.json()) == [next(iter(set(body) - {"image_type"}), "image_type")]
    assert not GenerationSession.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        {"image_type": "combined", "style": "ink"},
        {"image_type": "combined", "description": "A hill."},
        {"image_type": "character", "placement": {"x": 0.5, "y": 0.9, "height": 0.5}},
        {"image_type": "character", "like": "6a8f5a70-1a5e-4d0f-8f54-0f0d1c0f6f5e"},
    ],
)
def test_what_does_not_go_together_is_a_conflict(alice: Any, story: Story, body: dict[str, Any]) -> None:
    assert alice.post(images_of(story), body, format="json").status_code == 409
    assert not GenerationSession.objects.exists()


def test_it_needs_what_a_picture_is_made_of(alice: Any) -> None:
    bare = make_story(alice.person, pictures=False, character_description="")
    for image_type in ("character", "combined"):
        answer = alice.post(images_of(bare), {"image_type": image_type}, format="json")
        assert answer.status_code == 409, image_type
    wanted = {"image_type": "character", "description": "A fox."}
    assert alice.post(images_of(bare), wanted, format="json").status_code == 202


def test_one_thing_of_a_story_at_a_time(alice: Any, story: Story) -> None:
    assert alice.post(images_of(story), {"image_type": "character"}, format="json").status_code == 202
    answer = alice.post(images_of(story), {"image_type": "background"}, format="json")
    assert (answer.status_code, GenerationSession.objects.count()) == (409, 1)


def test_others_may_neither_redo_nor_choose(alice: Any, bob: Any, story: Story) -> None:
    image = f"{images_of(story)}{picture(story).pk}/"
    assert bob.get(images_of(story)).status_code == 404
    assert bob.post(images_of(story), {"image_type": "character"}, format="json").status_code == 404
    Story.objects.update(visibility="public")
    assert len(bob.get(images_of(story)).json()) == 3
    assert bob.post(images_of(story), {"image_type": "character"}, format="json").status_code == 403
    assert bob.patch(image, {"is_live": True}, format="json").status_code == 403
    assert not GenerationSession.objects.exists()


def test_an_earlier_version_can_be_chosen_again(alice: Any, story: Story) -> None:
    now, earlier = picture(story), add_picture(story, is_live=False, description="A blue dragon.")
    answer = alice.patch(f"{images_of(story)}{earlier.pk}/", {"is_live": True}, format="json")
    assert (answer.status_code, answer.json()["is_live"]) == (200, True)
    assert picture(story) == earlier
    story.refresh_from_db()
    assert story.character_description == "A blue dragon."
    versions = {version["id"]: version["is_live"] for version in alice.get(images_of(story)).json()}
    assert (versions[str(now.pk)], versions[str(earlier.pk)], len(versions)) == (False, True, 4)


@pytest.mark.parametrize("body", [{}, {"is_live": False}, {"is_live": "x"}])
def test_choosing_nothing_is_refused(alice: Any, story: Story, body: dict[str, Any]) -> None:
    answer = alice.patch(f"{images_of(story)}{picture(story).pk}/", body, format="json")
    assert (answer.status_code, list(answer.json())) == (400, ["is_live"])


def test_a_picture_of_another_story_is_not_found(alice: Any, story: Story) -> None:
    other = make_story(alice.person)
    address = f"{images_of(story)}{picture(other).pk}/"
    assert alice.patch(address, {"is_live": True}, format="json").status_code == 404


def test_what_was_made_before_still_counts_as_made(alice: Any, story: Story) -> None:
    make_generation(story, GenerationStatus.FAILED)
    assert alice.post(images_of(story), {"image_type": "character"}, format="json").status_code == 202
