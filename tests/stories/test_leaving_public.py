"""What everybody can read is what a curator has seen: whatever changes a story takes it out of there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from stories import access, curating, editing, redoing, services, sharing
from stories.models import GeneratedImage, Story, StoryVersion, Visibility
from stories.people import Person
from stories.services import Conflict
from stories.versions import name_revision
from tests.library import add_picture, make_story
from tests.stories.conftest import admit, do, step_of

pytestmark = pytest.mark.django_db
ANN, CURATOR = Person("visitor:ann"), Person("account:1", account_id=1, is_staff=True)


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def story() -> Story:
    story = make_story(ANN, is_featured=True)
    StoryVersion.objects.create(
        story=story, number=1, made_by="original", title="An earlier title", story_text="An earlier text"
    )
    add_picture(story, "character", is_live=False, colour="#ff0000")
    curating.publish([story])
    return Story.objects.get()


WORKER = pytest.mark.django_db(transaction=True)


def earlier(story: Story) -> GeneratedImage:
    return story.images.get(is_live=False)


CHANGES: dict[str, Callable[[Story, Person], Any]] = {
    "title": lambda story, person: access.edit_story(person, story, title="Another"),
    "text and visibility": lambda story, person: access.edit_story(
        person, story, story_text="Another", visibility="public"
    ),
    "words": lambda story, person: editing.edit_words(
        story, person=person, changes={"character_description": "A wolf"}
    ),
    "version": lambda story, person: editing.keep_version(story.versions.get(number=1), person=person),
    "picture": lambda story, person: redoing.choose_picture(earlier(story), person=person),
}
EACH = pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())


@EACH
def test_what_its_owner_changes_waits_for_a_curator(story: Story, change: Callable[..., Any]) -> None:
    change(story, ANN)
    now = Story.objects.get()
    assert (now.visibility, now.is_featured) == ("private", False)
    assert now.changed_at is not None
    assert list(curating.list_asked()) == [now]


@EACH
def test_what_a_curator_changes_stays(story: Story, change: Callable[..., Any]) -> None:
    change(story, CURATOR)
    now = Story.objects.get()
    assert (now.visibility, now.is_featured, now.changed_at) == ("public", True, None)


SAME: dict[str, Callable[[Story], Any]] = {
    "words": lambda story: access.edit_story(ANN, story, title=story.title, visibility="public"),
    "picture": lambda story: redoing.choose_picture(story.pictures["character"], person=ANN),
    "proposal": lambda story: redoing.rewrite(story, person=ANN, part="title", instruction="funnier"),
}


@pytest.mark.parametrize("change", SAME.values(), ids=SAME.keys())
def test_what_shows_nothing_else_changes_nothing(story: Story, change: Callable[[Story], Any]) -> None:
    change(story)
    assert Story.objects.get().visibility == "public"


@WORKER
@pytest.mark.parametrize("person", [ANN, CURATOR], ids=["owner", "curator"])
def test_what_a_worker_makes_was_seen_by_nobody(story: Story, person: Person) -> None:
    session = redoing.redo_picture(story, "character", person=person, seed=5)
    assert Story.objects.get().visibility == "public"
    admit(session)
    do(step_of(session, "character_image"))
    assert Story.objects.get().visibility == "private"


@WORKER
def test_a_description_that_is_made_anew_too(story: Story) -> None:
    session = redoing.refresh(story, person=ANN, names=["character"])
    admit(session)
    do(step_of(session, "character"))
    assert Story.objects.get().visibility == "private"


@WORKER
def test_a_story_that_is_still_being_told_does_not_become_public_by_that() -> None:
    session = services.start_generation(person=ANN, prompt="A shy dragon who paints the night sky")
    curating.publish([session.story])
    admit(session)
    do(step_of(session, "story"))
    assert Story.objects.get().visibility == "private"


def test_its_owner_may_take_the_request_back_or_share_it(story: Story) -> None:
    access.edit_story(ANN, story, title="Another")
    now = sharing.take_back_asking(Story.objects.get())
    assert (now.publish_asked_at, now.changed_at) == (None, None)
    access.edit_story(ANN, now, visibility="unlisted")
    assert Story.objects.get().visibility == Visibility.UNLISTED


def test_the_page_says_so_before_and_after(client: Client, story: Story) -> None:
    session = client.session
    session["visitor"] = "ann"
    session.save()
    for address in (f"/story/{story.pk}/", f"/story/{story.pk}/edit/"):
        assert "takes it out of the public library" in client.get(address).text
        assert "takes it out of the public library" not in Client().get(address).text
    client.post(f"/story/{story.pk}/save/", {"title": "Another"})
    text = client.get(f"/story/{story.pk}/").text
    assert "takes it out of the public library" not in text
    assert "This book left the public library when it was changed." in text
    assert Client().get(f"/story/{story.pk}/").status_code == 404


def test_a_curator_publishes_through_the_api_what_they_have_read() -> None:
    story = make_story(ANN)
    read = name_revision(story)
    access.edit_story(ANN, story, title="Another")
    with pytest.raises(Conflict):
        access.edit_story(CURATOR, story, visibility="public", revision=read)
    access.edit_story(CURATOR, story, visibility="public", revision=name_revision(story))
    assert Story.objects.get().visibility == "public"
