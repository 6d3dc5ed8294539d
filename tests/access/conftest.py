"""A story of each kind with all that belongs to it, and those who come by."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db import transaction
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from stories.models import GeneratedImage, GenerationSession, ShareLink, Story, StoryVersion, Visibility
from stories.people import Person
from tests.access.table import API, WEB, Ask
from tests.library import add_picture, make_generation, make_story
from tests.web.conftest import browser_of

#: The fields that make a story of the kind; all but the last are the owner's.
KINDS: dict[str, dict[str, Any]] = {
    "private": {},
    "unlisted": {"visibility": Visibility.UNLISTED},
    "public": {"visibility": Visibility.PUBLIC},
    "trashed": {"visibility": Visibility.UNLISTED, "trashed_at": timezone.now()},
    "hidden": {"hidden_at": timezone.now(), "hidden_reason": "It names a child."},
    "nobody's": {"visibility": Visibility.UNLISTED},
}
PASSER_BY = Person("address:203.0.113.7")
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True)
class Shelf:
    """A story and what its addresses name."""

    story: Story
    session: GenerationSession
    picture: GeneratedImage
    version: StoryVersion
    link: ShareLink

    def names(self, pattern: set[str], name: str, more: str) -> dict[str, Any]:
        """The values of an address's parts."""
        known = {
            "story_id": self.story.pk,
            "session_id": self.session.pk,
            "image_id": self.picture.pk,
            "version_id": self.version.pk,
            "number": self.version.number,
            "token": self.link.token,
            "name": self.picture.file.name if name in ("media", "shared_picture") else (more or "markdown"),
        }
        return {part: known[part] for part in pattern}


def make_shelf(kind: str, owner: Person) -> Shelf:
    title = f"The {kind.replace(chr(39), '')} tale"
    story = make_story(PASSER_BY if kind == "nobody's" else owner, pictures=False, title=title, **KINDS[kind])
    pictures = [add_picture(story, part) for part in ("character", "background")]
    version = StoryVersion.objects.create(
        story=story, number=1, made_by="person", title="Earlier", story_text="It was.", proposed=True
    )
    link = ShareLink.objects.create(story=story)
    return Shelf(story, make_generation(story), pictures[0], version, link)


def list_patterns() -> Iterator[tuple[str, str, set[str]]]:
    """Every address of the site: its name with its namespace, as it is written, and its parts."""

    def walk(resolver: URLResolver, space: str, start: str) -> Iterator[tuple[str, str, set[str]]]:
        for one in resolver.url_patterns:
            written = f"{start}{one.pattern}"
            if isinstance(one, URLPattern):
                parts = set(one.pattern.converters) | set(one.pattern.regex.groupindex)
                yield f"{space}{one.name or ''}", written, parts
            else:
                yield from walk(one, f"{space}{one.namespace}:" if one.namespace else space, written)

    return walk(get_resolver(), "", "")


PARTS = {name: parts for name, _written, parts in list_patterns()}


@dataclass(frozen=True)
class Question:
    """A row of the table, asked about a story."""

    name: str
    how: str
    rule: str
    data: Mapping[str, Any]

    @property
    def method(self) -> str:
        return self.how.split()[0]

    def ask(self, client: Client, shelf: Shelf, **headers: Any) -> Any:
        more = self.how.partition(" ")[2]
        query = more if more.startswith("?") else ""
        if self.name == "api:":
            return client.generic(self.method, "/api/nothing/of/the/kind/", headers=headers)
        parts = shelf.names(PARTS[self.name], self.name, "" if query else more)
        path = reverse(self.name, kwargs=parts) + query
        chosen = str(shelf.picture.pk)
        data = {key: chosen if value == "{image_id}" else value for key, value in self.data.items()}
        if self.method == "GET":
            return client.get(path, headers=headers)
        if self.name.startswith("api:"):
            return client.generic(self.method, path, json.dumps(data), "application/json", headers=headers)
        return client.generic(self.method, path, *encode(data), headers=headers)


def encode(data: Mapping[str, Any]) -> tuple[bytes, str]:
    return encode_multipart(BOUNDARY, dict(data)), MULTIPART_CONTENT


def list_questions(table: Mapping[str, Mapping[str, Ask]] = WEB | API) -> Iterator[Question]:
    for name, asks in table.items():
        for how, ask in asks.items():
            rule, data = (ask, {}) if isinstance(ask, str) else ask
            yield Question(name, how, rule, data)


@dataclass
class Browser:
    """Somebody's, with the same cookies whenever it is taken up. A client is slow in its first request."""

    address: str
    cookies: dict[str, str] = field(default_factory=dict)
    clients: dict[str, Client] = field(default_factory=dict)

    def take_up(self, **options: Any) -> Client:
        client = self.clients.setdefault(str(options), Client(REMOTE_ADDR=self.address, **options))
        client.cookies = SimpleCookie(self.cookies)
        return client


@pytest.fixture(autouse=True)
def quick(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.MEDIA_ROOT = tmp_path
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    monkeypatch.setattr("stories.web.views.check_health", lambda: {"status": "ok", "checks": {}})


@pytest.fixture
def curator(db: None) -> Client:
    user = User.objects.create_user("curator", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="stories"))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def cast(curator: Client) -> Callable[..., dict[str, Client]]:
    """Who comes by, as `tests.access.table.WHO` has them; each time with nothing done yet."""
    known = {"nobody": Client(), "other": browser_of("ben"), "owner": browser_of("ann"), "staff": curator}
    browsers = {
        who: Browser(f"198.51.100.{number}", {name: morsel.value for name, morsel in client.cookies.items()})
        for number, (who, client) in enumerate(known.items())
    }
    return lambda **options: {who: one.take_up(**options) for who, one in browsers.items()}


@pytest.fixture
def shelves(db: None) -> dict[str, Shelf]:
    return {kind: make_shelf(kind, Person("visitor:ann")) for kind in KINDS}


@pytest.fixture
def shelf(db: None) -> Shelf:
    return make_shelf("private", Person("visitor:ann"))


class _Undone(Exception):
    """Nothing of what was tried is to stay."""


def undone(work: Callable[[], Any]) -> Any:
    """What it gives, and the database as it was before."""
    given: list[Any] = []
    try:
        with transaction.atomic():
            given.append(work())
            raise _Undone
    except _Undone:
        return given[0]
