"""A sentence goes through pages, API, workers and whatever may break on the way, and never into the log."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from stories import access, editing, runner, sharing
from stories.models import GenerationSession, Step, Story
from tests.stories.conftest import Script, admit, do
from tests.support.faults import FaultyServer
from tests.support.logs import Lines, listening

pytestmark = pytest.mark.django_db(transaction=True)

MARK = "xyzzyplugh"
SENTENCE = f"A shy {MARK} dragon who paints the night sky"


@pytest.fixture
def log() -> Iterator[Lines]:
    with listening() as log:
        yield log
    connection.close()


@pytest.fixture(autouse=True)
def small(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    settings.IMAGE_SIZE = settings.SCENE_SIZE = "128x96"


def ask(client: Client, **more: Any) -> GenerationSession:
    answer = client.post(
        "/generate/", {"prompt": SENTENCE, **more}, "application/json", HTTP_ACCEPT="application/json"
    )
    assert answer.status_code == 202, answer.content
    return GenerationSession.objects.get(pk=answer.json()["session_id"])


def go_on(session: GenerationSession) -> GenerationSession:
    admit(session)
    while step := Step.objects.filter(session=session, status="ready").first():
        Step.objects.filter(pk=step.pk).update(not_before="2000-01-01T00:00Z")
        do(step)
    session.refresh_from_db()
    return session


def assert_silent(log: Lines, *secrets: str) -> None:
    assert log.events, "nothing was logged"
    for secret in secrets:
        for told in (*log.lines, *log.messages):
            assert secret.lower() not in told.lower(), told


def test_a_whole_story(log: Lines) -> None:
    client = Client()
    client.get("/")
    session = go_on(ask(client))
    assert session.status == "completed"
    story = session.story
    story.refresh_from_db()
    assert MARK in f"{story.story_text} {story.title}".lower()
    client.get(f"/stories/?search={MARK}")
    client.get(f"/?prompt={MARK}")
    client.post(f"/story/{story.pk}/save/", {"title": f"The {MARK}", "story_text": f"Of a {MARK}."})
    hero = story.character_description.partition(",")[0]
    assert sum("done in" in line for line in log.lines) == 6
    assert_silent(log, MARK, story.story_text[:40], hero, client.cookies["sessionid"].value)


@pytest.mark.parametrize("fault", ["error_500", "drop", "invalid_json", "wrong_schema", "empty", "error_404"])
def test_a_story_whose_model_fails(log: Lines, settings: Any, fault: Any) -> None:
    with FaultyServer() as server:
        settings.OLLAMA_BASE_URL = server.url.replace("http://", "http://reader:hunter2@")
        settings.OLLAMA_MODEL = "sketch"
        server.faults.add(fault, times=-1)
        go_on(ask(Client()))
    assert_silent(log, MARK, "hunter2")


def test_a_step_that_breaks_over_its_story(log: Lines, script: Script) -> None:
    script.outcomes["story"] = [ValueError(f"cannot read {SENTENCE}")] * 3
    assert go_on(ask(Client())).status == "failed"
    assert "ValueError" in "".join(log.lines)
    assert_silent(log, MARK)


def test_a_page_that_breaks_over_its_story(log: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client(raise_request_exception=False)
    session = ask(client)

    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError(f"cannot show {Story.objects.get(pk=session.story_id).prompt}")

    monkeypatch.setattr(access, "find_generation", fail)
    for address in (session.get_absolute_url(), f"/api/v1/generations/{session.pk}/"):
        assert client.get(address).status_code == 500
    broken = [event for event in log.events if event["level"] == "error"]
    assert ["RuntimeError" in event["exception"] for event in broken] == [True, True]
    log.messages.clear()  # a record that is not formatted still holds its exception
    assert_silent(log, MARK)


def test_keys_and_tokens(log: Lines, settings: Any) -> None:
    settings.METRICS_TOKEN = "plover-plover"
    client = Client()
    session = go_on(ask(client, images=False))
    link = sharing.share_story(session.story, days=None)
    client.get(link.get_absolute_url())
    sharing.withdraw_links(session.story)
    assert client.get(link.get_absolute_url()).status_code == 404
    client.get("/api/v1/stories/", headers={"Authorization": "Token deadbeefdeadbeef"})
    client.get("/metrics/", headers={"Authorization": "Bearer plover-plover"})
    assert any("/shared/…" in event["event"] for event in log.events)
    log.messages.clear()  # what Django says before our formatter has seen it
    assert_silent(log, link.token, "deadbeefdeadbeef", "plover-plover", client.cookies["sessionid"].value)


def test_words_that_are_rewritten(log: Lines) -> None:
    from stories import redoing
    from stories.people import Person

    session = go_on(ask(Client(), images=False))
    story = Story.objects.get(pk=session.story_id)
    person = Person(story.person)
    editing.edit_words(story, person=person, changes={"story_text": f"Of a {MARK}, and more of it."})
    story.refresh_from_db()
    go_on(redoing.rewrite(story, person=person, part="story_text", instruction=f"more {MARK}"))
    assert any(event.get("step") == "rewrite" for event in log.events)
    assert_silent(log, MARK)


def test_the_search_finds_what_is_there(log: Lines) -> None:
    """It can fail: a line that quotes the sentence is found."""
    runner.logger.warning("begun: %s", SENTENCE)
    with pytest.raises(AssertionError):
        assert_silent(log, MARK)
