"""Whose a story from a bare address is, which has no owner: whoever holds its UUID, while it is a secret."""

from __future__ import annotations

from typing import Any

import pytest

from stories import access, curating, library
from stories.models import Story, Visibility
from stories.people import Person
from tests.library import make_story

pytestmark = pytest.mark.django_db
HERE, ELSEWHERE = Person("address:203.0.113.7"), Person("address:198.51.100.9")
ANN, CURATOR = Person("visitor:ann"), Person("account:1", account_id=1, is_staff=True)
ALL = [HERE, ELSEWHERE, ANN]


@pytest.fixture
def story() -> Story:
    return make_story(HERE, pictures=False, visibility=Visibility.UNLISTED)


def changers(story: Story) -> list[Person]:
    now = Story.objects.get(pk=story.pk)
    return [person for person in ALL if access.may_change(now, person)]


def readers(story: Story) -> list[Person]:
    now = Story.objects.get(pk=story.pk)
    return [person for person in ALL if now.may_be_read_by(person)]


@pytest.mark.parametrize("visibility", ["unlisted", "private"])
def test_whoever_holds_the_uuid_reads_and_changes_it(story: Story, visibility: str) -> None:
    access.edit_story(ELSEWHERE, story, visibility=visibility, title="New")
    assert changers(story) == readers(story) == ALL


def test_once_public_its_uuid_is_no_key_any_more(story: Story) -> None:
    curating.publish([story])
    assert (changers(story), readers(story)) == ([], ALL)
    curating.unlist([story])
    assert (changers(story), readers(story)) == ([], ALL)
    curating.hide([story], "Why.")
    assert (changers(story), readers(story)) == ([], [])
    assert access.may_change(Story.objects.get(pk=story.pk), CURATOR)


def test_published_by_the_api_too(story: Story) -> None:
    access.edit_story(CURATOR, story, visibility="public")
    access.edit_story(CURATOR, story, visibility="unlisted")
    assert (changers(story), readers(story)) == ([], ALL)


def test_nobody_takes_it_out_of_the_trash_by_what_everybody_knows(story: Story) -> None:
    curating.publish([story])
    library.trash_story(story)
    with pytest.raises(Story.DoesNotExist):
        access.find_trashed(HERE, story.pk)


def test_those_behind_one_address_own_nothing_of_each_other(story: Story) -> None:
    curating.publish([story])
    assert not Story.objects.get(pk=story.pk).is_owned_by(HERE)


def test_a_variation_does_not_tell_where_a_story_lies_that_is_not_listed(client: Any) -> None:
    source = make_story(HERE, pictures=False, visibility=Visibility.UNLISTED)
    shown = make_story(ANN, pictures=False, visibility=Visibility.PUBLIC, varied_from=source)
    assert str(source.pk) not in client.get(shown.get_absolute_url()).text
    curating.publish([source])
    assert str(source.pk) in client.get(shown.get_absolute_url()).text
