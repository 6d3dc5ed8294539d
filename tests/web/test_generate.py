from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from stories.models import GenerationSession, Story
from tests.web.conftest import SENTENCE

BAD = {
    "nothing": {},
    "too short": {"prompt": " ab "},
    "too long": {"prompt": "a" * 4001},
    "control character": {"prompt": "A dragon\x07 rings"},
    "NUL": {"prompt": "A dragon\x00"},
    "half a surrogate pair": {"prompt": "A dragon \ud800"},
    "replacement character": {"prompt": "A dragon \ufffd"},
    "nothing that can be seen": {"prompt": "\u200b\ufeff\u3164\u2800"},
    "number": {"prompt": 12345},
    "list": {"prompt": ["A dragon"]},
    "null": {"prompt": None},
    "unknown style": {"prompt": SENTENCE, "style": "neon"},
    "style as list": {"prompt": SENTENCE, "style": ["ink"]},
    "negative seed": {"prompt": SENTENCE, "seed": -1},
    "great seed": {"prompt": SENTENCE, "seed": 2**31},
    "huge seed": {"prompt": SENTENCE, "seed": 10**400},
    "seed as fraction": {"prompt": SENTENCE, "seed": 1.5},
    "seed as truth": {"prompt": SENTENCE, "seed": True},
    "seed as word": {"prompt": SENTENCE, "seed": "seven"},
    "images as number": {"prompt": SENTENCE, "images": 7},
    "images as object": {"prompt": SENTENCE, "images": {}},
}
BROKEN = {
    "no JSON": b"{prompt",
    "no object": b'["A dragon"]',
    "no UTF-8": b'{"prompt": "A dragon \xff"}',
    "too deep": b"[" * 100_000,
    "no number": b'{"prompt": "A dragon", "seed": NaN}',
    "a number of 5,000 digits": b'{"seed": ' + b"9" * 5000 + b"}",
}


def post_json(client: Any, data: Any) -> Any:
    body = data if isinstance(data, bytes) else json.dumps(data)
    return client.post("/generate/", body, content_type="application/json")


def test_it_starts_a_story_from_a_form_and_leads_to_the_live_page(ann: Any) -> None:
    answer = ann.post("/generate/", {"prompt": f"  {SENTENCE}\r\n"})
    session = GenerationSession.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == f"/generations/{session.pk}/"
    assert session.story.prompt == SENTENCE
    assert session.story.style == "storybook"
    assert session.images
    assert session.person == ann.person.key


def test_it_takes_every_choice(ann: Any) -> None:
    ann.post("/generate/", {"prompt": SENTENCE, "style": "ink", "seed": "42", "images": "false"})
    session = GenerationSession.objects.get()
    assert (session.story.style, session.seed, session.images) == ("ink", 42, False)
    assert session.steps.count() == 3


def test_it_answers_scripts_with_202(ann: Any) -> None:
    answer = post_json(ann, {"prompt": SENTENCE, "seed": 0, "images": True, "style": "oil"})
    session = GenerationSession.objects.get()
    assert answer.status_code == 202
    assert answer.json() == {"session_id": str(session.pk), "status_url": f"/status/{session.pk}/"}
    assert session.seed == 0


@pytest.mark.parametrize("headers", [{"Accept": "application/json"}, {"X-Requested-With": "XMLHttpRequest"}])
def test_it_answers_ajax_forms_with_202(ann: Any, headers: dict[str, str]) -> None:
    assert ann.post("/generate/", {"prompt": SENTENCE}, headers=headers).status_code == 202


def test_it_tells_htmx_where_to_go(ann: Any) -> None:
    answer = ann.post("/generate/", {"prompt": SENTENCE}, headers={"HX-Request": "true"})
    assert answer.status_code == 204
    assert answer["HX-Redirect"] == f"/generations/{GenerationSession.objects.get().pk}/"


def test_it_gives_a_new_browser_a_key_to_be_known_by(db: None, client: Client) -> None:
    client.post("/generate/", {"prompt": SENTENCE})
    session = GenerationSession.objects.select_related("story").get()
    assert session.story.person == f"visitor:{client.session['visitor']}"
    assert client.get(f"/generations/{session.pk}/").status_code == 200


