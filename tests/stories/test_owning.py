"""All about one person: told, taken away, and gone, with nothing left in any table or folder."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.apps import apps
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db import models
from django.test import Client
from django.utils import timezone
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

from stories import library, owning, rates, redoing, services, sharing
from stories.books import project
from stories.books.importing import import_project
from stories.models import ENDED, Allowance, GenerationSession, Mark, Story, StoryVersion
from stories.people import Person
from tests.library import add_picture, make_story
from tests.web import conftest

pytestmark = pytest.mark.django_db
DELETE, EXPORT, PAGE = "/your-data/delete/", "/your-data/export/", "/your-data/"


def browser_of(name: str) -> Any:
    return conftest.browser_of(name)


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def live_a_little(person: Person, others: Story) -> list[str]:
    """Let somebody leave traces of every kind; words by which they would be found again."""
    told = make_story(person, title="The Marmalade Comet")
    add_picture(told, "character", colour="#112233", is_live=False)
    library.mark_story(person, told, is_favourite=True)
    sharing.share_story(told, days=None)
    trashed = make_story(person, title="The Velvet Anvil", pictures=False)
    library.trash_story(trashed)
    make_story(person, title="", story_text="", prompt="A quince who sings", pictures=False)
    services.start_generation(
        person=person, prompt="Under way: an ember otter", idempotency_key="quite-my-own-key"
    )
    library.mark_story(person, others, thumb=1)
    redoing.redo_picture(others, "combined", person=person)
    StoryVersion.objects.create(story=others, number=9, made_by="person", person=person.key)
    Allowance.objects.update_or_create(
        who=person.key, defaults={"paid_until": timezone.now() + timedelta(hours=1)}
    )
    return ["Marmalade Comet", "Velvet Anvil", "quince who sings", "ember otter", "quite-my-own-key"]


def find_traces(*words: str) -> list[tuple[str, str, str]]:
    """Where any of these stands in any column of any table."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        if not model._meta.managed or model._meta.proxy:
            continue
        for row in model._default_manager.all():
            for field in model._meta.concrete_fields:
                value = str(read_value(row, field))
                found += [(model.__name__, field.name, word) for word in words if word in value]
    return found


def read_value(row: models.Model, field: Any) -> Any:
    return row.get_decoded() if isinstance(row, Session) else getattr(row, field.attname)


def list_files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def others(media: Path) -> Story:
    """Somebody else's story, whose pictures are not the same."""
    story = make_story(Person("visitor:somebody-else"), pictures=False, visibility="unlisted")
    for number, kind in enumerate(("character", "background", "combined")):
        add_picture(story, kind, colour=f"#77{number}088")
    return story


def test_a_visitor_is_gone_without_a_trace(
    others: Story, media: Path, django_capture_on_commit_callbacks: Any
) -> None:
    kept = list_files(media)
    ann = browser_of("ann-in-person")
    words = live_a_little(ann.person, others)
    key = ann.cookies["sessionid"].value
    assert find_traces("ann-in-person", *words)
    assert list_files(media) > kept
    assert Story.objects.get(pk=others.pk).likes == 1

    with django_capture_on_commit_callbacks(execute=True):
        answer = ann.post(DELETE, {"understood": "true"}, follow=True)
    assert "All of it is gone for good" in answer.content.decode()
    assert find_traces("ann-in-person", key, *words) == []
    assert list_files(media) == kept, "the others' pictures stay, and nothing else"
    assert Story.objects.get().likes == 0, "a thumb that is taken back is not counted"
    assert not GenerationSession.objects.exclude(status__in=ENDED).exists(), "what was being made has stopped"
    assert "nobody we know" in ann.get(PAGE).content.decode()


def test_an_account_is_gone_without_a_trace(others: Story, media: Path) -> None:
    user = User.objects.create_user("hieronymus", "h@example.org", "a long password")
    person = Person(f"account:{user.pk}", account_id=user.pk)
    words = live_a_little(person, others)
    token = Token.objects.create(user=user).key
    browser = Client()
    browser.force_login(user)
    Client(REMOTE_ADDR="203.0.113.7").post("/admin/login/", {"username": "hieronymus", "password": "wrong"})
    assert AccessAttempt.objects.get().username == "hieronymus"
    api = APIClient(HTTP_AUTHORIZATION=f"Token {token}")
    assert api.delete("/api/v1/me/").status_code == 400, "it has to be said that it is for good"
    assert api.delete("/api/v1/me/?forever=true").status_code == 204
    marks = ("hieronymus", "h@example.org", token, person.key, f"'_auth_user_id': '{user.pk}'")
    assert find_traces(*marks, *words) == []
    assert api.get("/api/v1/me/").status_code == 401


def test_a_curators_account_and_decisions_stay(admin_client: Any, admin_user: Any) -> None:
    make_story(Person(f"account:{admin_user.pk}", account_id=admin_user.pk), pictures=False)
    Token.objects.create(user=admin_user)
    page = admin_client.get(PAGE).content.decode()
    assert "Your account stays" in page
    assert admin_client.post(DELETE, {"understood": "on"}).status_code == 302
    assert User.objects.get() == admin_user
    assert not Story.objects.exists()
    assert not Token.objects.exists()
    assert not Session.objects.exists()


