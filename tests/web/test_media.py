from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from stories import curating
from stories.models import Story
from tests.library import add_picture, make_story


def test_it_shows_a_picture_to_who_may_read_its_story(ann: Any, story: Story) -> None:
    answer = ann.get(story.pictures["combined"].file.url)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/webp"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"].startswith("private")
    assert "Cookie" in answer["Vary"]
    assert b"".join(answer.streaming_content).startswith(b"RIFF")


def test_it_sends_it_only_once(ann: Any, story: Story) -> None:
    url = story.pictures["combined"].file.url
    etag = ann.get(url)["ETag"]
    again = ann.get(url, headers={"If-None-Match": etag})
    assert again.status_code == 304
    assert again["Cache-Control"].startswith("private")


def test_it_hides_it_from_others(ben: Any, story: Story) -> None:
    url = story.pictures["combined"].file.url
    assert ben.get(url).status_code == 404
    curating.unlist([story])
    assert ben.get(url).status_code == 200


def test_it_shows_a_shared_file_to_who_may_read_one_of_its_stories(ann: Any, ben: Any, story: Story) -> None:
    shared = story.pictures["combined"]
    other = add_picture(make_story(ben.person, pictures=False), "combined")
    other.file.name = shared.file.name
    other.save()
    assert ben.get(shared.file.url).status_code == 200


def test_it_shows_only_what_a_picture_names(ann: Any, media: Path) -> None:
    (media / "images" / "ab").mkdir(parents=True)
    (media / "images" / "ab" / "abc.webp").write_bytes(b"RIFF")
    (media / "secret_key").write_text("secret")
    assert ann.get("/media/images/ab/abc.webp").status_code == 404
    assert ann.get("/media/secret_key").status_code == 404


@pytest.mark.parametrize(
    "name",
    ["images/../secret_key", "images/ab/%00.webp", "images/ab/..%2F..%2Fsecret_key", "images/ab/ü.webp", ""],
)
def test_it_finds_nothing_under_odd_names(ann: Any, name: str) -> None:
    assert ann.get(f"/media/{name}").status_code == 404


def test_it_finds_nothing_where_the_file_is_gone(ann: Any, story: Story) -> None:
    image = story.pictures["combined"]
    Path(image.file.path).unlink()
    assert ann.get(image.file.url).status_code == 404


def test_it_serves_copies_under_the_rule_of_their_picture(ann: Any, ben: Any, media: Path) -> None:
    image = make_story(ann.person).pictures["character"]
    image.copies = [32]
    image.save()
    for width in (32, 48):
        (media / image.name_copy(width)).write_bytes(b"RIFF")
    url = image.sources[0]["url"]
    assert ann.get(url).status_code == 200
    assert ann.get(url)["ETag"] != ann.get(image.file.url)["ETag"]
    assert ben.get(url).status_code == 404
    assert ann.get(url.replace("-32.", "-48.")).status_code == 404