@pytest.mark.parametrize("data", BAD.values(), ids=BAD)
def test_it_refuses_bad_json(ann: Any, data: dict[str, Any]) -> None:
    answer = post_json(ann, data)
    assert answer.status_code == 400
    problems = answer.json()
    assert set(problems) <= {"prompt", "style", "seed", "images", "detail"}
    assert all(isinstance(problem, str | list) and problem for problem in problems.values())
    assert not Story.objects.exists()


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN)
def test_it_refuses_broken_json(ann: Any, body: bytes) -> None:
    answer = post_json(ann, body)
    assert answer.status_code == 400
    assert answer.json()["detail"]


def test_it_shows_problems_in_place_and_keeps_what_was_typed(ann: Any) -> None:
    typed = {"prompt": "ab", "style": "ink", "seed": "-4", "images": "false"}
    page = ann.post("/generate/", typed)
    assert page.status_code == 400
    assert "Write at least 3 characters." in page.text
    assert "A seed is a whole number" in page.text
    assert ">\nab</textarea>" in page.text
    assert 'value="-4"' in page.text
    assert 'value="ink" checked' in page.text
    assert 'value="false" checked' in page.text


@pytest.mark.parametrize("prompt", [b"%FF%FE+dragon", b"a+%00+dragon", b"a+%1B+dragon", b"", b"%20%20%20"])
def test_it_refuses_bad_bytes_in_a_form(ann: Any, prompt: bytes) -> None:
    answer = ann.post("/generate/", b"prompt=" + prompt, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 400
    assert not Story.objects.exists()


@pytest.mark.parametrize(
    ("kind", "body", "code"),
    [
        ("text/plain", b"A dragon", 415),
        ("application/xml", b"<prompt/>", 415),
        ("multipart/form-data", b"no boundary", 400),
        ("multipart/form-data; boundary=x", b"--x\r\nnonsense", 400),
        ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % n for n in range(1001)), 400),
        ("application/x-www-form-urlencoded", b"prompt=" + b"a" * 300_000, 413),
        ("application/json", b'{"prompt": "' + b"a" * 300_000 + b'"}', 413),
    ],
)
def test_it_refuses_bodies_it_cannot_read(ann: Any, kind: str, body: bytes, code: int) -> None:
    answer = ann.post("/generate/", body, content_type=kind, headers={"Accept": "application/json"})
    assert answer.status_code == code
    assert answer.json()["detail" if "detail" in answer.json() else "prompt"]


def test_it_accepts_4000_characters_and_several_lines(ann: Any) -> None:
    prompt = "é\n" * 1999 + "🐉x"
    assert post_json(ann, {"prompt": prompt}).status_code == 202
    assert Story.objects.get().prompt == prompt


@pytest.mark.parametrize("json_wanted", [True, False])
def test_it_says_when_all_places_are_taken(ann: Any, settings: Any, json_wanted: bool) -> None:
    settings.GENERATIONS_RUNNING_PER_PERSON, settings.GENERATIONS_WAITING_PER_PERSON = 1, 0
    assert post_json(ann, {"prompt": SENTENCE}).status_code == 202
    answer = (
        post_json(ann, {"prompt": SENTENCE}) if json_wanted else ann.post("/generate/", {"prompt": "A fox"})
    )
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    assert "under way" in (answer.json()["detail"] if json_wanted else answer.text)
    assert json_wanted or ">\nA fox</textarea>" in answer.text


def test_it_wants_the_csrf_token(db: None) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post("/generate/", {"prompt": SENTENCE}).status_code == 403
    refused = post_json(client, {"prompt": SENTENCE})
    assert refused.status_code == 403
    assert "cookies" in refused.json()["detail"]
    token = client.get("/").cookies["csrftoken"].value
    answer = client.post("/generate/", {"prompt": SENTENCE}, headers={"X-CSRFToken": token})
    assert answer.status_code == 302


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete", "options"])
def test_it_refuses_other_methods(ann: Any, method: str) -> None:
    answer = getattr(ann, method)("/generate/", headers={"Accept": "application/json"})
    assert answer.status_code == 405
    assert answer["Allow"] == "POST"
    assert "POST" in answer.json()["detail"]
