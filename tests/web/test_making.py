"""What is in the making can be found again, by whose it is alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from stories import access, services
from stories.models import GenerationSession, GenerationStatus, Step, StepStatus, Story
from stories.people import Person
from tests.library import make_generation, make_story
from tests.web.conftest import SENTENCE

HEADING = "In the making"
PLACES = ("/", "/stories/", "/stories/?shelf=mine", "/stories/making/")


def begin(client: Any, prompt: str = SENTENCE) -> GenerationSession:
    return services.start_generation(person=client.person, prompt=prompt)


@pytest.mark.parametrize("place", PLACES)
def test_whose_it_is_finds_it_and_nobody_else(ann: Any, ben: Any, admin_client: Client, place: str) -> None:
    session = begin(ann)
    page = ann.get(place).text
    assert HEADING in page
    assert f'href="/generations/{session.pk}/"' in page
    assert "Waiting for its turn" in page
    for other in (ben, admin_client, Client()):
        assert str(session.pk) not in other.get(place).text


@pytest.mark.parametrize("place", ["/", "/stories/", "/stories/?shelf=mine"])
def test_who_has_none_is_not_told_of_it(ann: Any, story: Story, place: str) -> None:
    make_generation(story)
    assert HEADING not in ann.get(place).text


@pytest.mark.parametrize("place", ["/stories/?q=dragon", "/stories/?shelf=public", "/stories/?style=ink"])
def test_it_does_not_stand_among_what_was_sought(ann: Any, place: str) -> None:
    begin(ann)
    assert HEADING not in ann.get(place).text


def test_a_shelf_with_nothing_else_is_not_called_empty(ann: Any) -> None:
    begin(ann)
    assert "The shelf is empty" not in ann.get("/stories/").text


def test_what_was_made_from_a_bare_address_is_nobodys_to_find(db: None) -> None:
    person = Person("address:192.0.2.1")
    services.start_generation(person=person, prompt=SENTENCE)
    assert not access.list_making(person).exists()


def test_it_tells_how_far_it_is(ann: Any) -> None:
    session = begin(ann)
    GenerationSession.objects.update(status=GenerationStatus.GENERATING_STORY, progress=19)
    assert "Writing the story · 19 %" in ann.get("/").text
    later = timezone.now() + timedelta(minutes=1)
    Step.objects.filter(session=session, name="story").update(
        status=StepStatus.READY, away_since=timezone.now(), not_before=later
    )
    assert "Waiting for the language model · 19 %" in ann.get("/").text


def test_one_that_was_stopped_goes_on_from_there_or_into_the_trash(ann: Any) -> None:
    session = begin(ann)
    ann.post(f"/generations/{session.pk}/cancel/")
    page = ann.get("/stories/").text
    assert "<span>Stopped</span>" in page
    delete = f"/story/{session.story_id}/delete/"
    assert f'action="{delete}"' in page
    assert "Go on</button>" in ann.get(f"/generations/{session.pk}/").text
    ann.post(delete)
    assert str(session.pk) not in ann.get("/stories/").text
    ann.post(f"/story/{session.story_id}/restore/")
    assert str(session.pk) in ann.get("/stories/").text


def test_what_goes_on_is_stopped_on_its_page_and_not_thrown_away_here(ann: Any) -> None:
    session = begin(ann)
    assert f"/story/{session.story_id}/delete/" not in ann.get("/").text


def test_with_a_text_it_stands_here_until_it_is_over(ann: Any) -> None:
    session = begin(ann)
    Story.objects.update(title="The Told One", story_text="Once.")
    GenerationSession.objects.update(status=GenerationStatus.GENERATING_IMAGES, progress=60)
    assert f"/generations/{session.pk}/" in ann.get("/").text
    services.cancel_generation(session)
    page = ann.get("/").text
    assert str(session.pk) not in page
    assert "The Told One" in page


def test_a_part_that_is_made_anew_is_told_by_its_book(ann: Any, story: Story) -> None:
    make_generation(story)
    GenerationSession.objects.update(status="pending", redo="character", finished_at=None)
    assert not access.list_making(ann.person).exists()


def test_six_are_shown_and_a_page_has_the_others(ann: Any) -> None:
    stopped = begin(ann, "The one that was stopped")
    services.cancel_generation(stopped)
    for number in range(12):
        begin(ann, f"Wish number {number}")
    page = ann.get("/").text
    assert page.count('href="/generations/') == 6
    assert "and 7 more" in page and 'href="/stories/making/"' in page
    assert str(stopped.pk) not in page, "what goes on comes first"
    assert str(stopped.pk) in ann.get("/stories/making/?page=2").text


def test_a_sentence_is_escaped(ann: Any) -> None:
    begin(ann, '"><script>alert(1)</script>')
    assert "<script>alert" not in ann.get("/stories/").text


@pytest.mark.parametrize(("place", "most"), [("/", 6), ("/stories/", 10), ("/stories/making/", 4)])
def test_it_costs_few_queries(ann: Any, django_assert_max_num_queries: Any, place: str, most: int) -> None:
    make_story(ann.person)
    for number in range(8):
        begin(ann, f"Wish number {number}")
    with django_assert_max_num_queries(most):
        ann.get(place)
