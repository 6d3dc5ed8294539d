"""Where an answer may lead: nowhere but here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlsplit

from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.test import Client

from stories.models import Story
from tests.access.conftest import Shelf, undone

EVIL = [
    "//evil.example", "https://evil.example", "http://evil.example/", "\\\\evil.example", "/\\evil.example",
    "https:///evil.example", "https:evil.example", "javascript:alert(1)", "data:text/html,x",
    " //evil.example", "\t//evil.example", "http:\n//evil.example", "//evil.example\\@testserver",
    "https://testserver@evil.example", "https://testserver.evil.example", "//evil%2eexample",
    "ftp://testserver/", "https://[", "\x00//evil.example",
]  # fmt: skip
Cast = Callable[..., dict[str, Client]]


def leads_here(answer: Any) -> bool:
    """Nothing in its headers leads elsewhere."""
    for header in ("Location", "HX-Redirect", "HX-Location", "HX-Push-Url", "Refresh"):
        to = answer.headers.get(header, "/")
        parts = urlsplit(to)
        if (parts.scheme, parts.netloc) not in {("", ""), ("http", "testserver")}:
            return False
        if not to.startswith(("/", "http://testserver/")) or (to[1:2] in "/\\" and len(to) > 1):
            return False
    return True


def test_the_check_finds_what_leads_elsewhere() -> None:
    for evil in ("//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"):
        assert not leads_here(type("Answer", (), {"headers": {"Location": evil}}))


def follow(shelf: Shelf, cast: Cast, evil: str) -> list[Any]:
    """What is answered wherever somebody may say where to go next."""
    story = f"/story/{shelf.story.pk}/"
    signing_in = {"username": "dora", "password": "a long and quiet word", "next": evil}
    deciding = {"action": "unlist", "back": evil, "_selected_action": [str(shelf.story.pk)]}
    htmx = {"HX-Request": "true"}
    return [
        cast()["nobody"].post("/language/", {"language": "de", "next": evil}),
        cast()["nobody"].post(f"/language/?next={quote(evil)}", {"language": "de"}),
        cast()["nobody"].get(f"/admin/?next={quote(evil)}"),
        cast()["nobody"].post(f"/admin/login/?next={quote(evil)}", signing_in),
        cast()["staff"].get(f"/admin/login/?next={quote(evil)}"),
        cast()["staff"].post("/admin/stories/story/", deciding),
        cast()["owner"].get(f"/stories/?next={quote(evil)}&q={quote(evil)}", headers=htmx),
        cast()["owner"].post(f"{story}thumb/", {"thumb": "1", "next": evil, "back": evil}),
        cast()["owner"].post(f"{story}delete/", {"next": evil}),
        cast()["staff"].post("/admin/logout/", {"next": evil}),
    ]


def test_no_parameter_leads_elsewhere(shelf: Shelf, cast: Cast) -> None:
    User.objects.create_superuser("dora", password="a long and quiet word")
    for evil in EVIL:
        answers = undone(lambda: follow(shelf, cast, evil))  # noqa: B023
        assert [answer.status_code for answer in answers[:4]] == [302] * 4
        for answer in answers:
            assert leads_here(answer), (evil, answer.headers)
            assert "evil.example" not in answer.headers.get("Location", "").partition("?")[0]


def test_nor_does_the_page_that_somebody_came_from(shelf: Shelf, cast: Cast) -> None:
    for evil in filter(str.isprintable, EVIL):
        came = {"Referer": evil}
        for answer in (
            cast()["owner"].post(f"/story/{shelf.story.pk}/thumb/", {"thumb": "1"}, headers=came),
            cast()["owner"].post("/language/", {"language": "de"}, headers=came),
        ):
            assert answer.status_code == 302
            assert leads_here(answer), (evil, answer.headers)


def test_a_path_does_not_become_a_host(cast: Cast, db: None) -> None:
    """Django adds a slash to an address, and a browser reads two at the beginning as a host."""
    for path in ("//evil.example/stories", "/%2f/evil.example", "/\\evil.example", "//evil.example/admin"):
        assert leads_here(cast()["nobody"].get(path))


def test_view_on_site_stays_here(shelf: Shelf, cast: Cast) -> None:
    kind = ContentType.objects.get_for_model(Story).pk
    answer = cast()["staff"].get(f"/admin/r/{kind}/{shelf.story.pk}/")
    assert answer.status_code == 302
    assert answer.headers["Location"].endswith(f"/story/{shelf.story.pk}/")
    assert urlsplit(answer.headers["Location"]).netloc in ("", "testserver")
