"""Starting, watching, stopping and retrying over the API."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from rest_framework.test import APIClient

from stories import estimates
from stories.api.serializers import GenerationOutput, StepOutput
from stories.models import GenerationSession, GenerationStatus, Story
from stories.room import TooManyGenerations
from tests.api.conftest import GENERATIONS
from tests.library import make_generation, make_story

PROMPT = "A shy dragon who paints the night sky"


def start(client: Any, **body: Any) -> Any:
    headers = body.pop("headers", {})
    return client.post(GENERATIONS, {"prompt": PROMPT, **body}, format="json", headers=headers)


def test_it_starts_one_and_tells_where_to_watch(alice: APIClient) -> None:
    answer = start(alice, prompt=f"  {PROMPT}\n", style="ink", seed=7, images=False)
    assert answer.status_code == 202
    session = GenerationSession.objects.select_related("story").get()
    assert answer["Location"] == f"http://testserver{GENERATIONS}{session.pk}/"
    assert answer.json() == alice.get(answer["Location"]).json()
    assert (session.story.prompt, session.story.style) == (PROMPT, "ink")
    assert (session.seed, session.images) == (7, False)
    assert session.story.owner_id is not None


def test_the_status_is_what_the_schema_promises(alice: APIClient) -> None:
    status = start(alice).json()
    assert set(status) == set(GenerationOutput().fields)
    assert set(status["steps"][0]) == set(StepOutput().fields)
    assert (status["status"], status["progress"], status["story_id"]) == ("pending", 0, None)
    assert next(step["name"] for step in status["steps"]) == "story"


def test_the_same_key_starts_one_only(alice: APIClient, bob: APIClient) -> None:
    key = {"Idempotency-Key": "my-key/1"}
    first, again = start(alice, headers=key), start(alice, headers=key)
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json()["session_id"] == again.json()["session_id"]
    assert start(bob, headers=key).json()["session_id"] != first.json()["session_id"]
    other = start(alice, prompt="Another sentence", headers=key)
    assert (other.status_code, Story.objects.count()) == (409, 2)
    assert "Idempotency-Key" in other.json()["detail"]


@pytest.mark.parametrize("key", ["", "x" * 256, "two words", "naïve", "tab\t", "\x7f"])
def test_it_refuses_an_odd_key(alice: APIClient, key: str) -> None:
    answer = start(alice, headers={"Idempotency-Key": key})
    assert answer.status_code == 400
    assert list(answer.json()) == ["Idempotency-Key"]
    assert start(alice, headers={"Idempotency-Key": "x" * 255}).status_code == 202


def test_it_says_when_all_places_are_taken(alice: APIClient, settings: Any) -> None:
    settings.GENERATIONS_RUNNING_PER_PERSON, settings.GENERATIONS_WAITING_PER_PERSON = 1, 1
    assert [start(alice).status_code for _ in range(2)] == [202, 202]
    answer = start(alice)
    assert (answer.status_code, answer["Retry-After"]) == (429, str(TooManyGenerations.retry_after))
    assert "2 stories under way" in answer.json()["detail"]


def test_it_stops_one_and_stopping_twice_changes_nothing(
    alice: APIClient, session: GenerationSession
) -> None:
    for _ in range(2):
        answer = alice.post(f"{GENERATIONS}{session.pk}/cancel/")
        assert (answer.status_code, answer.json()["status"]) == (200, "cancelled")


def test_it_retries_what_was_stopped(alice: APIClient, session: GenerationSession) -> None:
    address = f"{GENERATIONS}{session.pk}"
    running = alice.post(f"{address}/retry/")
    assert (running.status_code, running.json()["detail"]) == (409, "This story is still being made.")
    alice.post(f"{address}/cancel/")
    again = alice.post(f"{address}/retry/")
    assert (again.status_code, again.json()["status"]) == (202, "pending")


def test_nothing_is_retried_when_nothing_is_missing(alice: Any) -> None:
    session = make_generation(make_story(alice.person))
    answer = alice.post(f"{GENERATIONS}{session.pk}/retry/")
    assert (answer.status_code, answer.json()["detail"]) == (409, "Nothing is missing from this story.")


def test_a_piece_that_is_missing_is_told_and_retried(alice: Any) -> None:
    session = make_generation(make_story(alice.person), GenerationStatus.FAILED)
    assert alice.get(f"{GENERATIONS}{session.pk}/").json()["can_be_retried"] is True
    assert alice.post(f"{GENERATIONS}{session.pk}/retry/").status_code == 202


def test_strangers_do_not_see_a_private_one(bob: APIClient, session: GenerationSession) -> None:
    address = f"{GENERATIONS}{session.pk}/"
    assert bob.get(address).status_code == 404
    assert bob.post(f"{address}cancel/").status_code == 404
    assert bob.post(f"{address}retry/").status_code == 404


def test_strangers_see_an_unlisted_one_and_change_nothing(bob: APIClient, session: GenerationSession) -> None:
    Story.objects.update(visibility="unlisted")
    address = f"{GENERATIONS}{session.pk}/"
    assert bob.get(address).status_code == 200
    assert bob.post(f"{address}cancel/").status_code == 403
    assert bob.post(f"{address}retry/").status_code == 403
    session.refresh_from_db()
    assert session.status == "pending"


def test_a_curator_may_stop_any(curator: APIClient, session: GenerationSession) -> None:
    assert curator.post(f"{GENERATIONS}{session.pk}/cancel/").status_code == 200


def test_one_from_a_bare_address_is_open_to_whoever_holds_its_id(
    passer_by: APIClient, bob: APIClient
) -> None:
    address = start(passer_by)["Location"]
    assert Story.objects.get().owner_id is None
    assert bob.get(address).status_code == 200
    assert bob.post(f"{address}cancel/").status_code == 200
    assert bob.post(f"{address}retry/").status_code == 202


def test_a_visitor_is_known_by_their_session(visitor: Any) -> None:
    start(visitor)
    assert Story.objects.get().person == visitor.person.key


def test_there_is_none(alice: APIClient) -> None:
    for end in ("", "cancel/", "retry/"):
        method = alice.post if end else alice.get
        assert method(f"{GENERATIONS}{uuid.uuid4()}/{end}").status_code == 404


def test_watching_costs_five_queries_at_most(
    alice: APIClient, session: GenerationSession, django_assert_max_num_queries: Any
) -> None:
    estimates.medians()  # asked for once in a while
    with django_assert_max_num_queries(5):  # as the page's status: one of them while it waits
        alice.get(f"{GENERATIONS}{session.pk}/")
