"""`/metrics/`: the truth of all processes, for whoever looks after them and nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from agents.types import LanguageModelError
from stories import counting, services
from stories.models import GenerationSession, Tally
from stories.people import Person
from tests.stories.conftest import admit, claim, done

HERE: dict[str, Any] = {"HTTP_HOST": "127.0.0.1:8000"}  # the test client's address is this machine's, too


@pytest.fixture(autouse=True)
def local(settings: Any) -> None:
    settings.METRICS_LOCAL = True


@pytest.fixture(autouse=True)
def nothing_counted(db: None) -> Iterator[None]:
    with counting._lock:
        counting._waiting.clear()
    yield
    with counting._lock:
        counting._waiting.clear()


def read(client: Client) -> dict[tuple[str, frozenset[str]], float]:
    """Sample and values of its labels → value."""
    answer = client.get("/metrics/", **HERE)
    assert answer.status_code == 200, answer.content
    samples: list[Sample] = [
        sample for family in text_string_to_metric_families(answer.text) for sample in family.samples
    ]
    return {(sample.name, frozenset(sample.labels.values())): sample.value for sample in samples}


def sample(name: str, *labels: str) -> tuple[str, frozenset[str]]:
    return name, frozenset(labels)


# Who may read it


def test_nobody_reads_it_from_outside(client: Client) -> None:
    answer = client.get("/metrics/", REMOTE_ADDR="203.0.113.7", **HERE)
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
    assert "starloom_" not in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_HOST": "testserver"},
        {"HTTP_HOST": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "203.0.113.7"},
        {"HTTP_HOST": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"HTTP_HOST": "localhost", "HTTP_FORWARDED": "for=127.0.0.1"},
        {"HTTP_HOST": "localhost", "HTTP_X_REAL_IP": "127.0.0.1"},
        {"HTTP_HOST": "localhost", "HTTP_VIA": "1.1 proxy"},
        {"HTTP_HOST": "localhost", "REMOTE_ADDR": ""},
        {"HTTP_HOST": "localhost", "REMOTE_ADDR": "unix:"},
        {"HTTP_HOST": "localhost", "REMOTE_ADDR": "10.0.0.1"},
    ],
)
def test_a_proxy_on_this_machine_is_not_this_machine(client: Client, headers: dict[str, Any]) -> None:
    assert client.get("/metrics/", **headers).status_code == 401


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8000", "[::1]:8000"])
def test_this_machine_may(client: Client, host: str) -> None:
    for address in ("127.0.0.1", "::1"):
        assert client.get("/metrics/", HTTP_HOST=host, REMOTE_ADDR=address).status_code == 200


@pytest.mark.parametrize(
    ("said", "debug", "code"), [(False, False, 401), (True, False, 200), (False, True, 200)]
)
def test_this_machine_may_only_where_that_was_said(
    client: Client, settings: Any, said: bool, debug: bool, code: int
) -> None:
    """nginx with nothing but ``proxy_pass http://127.0.0.1:8000`` sends everybody on like this."""
    settings.METRICS_LOCAL, settings.DEBUG = said, debug
    assert client.get("/metrics/", **HERE).status_code == code


@pytest.mark.parametrize(
    ("token", "sent", "code"),
    [
        ("s3cret", "Bearer s3cret", 200), ("s3cret", "bearer s3cret", 200), ("s3cret", "Bearer other", 401),
        ("s3cret", "s3cret", 401), ("s3cret", "Token s3cret", 401), ("s3cret", "Bearer ", 401),
        ("", "Bearer ", 401), ("", "Bearer s3cret", 401), ("s3cret", "Bearer s3cret\udcff", 401),
        ("s3cret", "Bearer é", 401),
    ],
)  # fmt: skip
def test_a_token_opens_it_and_none_opens_nothing(
    client: Client, settings: Any, token: str, sent: str, code: int
) -> None:
    settings.METRICS_TOKEN = token
    answer = client.get("/metrics/", REMOTE_ADDR="203.0.113.7", HTTP_AUTHORIZATION=sent)
    assert answer.status_code == code


@pytest.mark.parametrize(("rights", "code"), [({"is_staff": True}, 200), ({}, 401)])
def test_staff_may_and_other_accounts_may_not(client: Client, rights: dict[str, Any], code: int) -> None:
    client.force_login(User.objects.create_user("carol", **rights))
    assert client.get("/metrics/", REMOTE_ADDR="203.0.113.7").status_code == code


def test_it_is_only_read(client: Client) -> None:
    answer = client.post("/metrics/", **HERE)
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD")


# What it tells


def test_queues_and_generations_are_told_by_their_rows(client: Client) -> None:
    session = services.start_generation(person=Person("visitor:ann"), prompt="A shy dragon")
    told = read(client)
    assert told[sample("starloom_queue_steps", "text", "ready")] == 1
    assert told[sample("starloom_queue_steps", "gpu", "waiting")] == 3
    assert told[sample("starloom_generations", "pending")] == 1
    assert 0 <= told[sample("starloom_oldest_pending_seconds")] < 60
    done(session, "story")
    claim(session, "character")
    told = read(client)
    assert told[sample("starloom_queue_steps", "text", "running")] == 1
    assert told[sample("starloom_queue_steps", "text", "ready")] == 1
    assert told[sample("starloom_generations", "running")] == 1
    assert told[sample("starloom_oldest_pending_seconds")] == 0


