"""Every address × who asks × method × kind of story, against the table."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from django.test import Client

from stories.live.app import ADDRESS, FORMS
from tests.access.conftest import Question, Shelf, list_patterns, list_questions, undone
from tests.access.table import ANYBODY, API, KINDS, LIVE, RULES, WEB, WHO

Cast = Callable[..., dict[str, Client]]
NOWHERE = uuid.UUID(int=1 << 76 | 1)
#: Kinds that every run looks at; on a private story two verdicts show, on a public one the third.
QUICK = ("private", "public")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def read_verdict(status: int, rule: str) -> str:
    if status < 400 or status == 409 or (rule == ANYBODY and status in (400, 415)):
        return "in"
    return str(status)


def expect(rule: str, kind: str) -> dict[str, str]:
    said = "in " * len(WHO) if rule == ANYBODY else RULES[rule][kind]
    return dict(zip(WHO, said.split(), strict=True))


def test_every_address_is_in_the_table() -> None:
    found = {name for name, written, _parts in list_patterns() if not written.startswith("admin/")}
    assert found == set(WEB | API)
    assert set(FORMS.values()) == set(LIVE)
    assert set(ADDRESS.groupindex) == {"id", "form"}


def compare(shelves: dict[str, Shelf], cast: Cast, table: Any, kinds: Sequence[str]) -> dict[Any, Any]:
    """Where it answers otherwise: the cell, what it says and what it should."""
    wrong = {}
    for question in list_questions(table):
        for kind in kinds if question.rule != ANYBODY else kinds[:1]:
            for who, verdict in expect(question.rule, kind).items():
                answer = undone(lambda: question.ask(cast()[who], shelves[kind]))  # noqa: B023
                if (got := read_verdict(answer.status_code, question.rule)) != verdict:
                    wrong[question.name, question.how, kind, who] = got, verdict
    return wrong


@pytest.mark.parametrize("table", [WEB, API], ids=["web", "api"])
def test_it_answers_as_the_table_says(shelves: dict[str, Shelf], cast: Cast, table: Any) -> None:
    assert compare(shelves, cast, table, QUICK) == {}


@pytest.mark.long
@pytest.mark.parametrize("table", [WEB, API], ids=["web", "api"])
def test_it_does_for_every_kind_of_story(shelves: dict[str, Shelf], cast: Cast, table: Any) -> None:
    assert compare(shelves, cast, table, KINDS) == {}


def test_a_wrong_answer_is_seen(shelves: dict[str, Shelf], cast: Cast) -> None:
    table = {"story": {"GET": "change"}, "edit": {"GET": "read"}}
    assert set(compare(shelves, cast, table, ["public"])) == {
        (name, "GET", "public", who) for name in table for who in ("nobody", "other")
    }


def test_no_other_method_does_anything(shelf: Shelf, cast: Cast) -> None:
    """Nor one that a header names instead (X-HTTP-Method-Override and its kin)."""
    wrong = {}
    for name, asks in (WEB | API).items():
        for method in set(METHODS) - {how.split()[0] for how in asks}:
            for who in ("other", "owner"):
                question = Question(name, method, "", {})
                answer = undone(lambda: question.ask(cast()[who], shelf, Accept="application/json"))  # noqa: B023
                expected = 404 if name == "api:" else 405
                if answer.status_code != expected:
                    wrong[name, method, who] = answer.status_code
    assert wrong == {}


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
def test_a_header_is_no_method(shelf: Shelf, cast: Cast, header: str) -> None:
    for name, method in (("api:story", "DELETE"), ("api:story", "PATCH"), ("api:favourite", "PUT")):
        question = Question(name, "POST", "", {"title": "Another", "_method": method})
        assert question.ask(cast()["owner"], shelf, **{header: method}).status_code == 405
    shelf.story.refresh_from_db()
    assert (shelf.story.title, shelf.story.trashed_at) == ("The private tale", None)


def test_head_is_like_get_and_options_tell_nothing_of_what_is_there(shelf: Shelf, cast: Cast) -> None:
    for question in list_questions():
        if question.method == "GET":
            for who in ("other", "owner"):
                shown = undone(lambda: question.ask(cast()[who], shelf))  # noqa: B023
                path = shown.wsgi_request.get_full_path()
                headless = undone(lambda: cast()[who].head(path))  # noqa: B023
                assert headless.status_code == shown.status_code, (question.name, who)
                assert b"".join(headless) == b""
        if question.name.startswith("api:") and question.name != "api:":
            path = undone(lambda: question.ask(cast()["other"], shelf)).wsgi_request.path  # noqa: B023
            elsewhere = path
            for known in (shelf.story.pk, shelf.session.pk, shelf.picture.pk, shelf.version.pk):
                elsewhere = elsewhere.replace(str(known), str(NOWHERE))
            told = [cast()["other"].options(one).content for one in (path, elsewhere)]
            assert told[0] == told[1], question.name


def test_what_is_not_theirs_looks_like_what_is_not_there(shelf: Shelf, cast: Cast) -> None:
    """Word by word, so that nobody can find out what exists."""
    for name in ("story", "status", "edit", "api:story", "api:generation", "api:images"):
        question = Question(name, "GET", "", {})
        theirs = question.ask(cast()["other"], shelf, Accept="application/json")
        known = shelf.story.pk, shelf.session.pk
        path = theirs.wsgi_request.path
        for one in known:
            path = path.replace(str(one), str(NOWHERE))
        nothing = cast()["other"].get(path, headers={"Accept": "application/json"})
        assert (theirs.status_code, theirs.content) == (nothing.status_code, nothing.content), name
        assert theirs.status_code == 404
