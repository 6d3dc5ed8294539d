"""What another site's page may try with a browser that is known here."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from stories.models import Story
from tests.access.conftest import UNSAFE, Question, Shelf, list_questions, undone

Cast = Callable[..., dict[str, Client]]
#: Programs send no cookies, and need no token for what is nobody's.
CHANGES = [question for question in list_questions() if question.method in UNSAFE]


def test_the_table_names_what_changes_things() -> None:
    assert len(CHANGES) > 40


@pytest.mark.parametrize("who", ["owner", "staff"])
def test_nothing_is_changed_without_the_token_of_the_page(shelf: Shelf, cast: Cast, who: str) -> None:
    for question in CHANGES:
        client = cast(enforce_csrf_checks=True)[who]
        answer = undone(lambda: question.ask(client, shelf))  # noqa: B023
        assert answer.status_code == 403, (question.name, question.how)
    kept = Story.objects.get(pk=shelf.story.pk)
    assert (kept.title, kept.trashed_at, kept.likes) == (shelf.story.title, None, 0)


def test_nor_with_another_origin_or_a_token_of_somebody_else(shelf: Shelf, cast: Cast) -> None:
    for question in CHANGES:
        client = cast(enforce_csrf_checks=True)["owner"]
        client.cookies["csrftoken"] = "a" * 32
        forged = {"X-CSRFToken": "a" * 32, "Origin": "https://evil.example"}
        other = {"X-CSRFToken": "b" * 32}
        for headers in (forged, other):  # a body of the wrong kind is refused before it is looked into
            answer = undone(lambda: question.ask(client, shelf, **headers))  # noqa: B023
            assert answer.status_code in (403, 415), (question.name, question.how)


def test_with_the_token_it_is(shelf: Shelf, cast: Cast) -> None:
    """So that the tests above show what they say."""
    client = cast(enforce_csrf_checks=True)["owner"]
    client.cookies["csrftoken"] = token = "c" * 32
    for name in ("thumb", "api:thumb"):
        question = next(one for one in CHANGES if one.name == name)
        assert question.ask(client, shelf, **{"X-CSRFToken": token}).status_code < 400


def test_a_cookie_does_not_come_along_from_another_site(shelf: Shelf, client: Client) -> None:
    client.get("/")
    client.post("/language/", {"language": "de"})
    assert {name: morsel["samesite"] for name, morsel in client.cookies.items()} == {
        "sessionid": "Lax", "csrftoken": "Lax", "language": "Lax",
    }  # fmt: skip
    assert client.cookies["sessionid"]["httponly"]
    assert client.cookies["language"]["httponly"]


def test_no_answer_lets_other_sites_read_it(shelf: Shelf, cast: Cast) -> None:
    for name in ("api:story", "api:images", "status"):
        answer = Question(name, "GET", "", {}).ask(cast()["owner"], shelf, Origin="https://evil.example")
        assert answer.status_code == 200
        assert not [header for header in answer.headers if header.lower().startswith("access-control-")]
