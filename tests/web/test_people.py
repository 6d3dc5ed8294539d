"""How long a visitor is known, and what that costs."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from stories.models import GenerationStatus, Story
from stories.people import LOGIN_AGE
from tests.library import make_generation

JSON = {"Accept": "application/json"}
DAY = 24 * 3600


def live_on(monkeypatch: pytest.MonkeyPatch, later: timedelta) -> None:
    now: datetime = timezone.now() + later
    monkeypatch.setattr(timezone, "now", lambda: now)


def test_a_visitor_is_known_for_more_than_a_year(db: None) -> None:
    client = Client()
    client.get("/")
    assert client.cookies["sessionid"]["max-age"] >= 365 * DAY
    left = Session.objects.get().expire_date - timezone.now()
    assert left > timedelta(days=365)


def test_every_day_of_a_visit_counts_anew(
    ann: Any, story: Story, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SESSION_COOKIE_AGE = 20 * DAY
    for _ in range(3):
        live_on(monkeypatch, timedelta(days=15))
        assert ann.get(f"/story/{story.pk}/").status_code == 200


def test_it_is_written_once_a_day(ann: Any, story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    def count_writes() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert ann.get(f"/story/{story.pk}/").status_code == 200
        return sum("UPDATE" in query["sql"] and "django_session" in query["sql"] for query in queries)

    assert [count_writes() for _ in range(3)] == [0, 0, 0]
    live_on(monkeypatch, timedelta(days=1))
    assert [count_writes() for _ in range(2)] == [1, 0]


def test_one_address_has_a_bound_whatever_keys_it_shows(db: None, settings: Any) -> None:
    settings.GENERATIONS_PER_ADDRESS = 3

    def ask(address: str) -> int:
        """As a script does that fetches a new cookie for each story."""
        client = Client(REMOTE_ADDR=address)
        client.get("/")
        return client.post("/generate/", {"prompt": "A shy dragon"}, headers=JSON).status_code

    def ask_without(address: str) -> int:
        return Client(REMOTE_ADDR=address).post("/generate/", {"prompt": "An owl"}, headers=JSON).status_code

    assert [ask("203.0.113.7") for _ in range(4)] == [202, 202, 202, 429]
    assert ask_without("203.0.113.7") == 429
    assert ask("203.0.113.8") == 202
    assert [ask(f"2001:db8::{number}") for number in range(4)] == [202, 202, 202, 429]
    assert ask("2001:db8:0:1::1") == 202
    carol = Client(REMOTE_ADDR="203.0.113.7")
    carol.force_login(User.objects.create_user("carol"))
    assert carol.post("/generate/", {"prompt": "A shy dragon"}, headers=JSON).status_code == 202


def test_what_is_tried_again_or_made_anew_is_counted_too(ann: Any, story: Story, settings: Any) -> None:
    settings.GENERATIONS_PER_ADDRESS = 1
    assert ann.post("/generate/", {"prompt": "A shy dragon"}, headers=JSON).status_code == 202
    Story.objects.update(origin=Story.objects.exclude(origin="").get().origin)
    redo = {"image_type": "character", "seed": "3"}
    assert ann.post(f"/story/{story.pk}/redo/", redo, headers=JSON).status_code == 429
    failed = make_generation(story, GenerationStatus.FAILED)
    assert ann.post(f"/generations/{failed.pk}/retry/", headers=JSON).status_code == 429


def test_a_login_ends_sooner(db: None) -> None:
    client = Client()
    client.force_login(User.objects.create_user("carol", is_staff=True))
    client.get("/")
    assert Session.objects.get().expire_date <= timezone.now() + LOGIN_AGE
