"""What curators decide, and what follows from it."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from imaging.types import PictureWithheld
from stories import access, curating
from stories.models import GenerationStatus, Step, Story
from stories.people import Person
from tests.library import add_picture, make_generation, make_story

ALICE = Person("visitor:alice")


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def make(**fields: Any) -> Story:
    return make_story(ALICE, pictures=False, **fields)


def read(story: Story) -> dict[str, Any]:
    names = ("visibility", "is_featured", "hidden_reason", "publish_asked_at")
    return Story.objects.values(*names).get(pk=story.pk)


PLAIN = {"is_featured": False, "hidden_reason": "", "publish_asked_at": None}


def test_publishing_answers_what_was_asked(db: None) -> None:
    story = make(publish_asked_at=timezone.now(), hidden_reason="Not yet.")
    assert curating.publish([story]) == [story]
    assert read(story) == {**PLAIN, "visibility": "public"}


def test_what_is_in_the_trash_is_neither_published_nor_featured(db: None) -> None:
    story = make(trashed_at=timezone.now(), publish_asked_at=timezone.now())
    shown = make(trashed_at=timezone.now(), visibility="public")
    assert curating.publish([story]) == curating.feature([shown]) == []
    assert read(story)["visibility"] == "private"
    assert not curating.list_asked().exists()


def test_what_was_public_can_be_hidden_from_the_trash_too(db: None) -> None:
    story = make(trashed_at=timezone.now(), visibility="public")
    curating.hide([story], "No.")
    assert read(story)["visibility"] == "private"


@pytest.mark.parametrize("take_back", [curating.unlist, lambda stories: curating.hide(stories, "Why.")])
def test_what_is_no_longer_public_is_not_featured_and_does_not_wait(db: None, take_back: Any) -> None:
    story = make(visibility="public", is_featured=True, publish_asked_at=timezone.now())
    take_back([story])
    after = read(story)
    assert (after["is_featured"], after["publish_asked_at"]) == (False, None)
    assert after["visibility"] != "public"


def test_hiding_keeps_the_reason_and_changes_no_other_story(db: None) -> None:
    story, other = make(visibility="public"), make(visibility="public")
    curating.hide([story], "It names a real child.")
    assert read(story) == {**PLAIN, "visibility": "private", "hidden_reason": "It names a real child."}
    assert read(other) == {**PLAIN, "visibility": "public"}


def test_refusing_leaves_who_may_read_it(db: None) -> None:
    story = make(visibility="unlisted", publish_asked_at=timezone.now())
    public = make(visibility="public", publish_asked_at=timezone.now())
    assert curating.refuse([story, public], "Too short.") == [story]
    assert read(story) == {**PLAIN, "visibility": "unlisted", "hidden_reason": "Too short."}
    assert read(public)["hidden_reason"] == ""


def test_those_who_wait_longest_come_first(db: None) -> None:
    second, first = make(publish_asked_at=timezone.now()), make(publish_asked_at=timezone.now())
    Story.objects.filter(pk=second.pk).update(publish_asked_at=timezone.now())
    assert list(curating.list_asked()) == [first, second]


def test_a_reason_is_a_short_text() -> None:
    assert curating.clean_reason("  Not for children. ") == "Not for children."
    for bad in ("", "no", "x" * (curating.REASON_MAX + 1), "a\x00b c", None):
        with pytest.raises(ValidationError):
            curating.clean_reason(bad)


def test_withheld_pictures_are_told_from_other_failures(db: None) -> None:
    session = make_generation(make(), GenerationStatus.FAILED)
    assert not curating.list_withheld().exists()
    Step.objects.filter(session=session, name="combined_image").update(error=str(PictureWithheld()))
    (step,) = curating.list_withheld()
    assert not step.has_picture
    add_picture(session.story, "character")
    assert not curating.list_withheld().get().has_picture
    add_picture(session.story, "combined")
    assert curating.list_withheld().get().has_picture


def test_a_step_that_is_tried_again_is_no_longer_withheld(db: None) -> None:
    session = make_generation(make(), GenerationStatus.FAILED)
    Step.objects.filter(session=session, name="combined_image").update(
        error=str(PictureWithheld()), status="ready"
    )
    assert not curating.list_withheld().exists()


def test_a_curator_who_publishes_through_the_api_settles_what_was_asked(db: None) -> None:
    story = make(publish_asked_at=timezone.now(), hidden_reason="Not yet.")
    curator = Person("account:0", is_staff=True)
    access.edit_story(curator, story, visibility="public")
    assert read(story) == {**PLAIN, "visibility": "public"}
    curating.feature([story])
    story.refresh_from_db()
    access.edit_story(ALICE, story, visibility="private")
    assert read(story) == {**PLAIN, "visibility": "private"}