def test_it_is_deleted_only_by_who_says_that_they_mean_it(others: Story) -> None:
    ann = browser_of("ann")
    live_a_little(ann.person, others)
    for fields in ({}, {"understood": ""}, {"understood": "false"}, {"understood": "maybe"}):
        answer = ann.post(DELETE, fields)
        assert answer.status_code == 400, fields
    assert ann.get(DELETE).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = ann.cookies
    assert strict.post(DELETE, {"understood": "true"}).status_code == 403
    assert Story.objects.filter(person="visitor:ann").count() == 4


def test_it_takes_nobody_elses(others: Story) -> None:
    ben = browser_of("ben")
    mine = make_story(ben.person)
    owning.delete(browser_of("ann").person)
    assert {story.pk for story in Story.objects.all()} == {mine.pk, others.pk}


def test_what_begins_meanwhile_is_deleted_too(monkeypatch: pytest.MonkeyPatch) -> None:
    ann = Person("visitor:ann")
    make_story(ann, pictures=False)
    real, begun = services.delete_story, list[Any]()

    def delete_story(story: Story) -> None:
        real(story)
        if not begun:
            begun.append(services.start_generation(person=ann, prompt="From another tab"))

    monkeypatch.setattr(services, "delete_story", delete_story)
    owning.delete(ann)
    assert begun
    assert not Story.objects.exists()


def test_who_is_only_an_address_has_nothing_to_delete_or_to_take() -> None:
    stranger, api = Client(), APIClient()
    assert "nobody we know" in stranger.get(PAGE).content.decode()
    assert stranger.get(EXPORT).status_code == 403
    assert stranger.post(DELETE, {"understood": "true"}).status_code == 403
    assert api.get("/api/v1/me/").status_code == api.get("/api/v1/me/export/").status_code == 403
    assert api.delete("/api/v1/me/?forever=true").status_code == 403


@pytest.mark.parametrize("way", ["page", "api"])
def test_everything_is_in_the_export(others: Story, way: str) -> None:
    ann = browser_of("ann")
    live_a_little(ann.person, others)
    answer: Any = ann.get(EXPORT if way == "page" else "/api/v1/me/export/")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/zip")
    assert answer["Content-Disposition"] == 'attachment; filename="starloom-your-data.zip"'
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as packed:
        about = json.loads(packed.read("about-you.json"))
        files = {name: packed.read(name) for name in packed.namelist()}
    assert len(about["stories"]) == 4
    assert {story["title"] or story["prompt"] for story in about["stories"]} == {
        "The Marmalade Comet", "The Velvet Anvil", "A quince who sings", "Under way: an ember otter",
    }  # fmt: skip
    assert {mark["story_id"] for mark in about["marks"]} >= {str(others.pk)}
    assert about["generations_in_stories_of_others"][0]["story_id"] == str(others.pk)
    assert about["words_in_stories_of_others"]
    (link,) = [link for story in about["stories"] for link in story["links"]]
    assert link["token"]
    (making,) = [one for story in about["stories"] for one in story["generations"]]
    assert making["idempotency_key"] == "quite-my-own-key"
    assert making["events"][0]["kind"] == "asked"
    told = [story["file"] for story in about["stories"] if story["file"]]
    assert sorted(files) == sorted(["about-you.json", *told])
    comet = next(name for name in told if "comet" in name)
    ben = Person("visitor:ben")
    again = import_project(io.BytesIO(files[comet]), ben)
    assert (again.title, again.images.count()) == ("The Marmalade Comet", 4)


def test_an_account_reads_what_is_known_of_it(others: Story) -> None:
    user = User.objects.create_user("hieronymus", "h@example.org")
    api = APIClient(HTTP_AUTHORIZATION=f"Token {Token.objects.create(user=user).key}")
    about = api.get("/api/v1/me/").json()
    assert (about["account"]["username"], about["account"]["email"]) == ("hieronymus", "h@example.org")
    assert "password" not in json.dumps(about)
    assert Token.objects.get().key not in json.dumps(about)


def test_a_story_too_large_for_a_project_file_is_in_the_export_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ann = Person("visitor:ann")
    make_story(ann)
    monkeypatch.setattr(project, "IMAGES_MAX", 1)
    with zipfile.ZipFile(owning.pack(ann)) as packed:
        names = packed.namelist()
        (text,) = [name for name in names if name.endswith("/project.json")]
        assert json.loads(packed.read(text))["story"]["title"] == "The Painter of Nights"
        assert [story["file"] for story in json.loads(packed.read("about-you.json"))["stories"]] == [text]
    assert any("/pictures/" in name for name in names)


def test_all_of_it_by_api_is_costly(settings: Any) -> None:
    rates.client().flushdb()
    settings.COSTLY_PER_PERSON = 1
    api = APIClient()
    api.force_login(User.objects.create_user("hieronymus"))
    assert [api.get("/api/v1/me/").status_code for _ in range(2)] == [200, 429]


def test_what_nobody_has_begun_any_more_counts_for_who_tries_it_again(others: Story) -> None:
    ann, ben = Person("visitor:ann"), Person("visitor:ben")
    session = redoing.redo_picture(others, "combined", person=ann)
    owning.delete(ann)
    again = services.retry_generation(GenerationSession.objects.get(pk=session.pk), by=ben)
    assert again.person == ben.counted_as
    assert Allowance.objects.filter(who="").count() == 0


def test_the_page_counts_what_there_is(others: Story) -> None:
    ann = browser_of("ann")
    live_a_little(ann.person, others)
    page = ann.get(PAGE).content.decode()
    for words in ("4 stories", "4 pictures", "1 link ", "2 stories that you marked"):
        assert words in page
    assert Mark.objects.count() == 2
