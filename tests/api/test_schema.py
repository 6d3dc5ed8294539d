"""The OpenAPI document and its pages."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from imaging.styles import STYLES
from stories.models import PROMPT_MAX


def test_the_document_is_valid_and_without_warnings() -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", "/dev/null")


@pytest.fixture
def document(client: Client) -> dict[str, Any]:
    answer = client.get("/api/schema/", headers={"accept": "application/vnd.oai.openapi+json"})
    assert answer.status_code == 200
    return dict(answer.json())


def test_it_holds_every_call_and_its_errors(document: dict[str, Any]) -> None:
    codes = {
        f"{method.upper()} {path.removeprefix('/api/v1/')}": set(call["responses"])
        for path, calls in document["paths"].items()
        for method, call in calls.items()
    }
    assert codes == {
        "POST generations/": {"202", "400", "401", "403", "409", "413", "415", "429", "503"},
        "GET generations/{session_id}/": {"200", "401", "404", "503"},
        "POST generations/{session_id}/cancel/": {"200", "401", "403", "404", "503"},
        "POST generations/{session_id}/retry/": {"202", "401", "403", "404", "409", "429", "503"},
        "GET stories/": {"200", "400", "401", "404", "503"},
        "GET stories/{story_id}/": {"200", "401", "404", "503"},
        "PATCH stories/{story_id}/": {"200", "400", "401", "403", "404", "409", "413", "415", "503"},
        "DELETE stories/{story_id}/": {"204", "400", "401", "403", "404", "503"},
        "DELETE trash/": {"204", "400", "401", "403", "503"},
        "POST stories/{story_id}/restore/": {"200", "401", "403", "404", "503"},
        "PUT stories/{story_id}/favourite/": {"200", "401", "403", "404", "503"},
        "DELETE stories/{story_id}/favourite/": {"200", "401", "403", "404", "503"},
        "PUT stories/{story_id}/thumb/": {"200", "400", "401", "403", "404", "413", "415", "503"},
        "GET stories/{story_id}/images/": {"200", "401", "404", "503"},
        "POST stories/{story_id}/images/": {
            *("202", "400", "401", "403", "404", "409", "413", "415", "429", "503"),
        },
        "GET stories/{story_id}/versions/": {"200", "401", "403", "404", "503"},
        "POST stories/{story_id}/versions/": {
            *("201", "400", "401", "403", "404", "409", "413", "415", "503"),
        },
        "POST stories/{story_id}/versions/{version_id}/keep/": {"200", "401", "403", "404", "503"},
        "POST stories/{story_id}/rewrite/": {
            *("202", "400", "401", "403", "404", "409", "413", "415", "429", "503"),
        },
        "POST stories/{story_id}/refresh/": {
            *("202", "400", "401", "403", "404", "409", "413", "415", "429", "503"),
        },
        "PATCH stories/{story_id}/images/{image_id}/": {
            *("200", "400", "401", "403", "404", "413", "415", "503"),
        },
        "POST stories/import/": {"201", "400", "401", "403", "413", "415", "429", "503"},
        "GET stories/{story_id}/export/{name}/": {"200", "401", "403", "404", "409", "503"},
        "GET stories/{story_id}/share/": {"200", "401", "403", "404", "503"},
        "POST stories/{story_id}/share/": {
            *("201", "400", "401", "403", "404", "409", "413", "415", "503"),
        },
        "DELETE stories/{story_id}/share/": {"204", "401", "403", "404", "503"},
        "GET stories/{story_id}/publishing/": {"200", "401", "403", "404", "503"},
        "POST stories/{story_id}/publishing/": {"200", "401", "403", "404", "409", "503"},
        "DELETE stories/{story_id}/publishing/": {"200", "401", "403", "404", "503"},
    }


def test_it_tells_of_the_makers(document: dict[str, Any]) -> None:
    made_by = document["components"]["schemas"]["StoryOutput"]["properties"]["made_by"]
    assert (made_by["type"], made_by["items"], made_by["readOnly"]) == ("array", {"type": "string"}, True)


def test_it_tells_the_limits(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    assert schemas["GenerationInput"]["properties"]["prompt"]["maxLength"] == PROMPT_MAX
    assert schemas["StyleEnum"]["enum"] == list(STYLES)
    start = document["paths"]["/api/v1/generations/"]["post"]
    assert [parameter["name"] for parameter in start["parameters"]] == ["Idempotency-Key"]
    assert "Location" in start["responses"]["202"]["headers"]
    assert "Retry-After" in start["responses"]["429"]["headers"]


@pytest.mark.parametrize(
    "query", ["version=%0d%0aX-Evil:1", "lang=%0a", "lang=../../x", "version=%00", "format=x", "lang=de"]
)
def test_odd_parameters_change_nothing(client: Client, query: str) -> None:
    answer = client.get(f"/api/schema/?{query}")
    assert answer.status_code in (200, 404)
    assert "X-Evil" not in answer
    assert client.get(f"/api/docs/?{query}").status_code in (200, 404)


def test_the_pages_load_nothing_from_elsewhere(client: Client) -> None:
    page = client.get("/api/docs/").content.decode()
    assert "/static/drf_spectacular_sidecar/swagger-ui-dist/" in page
    assert "https://" not in page
    assert "cdn." not in page.lower()
    assert client.get("/api/").headers["Location"] == "/api/docs/"


def test_it_says_what_is_refused(document: dict[str, Any]) -> None:
    """As schemathesis found: each was refused, and the document allowed it."""
    schemas = document["components"]["schemas"]
    prompt, title = (schemas[name]["properties"] for name in ("GenerationInput", "StoryChanges"))
    assert re.search(prompt["prompt"]["pattern"], "a\ndragon")
    assert not re.search(prompt["prompt"]["pattern"], "a\x00dragon")
    assert not re.search(title["title"]["pattern"], "a\ndragon")
    assert schemas["ImageChanges"]["required"] == ["is_live"]
    assert schemas["IsLiveEnum"]["enum"] == [True]
    assert {"required": ["title"]} in schemas["VersionInput"]["anyOf"]
    assert schemas["ProjectInput"]["properties"]["file"]["format"] == "binary"
    (forever,) = document["paths"]["/api/v1/trash/"]["delete"]["parameters"]
    assert (forever["required"], forever["schema"]["enum"]) == (True, [True])
    assert "are ignored" in document["info"]["description"]


def test_what_is_not_known_is_ignored(client: Client, db: None) -> None:
    body = {"prompt": "A shy dragon", "colour": "green"}
    answer = client.post("/api/v1/generations/?x=1", body, "application/json")
    assert answer.status_code == 202
