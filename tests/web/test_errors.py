from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

JSON = {"Accept": "application/json"}


def test_a_wrong_address_is_a_page_in_the_same_look(ann: Any) -> None:
    page = ann.get("/no/such/place/")
    assert page.status_code == 404
    assert "Nothing hangs here" in page.text
    assert ann.get("/no/such/place/", headers=JSON).json()["detail"]


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("a secret of ours")

    monkeypatch.setattr("stories.web.library.describe_library", fail)


@pytest.mark.usefixtures("broken", "db")
def test_a_bug_is_a_page_without_a_stack_trace() -> None:
    client = Client(raise_request_exception=False)
    page = client.get("/stories/")
    assert page.status_code == 500
    assert "A thread has broken" in page.text
    assert "secret" not in page.text
    assert "Traceback" not in page.text
    assert client.get("/stories/", headers=JSON).json() == {
        "detail": "Something broke on our side. Nothing that was made is lost."
    }


def fail_to_reach(*_: Any, **__: Any) -> None:
    raise OperationalError("connection to server at 10.0.0.1 failed")


@pytest.mark.parametrize("address", ["/", "/stories/", "/status/7f9f0c38-51b0-4a0c-8f0c-0b0b9a3f8a52/"])
def test_a_database_that_is_away_is_said_so(db: None, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    client = Client(raise_request_exception=False)
    with monkeypatch.context() as patch:
        patch.setattr("django.db.backends.utils.CursorWrapper.execute", fail_to_reach)
        page, answer = client.get(address), client.get(address, headers=JSON)
    assert page.status_code == 503
    assert "The database cannot be reached just now" in page.text
    assert "10.0.0.1" not in page.text
    assert answer.json()["detail"].startswith("The database cannot be reached")


def test_a_session_that_cannot_be_saved_is_503_too(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.save", fail_to_reach)
    client = Client(raise_request_exception=False)
    assert client.post("/generate/", {"prompt": "A shy dragon"}).status_code == 503


def test_htmx_is_told_to_leave_the_page_as_it_is(ann: Any) -> None:
    answer = ann.get("/no/such/place/", headers={"HX-Request": "true"})
    assert answer["HX-Reswap"] == "none"
    assert answer.json()["detail"]


@pytest.mark.parametrize(("status", "code"), [("ok", 200), ("degraded", 200), ("down", 503)])
def test_health_is_503_only_when_all_is_down(
    client: Client, monkeypatch: pytest.MonkeyPatch, status: str, code: int
) -> None:
    monkeypatch.setattr("stories.web.views.check_health", lambda: {"status": status, "checks": {}})
    answer = client.get("/health/")
    assert answer.status_code == code
    assert answer.json() == {"status": status, "checks": {}}
    assert client.post("/health/").status_code == 405


def test_a_strange_host_gets_a_plain_page(settings: Any, db: None) -> None:
    settings.ALLOWED_HOSTS = ["starloom.example"]
    page = Client(raise_request_exception=False).get("/", headers={"Host": "evil.example"})
    assert page.status_code == 400
    assert "evil" not in page.text
