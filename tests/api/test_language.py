"""The language of a story over the API."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from agents.languages import LANGUAGES
from stories.models import Story

SENTENCE = "A shy dragon who paints the night sky"


def start(client: Any, key: str = "", **body: Any) -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    return client.post("/api/v1/generations/", {"prompt": SENTENCE, **body}, format="json", headers=headers)


@pytest.mark.parametrize(("sent", "kept"), [("de", "de"), ("ZH-hans", "zh-Hans"), ("", "")])
def test_it_is_asked_for_by_its_tag(alice: APIClient, sent: str, kept: str) -> None:
    assert start(alice, language=sent).status_code == 202
    assert Story.objects.get().asked_language == kept


@pytest.mark.parametrize("language", ["xx", "German", "de-AT", 7, True, ["de"], {}, "d" * 5000])
def test_an_unknown_one_is_refused_with_those_that_are_known(alice: APIClient, language: Any) -> None:
    answer = start(alice, language=language)
    assert answer.status_code == 400
    assert answer.json() == {
        "language": [f"Choose one of these languages, or leave it open: {', '.join(LANGUAGES)}."]
    }
    assert not Story.objects.exists()


def test_the_same_key_for_another_language_is_a_conflict(alice: APIClient) -> None:
    first = start(alice, "one", language="de").json()
    Story.objects.update(language="en")
    assert start(alice, "one", language="de").json()["session_id"] == first["session_id"]
    assert start(alice, "one", language="fr").status_code == 409
    assert start(alice, "one").status_code == 409


def test_the_schema_lists_them(alice: APIClient) -> None:
    accept = {"accept": "application/vnd.oai.openapi+json"}
    schema = alice.get("/api/schema/", headers=accept).json()
    language = schema["components"]["schemas"]["GenerationInput"]["properties"]["language"]
    named = [part["$ref"].rsplit("/", 1)[1] for part in language["oneOf"]]
    tags = [tag for name in named for tag in schema["components"]["schemas"][name]["enum"]]
    assert sorted(tags) == sorted(["", *LANGUAGES])
