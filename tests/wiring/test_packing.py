"""Words travel packed; what is packed in itself travels as it is."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from stories.models import Visibility
from stories.people import Person
from story_generator.packing import PackWords
from tests.library import make_story

PACKED = {"Accept-Encoding": "gzip, deflate, br"}


@pytest.fixture
def story(db: None, settings: Any, tmp_path: Path) -> Any:
    settings.MEDIA_ROOT = tmp_path
    return make_story(Person("visitor:ann"), visibility=Visibility.PUBLIC)


def test_pictures_and_archives_keep_their_length_and_their_strong_etag(client: Client, story: Any) -> None:
    picture = client.get(story.pictures["combined"].file.url, headers=PACKED)
    book = client.get(f"/story/{story.pk}/export/epub/", headers=PACKED)
    for answer in (picture, book):
        assert answer.status_code == 200
        assert "Content-Encoding" not in answer
        assert int(answer["Content-Length"]) > 0
        assert not answer.get("ETag", "").startswith("W/")


@pytest.mark.parametrize("address", ["/", "/api/v1/stories/", "/api/schema/"])
def test_words_are_packed(client: Client, story: Any, address: str) -> None:
    answer = client.get(address, headers=PACKED)
    assert answer.status_code == 200
    assert answer["Content-Encoding"] == "gzip"
    assert len(gzip.decompress(answer.content)) > len(answer.content)


@pytest.mark.parametrize(
    ("kind", "packed"),
    [
        ("text/html; charset=utf-8", True),
        ("application/json", True),
        ("application/problem+json", True),
        ("image/svg+xml", True),
        ("text/javascript", True),
        ("application/xml", True),
        ("image/webp", False),
        ("application/pdf", False),
        ("application/zip", False),
        ("application/epub+zip", False),
        ("", False),
    ],
)
def test_it_goes_by_the_type(rf: Any, kind: str, packed: bool) -> None:
    def answer(request: Any) -> HttpResponse:
        return HttpResponse(b"a" * 1000, headers={"Content-Type": kind})

    said = PackWords(answer)(rf.get("/", headers=PACKED))
    assert said.has_header("Content-Encoding") == packed  # type: ignore[union-attr]
