"""Whatever a client sends: a plain word about it, in JSON, and never a 500."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError
from django.test import RequestFactory
from rest_framework.test import APIClient

from stories import services
from stories.models import GenerationSession, GenerationStatus, Story
from story_generator.wsgi import application
from tests.api.conftest import GENERATIONS, STORIES
from tests.library import make_generation, make_story

JSON = "application/json"


def send(client: Any, body: bytes | str, kind: str = JSON, path: str = GENERATIONS, **extra: Any) -> Any:
    return client.generic("POST", path, body, content_type=kind, **extra)


def refused(answer: Any, *codes: int) -> dict[str, Any]:
    assert answer.status_code in codes, answer.content[:300]
    told = answer.json()
    assert isinstance(told, dict)
    assert told
    assert not Story.objects.exists()
    return told


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *itertools.product(
            ["prompt"],
            [
                None, 5, 1.5, True, [], ["a dragon"], {}, {"a": 1}, "", "  ", "ab", " ab ", "x" * 4001,
                "a dragon\x00", "\x00" * 10, "a \x1b[31m dragon", "\x0ba dragon", "a dragon\x1f",
                "a\x85dragon", "a dragon \ud800", "a dragon \ufffd", "\u200b" * 9, "\ufeff \u00ad\u2060",
                "\u3164\u115f\u1160\uffa0", "\u2800" * 3, "\u202e" * 9, "a\u202e\u2066b",
            ],
        ),
        *itertools.product(
            ["style"], [None, 5, True, [], {}, "", "unknown", "ink\x00", "\ud800", ["ink"], "x" * 9999]
        ),
        *itertools.product(
            ["seed"],
            [
                "abc", "-1", -1, 2**31, 2**63, 10**400, 1.5, 1e300, float("1e308") * 10, True, False, [], {},
                [1], "٣", "1_0", "1" * 5000, "1\x00", "\ud800", "0x10", " ",
            ],
        ),
        *itertools.product(["images"], ["maybe", 2, [], {}, "yes\x00", "\ud800", None, -1]),
    ],
)  # fmt: skip
def test_it_names_the_field_that_is_wrong(alice: Any, field: str, value: Any) -> None:
    body = json.dumps({"prompt": "A shy dragon", field: value}).replace("Infinity", "1e400")
    told = refused(send(alice, body), 400)
    assert list(told) == [field]
    assert all(isinstance(text, str) and text for text in told[field])


@pytest.mark.parametrize(
    "value", [{"seed": 0}, {"seed": 2**31 - 1}, {"seed": "7"}, {"seed": None}, {"images": "no"}]
)
def test_it_takes_what_is_at_the_edge(alice: Any, value: dict[str, Any]) -> None:
    for prompt in ("owl", "x" * 4000, f"  {'x' * 4000}\n", "line\r\none\ttwo", "🐉 龍 дракон \u202e"):
        assert send(alice, json.dumps({"prompt": prompt, **value})).status_code == 202, prompt[:10]
    assert GenerationSession.objects.count() == 5


def test_controls_of_direction_are_left_out(alice: Any) -> None:
    send(alice, json.dumps({"prompt": "A \u202eshy\u202c \u2067fox\u2069, שועל\u200f\u200d🐉"}))
    assert Story.objects.get().prompt == "A shy fox, שועל\u200f\u200d🐉"


@pytest.mark.parametrize("prompt", ["\u200b" * 9, "\u2800\u3164", "\ufeff"])
def test_what_cannot_be_seen_is_refused_like_what_is_not_there(alice: Any, prompt: str) -> None:
    nothing, unseen = (send(alice, json.dumps({"prompt": text})).json() for text in ("", prompt))
    assert unseen == nothing == {"prompt": ["Write at least 3 characters."]}


@pytest.mark.parametrize(
    "body",
    [
        "", " ", "{", "null", "true", "5", '"text"', "[]", '["prompt"]', "{}", "[" * 100_000,
        '{"a":' * 50_000,
        b"\xff\xfe\x00", b'{"prompt": "\xff\xff\xff"}', b"\xef\xbb\xbf{}", "NaN", '{"seed": NaN}',
        '{"prompt": "abc", "seed": Infinity}', '{"prompt": "abc", "seed": ' + "1" * 5000 + "}",
        "{'prompt': 'abc'}", '{"prompt": "a dragon"} trailing', b"\x00" * 1000, '{"\\ud800": 1}',
        "[" + "{}," * 10_000 + "{}]",
        json.dumps({"prompt": [[[[["deep"]]]]]}),
    ],
)  # fmt: skip
def test_it_refuses_what_is_no_request(alice: Any, body: bytes | str) -> None:
    refused(send(alice, body), 400)


def test_a_large_body_is_refused_before_it_is_read_to_its_end(alice: Any, settings: Any) -> None:
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    told = refused(send(alice, b'{"prompt": "' + b"x" * most), 413)
    assert f"{most:,} bytes" in told["detail"]
    refused(send(alice, b" " * (most - 2) + b"{}"), 400)


@pytest.mark.parametrize(
    "kind",
    ["text/plain", "application/xml", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded",
     "application/octet-stream", "json", "application/jsonp", ";;;", "a" * 3000],
)  # fmt: skip
def test_it_takes_json_only(alice: Any, kind: str) -> None:
    refused(send(alice, "prompt=A+dragon", kind), 415)


CHARSETS = ["hex", "zlib", "rot13", "base64", "utf-16", "utf-7", "latin-1", "no-such", "idna", '"', "utf-8"]


@pytest.mark.django_db(transaction=True)
def test_a_charset_changes_nothing(alice: Any) -> None:
    """Through the entry point that servers call: Django fails on some before a view is asked."""
    make_story(alice.person, title="Drägon", visibility="public", pictures=False)
    told: list[str] = []

    def note(status: str, headers: Any, *_: Any) -> Any:
        told.append(status)

    for charset in CHARSETS:
        asked = RequestFactory().generic("GET", f"{STORIES}?search=dr%C3%A4gon", b"{}").environ
        asked["CONTENT_TYPE"] = f"{JSON}; charset={charset}"
        answer = application(asked, note)
        assert json.loads(b"".join(answer))["count"] == 1, charset
    assert told == ["200 OK"] * len(CHARSETS)


@pytest.mark.parametrize(
    "query",
    ["page=0", "page=-1", "page=abc", "page=1e3", "page=99999999999999999999", "page=" + "9" * 5000,
     "page=%00", "page=2", "page=1.5", "page=%ff", "page="],
)  # fmt: skip
def test_a_page_that_is_not_there(alice: Any, query: str) -> None:
    assert alice.get(f"{STORIES}?{query}").status_code in ((200,) if query == "page=" else (404,))


@pytest.mark.parametrize(
    ("query", "field"),
    [("ordering=person", "ordering"), ("ordering=title,created_at", "ordering"), ("ordering=%00", "ordering"),
     ("ordering=--title", "ordering"), ("search=a%00b", "search"),
     ("search=" + "x" * 10_000, "search"), ("search=" + "x+" * 101, "search")],
)  # fmt: skip
def test_it_names_the_parameter_that_is_wrong(alice: Any, query: str, field: str) -> None:
    assert list(refused(alice.get(f"{STORIES}?{query}"), 400)) == [field]


@pytest.mark.parametrize(
    "query", ["search=%ff%fe", "search=%ed%a0%80", "search=" + "a+" * 99, "x=y", "&".join(["a"] * 900)]
)
def test_odd_queries_are_answered(alice: Any, query: str) -> None:
    assert alice.get(f"{STORIES}?{query}").status_code == 200
    assert alice.get(f"{STORIES}?{'&'.join(['a=1'] * 1001)}").status_code == 400


@pytest.mark.parametrize(
    "authorization", ["Token", "Token x", "Token a b", "Token \x00", "Token é", "token " + "x" * 9000]
)
def test_a_bad_token_is_told(db: None, authorization: str) -> None:
    client = APIClient(HTTP_AUTHORIZATION=authorization)
    answer = client.get(STORIES)
    assert answer.status_code == (400 if "\x00" in authorization else 401)
    assert set(answer.json()) == {"detail"}


@pytest.mark.parametrize(
    "path",
    ["", "nothing/", "v1", "v1/stories", "v2/stories/", "v1/stories/5/", "v1/stories/%00/",
     "v1/stories/../../", "v1/generations/not-a-uuid/", "v1/stories/%ff%fe/",
     "v1/generations/00000000-0000-0000-0000-00000000000g/cancel/",
     "v1/generations/00000000-0000-0000-0000-000000000000/unknown/", "%0a", "v1/stories/" + "x" * 5000 + "/"],
)  # fmt: skip
def test_other_addresses_answer_in_json(alice: Any, path: str) -> None:
    for method in ("GET", "POST", "PATCH", "DELETE", "PUT", "OPTIONS", "HEAD", "TRACE", "BREW"):
        answer = alice.generic(method, f"/api/{path}", "{}", content_type=JSON)
        if path:
            assert answer.status_code == 404, method
            assert method == "HEAD" or set(answer.json()) == {"detail"}
        else:
            assert answer.status_code in (302, 200, 405)


def test_other_methods_are_refused(alice: Any, story: Story, session: GenerationSession) -> None:
    allowed = {
        GENERATIONS: {"POST"},
        f"{GENERATIONS}{session.pk}/": {"GET"},
        f"{GENERATIONS}{session.pk}/cancel/": {"POST"},
        f"{GENERATIONS}{session.pk}/retry/": {"POST"},
        STORIES: {"GET"},
        f"{STORIES}{story.pk}/": {"GET", "PATCH", "DELETE"},
    }
    for path, methods in allowed.items():
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "BREW"} - methods:
            answer = alice.generic(method, path, b"\xff", content_type="nonsense")
            assert answer.status_code == 405, (method, path)
            assert set(answer.json()) == {"detail"}
        assert alice.options(path).status_code == 200


@pytest.mark.parametrize("accept", ["text/html", "image/png", "*", "nonsense", ";;q=", "a/b;q=x", ""])
def test_the_answer_is_json_whatever_is_wished_for(alice: Any, accept: str) -> None:
    answer = alice.get(f"{STORIES}?format=xml", HTTP_ACCEPT=accept)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")


@pytest.mark.parametrize("path", ["/api/docs/", "/api/schema/", "/api/"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "OPTIONS", "TRACE", "BREW"])
def test_the_pages_of_the_api_take_anything(client: Any, path: str, method: str) -> None:
    for accept in ("text/html", ";;q=", "image/png", "application/json", "*/*"):
        for token in ("Token x", "Token \x00", "Basic !!"):
            wishes = {"HTTP_ACCEPT": accept, "HTTP_AUTHORIZATION": token}
            answer = client.generic(method, path, b"\xff", content_type=JSON, **wishes)
            assert answer.status_code in (200, 302, 400, 401, 405, 406)


@pytest.mark.parametrize("error", [OperationalError("gone"), InterfaceError("closed")])
def test_it_says_that_the_database_is_away(
    alice: Any, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """Where the database goes away is left to chance in life; here it is at the first question."""

    def fail(*args: Any, **kwargs: Any) -> None:
        raise error

    monkeypatch.setattr("django.db.models.query.QuerySet.get", fail)
    monkeypatch.setattr("django.db.models.query.QuerySet.count", fail)
    for path in (STORIES, f"{STORIES}00000000-0000-0000-0000-000000000000/"):
        answer = alice.get(path)
        assert (answer.status_code, answer["Retry-After"]) == (503, "5")
        assert "database" in answer.json()["detail"]


def test_a_session_needs_its_csrf_token(alice: Any, story: Story) -> None:
    browser: Any = APIClient(enforce_csrf_checks=True)
    browser.force_login(story.owner)
    answer = browser.patch(f"{STORIES}{story.pk}/", {"title": "Forged"}, format="json")
    assert answer.status_code == 403
    assert "CSRF" in answer.json()["detail"]


def test_a_visitors_session_needs_its_csrf_token_too(visitor: Any) -> None:
    story, made = make_story(visitor.person), make_generation(make_story(visitor.person))
    going = services.start_generation(person=visitor.person, prompt="A shy dragon")
    broken = make_generation(story, GenerationStatus.FAILED)
    calls: list[tuple[str, str, Any, int]] = [
        ("post", GENERATIONS, {"prompt": "A shy dragon"}, 202),
        ("post", f"{GENERATIONS}{going.pk}/cancel/", None, 200),
        ("post", f"{GENERATIONS}{broken.pk}/retry/", None, 202),
        ("patch", f"{STORIES}{story.pk}/", {"title": "Mine"}, 200),
        ("delete", f"{STORIES}{made.story_id}/", None, 204),
    ]
    browser: Any = APIClient(enforce_csrf_checks=True)
    browser.cookies = visitor.cookies
    for method, path, body, _ in calls:
        answer = getattr(browser, method)(path, body, format="json")
        assert answer.status_code == 403, path
        assert "CSRF" in answer.json()["detail"]
    assert browser.get(f"{STORIES}{story.pk}/").status_code == 200
    token = browser.get("/").cookies["csrftoken"].value
    for method, path, body, code in calls:
        answer = getattr(browser, method)(path, body, format="json", HTTP_X_CSRFTOKEN=token)
        assert answer.status_code == code, path


def test_who_comes_with_a_token_or_without_a_session_needs_none(visitor: Any, alice: Any) -> None:
    program, passer_by = (
        APIClient(enforce_csrf_checks=True, **alice.defaults),
        APIClient(enforce_csrf_checks=True),
    )
    program.cookies = visitor.cookies
    for client in (program, passer_by):
        assert send(client, json.dumps({"prompt": "A shy dragon"})).status_code == 202


def test_a_form_in_a_session_is_no_request_either(alice: Any, story: Story) -> None:
    browser: Any = APIClient(enforce_csrf_checks=True)
    browser.force_login(story.owner)
    for kind in (
        "multipart/form-data; boundary=x",
        "multipart/form-data",
        "application/x-www-form-urlencoded",
    ):
        assert send(browser, b"--x\r\nbroken" * 30_000, kind).status_code in (400, 403, 413)


def test_a_fault_in_a_part_is_told_of_the_field(alice: Any) -> None:
    story = make_story(alice.person, pictures=False)
    told = send(alice, '{"steps": ["character", "no such"]}', path=f"{STORIES}{story.pk}/refresh/")
    assert told.status_code == 400
    assert [type(text) for text in told.json()["steps"]] == [str]
