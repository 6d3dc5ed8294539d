"""Favourites, thumbs, the trash and the filters, over the API."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rest_framework.test import APIClient

from stories.models import Mark, Story
from tests.api.conftest import GENERATIONS, STORIES
from tests.library import make_story


def test_the_index_says_what_there_is(alice: APIClient) -> None:
    index = alice.get("/api/v1/")
    assert index.status_code == 200
    assert index.json()["stories"] == "http://testserver/api/v1/stories/"
    assert set(index.json()) == {"generations", "stories", "me", "schema", "docs"}
    assert alice.post("/api/v1/").status_code == 405


def test_a_favourite_comes_and_goes(alice: APIClient, bob: APIClient, public_story: Story) -> None:
    address = f"{STORIES}{public_story.pk}/"
    for _ in range(2):
        assert bob.put(f"{address}favourite/").json()["is_favourite"] is True
    assert bob.get(address).json()["is_favourite"] is True
    assert alice.get(address).json()["is_favourite"] is False
    assert len(bob.get(STORIES, {"shelf": "favourites"}).json()["results"]) == 1
    assert bob.delete(f"{address}favourite/").json()["is_favourite"] is False
    assert bob.get(STORIES, {"shelf": "favourites"}).json()["results"] == []
    assert Mark.objects.count() == 1


def test_a_thumb_goes_up_down_and_away(alice: APIClient, bob: APIClient, public_story: Story) -> None:
    address = f"{STORIES}{public_story.pk}/thumb/"
    alice.put(address, {"thumb": 1}, format="json")
    for thumb, likes in ((1, 2), (1, 2), (-1, 0), (0, 1)):
        shown = bob.put(address, {"thumb": thumb}, format="json").json()
        assert (shown["thumb"], shown["likes"]) == (thumb, likes)


@pytest.mark.parametrize("thumb", [2, "up", None, [1], {}, 1.5, "9" * 99])
def test_another_thumb_is_refused(alice: APIClient, story: Story, thumb: Any) -> None:
    answer = alice.put(f"{STORIES}{story.pk}/thumb/", {"thumb": thumb}, format="json")
    assert (answer.status_code, list(answer.json())) == (400, ["thumb"])


def test_only_who_may_read_marks_and_only_who_is_known(
    bob: APIClient, passer_by: APIClient, story: Story, public_story: Story
) -> None:
    for what, body in (("favourite/", None), ("thumb/", {"thumb": 1})):
        assert bob.put(f"{STORIES}{story.pk}/{what}", body, format="json").status_code == 404
        assert passer_by.put(f"{STORIES}{public_story.pk}/{what}", body, format="json").status_code == 403
    assert not Mark.objects.exists()


def test_a_visitor_marks_with_a_csrf_token_alone(visitor: Any, public_story: Story) -> None:
    browser: Any = APIClient(enforce_csrf_checks=True)
    browser.cookies = visitor.cookies
    assert browser.put(f"{STORIES}{public_story.pk}/favourite/").status_code == 403


def test_what_is_deleted_lies_in_the_trash(
    alice: APIClient, bob: APIClient, public_story: Story, media: Path
) -> None:
    address = f"{STORIES}{public_story.pk}/"
    assert bob.delete(address).status_code == 403
    assert alice.delete(address).status_code == 204
    for client in (alice, bob):
        assert client.get(address).status_code == 404
        assert client.delete(address).status_code == 404
        assert client.patch(address, {"title": "x"}, format="json").status_code == 404
        assert client.put(f"{address}favourite/").status_code == 404
        assert client.get(f"{address}images/").status_code == 404
        assert client.get(STORIES).json()["count"] == 0
    assert len(list(media.rglob("*.webp"))) == 3
    assert bob.post(f"{address}restore/").status_code == 404
    assert alice.post(f"{address}restore/").json()["id"] == str(public_story.pk)
    assert alice.post(f"{address}restore/").status_code == 404
    assert bob.get(address).status_code == 200


def test_it_is_deleted_for_good_out_of_the_trash(
    alice: APIClient, bob: APIClient, story: Story, media: Path, django_capture_on_commit_callbacks: Any
) -> None:
    address = f"{STORIES}{story.pk}/"
    alice.delete(address)
    assert bob.delete(f"{address}?forever=true").status_code == 404
    assert alice.delete(f"{address}?forever=perhaps").status_code == 400
    with django_capture_on_commit_callbacks(execute=True):
        assert alice.delete(f"{address}?forever=true").status_code == 204
    assert not Story.objects.exists()
    assert not list(media.rglob("*.webp"))


def test_it_filters(alice: Any) -> None:
    make_story(alice.person, title="A", style="ink", genre="sea", language="en", pictures=False)
    make_story(alice.person, title="B", style="oil", genre="sea", language="de", pictures=False)

    def titles(**query: str) -> list[str]:
        return [story["title"] for story in alice.get(STORIES, query).json()["results"]]

    assert titles(style="ink") == ["A"]
    assert titles(genre="sea", ordering="title") == ["A", "B"]
    assert titles(language="de") == ["B"]
    assert titles(shelf="public") == []
    assert titles(shelf="mine", search="a painter", ordering="relevance") == []


@pytest.mark.parametrize(
    ("query", "field"),
    [("style=neon", "style"), ("genre=x", "genre"), ("shelf=x", "shelf"),
     ("language=xxxxxxxxxxxxx", "language"),
     ("language=%00", "language"), ("ordering=likes", "ordering")],
)  # fmt: skip
def test_a_filter_that_cannot_be_is_named(alice: APIClient, query: str, field: str) -> None:
    answer = alice.get(f"{STORIES}?{query}")
    assert (answer.status_code, list(answer.json())) == (400, [field])


def test_a_genre_is_asked_for(alice: APIClient) -> None:
    wanted = {"prompt": "A shy dragon", "genre": "sea"}
    keys: dict[str, Any] = {"HTTP_IDEMPOTENCY_KEY": "k"}
    assert alice.post(GENERATIONS, wanted, format="json", **keys).status_code == 202
    assert Story.objects.get().genre == "sea"
    assert alice.post(GENERATIONS, wanted, format="json", **keys).status_code == 202
    assert alice.post(GENERATIONS, wanted | {"genre": "winter"}, format="json", **keys).status_code == 409
    odd: tuple[Any, ...] = ("splatter", 5, ["sea"], {})
    for genre in odd:
        answer = alice.post(GENERATIONS, {"prompt": "A shy dragon", "genre": genre}, format="json")
        assert (answer.status_code, list(answer.json())) == (400, ["genre"])
    assert Story.objects.count() == 1


def test_a_trash_is_emptied_by_its_owner_who_says_so_twice(
    alice: Any, bob: Any, passer_by: Any, story: Story
) -> None:
    kept = make_story(alice.person)
    alice.delete(f"{STORIES}{story.pk}/")
    assert alice.delete("/api/v1/trash/").status_code == 400
    for client in (bob, passer_by):
        assert client.delete("/api/v1/trash/?forever=true").status_code == 204
    assert Story.objects.count() == 2
    assert alice.delete("/api/v1/trash/?forever=true").status_code == 204
    assert list(Story.objects.all()) == [kept]
    assert alice.get("/api/v1/trash/").status_code == 405


@pytest.mark.parametrize("name", ["ordering", "style", "genre", "language", "shelf", "search"])
def test_an_empty_parameter_counts_as_not_sent(alice: Any, story: Story, name: str) -> None:
    answer = alice.get(f"{STORIES}?{name}=")
    assert answer.status_code == 200
    assert answer.json()["count"] == 1
