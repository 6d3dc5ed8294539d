"""The curators' desk."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from django_celery_results.models import TaskResult

from stories import access, services
from stories.models import GeneratedImage, GenerationSession, GenerationStatus, Story
from stories.versions import WORDS
from tests.admin.conftest import EVIL, GENERATIONS, IMAGES, STORIES, VISITOR, act, page
from tests.library import add_picture, make_generation, make_story


def test_it_lists_stories_with_their_pictures(curator: Client, story: Story) -> None:
    add_picture(story, "character", is_live=False)
    text = page(curator, STORIES)
    assert "The Painter of Nights" in text
    assert text.count("/media/images/") == 3
    assert "secret-key" not in text
    assert "Starloom" in text


def test_it_finds_and_filters(curator: Client, story: Story) -> None:
    other = {"title": "Another", "prompt": "An owl", "story_text": "Feathers.", "style": "ink"}
    make_story(VISITOR, visibility="public", pictures=False, **other)
    assert "Another" not in page(curator, f"{STORIES}?q=dragon")
    for wanted in ("visibility__exact=public", "style=ink", "q=owl"):
        text = page(curator, f"{STORIES}?{wanted}")
        assert "Another" in text
        assert "The Painter of Nights" not in text
    assert "language_model=sketch" in text


def test_it_names_languages_and_says_which_one_was_asked_for(curator: Client) -> None:
    story = make_story(
        VISITOR, pictures=False, language="he", asked_language="de", story_text="היה היה תנין."
    )
    listed = page(curator, STORIES)
    assert "language=he" in listed
    assert "עברית" in listed
    shown = page(curator, f"{STORIES}{story.pk}/change/")
    assert "עברית, asked for: Deutsch" in shown
    assert '<div lang="he" dir="rtl">' in shown


def test_it_shows_a_story_to_read(curator: Client, story: Story) -> None:
    make_generation(story)
    Story.objects.update(story_text=f"One.\n\nTwo {EVIL}.", title=EVIL, prompt=EVIL)
    text = page(curator, f"{STORIES}{story.pk}/change/")
    assert "<p>One.</p>" in text
    assert EVIL not in text
    assert text.count("<figure>") == 3
    assert "Finished" in text


def test_it_changes_what_was_changed_and_no_more(curator: Client, story: Story) -> None:
    address = f"{STORIES}{story.pk}/change/"
    data = {
        "title": "Dusk",
        "visibility": "public",  # no field of the form: a decision has its button
        "story_text": "One.\r\n\r\nTwo.",
        "character_description": story.character_description,
        "background_description": story.background_description,
        "generations-TOTAL_FORMS": "0",
        "generations-INITIAL_FORMS": "0",
    }
    # A generation saves a description between the page's opening and its sending.
    form = curator.get(address)
    assert form.status_code == 200
    answer = curator.post(address, data)
    assert answer.status_code == 302, re.findall("errorlist.*", answer.content.decode())
    story.refresh_from_db()
    assert (story.title, story.story_text, story.visibility) == ("Dusk", "One.\n\nTwo.", "private")
    assert (story.prompt, story.person) == ("A shy dragon who paints the night sky", VISITOR.key)
    refused = curator.post(address, {**data, "title": "bell\x07"})
    assert "control characters" in refused.content.decode()


def fill_in(client: Client, story: Story, **typed: str) -> dict[str, str]:
    """What a browser sends: the page's own fields, with its line ends, but for what was typed."""
    text = page(client, f"{STORIES}{story.pk}/change/")
    revision = re.search(r'name="revision" value="([^"]+)"', text)
    assert revision
    words = {name: getattr(story, name).replace("\n", "\r\n") for name in WORDS}
    inline = {"generations-TOTAL_FORMS": "0", "generations-INITIAL_FORMS": "0"}
    return {**words, **inline, "revision": revision[1], **typed}