def test_what_was_counted_is_told_and_never_falls(client: Client, session: GenerationSession) -> None:
    counting.STEP_SECONDS.observe(3, "story")
    counting.STEP_SECONDS.observe(1000, "story")
    counting.STEP_SECONDS.observe(2.5, "story")
    counting.BATCH_SIZE.observe(4)
    counting.PICTURES.add("character_image")
    before = read(client)
    services.delete_story(session.story)
    told = read(client)
    steps = [name for name in before if name[0].startswith("starloom_step")]
    assert [told[name] for name in steps] == [before[name] for name in steps]
    bucket = "starloom_step_seconds_bucket"
    assert [told[sample(bucket, "story", edge)] for edge in ("1", "2.5", "5", "+Inf")] == [0, 1, 2, 3]
    assert told[sample("starloom_step_seconds_sum", "story")] == 1005.5
    assert told[sample("starloom_step_seconds_count", "story")] == 3
    assert told[sample("starloom_gpu_batch_size_bucket", "4")] == 1
    assert told[sample("starloom_gpu_batch_size_bucket", "2")] == 0
    assert told[sample("starloom_pictures_painted_total", "character_image")] == 1


def test_counts_of_all_processes_are_added_up(client: Client) -> None:
    counting.PICTURES.add("character_image")
    counting.flush()
    counting.PICTURES.add("character_image", by=2)  # as another process would
    assert read(client)[sample("starloom_pictures_painted_total", "character_image")] == 3


def test_nothing_counted_is_lost_while_the_database_is_away(client: Client, monkeypatch: Any) -> None:
    from django.db import OperationalError

    def fail(*_: Any, **__: Any) -> None:
        raise OperationalError

    counting.PICTURES.add("character_image")
    with monkeypatch.context() as patch:
        patch.setattr("django.db.backends.utils.CursorWrapper.execute", fail)
        counting.flush()
    assert read(client)[sample("starloom_pictures_painted_total", "character_image")] == 1


def test_watchers_of_processes_that_are_gone_are_not_counted(client: Client, monkeypatch: Any) -> None:
    now = {counting.WATCHERS: lambda: 3.0}
    monkeypatch.setattr(counting, "shown", now)
    Tally.objects.create(name=counting.WATCHERS, labels=["another"], value=2)
    Tally.objects.create(name=counting.WATCHERS, labels=["dead"], value=9)
    Tally.objects.filter(labels=["dead"]).update(at=timezone.now() - timedelta(minutes=5))
    assert read(client)[sample("starloom_live_watchers")] == 5
    now[counting.WATCHERS] = lambda: 0.0
    assert read(client)[sample("starloom_live_watchers")] == 2


def test_requests_are_told_by_name_and_status(client: Client) -> None:
    client.get("/story/7f9f0c38-51b0-4a0c-8f0c-0b0b9a3f8a52/")
    told = read(client)
    assert told[sample("starloom_request_seconds_count", "story", "GET", "404")] == 1
    assert "7f9f0c38" not in str(told)


def test_model_errors_are_told_by_what_lay_under_them(client: Client, session: GenerationSession) -> None:
    step = claim(session, "story")
    try:
        try:
            raise ConnectionRefusedError
        except OSError:
            raise LanguageModelError("does not answer", transient=True) from None
    except LanguageModelError as error:
        counting.note_failure(step, error, transient=True)
    counting.note_failure(step, ValueError("a secret"), transient=False)
    told = read(client)
    assert told[sample("starloom_model_errors_total", "language", "ConnectionRefusedError")] == 1
    assert told[sample("starloom_step_failures_total", "story", "ConnectionRefusedError", "passing")] == 1
    assert told[sample("starloom_step_failures_total", "story", "ValueError", "final")] == 1
    assert "secret" not in str(told)


def test_it_speaks_openmetrics_too(client: Client) -> None:
    answer = client.get("/metrics/", HTTP_ACCEPT="application/openmetrics-text; version=1.0.0", **HERE)
    assert answer["Content-Type"].startswith("application/openmetrics-text")
    assert answer.text.endswith("# EOF\n")


def test_redis_may_be_away(client: Client, monkeypatch: Any) -> None:
    def fail() -> None:
        raise ConnectionError

    monkeypatch.setattr("stories.presence.who_is_there", fail)
    told = read(client)
    assert not any(name == "starloom_present" for name, _ in told)
    assert sample("starloom_generations", "running") in told


def test_a_scrape_asks_little_of_the_database(
    client: Client, session: GenerationSession, django_assert_max_num_queries: Any
) -> None:
    admit(session)
    client.get("/")
    with django_assert_max_num_queries(12):
        read(client)
    assert connection.queries_limit
