"""Every request has an id: in its answer, in the log, in the generation that it asked for, and in the
worker's lines about that."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.signals import request_finished
from django.db import connection
from django.test import Client

from stories import counting, services, tracing
from stories.models import GenerationSession
from tests.stories.conftest import admit, do, step_of
from tests.support.logs import listening

ID = "a-proxy.made:this_1"


def test_each_answer_bears_one_of_its_own(client: Client, db: None) -> None:
    ids = {
        client.get(address)["X-Request-ID"] for address in ("/", "/no/such/place/", "/api/v1/", "/health/")
    }
    assert len(ids) == 4
    assert all(len(found) == 32 for found in ids)


def test_a_strange_host_is_given_one_too(client: Client) -> None:
    answer = client.get("/", headers={"Host": "evil.example"})
    assert (answer.status_code, len(answer["X-Request-ID"])) == (400, 32)


@pytest.mark.parametrize(("trusted", "sent", "kept"), [
    (True, ID, True), (False, ID, False), (True, "", False), (True, "x" * 65, False), (True, "a\tb", False),
    (True, "é", False), (True, "a b", False), (True, "x" * 64, True), (True, "<script>", False),
])  # fmt: skip
def test_only_a_trusted_proxy_may_name_it(
    client: Client, db: None, settings: Any, trusted: bool, sent: str, kept: bool
) -> None:
    settings.TRUST_PROXY = trusted
    assert (client.get("/api/v1/", HTTP_X_REQUEST_ID=sent)["X-Request-ID"] == sent) is kept


@pytest.mark.django_db(transaction=True)
def test_a_workers_lines_are_found_by_the_request(settings: Any, tmp_path: Path) -> None:
    """Through no message: the worker has nothing but the step's id."""
    settings.MEDIA_ROOT, settings.TRUST_PROXY = tmp_path, True
    settings.IMAGE_SIZE = settings.SCENE_SIZE = "128x96"
    with listening() as log:
        answer = Client().post(
            "/api/v1/generations/", {"prompt": "A shy dragon"}, "application/json", HTTP_X_REQUEST_ID=ID
        )
        session = GenerationSession.objects.get(pk=answer.json()["session_id"])
        admit(session)
        for name in ("story", "character", "character_image"):
            do(step_of(session, name))
    connection.close()
    assert session.request_id == answer["X-Request-ID"] == ID
    assert [event["event"][:29] for event in log.of(request=ID) if "step" not in event] == [
        "POST api:generations: 202 in "
    ]
    for step in ("story", "character", "character_image"):
        done = log.of(request=ID, generation=str(session.pk), step=step)
        assert any("done in" in event["event"] for event in done), (step, log.lines)
    assert any(event["logger"] == "agents.llm" for event in log.of(request=ID, step="story"))


@pytest.mark.django_db
def test_trying_again_is_another_request(ann: Any, session: GenerationSession) -> None:
    services.cancel_generation(session)
    answer = ann.post(f"/generations/{session.pk}/retry/", HTTP_ACCEPT="application/json")
    assert answer.status_code == 202
    session.refresh_from_db()
    assert session.request_id == answer["X-Request-ID"]


def test_nothing_is_bound_when_an_answer_is_sent() -> None:
    tracing.begin_request("r1")
    assert tracing.current_request() == "r1"
    tracing.end_request()
    assert tracing.current_request() == ""
    tracing.begin_request("r2")
    request_finished.send(sender=None)
    assert tracing.current_request() == ""


def test_refusals_are_logged_with_the_requests_id(client: Client, db: None) -> None:
    with listening() as log:
        answer = client.get("/no/such/place/")
    assert [event["event"] for event in log.of(request=answer["X-Request-ID"])] == [
        "Not Found: /no/such/place/"
    ]


def test_what_is_counted_names_addresses_and_no_paths(client: Client, db: None) -> None:
    client.get("/story/7f9f0c38-51b0-4a0c-8f0c-0b0b9a3f8a52/")
    client.get("/no/such/place/")
    client.generic("BREW", "/")
    with counting._lock:
        labels = {key[1] for key in counting._waiting if key[0] == "starloom_request_seconds_sum"}
    assert {("story", "GET", "404"), ("none", "GET", "404"), ("home", "OTHER", "405")} <= labels
    assert "7f9f0c38" not in str(labels)