def test_an_old_page_does_not_write_over_what_is_newer(curator: Client, story: Story) -> None:
    address = f"{STORIES}{story.pk}/change/"
    data = fill_in(curator, story, title="Dusk")
    access.edit_story(VISITOR, story, title="Dawn", story_text="Newer.")
    answer = curator.post(address, data)
    assert answer.status_code == 200
    assert "nothing was saved" in answer.text
    assert 'value="Dusk"' in answer.text
    story.refresh_from_db()
    assert (story.title, story.story_text) == ("Dawn", "Newer.")
    assert story.versions.filter(title="Dusk").count() == 0


def test_what_was_not_typed_is_not_written(curator: Client, story: Story) -> None:
    data = fill_in(curator, story, title="Dusk")
    access.edit_story(VISITOR, story, story_text="Newer.")
    assert curator.post(f"{STORIES}{story.pk}/change/", data).status_code == 302
    story.refresh_from_db()
    assert (story.title, story.story_text) == ("Dusk", "Newer.")


def test_what_changes_in_the_last_moment_is_told(
    curator: Client, story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = fill_in(curator, story, title="Dusk")
    access.edit_story(VISITOR, story, title="Dawn")
    monkeypatch.setattr("stories.admin.stories.has_changed", lambda *_: False)
    text = curator.post(f"{STORIES}{story.pk}/change/", data, follow=True).text
    assert "This was changed meanwhile" in text
    assert "changed successfully" not in text
    story.refresh_from_db()
    assert story.title == "Dawn"


def test_in_the_trash_a_story_is_to_look_at(curator: Client, story: Story) -> None:
    data = fill_in(curator, story, title="Dusk")
    act(curator, STORIES, "trash", story)
    address = f"{STORIES}{story.pk}/change/"
    text = page(curator, address)
    assert 'name="title"' not in text
    assert 'value="publish"' not in text
    assert curator.post(address, data).status_code == 403
    assert "Trash" in page(curator, STORIES)
    assert "1 story: taken out of the trash." in act(curator, STORIES, "restore", story, back="page")
    assert 'name="title"' in page(curator, address)


def test_it_deletes_stories_with_their_files(
    curator: Client, story: Story, media: Path, django_capture_on_commit_callbacks: Any
) -> None:
    services.start_generation(person=VISITOR, prompt="One that is under way")
    under_way = Story.objects.exclude(pk=story.pk).get()
    kept = make_story(VISITOR, title="Kept")
    make_generation(story)
    told = act(curator, STORIES, "delete_selected", story, under_way)
    assert "Only what lies in the trash is deleted for good." in told
    assert "2 stories: put into the trash." in act(curator, STORIES, "trash", story, under_way)
    assert under_way.generations.get().status == "cancelled"
    asked = act(curator, STORIES, "delete_selected", story, under_way, kept)
    assert "Are you sure" in asked
    with django_capture_on_commit_callbacks(execute=True):
        act(curator, STORIES, "delete_selected", story, under_way, kept, post="yes")
    assert list(Story.objects.all()) == [kept]
    assert len(list(media.rglob("*.webp"))) == 3
    assert curator.post(f"{STORIES}{kept.pk}/delete/", {"post": "yes"}).status_code == 403
    act(curator, STORIES, "trash", kept, back="page")
    with django_capture_on_commit_callbacks(execute=True):
        curator.post(f"{STORIES}{kept.pk}/delete/", {"post": "yes"})
    assert not Story.objects.exists()
    assert not list(media.rglob("*.webp"))


def test_who_may_delete_stories_may_delete_what_belongs_to_them(client: Client, story: Story) -> None:
    user = User.objects.create_user("carol", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=["view_story", "delete_story"]))
    client.force_login(user)
    make_generation(story)
    act(client, STORIES, "trash", story)
    client.post(f"{STORIES}{story.pk}/delete/", {"post": "yes"})
    assert not Story.objects.exists()


def test_nothing_is_added_by_hand_and_facts_stay_facts(curator: Client, story: Story) -> None:
    session = make_generation(story)
    image = story.images.first()
    assert image is not None
    for address in (STORIES, IMAGES, GENERATIONS):
        assert curator.get(f"{address}add/").status_code == 403
    assert curator.post(f"{IMAGES}{image.pk}/change/", {"seed": 1}).status_code == 403
    assert curator.post(f"{GENERATIONS}{session.pk}/change/", {"status": "failed"}).status_code == 403
    assert curator.post(f"{GENERATIONS}{session.pk}/delete/", {"post": "yes"}).status_code == 403
    assert curator.get("/admin/stories/step/").status_code == 404


