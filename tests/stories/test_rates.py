"""How often somebody may ask in a minute: one count for the pages and the API."""

from __future__ import annotations

import time
from typing import Any

import pytest
import redis
from django.conf import settings as conf
from django.test import Client
from rest_framework.test import APIClient

from stories import rates, services
from stories.models import GenerationSession, Story
from stories.people import Person
from tests.web.conftest import browser_of

pytestmark = pytest.mark.django_db
STATUS, GENERATE, API = "/status/{}/", "/generate/", "/api/v1/generations/"
SENTENCE = "A shy dragon who paints the night sky"


@pytest.fixture(autouse=True)
def a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """A minute of its own for each test, of which 48 s are left, and a Redis that was not away."""
    now = (int(time.time()) // 60 + time.monotonic_ns() % 10**6) * 60 + 12.0
    monkeypatch.setattr(time, "time", lambda: now)
    monkeypatch.setattr(rates, "_resting_until", 0.0)


@pytest.fixture
def ann() -> Any:
    return browser_of("ann")


def test_reads_are_bounded_with_a_time_to_come_again(ann: Any, settings: Any) -> None:
    settings.READS_PER_PERSON = 3
    answers = [ann.get("/stories/") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[-1]["Retry-After"] == "48"
    assert "Try again in 48 seconds" in answers[-1].content.decode()


def test_a_status_poll_of_a_hundred_behind_one_address_passes_by_default(
    ann: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every two seconds, 100 people, a whole minute: by the defaults as they stand in .env.example."""
    lines = (conf.BASE_DIR / ".env.example").read_text().splitlines()
    default = dict(line[1:].split("=", 1) for line in lines if line.startswith("#READS_PER_"))
    settings.READS_PER_PERSON = int(default["READS_PER_PERSON"])
    settings.READS_PER_ADDRESS = int(default["READS_PER_ADDRESS"])
    for number in range(100):  # each for the thirtieth time in this minute
        bounds = rates.list_bounds(Person(f"visitor:{number}", origin="school"), rates.READS)
        for name in bounds:
            rates.client().incrby(f"{name}:{int(time.time() // rates.WINDOW)}", 29)
        assert all(n <= most for n, most in zip(rates.count(list(bounds)), bounds.values(), strict=True))


def test_pages_and_api_count_together(ann: Any, settings: Any) -> None:
    settings.WRITES_PER_PERSON = 2
    api = APIClient()
    api.cookies = ann.cookies
    story = services.start_generation(person=ann.person, prompt=SENTENCE).story
    assert ann.post(f"/story/{story.pk}/favourite/", {"favourite": "true"}).status_code == 302
    assert api.put(f"/api/v1/stories/{story.pk}/favourite/").status_code == 200
    answer = api.put(f"/api/v1/stories/{story.pk}/favourite/")
    assert (answer.status_code, answer["Retry-After"]) == (429, "48")
    assert "too often" in answer.json()["detail"]
    assert ann.post(f"/story/{story.pk}/favourite/", {"favourite": "true"}).status_code == 429


def test_what_is_costly_has_a_bound_of_its_own(ann: Any, settings: Any) -> None:
    settings.COSTLY_PER_PERSON, settings.WRITES_PER_PERSON, settings.READS_PER_PERSON = 1, 1, 1
    assert ann.post(GENERATE, {"prompt": SENTENCE}).status_code == 302
    assert ann.get("/stories/").status_code == 200
    story = Story.objects.get()
    assert ann.get(f"/story/{story.pk}/export/epub/").status_code == 429
    assert ann.post("/import/file/", {"file": ""}).status_code == 429
    assert ann.post(f"/story/{story.pk}/redo/", {"image_type": "combined"}).status_code == 429
    assert ann.post(f"/story/{story.pk}/delete/").status_code == 302


@pytest.mark.parametrize("how", ["page", "htmx", "json"])
def test_a_sentence_that_came_too_soon_stays_in_the_form(ann: Any, settings: Any, how: str) -> None:
    settings.COSTLY_PER_PERSON = 1
    ann.post(GENERATE, {"prompt": SENTENCE})
    more: dict[str, Any] = {
        "page": {},
        "htmx": {"HTTP_HX_REQUEST": "true"},
        "json": {"HTTP_X_REQUESTED_WITH": "XMLHttpRequest"},
    }[how]
    answer = ann.post(GENERATE, {"prompt": "A second sentence", "seed": "17"}, **more)
    assert (answer.status_code, answer["Retry-After"]) == (429, "48")
    words = answer.json()["detail"] if how == "json" else answer.content.decode()
    assert "Try again in 48 seconds" in words
    if how != "json":
        assert "A second sentence</textarea>" in words
        assert 'value="17"' in words
    assert GenerationSession.objects.count() == 1


def test_who_has_no_key_is_counted_by_address_alone(settings: Any) -> None:
    settings.READS_PER_PERSON, settings.READS_PER_ADDRESS = 1, 3
    strangers = [Client().get("/stories/").status_code for _ in range(4)]
    assert strangers == [200, 200, 200, 429], "a new browser each time is no way around it"
    assert Client(REMOTE_ADDR="203.0.113.8").get("/stories/").status_code == 200


def test_an_account_is_not_counted_by_its_address(settings: Any, admin_client: Any) -> None:
    settings.READS_PER_ADDRESS = 1
    assert [admin_client.get("/stories/").status_code for _ in range(3)] == [200] * 3


def test_health_is_never_refused(settings: Any) -> None:
    settings.READS_PER_ADDRESS = 1
    assert {Client().get("/health/").status_code for _ in range(3)} <= {200, 503}


def test_the_next_minute_is_another(ann: Any, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.READS_PER_PERSON = 1
    now = time.time()
    assert [ann.get("/stories/").status_code for _ in range(2)] == [200, 429]
    monkeypatch.setattr(time, "time", lambda: now + 60)
    assert ann.get("/stories/").status_code == 200


def test_a_redis_that_hangs_costs_one_request_its_timeout_and_lets_all_through(
    ann: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.READS_PER_PERSON = 1
    asked: list[int] = []

    class Away:
        def pipeline(self, **named: Any) -> Any:
            asked.append(1)
            raise redis.TimeoutError

    monkeypatch.setattr(rates, "client", Away)
    assert [ann.get("/stories/").status_code for _ in range(5)] == [200] * 5
    assert len(asked) == 1
