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

from stories.models import Story
from stories.people import LOGIN_AGE

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


def test_a_login_ends_sooner(db: None) -> None:
    client = Client()
    client.force_login(User.objects.create_user("carol", is_staff=True))
    client.get("/")
    assert Session.objects.get().expire_date <= timezone.now() + LOGIN_AGE
