"""What lists and searches show to whom; above all nothing of what was made from a bare address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.access.conftest import PASSER_BY, Shelf
from tests.access.table import KINDS, WHO

Cast = Callable[..., dict[str, Client]]
#: Which of nobody, other, owner, staff find it.
LISTED = {
    #           nobody other owner staff
    "private": "no     no    yes   no",
    "unlisted": "no    no    yes   no",
    "public": "yes     yes   yes   yes",
    "trashed": "no     no    no    no",
    "hidden": "no      no    yes   no",
    "nobody's": "no    no    no    no",
}
TRASH = dict.fromkeys(KINDS, "no no no no") | {"trashed": "no no yes no"}
PLACES = {
    "/": LISTED,
    "/stories/": LISTED,
    "/stories/?q=tale": LISTED,
    "/stories/?shelf=mine": LISTED | {"public": "no no yes no"},
    "/stories/?shelf=public": dict.fromkeys(KINDS, "no no no no") | {"public": LISTED["public"]},
    "/stories/?shelf=favourites": dict.fromkeys(KINDS, "no no no no"),
    "/stories/making/": dict.fromkeys(KINDS, "no no no no"),  # tests/web/test_making.py
    "/stories/trash/": TRASH,
    "/api/v1/stories/": LISTED,
    "/api/v1/stories/?search=tale": LISTED,
    "/api/v1/stories/?shelf=mine": LISTED | {"public": "no no yes no"},
    "/api/v1/": dict.fromkeys(KINDS, "no no no no"),
    "/api/schema/": dict.fromkeys(KINDS, "no no no no"),
}


@pytest.mark.parametrize("place", PLACES)
def test_a_list_shows_what_the_table_says(shelves: dict[str, Shelf], cast: Cast, place: str) -> None:
    pages = [client.get(place).text for client in cast().values()]
    got: dict[str, str] = {}
    for kind, shelf in shelves.items():
        assert [str(shelf.story.pk) in page for page in pages] == [
            shelf.story.title in page for page in pages
        ]
        got[kind] = " ".join("yes" if shelf.story.title in page else "no" for page in pages)
    assert got == {kind: " ".join(verdicts.split()) for kind, verdicts in PLACES[place].items()}
    assert len(WHO) == 4


def test_those_behind_one_address_find_nothing_of_each_other(shelves: dict[str, Shelf]) -> None:
    nobodys = shelves["nobody's"].story
    again = Client(REMOTE_ADDR=PASSER_BY.key.removeprefix("address:"))
    for place in PLACES:
        assert str(nobodys.pk) not in again.get(place).content.decode()
    assert again.get(f"/api/v1/stories/{nobodys.pk}/").status_code == 200


def test_what_the_api_made_for_nobody_is_reached_by_its_uuid_alone(db: None, client: Client) -> None:
    asked = {"prompt": "An owl with a lamp"}
    answer = client.post("/api/v1/generations/", asked, content_type="application/json")
    address = answer.headers["Location"]
    assert Client(REMOTE_ADDR="198.51.100.9").get(address).status_code == 200
    assert "sessionid" not in answer.cookies


def test_the_desk_lists_it_and_no_key_or_address(shelves: dict[str, Shelf], admin_client: Any) -> None:
    page = admin_client.get("/admin/stories/story/").content.decode()
    assert shelves["nobody's"].story.title in page
    for shelf in shelves.values():
        whole = admin_client.get(f"/admin/stories/story/{shelf.story.pk}/change/").content.decode()
        for secret in ("203.0.113.7", "visitor:ann", shelf.link.token):
            assert secret not in page + whole
    assert User.objects.exists()
