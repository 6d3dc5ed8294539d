"""By which names this server answers, and which it repeats."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.access.conftest import Shelf
from tests.web.conftest import browser_of

BAD = [
    "evil.example", "starloom.example.evil.example", "starloom.example@evil.example", "a b",
    "evil.example:80", "[::1", "starloom.example/evil", "", "starloom.example:evil", "*", "..", "127.0.0.1",
]  # fmt: skip


@pytest.fixture(autouse=True)
def named(settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["starloom.example"]


@pytest.mark.parametrize("host", BAD)
def test_another_name_is_refused_and_not_repeated(db: None, host: str) -> None:
    client = Client(raise_request_exception=False)
    for path in ("/", "/stories/", "/admin/", "/api/v1/", "/health/", "/nowhere/"):
        answer = client.get(path, HTTP_HOST=host)
        assert answer.status_code == 400
        assert "evil" not in answer.text
        assert "evil" not in str(answer.headers)


def test_addresses_that_we_give_out_have_our_name(shelf: Shelf) -> None:
    """Whatever a proxy or a browser adds to the request."""
    client = browser_of("ann")
    poison = {
        "X-Forwarded-Host": "evil.example", "X-Host": "evil.example", "Forwarded": "host=evil.example",
        "X-Forwarded-Server": "evil.example", "X-Original-URL": "/evil.example",
        "X-Rewrite-URL": "/evil.example",
    }  # fmt: skip
    story = shelf.story.pk
    ours: dict[str, Any] = {"HTTP_HOST": "starloom.example", "headers": poison}
    share = client.post(
        f"/story/{story}/share/", **ours | {"headers": poison | {"Accept": "application/json"}}
    )
    assert share.json()["url"].startswith("http://starloom.example/shared/")
    made = client.post("/api/v1/generations/", {"prompt": "An owl"}, content_type="application/json", **ours)
    assert made.headers["Location"].startswith("http://starloom.example/api/v1/generations/")
    for path in (
        f"/story/{story}/",
        f"/api/v1/stories/{story}/",
        f"/api/v1/stories/{story}/share/",
        "/api/v1/",
    ):
        answer = client.get(path, **ours)
        assert answer.status_code == 200
        assert "evil" not in answer.text
        assert "starloom.example" in answer.text


def test_nobody_is_believed_to_be_a_proxy_unless_told_so(db: None) -> None:
    client = Client()
    assert (
        client.get("/api/v1/", HTTP_HOST="starloom.example", headers={"X-Forwarded-Proto": "https"})
        .json()["stories"]
        .startswith("http://")
    )
