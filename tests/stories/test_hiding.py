"""What a curator has hidden is shown to nobody else, by any door, until a curator lifts that."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from stories import access, curating, sharing
from stories.access import NotYours
from stories.models import ShareLink, Story, Visibility
from stories.people import Person
from tests.library import make_story

pytestmark = pytest.mark.django_db
CURATOR = Person("account:1", account_id=1, is_staff=True)


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def owner(client: Client) -> Client:
    session = client.session
    session["visitor"] = "ann"
    session.save()
    return client


ANN = Person("visitor:ann")


@pytest.fixture
def story() -> Story:
    return make_story(ANN, visibility=Visibility.PUBLIC)


@pytest.fixture
def link(story: Story) -> ShareLink:
    return sharing.share_story(story, days=None)


@pytest.fixture
def hidden(story: Story, link: ShareLink) -> Story:
    curating.hide([story], "It names a real child.")
    return Story.objects.get()


def test_open_links_are_withdrawn_for_good(hidden: Story, link: ShareLink) -> None:
    image = hidden.pictures["combined"].file.name
    doors = ["", "export/epub/", "export/markdown/", "export/docx/", image]
    assert [Client().get(f"{link.get_absolute_url()}{door}").status_code for door in doors] == [404] * 5
    curating.unhide([hidden])
    assert Client().get(link.get_absolute_url()).status_code == 404


def test_a_link_that_was_left_open_shows_nothing(hidden: Story, link: ShareLink) -> None:
    ShareLink.objects.update(withdrawn_at=None)
    with pytest.raises(Story.DoesNotExist):
        access.find_shared(link.token)


BY_API: list[tuple[str, str, dict[str, Any]]] = [
    ("POST", "share/", {"days": 7}),
    ("POST", "publishing/", {}),
    ("PATCH", "", {"visibility": "unlisted"}),
]


@pytest.mark.parametrize("door", ["share/", "publish/"])
def test_its_owner_cannot_share_it_by_the_pages(owner: Client, hidden: Story, door: str) -> None:
    answer = owner.post(f"/story/{hidden.pk}/{door}")
    assert answer.status_code == 409
    assert "hidden" in answer.text
    check_shut(hidden)


@pytest.mark.parametrize(("method", "door", "body"), BY_API)
def test_its_owner_cannot_share_it_by_the_api(
    owner: Client, hidden: Story, method: str, door: str, body: dict[str, Any]
) -> None:
    answer = owner.generic(
        method, f"/api/v1/stories/{hidden.pk}/{door}", json.dumps(body), "application/json"
    )
    assert answer.status_code == 409, answer.content
    check_shut(hidden)


def check_shut(story: Story) -> None:
    story.refresh_from_db()
    assert (story.visibility, story.publish_asked_at) == ("private", None)
    assert not story.share_links.filter(withdrawn_at=None).exists()


def test_its_page_says_so_and_offers_no_way(owner: Client, hidden: Story) -> None:
    text = owner.get(f"/story/{hidden.pk}/").text
    assert "A curator has hidden this story" in text
    assert f"/story/{hidden.pk}/share/" not in text
    assert f"/story/{hidden.pk}/publish/" not in text


def test_by_editing_it_stays_hidden(hidden: Story) -> None:
    access.edit_story(ANN, hidden, title="Another", visibility="private")
    assert Story.objects.get().hidden_at
    with pytest.raises(NotYours):
        access.edit_story(ANN, hidden, visibility="public")


LIFTING: list[Callable[[Story], Any]] = [
    lambda story: curating.unhide([story]),
    lambda story: curating.unlist([story]),
    lambda story: access.edit_story(CURATOR, story, visibility="unlisted"),
]


@pytest.mark.parametrize("lift", LIFTING)
def test_a_curator_lifts_it(hidden: Story, lift: Callable[[Story], Any]) -> None:
    lift(hidden)
    assert sharing.share_story(hidden, days=7).is_open
    assert sharing.ask_to_publish(Story.objects.get()).publish_asked_at


def test_refusing_to_publish_takes_no_right_away(story: Story) -> None:
    Story.objects.update(visibility=Visibility.PRIVATE)
    sharing.ask_to_publish(Story.objects.get())
    curating.refuse([story], "Too short.")
    assert sharing.share_story(story, days=7).is_open


def test_one_of_nobody_is_opened_by_its_uuid_again() -> None:
    story = make_story(Person("address:203.0.113.7"), visibility=Visibility.UNLISTED)
    curating.hide([story], "Why.")
    assert Client().get(f"/story/{story.pk}/").status_code == 404
    curating.unhide([story])
    assert Client().get(f"/story/{story.pk}/").status_code == 200
