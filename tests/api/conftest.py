"""A small cast: two accounts, a visitor, a passer-by of whom only the address is known, a curator."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

from stories import services
from stories.models import GenerationSession, Story, Visibility
from stories.people import Person
from tests.library import make_story


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def client_of(name: str, **rights: Any) -> APIClient:
    """An account's client, known by its token; ``client.person`` is who it is to us."""
    user = User.objects.create_user(name, **rights)
    client = APIClient(HTTP_AUTHORIZATION=f"Token {Token.objects.create(user=user).key}")
    client.person = Person(f"account:{user.pk}", account_id=user.pk, is_staff=user.is_staff)  # type: ignore[attr-defined]
    return client


@pytest.fixture
def alice(db: None) -> APIClient:
    return client_of("alice")


@pytest.fixture
def bob(db: None) -> APIClient:
    return client_of("bob")


@pytest.fixture
def curator(db: None) -> APIClient:
    client = client_of("carol", is_staff=True)
    User.objects.get(username="carol").user_permissions.set(
        Permission.objects.filter(codename="change_story")
    )
    return client


@pytest.fixture
def visitor(db: None) -> APIClient:
    """A browser that was given a key and has no account."""
    client = APIClient()
    session = client.session
    session["visitor"] = "v1"
    session.save()
    client.person = Person("visitor:v1")  # type: ignore[attr-defined]
    return client


@pytest.fixture
def passer_by(db: None) -> APIClient:
    client = APIClient(REMOTE_ADDR="203.0.113.7")
    client.person = Person("address:203.0.113.7")  # type: ignore[attr-defined]
    return client


@pytest.fixture
def story(alice: Any) -> Story:
    return make_story(alice.person)


@pytest.fixture
def public_story(alice: Any) -> Story:
    return make_story(alice.person, visibility=Visibility.PUBLIC)


@pytest.fixture
def session(alice: Any) -> GenerationSession:
    return services.start_generation(person=alice.person, prompt="A shy dragon who paints the night sky")


GENERATIONS, STORIES = "/api/v1/generations/", "/api/v1/stories/"
