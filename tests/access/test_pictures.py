"""A picture by its own address: for those alone who see it in its story, whoever sends the file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.test import Client

from stories import curating
from tests.access.conftest import Shelf
from tests.library import add_picture

Cast = Callable[..., dict[str, Client]]
SENDERS = ["", "x-accel-redirect", "x-sendfile"]
GUESSES = [
    "images/../secret_key", "images/ab/../../secret_key", "images/ab/..", "images/./secret_key",
    "images/ab/.", "images//secret_key", "images/ab/%2e%2e%2fsecret_key", "images/ab/..%2f..%2fsecret_key",
    "secret_key", "images/ab/..%5c..%5csecret_key", "images/ab/%252e%252e%252fsecret_key",
    "images/ab/secret.webp", "images/ab/secret.webp%00.png", "images/ab/SECRET.webp", "images/ab/secret",
    "images/ab/", "images/", "", "/images/ab/secret.webp", "images/ab/secret.webp/", "images/ab/.hidden",
    "images/ab/secret-320.webp", "images%2fab%2fsecret.webp", "../media/images/ab/secret.webp",
    "images/ab/secret.webp%0d%0aX-Evil:%201",
]  # fmt: skip


@pytest.fixture(params=SENDERS, ids=["itself", "nginx", "apache"])
def sender(request: Any, settings: Any) -> str:
    settings.SENDFILE = request.param
    return str(request.param)


def is_sent(answer: Any, sender: str) -> bool:
    """Whether the file goes out, one way or the other."""
    if answer.streaming:
        list(answer.streaming_content)
    return answer.status_code == 200 and (not sender or sender in map(str.lower, answer.headers))


def test_the_proxy_is_told_which_file(shelf: Shelf, cast: Cast, sender: str, tmp_path: Path) -> None:
    name = str(shelf.picture.file.name)
    answer = cast()["owner"].get(f"/media/{name}")
    assert is_sent(answer, sender)
    assert answer.headers["Content-Type"] == "image/webp"
    assert answer.headers["Cache-Control"].startswith("private")
    told = {"": None, "x-accel-redirect": f"/protected/{name}", "x-sendfile": str(tmp_path / name)}
    assert answer.headers.get(sender) == told[sender]
    if sender:
        assert answer.content == b""


@pytest.mark.parametrize("who", ["nobody", "other"])
def test_it_is_told_nothing_for_others(shelf: Shelf, cast: Cast, sender: str, who: str) -> None:
    answer = cast()[who].get(f"/media/{shelf.picture.file.name}")
    assert answer.status_code == 404
    assert not {"x-accel-redirect", "x-sendfile"} & {name.lower() for name in answer.headers}
    assert str(shelf.picture.file.name) not in str(answer.headers)


def test_a_guessed_name_gives_nothing(shelf: Shelf, cast: Cast, sender: str, tmp_path: Path) -> None:
    for secret in ("secret_key", "images/ab/secret.webp", "images/ab/secret-320.webp", "images/ab/.hidden"):
        (tmp_path / secret).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / secret).write_bytes(b"a secret of ours")
    page = f"/shared/{shelf.link.token}/"
    for name in GUESSES:
        for prefix in ("/media/", page if name else f"{page}images/", "/protected/"):
            answer = cast()["owner"].get(f"{prefix}{name}", headers={"Accept": "application/json"})
            assert answer.status_code == 404, f"{prefix}{name}"
            assert not is_sent(answer, sender)


def test_a_link_shows_its_own_pictures_alone(shelf: Shelf, cast: Cast, sender: str) -> None:
    other = add_picture(shelf.story, "character", is_live=False)
    link, nobody = f"/shared/{shelf.link.token}/", cast()["nobody"]
    assert is_sent(nobody.get(f"{link}{shelf.picture.file.name}"), sender)
    assert nobody.get(f"{link}{other.file.name}").status_code == 404
    assert nobody.get(f"/shared/none/{shelf.picture.file.name}").status_code == 404
    curating.hide([shelf.story], "Why.")
    assert nobody.get(f"{link}{shelf.picture.file.name}").status_code == 404


def test_readers_see_what_stands_in_the_book_and_no_version_besides(
    shelves: dict[str, Shelf], cast: Cast, sender: str
) -> None:
    """A curator has looked at the pictures that are shown, not at those that were put aside."""
    for kind, readers in {"public": ["nobody", "other"], "unlisted": ["nobody", "other"]}.items():
        story = shelves[kind].story
        aside = add_picture(story, "character", is_live=False, prompt_used="what nobody was to see")
        listed = f"/api/v1/stories/{story.pk}/images/"
        for who in readers:
            assert cast()[who].get(f"/media/{aside.file.name}").status_code == 404
            assert "nobody was to see" not in cast()[who].get(listed).text
            assert len(cast()[who].get(listed).json()) == 2
        for who in ("owner", "staff"):
            assert is_sent(cast()[who].get(f"/media/{aside.file.name}"), sender)
            assert len(cast()[who].get(listed).json()) == 3


def test_whoever_holds_the_uuid_of_nobodys_story_sees_its_versions(
    shelves: dict[str, Shelf], cast: Cast
) -> None:
    aside = add_picture(shelves["nobody's"].story, "character", is_live=False)
    assert is_sent(cast()["other"].get(f"/media/{aside.file.name}"), "")


def test_a_file_that_is_gone_is_not_sent_for(shelf: Shelf, cast: Cast, sender: str) -> None:
    Path(shelf.picture.file.path).unlink()
    assert cast()["owner"].get(f"/media/{shelf.picture.file.name}").status_code == 404


def test_odd_names_of_a_proxys_place_are_quoted(settings: Any) -> None:
    from stories.web.media import place

    settings.SENDFILE = "x-accel-redirect"
    assert (
        place("images/ab/a b?c.webp")
        == "/protected/images/ab/a%20b%3Fc.webp"
        == quote("/protected/images/ab/a b?c.webp")
    )


def test_a_sender_that_nobody_knows_is_found_at_the_start(settings: Any) -> None:
    settings.SENDFILE = "x-send-everything"
    with pytest.raises(SystemCheckError, match="SENDFILE is 'x-send-everything'"):
        call_command("check")
