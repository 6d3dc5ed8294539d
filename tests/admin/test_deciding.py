"""What curators decide: one button or action each, with a reason where somebody loses something."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone

from stories import access, redoing, services, sharing
from stories.models import Story
from tests.admin.conftest import EVIL, QUEUE, STORIES, VISITOR, act, find_seen, page
from tests.library import add_picture, make_story

REASON = "It names a real child. Please change the name."


def now(story: Story) -> tuple[str, bool, str, bool]:
    story.refresh_from_db()
    return story.visibility, story.is_featured, story.hidden_reason, story.publish_asked_at is not None


def test_it_publishes_features_and_unlists(curator: Client, story: Story) -> None:
    for action, told, after in (
        ("publish", "1 story: published.", ("public", False, "", False)),
        ("feature", "1 story: featured.", ("public", True, "", False)),
        ("unfeature", "1 story: featured no more.", ("public", False, "", False)),
        ("unlist", "1 story: unlisted.", ("unlisted", False, "", False)),
    ):
        assert told in act(curator, STORIES, action, story)
        assert now(story) == after


def test_only_what_is_public_is_featured(curator: Client, story: Story) -> None:
    public = make_story(VISITOR, visibility="public")
    told = act(curator, STORIES, "feature", story, public)
    assert "1 story: featured." in told
    assert "1 left as it was." in told
    assert not now(story)[1]
    assert LogEntry.objects.get().object_id == str(public.pk)


def test_hiding_asks_for_a_reason_first(curator: Client, story: Story) -> None:
    Story.objects.update(visibility="public", is_featured=True, title=EVIL)
    asked = act(curator, STORIES, "hide", story)
    assert 'name="reason"' in asked
    assert f'value="{story.pk}"' in asked
    assert EVIL not in asked
    assert now(story) == ("public", True, "", False)
    for bad in ("", "  ", "no", "x" * 1001, "bell\x07 bell"):
        assert 'name="reason"' in act(curator, STORIES, "hide", story, reason=bad)
        assert now(story)[0] == "public"
    assert "1 story: hidden." in act(curator, STORIES, "hide", story, reason=REASON)
    assert now(story) == ("private", False, REASON, False)
    assert REASON in LogEntry.objects.get().change_message


def test_the_reason_may_be_given_for_all_pages_at_once(curator: Client) -> None:
    stories = [make_story(VISITOR, visibility="public", pictures=False) for _ in range(33)]
    asked = act(curator, STORIES, "hide", stories[0], select_across="1", index="0")
    assert 'name="select_across" value="1"' in asked
    act(curator, STORIES, "hide", stories[0], select_across="1", index="0", reason=REASON)
    assert Story.objects.filter(visibility="private", hidden_reason=REASON).count() == 33


def test_publishing_takes_the_reason_back(curator: Client, story: Story) -> None:
    Story.objects.update(hidden_reason=REASON, publish_asked_at=timezone.now())
    act(curator, STORIES, "publish", story)
    assert now(story) == ("public", False, "", False)


def test_a_page_has_the_buttons_that_fit_and_they_lead_back_to_it(curator: Client, story: Story) -> None:
    address = f"{STORIES}{story.pk}/change/"
    text = page(curator, address)
    assert 'value="publish"' in text
    assert 'value="feature"' not in text
    chosen = {"_selected_action": str(story.pk), "seen": find_seen(text), "back": "page"}
    answer = curator.post(STORIES, {"action": "publish", **chosen}, follow=True)
    assert answer.redirect_chain[-1][0] == address
    text = answer.content.decode()
    assert 'value="feature"' in text
    assert 'value="publish"' not in text


@pytest.mark.parametrize("where", ["queue", "page", "list"])
@pytest.mark.parametrize("change", ["words", "picture", "making", "nothing"])
def test_only_what_the_curator_has_seen_is_published(
    curator: Client, story: Story, where: str, change: str
) -> None:
    Story.objects.update(publish_asked_at=timezone.now())
    address = {"queue": QUEUE, "page": f"{STORIES}{story.pk}/change/", "list": STORIES}[where]
    seen = find_seen(page(curator, address))
    if change == "words":
        access.edit_story(VISITOR, story, title="Another")
    elif change == "picture":
        redoing.choose_picture(add_picture(story, "character", is_live=False), person=VISITOR)
    elif change == "making":
        services.begin_redo(story, person=VISITOR, redo="character", wanted={"character_image": {}})
    data = {"action": "publish", "_selected_action": str(story.pk), "seen": seen}
    told = curator.post(STORIES, data, follow=True).content.decode()
    assert (now(story)[0] == "public") == (change == "nothing")
    assert ("Read them again" in told) == (change != "nothing")


def test_what_was_not_on_the_page_is_not_published(curator: Client, story: Story) -> None:
    curator.post(STORIES, {"action": "publish", "_selected_action": str(story.pk), "select_across": "1"})
    assert now(story)[0] == "private"


def test_what_was_hidden_can_be_shared_again_when_a_curator_says_so(curator: Client, story: Story) -> None:
    act(curator, STORIES, "hide", story, reason=REASON)
    with pytest.raises(services.Conflict):
        sharing.share_story(story, days=7)
    text = page(curator, f"{STORIES}{story.pk}/change/")
    assert 'value="unhide"' in text
    assert 'value="hide"' not in text
    assert "1 story: hidden no more." in act(curator, STORIES, "unhide", story)
    assert now(story) == ("private", False, "", False)
    assert sharing.share_story(story, days=7).is_open


def test_a_button_leads_nowhere_else(curator: Client, story: Story) -> None:
    data = {"action": "publish", "_selected_action": str(story.pk)}
    for back in ("https://elsewhere.example/", "//elsewhere.example", "x" * 5000):
        assert curator.post(STORIES, {**data, "back": back}).headers["Location"].startswith(STORIES)


@pytest.mark.parametrize("action", ["publish", "feature", "unlist", "hide", "refuse"])
def test_who_may_only_look_decides_nothing(client: Client, story: Story, action: str) -> None:
    user = User.objects.create_user("carol", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="view_story"))
    client.force_login(user)
    assert 'name="action" value="publish"' not in page(client, f"{STORIES}{story.pk}/change/")
    act(client, STORIES, action, story, reason=REASON)
    assert now(story) == ("private", False, "", False)
    assert client.get(QUEUE).status_code == 403


def test_nothing_is_decided_by_following_a_link(curator: Client, story: Story) -> None:
    curator.get(f"{STORIES}?action=publish&_selected_action={story.pk}")
    assert now(story)[0] == "private"


def test_decisions_need_a_form_of_ours(admin_user: User, story: Story) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(admin_user)
    answer = client.post(STORIES, {"action": "publish", "_selected_action": str(story.pk)})
    assert answer.status_code == 403
    assert now(story)[0] == "private"


def test_filters_find_what_was_decided(curator: Client, story: Story) -> None:
    made: dict[str, dict[str, Any]] = {
        "asked": {"publish_asked_at": timezone.now()},
        "featured": {"visibility": "public", "is_featured": True},
        "changed": {"changed_at": timezone.now()},
        "hidden": {"hidden_at": timezone.now()},
        "told": {"hidden_reason": REASON},
        "trashed": {"trashed_at": timezone.now()},
    }
    for standing, fields in made.items():
        make_story(VISITOR, title=f"One {standing}", pictures=False, **fields)
        text = page(curator, f"{STORIES}?standing={standing}")
        assert f"One {standing}" in text
        assert "The Painter of Nights" not in text
    assert "The Painter of Nights" in page(curator, f"{STORIES}?standing=nonsense")
