"""The library and its stories over the API."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any

import pytest
from rest_framework.test import APIClient

from stories.models import GeneratedImage, Story
from tests.api.conftest import STORIES
from tests.library import add_picture, make_story

FIELDS = {
    "id", "title", "prompt", "story_text", "character_description", "background_description", "style",
    "language_model", "visibility", "is_featured", "created_at", "images", "made_by", "genre",
    "language", "is_favourite", "thumb", "likes", "revision",
}  # fmt: skip


BY_SKETCH = [
    "Written by the built-in sketch storyteller, not a language model.",
    "Painted by the built-in sketch painter, not a diffusion model.",
]


def titles(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.json()
    return [story["title"] for story in answer.json()["results"]]


def test_it_shows_a_story_with_its_pictures(alice: APIClient, story: Story) -> None:
    add_picture(story, "character", is_live=False)
    shown = alice.get(f"{STORIES}{story.pk}/").json()
    assert set(shown) == FIELDS
    assert sorted(image["image_type"] for image in shown["images"]) == ["background", "character", "combined"]
    image = shown["images"][0]
    assert set(image) >= {"id", "image_type", "url", "width", "height", "prompt_used", "seed", "model"}
    assert image["url"].startswith("http://testserver/media/images/")
    assert (image["width"], image["height"], image["seed"], image["model"]) == (64, 48, 7, "sketch")
    assert shown["made_by"] == BY_SKETCH


def test_it_tells_what_made_a_story(alice: Any) -> None:
    story = make_story(alice.person, language_model="llama3.2", pictures=False)
    address = f"{STORIES}{story.pk}/"
    assert alice.get(address).json()["made_by"] == ["Written by llama3.2."]
    add_picture(story, "background", model="sd-turbo")
    add_picture(story, "combined", model="merge")
    assert alice.get(address).json()["made_by"] == ["Written by llama3.2.", "Painted by sd-turbo."]
    add_picture(story, "character")
    assert alice.get(address).json()["made_by"][1:] == ["Painted by sd-turbo.", BY_SKETCH[1]]
    Story.objects.update(language_model="sketch:latest")
    assert alice.get(address).json()["made_by"][0] == BY_SKETCH[0]


def test_it_lists_public_ones_and_ones_own(alice: Any, bob: Any, visitor: Any, passer_by: Any) -> None:
    for name, person in (("alice", alice.person), ("bob", bob.person), ("visitor", visitor.person)):
        make_story(person, title=f"Private of {name}", pictures=False)
        make_story(person, title=f"Unlisted of {name}", visibility="unlisted", pictures=False)
    make_story(bob.person, title="For all", visibility="public", pictures=False)
    make_story(passer_by.person, title="From an address", pictures=False)
    make_story(alice.person, title="Not told yet", story_text="", pictures=False)
    own = {"Private of alice", "Unlisted of alice", "For all"}
    assert set(titles(alice.get(STORIES))) == own
    assert set(titles(visitor.get(STORIES))) == {"Private of visitor", "Unlisted of visitor", "For all"}
    assert titles(passer_by.get(STORIES)) == ["For all"]


def test_it_pages_by_twenty(alice: Any) -> None:
    for number in range(21):
        make_story(alice.person, title=f"{number:02}", pictures=False)
    first = alice.get(STORIES, {"ordering": "title"})
    page = first.json()
    assert (set(page), page["count"], len(page["results"])) == (
        {"count", "next", "previous", "results"},
        21,
        20,
    )
    assert page["previous"] is None
    assert titles(alice.get(page["next"])) == ["20"]
    assert titles(first)[:2] == ["00", "01"]
    assert titles(alice.get(STORIES, {"ordering": "-title"}))[0] == "20"
    assert titles(alice.get(STORIES))[0] == "20"
    assert titles(alice.get(STORIES, {"ordering": "created_at"}))[0] == "00"


def test_it_searches_title_prompt_and_text(alice: Any) -> None:
    make_story(
        alice.person, title="The Lamp", prompt="A keeper", story_text="Salt and 100% fog", pictures=False
    )
    make_story(alice.person, title="The Owl", prompt="A lamp", story_text="Feathers", pictures=False)
    assert set(titles(alice.get(STORIES, {"search": "LAMP"}))) == {"The Lamp", "The Owl"}
    assert titles(alice.get(STORIES, {"search": "fog  lamp"})) == ["The Lamp"]
    assert titles(alice.get(STORIES, {"search": "100%"})) == ["The Lamp"]
    assert titles(alice.get(STORIES, {"search": "10_%"})) == []
    assert titles(alice.get(STORIES, {"search": "lamp'; DROP TABLE stories_story"})) == []
    assert len(titles(alice.get(STORIES, {"search": ""}))) == 2


def test_a_page_of_stories_costs_four_queries(alice: Any, django_assert_num_queries: Any) -> None:
    for _ in range(3):
        make_story(alice.person)
    with django_assert_num_queries(4):
        assert len(titles(alice.get(STORIES))) == 3


def test_its_owner_changes_it(alice: APIClient, story: Story) -> None:
    changes = {
        "title": "  Dusk ",
        "story_text": "One.\r\n\r\nTwo. 🐉",
        "character_description": "",
        "background_description": "A quay.",
        "visibility": "unlisted",
    }
    answer = alice.patch(f"{STORIES}{story.pk}/", changes, format="json")
    assert answer.status_code == 200, answer.json()
    assert answer.json() == alice.get(f"{STORIES}{story.pk}/").json()
    story.refresh_from_db()
    assert (story.title, story.story_text, story.visibility) == ("Dusk", "One.\n\nTwo. 🐉", "unlisted")
    assert (story.character_description, story.background_description) == ("", "A quay.")


def test_what_is_not_theirs_to_set_stays(alice: APIClient, story: Story) -> None:
    before = alice.get(f"{STORIES}{story.pk}/").json()
    odd = {
        "id": str(uuid.uuid4()),
        "prompt": "x",
        "person": "x",
        "language_model": "gpt",
        "images": [],
        "owner": 1,
    }
    assert alice.patch(f"{STORIES}{story.pk}/", odd, format="json").json() == before


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", "   "),
        ("title", "x" * 121),
        ("title", "two\nlines"),
        ("title", "bell\x07"),
        ("title", 5),
        ("title", None),
        ("title", ["x"]),
        ("story_text", ""),
        ("story_text", "x" * 60_001),
        ("story_text", "nul\x00"),
        ("story_text", {"a": 1}),
        ("story_text", "\ud800"),
        ("character_description", "x" * 4001),
        ("character_description", "\x1b[31m"),
        ("visibility", "secret"),
        ("visibility", ["public"]),
        ("visibility", {}),
        ("visibility", None),
        ("visibility", True),
    ],
)
def test_it_refuses_a_bad_change(alice: APIClient, story: Story, field: str, value: Any) -> None:
    body = json.dumps({"title": "Fine", field: value})
    answer = alice.patch(f"{STORIES}{story.pk}/", body, content_type="application/json")
    assert (answer.status_code, list(answer.json())) == (400, [field])
    story.refresh_from_db()
    assert story.title == "The Painter of Nights"


def test_only_a_curator_publishes(alice: APIClient, curator: APIClient, story: Story) -> None:
    publish = {"visibility": "public"}
    refused = alice.patch(f"{STORIES}{story.pk}/", publish, format="json")
    assert refused.status_code == 403
    assert "Only a curator" in refused.json()["detail"]
    assert curator.patch(f"{STORIES}{story.pk}/", publish, format="json").status_code == 200
    # Then its owner may send back what they read, and may take it back.
    assert alice.patch(f"{STORIES}{story.pk}/", {"title": "T", **publish}, format="json").status_code == 200
    assert alice.patch(f"{STORIES}{story.pk}/", {"visibility": "private"}, format="json").status_code == 200


def test_it_deletes_a_story_with_its_files(
    alice: APIClient, story: Story, media: Path, django_capture_on_commit_callbacks: Any
) -> None:
    assert len(list(media.rglob("*.webp"))) == 3
    with django_capture_on_commit_callbacks(execute=True):
        assert alice.delete(f"{STORIES}{story.pk}/?forever=true").status_code == 204
    assert (Story.objects.count(), GeneratedImage.objects.count()) == (0, 0)
    assert not list(media.rglob("*.webp"))
    assert alice.delete(f"{STORIES}{story.pk}/").status_code == 404


def test_strangers_do_not_see_a_private_story(bob: APIClient, passer_by: APIClient, story: Story) -> None:
    for client in (bob, passer_by):
        for method in (client.get, client.patch, client.delete):
            assert method(f"{STORIES}{story.pk}/").status_code == 404


def test_strangers_read_a_public_story_and_change_nothing(bob: APIClient, public_story: Story) -> None:
    address = f"{STORIES}{public_story.pk}/"
    assert bob.get(address).status_code == 200
    for answer in (bob.patch(address, {"title": "Mine"}, format="json"), bob.delete(address)):
        assert answer.status_code == 403
        assert "somebody else's" in answer.json()["detail"]
    public_story.refresh_from_db()
    assert public_story.title == "The Painter of Nights"


def test_one_from_a_bare_address_is_open_until_it_is_published(
    passer_by: Any, bob: APIClient, curator: APIClient
) -> None:
    story = make_story(passer_by.person, visibility="unlisted")
    address = f"{STORIES}{story.pk}/"
    assert bob.get(address).status_code == 200
    assert bob.patch(address, {"title": "Open"}, format="json").status_code == 200
    assert curator.patch(address, {"visibility": "public"}, format="json").status_code == 200
    assert bob.delete(address).status_code == 403
    assert bob.patch(address, {"visibility": "private"}, format="json").status_code == 403
    assert curator.delete(address).status_code == 204


def test_reading_a_story_costs_three_queries(
    alice: APIClient, story: Story, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(3):
        alice.get(f"{STORIES}{story.pk}/")
