"""The two queues of the curators: what is to be published, and what was withheld."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone

from imaging.types import PictureWithheld
from stories import access, curating
from stories.models import GenerationSession, GenerationStatus, Step, Story
from tests.admin.conftest import EVIL, GENERATIONS, QUEUE, STORIES, VISITOR, WITHHELD, act, page
from tests.library import add_picture, make_generation, make_story


@pytest.fixture
def asked(db: None) -> Story:
    return make_story(VISITOR, title="Asked for", publish_asked_at=timezone.now() - timedelta(days=2))


@pytest.fixture
def withheld(db: None) -> Step:
    story = make_story(VISITOR, title="Half a book", pictures=False)
    session = make_generation(story, GenerationStatus.CANCELLED)
    Step.objects.filter(session=session, name="character_image").update(
        status="skipped", error=str(PictureWithheld())
    )
    return session.steps.get(name="character_image")


def test_it_lists_what_is_asked_for_and_that_alone(curator: Client, asked: Story) -> None:
    moment = timezone.now()
    make_story(VISITOR, title="Never asked")
    make_story(VISITOR, title="Is public", visibility="public", publish_asked_at=moment)
    make_story(VISITOR, title="Was thrown away", publish_asked_at=moment, trashed_at=moment)
    make_story(VISITOR, title=f"Later {EVIL}", story_text=EVIL, publish_asked_at=moment)
    text = page(curator, QUEUE)
    assert text.index("Asked for") < text.index("Later")
    assert "2\xa0days ago" in text
    assert EVIL not in text
    assert not any(other in text for other in ("Never asked", "Is public", "Was thrown away"))
    assert "secret-key" not in text


def test_the_sidebar_tells_how_many_wait(curator: Client, asked: Story, withheld: Step) -> None:
    text = " ".join(page(curator, "/admin/").split())
    for queue, after in (("To be published", "Withheld pictures"), ("Withheld pictures", "People")):
        between = text[text.index(f"<span>{queue}") : text.index(after, text.index(f"<span>{queue}"))]
        assert "> 1 <" in between


def test_what_was_changed_while_it_was_public_waits_and_says_so(curator: Client, story: Story) -> None:
    assert "Nobody waits" in page(curator, QUEUE)
    curating.publish([story])
    access.edit_story(VISITOR, story, title="Another")
    text = page(curator, QUEUE)
    assert "Changed since it was published" in text
    assert all(image.shown in text for image in story.pictures.values())
    act(curator, STORIES, "publish", story, back="queue")
    story.refresh_from_db()
    assert (story.visibility, story.changed_at, story.title) == ("public", None, "Another")


def test_approving_publishes_and_leads_back(curator: Client, asked: Story) -> None:
    text = act(curator, STORIES, "publish", asked, back="queue")
    assert "Nobody waits" in text
    asked.refresh_from_db()
    assert (asked.visibility, asked.publish_asked_at) == ("public", None)


def test_refusing_tells_why_and_changes_nothing_else(curator: Client, asked: Story) -> None:
    assert 'name="back" value="queue"' in act(curator, STORIES, "refuse", asked, back="queue")
    text = act(curator, STORIES, "refuse", asked, back="queue", reason="Too short for the library.")
    assert "Nobody waits" in text
    asked.refresh_from_db()
    assert (asked.visibility, asked.publish_asked_at) == ("private", None)
    assert asked.hidden_reason == "Too short for the library."


def test_only_what_was_asked_for_can_be_refused(curator: Client, story: Story) -> None:
    assert "1 left as it was." in act(curator, STORIES, "refuse", story, reason="Not for the library.")
    story.refresh_from_db()
    assert story.hidden_reason == ""


def test_it_lists_what_the_safety_checker_withheld(curator: Client, withheld: Step) -> None:
    make_generation(make_story(VISITOR, title="Out of paint"), GenerationStatus.FAILED)
    text = page(curator, WITHHELD)
    assert "Half a book" in text
    assert "A small green dragon." in text
    assert "Out of paint" not in text
    assert 'value="retry"' in text


def test_it_tells_what_it_was_asked_to_paint_in_a_redo(curator: Client, withheld: Step) -> None:
    Step.objects.filter(pk=withheld.pk).update(wanted={"description": f"A dragon in armour {EVIL}"})
    text = page(curator, WITHHELD)
    assert "A dragon in armour" in text
    assert EVIL not in text
    assert "A small green dragon." not in text


def test_it_tries_again_and_leads_back(curator: Client, withheld: Step) -> None:
    text = act(curator, GENERATIONS, "retry", withheld.session, back="withheld")
    assert "1 tried again." in text
    assert "Nothing was withheld" in text
    assert GenerationSession.objects.get().status == "pending"


def test_a_story_that_has_such_a_picture_wants_nothing(curator: Client, withheld: Step) -> None:
    add_picture(withheld.session.story, "character")
    text = page(curator, WITHHELD)
    assert "has another such picture" in text
    assert 'value="retry"' not in text


def test_odd_pages_break_nothing(curator: Client, asked: Story, withheld: Step) -> None:
    for address in (QUEUE, WITHHELD):
        for odd in ("p=abc", "p=-1", "p=0", "p=99999999999999999999", "p=%00"):
            assert curator.get(f"{address}?{odd}").status_code == 200


def test_the_queues_are_for_curators(client: Client, asked: Story) -> None:
    for address in (QUEUE, WITHHELD):
        assert client.get(address).status_code == 302
    user = User.objects.create_user("carol", is_staff=True)
    client.force_login(user)
    assert client.get(QUEUE).status_code == client.get(WITHHELD).status_code == 403
    user.user_permissions.set(Permission.objects.filter(codename__in=["view_story", "change_story"]))
    assert client.get(QUEUE).status_code == client.get(WITHHELD).status_code == 200


def test_what_was_seen_is_dismissed_until_it_is_withheld_again(
    curator: Client, withheld: Step, admin_user: User
) -> None:
    text = curator.post(WITHHELD, {"step": str(withheld.pk)}, follow=True).text
    assert "Dismissed" in text
    assert "Nothing was withheld" in text
    assert "It did not wait any more." in curator.post(WITHHELD, {"step": withheld.pk}, follow=True).text
    Step.objects.filter(pk=withheld.pk).update(finished_at=timezone.now() + timedelta(minutes=5))
    assert "Half a book" in page(curator, WITHHELD)


def test_only_curators_dismiss_and_only_what_there_is(
    client: Client, curator: Client, withheld: Step
) -> None:
    assert curator.post(WITHHELD, {"step": "x"}).status_code == 400
    assert curator.post(WITHHELD).status_code == 302
    reader = User.objects.create_user("dora", is_staff=True)
    reader.user_permissions.set(Permission.objects.filter(codename="view_generationsession"))
    curator.force_login(reader)
    assert curator.post(WITHHELD, {"step": str(withheld.pk)}).status_code == 403
    withheld.refresh_from_db()
    assert withheld.dismissed_at is None
