"""A curator at the desk, a story of somebody else, and a folder of their own for the pictures."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from stories.admin.deciding import show_seen
from stories.models import Story
from stories.people import Person
from tests.library import make_story

VISITOR = Person("visitor:secret-key-of-a-browser")
STORIES = "/admin/stories/story/"
IMAGES = "/admin/stories/generatedimage/"
GENERATIONS = "/admin/stories/generationsession/"
QUEUE = f"{STORIES}queue/"
WITHHELD = f"{GENERATIONS}withheld/"
EVIL = "<script>alert(1)</script>"


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def curator(client: Client, admin_user: User) -> Client:
    client.force_login(admin_user)
    return client


@pytest.fixture
def story(db: None) -> Story:
    return make_story(VISITOR)


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer
    return answer.content.decode()


def act(client: Client, address: str, action: str, *chosen: Any, **more: str) -> str:
    """Choose an action for these rows, as they are now; the messages and the page that follows."""
    seen = [show_seen(row) for row in Story.objects.filter(pk__in=[row.pk for row in chosen])]
    data = {"action": action, "_selected_action": [str(row.pk) for row in chosen], **more}
    data |= {"seen": [find_seen(field) for field in seen]}
    return client.post(address, data, follow=True).content.decode()


def find_seen(text: str) -> str:
    """What a page says that it has shown of its first story."""
    found = re.search(r'name="seen" value="([^"]+)"', text)
    assert found
    return found[1]


def count_queries(client: Client, address: str) -> int:
    """What a page costs, once what Django remembers (types of content) is there."""
    page(client, address)
    with CaptureQueriesContext(connection) as queries:
        page(client, address)
    return len(queries)
