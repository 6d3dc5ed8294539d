"""What every answer tells a browser and the caches on the way: a passive scan of all pages, good and bad."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as its_settings
from django.test import Client

from tests.access.conftest import Question, Shelf, list_patterns, list_questions, undone
from tests.access.table import ANYBODY

Cast = Callable[..., dict[str, Client]]
#: What others have built asks for more: their scripts and styles stand in their pages.
LOOSE = ("/admin/", "/api/docs/")
BUILT = re.compile(rb'Traceback|File "/|django\.(db|core|template|urls|http)|psycopg|SELECT .* FROM')
PRODUCTION = {
    "DEBUG": "false", "HTTPS_ONLY": "true", "ALLOWED_HOSTS": "stories.example", "IMAGE_MODEL": "sketch",
    "SECRET_KEY": "only-for-the-checks-and-nothing-else-0123456789-abcdefghijklmnop",
    "DATABASE_URL": "postgres://nobody:none@127.0.0.1:1/none", "REDIS_URL": "redis://127.0.0.1:1/0",
    "OLLAMA_BASE_URL": "http://127.0.0.1:1",
}  # fmt: skip


def find_faults(path: str, answer: Any) -> Iterator[str]:
    """What a scanner of headers would report."""
    headers = {name.lower(): value for name, value in answer.headers.items()}
    policy = headers.get("content-security-policy", "")
    if "default-src 'none'" not in policy:
        yield "no policy that begins with nothing"
    if "unsafe-" in policy and not path.startswith(LOOSE):
        yield f"a loose policy: {policy}"
    if re.search(r"(^|[ ;])(\*|https?:|blob:)", policy):
        yield f"a policy with strangers: {policy}"
    for name, wanted in {
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "same-origin",
        "cross-origin-opener-policy": "same-origin",
    }.items():
        if headers.get(name) != wanted:
            yield f"{name} is {headers.get(name)}"
    if "camera=()" not in headers.get("permissions-policy", ""):
        yield "no permissions policy"
    cached = headers.get("cache-control", "")
    if not re.search(r"\b(private|no-store)\b", cached) or "public" in cached:
        yield f"a shared cache may keep it: {cached!r}"
    for name in ("server", "x-powered-by", "x-aspnet-version", "via", "x-debug"):
        if re.search(r"\d", headers.get(name, "")):
            yield f"{name} tells a version"
    if headers.get("access-control-allow-origin"):
        yield "other sites may read it"
    if "text/html" in headers.get("content-type", "") and "charset=utf-8" not in headers["content-type"]:
        yield "no charset"
    for name, morsel in answer.cookies.items():
        if morsel["samesite"] not in ("Lax", "Strict"):
            yield f"{name} goes along from other sites"
        if not morsel["httponly"] and name != "csrftoken":
            yield f"scripts may read {name}"
    if not answer.streaming and BUILT.search(answer.content[:200_000]):
        yield "it tells how it is built"


def list_answers(shelf: Shelf, cast: Cast) -> Iterator[tuple[str, Any]]:
    for question in list_questions():
        if question.how.partition(" ")[0] == "GET":
            for who in ("owner", "other") if question.rule != ANYBODY else ("owner",):
                yield question.name, undone(lambda: question.ask(cast()[who], shelf))  # noqa: B023
        elif question.method == "POST":
            client = cast(enforce_csrf_checks=True)["owner"]
            yield f"{question.name} forged", undone(lambda: question.ask(client, shelf))  # noqa: B023
    client, staff = cast()["owner"], cast()["staff"]
    for path in ("/nowhere/", "/api/nowhere/", "/media/images/ab/none.webp", "/live/nowhere", "/shared/none/",
                 "/story/", "/status/", "/%00", "/stories/?page=x&q=%00", "/stories", "/admin/"):  # fmt: skip
        yield path, client.get(path)
    yield "/api/v1/generations/ as text", client.post("/api/v1/generations/", "x", content_type="text/plain")
    yield (
        "/api/v1/generations/ broken",
        client.post("/api/v1/generations/", "{", content_type="application/json"),
    )
    yield "a wrong method", client.put("/")
    yield "a strange method", client.generic("TRACE", "/")
    yield "a bad host", client.get("/", headers={"Host": "evil.example"})
    yield "a bad token", client.get("/api/v1/stories/", headers={"Authorization": "Token none"})
    for _name, written, parts in list_patterns():
        if written.startswith("admin/") and not parts:
            yield f"/{written}", staff.get(f"/{written}")


def test_a_scan_of_every_answer_finds_nothing(shelf: Shelf, cast: Cast) -> None:
    found, seen = {}, 0
    for name, answer in list_answers(shelf, cast):
        seen += 1
        if faults := list(find_faults(answer.wsgi_request.path, answer)):
            found[name] = faults
    assert found == {}
    assert seen > 120


def test_the_scan_finds_what_is_missing() -> None:
    answer = type("Answer", (), {"headers": {}, "cookies": {}, "streaming": False, "content": b'File "/x'})()
    assert len(list(find_faults("/", answer))) == 8


def test_a_bug_tells_nothing(shelf: Shelf, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(*_: Any, **__: Any) -> None:
        raise RuntimeError("a secret of ours")

    monkeypatch.setattr("stories.access.find_story", break_down)
    for name in ("story", "api:story", "export"):
        client = cast(raise_request_exception=False)["owner"]
        answer = Question(name, "GET", "", {}).ask(client, shelf)
        assert answer.status_code == 500
        assert "secret" not in answer.text
        assert list(find_faults(answer.wsgi_request.path, answer)) == []


def test_style_sheets_and_scripts_are_for_everybody(client: Client) -> None:
    """And the scan above is not about them: they hold nothing of anybody."""
    sheet = next((Path(its_settings.BASE_DIR) / "static" / "css").glob("starloom.*.css"))
    answer = client.get(f"/static/css/{sheet.name}")
    assert "public" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert b"".join(answer)


@pytest.mark.long  # it is a part of `make lint` too
def test_the_checks_of_production_are_clean() -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=its_settings.BASE_DIR, env=os.environ | PRODUCTION, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


ASK = """
import django; django.setup()
from django.conf import settings
from django.test import Client
client = Client()
shown = client.get("/api/v1/", secure=True, headers={"Host": "stories.example"})
said = client.post("/language/", {"language": "de"}, secure=True, headers={"Host": "stories.example"})
plain = client.get("/api/v1/", headers={"Host": "stories.example"})
print(shown.headers["Strict-Transport-Security"])
print(said.cookies["language"]["secure"], settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE)
print(plain.status_code, plain.headers["Location"], settings.DEBUG)
"""


def test_where_https_is_wanted_all_of_it_is_https() -> None:
    environ = os.environ | PRODUCTION | {"DJANGO_SETTINGS_MODULE": "story_generator.settings"}
    done = subprocess.run(
        [sys.executable, "-c", ASK], cwd=its_settings.BASE_DIR, env=environ, capture_output=True, text=True
    )
    assert done.stdout.splitlines() == [
        "max-age=31536000; includeSubDomains; preload",
        "True True True",
        "301 https://stories.example/api/v1/ False",
    ], done.stderr
