"""What the pages allow a browser, and that they need no more."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

ROOT = Path(settings.BASE_DIR) / "templates"
pytestmark = pytest.mark.django_db


def read_policy(client: Client, path: str) -> dict[str, set[str]]:
    parts = client.get(path).headers["Content-Security-Policy"].split(";")
    return {words[0]: set(words[1:]) for part in parts if (words := part.split())}


@pytest.mark.parametrize("path", ["/", "/stories/", "/import/", "/nowhere/", "/api/v1/styles/"])
def test_pages_load_from_here_alone_and_run_nothing_of_their_own(client: Client, path: str) -> None:
    policy = read_policy(client, path)
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == {"'none'"}
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == {"'self'"}
    assert policy["img-src"] == {"'self'", "data:"}
    assert policy["form-action"] == {"'self'"}


def test_only_what_others_built_is_allowed_more(client: Client) -> None:
    assert "'unsafe-eval'" in read_policy(client, "/admin/login/")["script-src"]
    assert read_policy(client, "/api/docs/")["script-src"] == {"'self'"}


def test_nothing_of_the_visitors_machine_is_asked_for(client: Client) -> None:
    headers = client.get("/").headers
    assert {"camera=()", "geolocation=()", "microphone=()"} <= set(headers["Permissions-Policy"].split(", "))
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize(
    "page",
    [page for page in sorted(ROOT.rglob("*.html")) if page.parent.name not in ("books", "admin")],
    ids=lambda page: page.name,
)
def test_no_page_has_script_or_style_in_itself(page: Path) -> None:
    text = page.read_text()
    assert not re.search(
        r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*\s(src|type=\"application/json\"))", text
    )