def test_it_shows_pictures(curator: Client, story: Story) -> None:
    image = add_picture(story, is_live=False, parameters={"note": EVIL}, prompt_used=EVIL)
    listed = page(curator, IMAGES)
    assert listed.count('src="/media/images/') == 4
    shown = page(curator, f"{IMAGES}{image.pk}/change/")
    assert EVIL not in shown
    assert "64 × 48" in shown
    assert reverse("admin:stories_story_change", args=[story.pk]) in shown


def test_it_deletes_a_picture_with_its_file(
    curator: Client, story: Story, media: Path, django_capture_on_commit_callbacks: Any
) -> None:
    first, second, third = story.images.all()
    with django_capture_on_commit_callbacks(execute=True):
        act(curator, IMAGES, "delete_selected", first, second, post="yes")
    assert list(GeneratedImage.objects.all()) == [third]
    assert [path.name for path in media.rglob("*.webp")] == [Path(str(third.file.name)).name]
    with django_capture_on_commit_callbacks(execute=True):
        curator.post(f"{IMAGES}{third.pk}/delete/", {"post": "yes"})
    assert not list(media.rglob("*.webp"))


def test_it_shows_a_generation_and_its_steps(curator: Client, story: Story) -> None:
    session = make_generation(story, GenerationStatus.FAILED)
    text = page(curator, f"{GENERATIONS}{session.pk}/change/")
    assert "The painter had no paint." in text
    assert "text@here" in text
    assert 'name="steps-0-status"' not in text


def test_it_stops_and_retries_generations(curator: Client, story: Story) -> None:
    session = services.start_generation(person=VISITOR, prompt="One that is under way")
    assert "still being made" in act(curator, GENERATIONS, "retry", session)
    assert "1 stopped." in act(curator, GENERATIONS, "cancel", session)
    assert GenerationSession.objects.get().status == "cancelled"
    assert "1 tried again." in act(curator, GENERATIONS, "retry", session)
    assert GenerationSession.objects.get().status == "pending"


def test_it_tidies_up_without_a_worker(
    curator: Client, story: Story, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: Any, **kwargs: Any) -> None:
        raise AssertionError("a view asked the broker")

    monkeypatch.setattr("celery.app.task.Task.apply_async", refuse)
    old, fresh = media / "images" / "ab" / "old.webp", media / "images" / "ab" / "fresh.webp"
    for path in (old, fresh):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" * 2048)
    os.utime(old, (0, 0))
    assert "Tidy up files" in page(curator, IMAGES)
    for told in ("Tidied up: 1 file, 2.0\xa0KB.", "Tidied up: 0 files, 0\xa0bytes."):
        assert told in curator.post(f"{IMAGES}tidy/", follow=True).content.decode()
    assert (old.exists(), fresh.exists(), len(list(media.rglob("*.webp")))) == (False, True, 4)
    assert curator.get(f"{IMAGES}tidy/").status_code == 405


def test_it_shows_what_came_of_it(curator: Client) -> None:
    TaskResult.objects.create(
        task_id="t1", task_name="stories.tidy_media", status="SUCCESS", result='{"files": 3, "bytes": 1024}'
    )
    text = page(curator, "/admin/django_celery_results/taskresult/")
    assert "stories.tidy_media" in text
    assert "&quot;files&quot;: 3" in text


@pytest.mark.parametrize("address", [STORIES, IMAGES, GENERATIONS])
def test_odd_queries_break_nothing(curator: Client, story: Story, address: str) -> None:
    for query in ("q=%00", "q=" + "x" * 3000, "p=abc", "p=-5", "o=99", "e=1", "visibility__exact=x", "y=%00"):
        assert curator.get(f"{address}?{query}", follow=True).status_code == 200
    assert curator.get(f"{STORIES}?visibility__exact=%00").status_code == 400


def test_visitors_are_sent_to_sign_in(client: Client, db: None) -> None:
    for address in (STORIES, f"{IMAGES}tidy/"):
        assert client.post(address).status_code == 302
