"""The first page of the desk."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from stories.admin import dashboard
from stories.admin.dashboard import draw_days
from stories.figures import count_days
from stories.models import GenerationStatus, Story
from tests.admin.conftest import VISITOR, count_queries, page
from tests.library import make_generation, make_story


def test_an_empty_house_says_so(curator: Client) -> None:
    text = page(curator, "/admin/")
    assert "No story was told" in text
    assert "No step was done" in text
    assert "<svg" not in text


def test_it_tells_what_happened(curator: Client, story: Story) -> None:
    make_generation(story)
    make_generation(make_story(VISITOR), GenerationStatus.FAILED)
    text = " ".join(page(curator, "/admin/").split())
    assert "<b>50 %</b> finished" in text
    assert "<b>2</b> stories" in text
    assert re.search("Generations of the last 14 days, 2 in all", text)
    assert "Writing the story" in text


def test_it_tells_who_is_missing(curator: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        dashboard,
        "check_health",
        lambda: {
            "checks": {
                "database": {"ok": True},
                "redis": {"ok": False, "detail": "ConnectionError"},
                "language_model": {"ok": True, "model": "llama3.2"},
                "painter": {"ok": False, "model": "sdxl", "detail": "no worker paints"},
                "workers": {"ok": False, "detail": "ConnectionError"},
            }
        },
    )
    text = " ".join(page(curator, "/admin/").split())
    assert '<li class="is-bad"><b>Redis</b><span class="desk-quiet">ConnectionError' in text
    assert '<li class="is-good"><b>Language model</b><span class="desk-quiet">llama3.2' in text
    assert "no worker paints" in text
    assert text.count("none is there") == 3


def test_it_costs_a_handful_of_queries(curator: Client, story: Story) -> None:
    make_generation(story)
    # Session, account, two queues, and seven for the figures.
    assert count_queries(curator, "/admin/") <= 11


def test_bars_stand_on_the_ground_and_fill_their_height(db: None) -> None:
    make_generation(make_story(VISITOR, pictures=False))
    make_generation(make_story(VISITOR, pictures=False), GenerationStatus.FAILED)
    chart: dict[str, Any] = draw_days(count_days())
    *others, today = chart["bars"]
    assert not any(bar["parts"] for bar in others)
    assert [part["name"] for part in today["parts"]] == ["completed", "failed"]
    assert sum(part["height"] for part in today["parts"]) == dashboard.HEIGHT
    first = today["parts"][0]
    assert first["y"] + first["height"] == chart["ground"]


def test_who_may_not_see_generations_sees_no_figures(client: Client, story: Story) -> None:
    user = User.objects.create_user("carol", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="view_story"))
    client.force_login(user)
    text = page(client, "/admin/")
    assert "Generations a day" not in text
    assert "/admin/stories/story/" in text
    assert "/admin/auth/user/" not in text
