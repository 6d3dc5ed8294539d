from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from stories import curating, estimates, services
from stories.models import GenerationSession, GenerationStatus, StepStatus
from stories.people import Person
from tests.library import add_picture, make_generation, make_story
from tests.web.conftest import SENTENCE


def address(session: GenerationSession, what: str = "") -> str:
    return f"/generations/{session.pk}/{what}"


def test_it_shows_a_generation_that_waits(ann: Any, session: GenerationSession) -> None:
    page = ann.get(address(session))
    assert page.status_code == 200
    assert "Waiting for its turn" in page.text
    assert f'data-live="/status/{session.pk}/"' in page.text
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in page.text
    assert page.text.count('data-step="') == 6
    assert ">Stop</button>" in page.text
    assert SENTENCE in page.text


def test_it_shows_the_text_so_far_with_its_title(ann: Any, session: GenerationSession) -> None:
    session.steps.filter(name="story").update(partial="The Title\n\nIt was <b>night</b>.\n\nThen")
    page = ann.get(address(session))
    assert "data-title>The Title</h2>" in page.text
    assert "<p>It was &lt;b&gt;night&lt;/b&gt;.</p><p>Then</p>" in page.text


def test_it_names_attempts_and_times(ann: Any, session: GenerationSession) -> None:
    now = timezone.now()
    session.steps.filter(name="story").update(
        status=StepStatus.DONE,
        attempt=2,
        failures=1,
        started_at=now,
        finished_at=now + timedelta(seconds=65),
    )
    assert "1 min 5 s · try 2" in ann.get(address(session)).text


def test_it_shows_pictures_as_they_come(ann: Any) -> None:
    story = make_story(ann.person, pictures=False)
    session = make_generation(story)
    image = add_picture(story, "background")
    page = ann.get(address(session))
    assert f'src="{image.file.url}"' in page.text
    status = ann.get(f"/status/{session.pk}/").json()
    assert status["images"] == [
        {"image_type": "background", "url": image.file.url, "width": 64, "height": 48}
    ]


def test_it_shows_a_failure_with_what_to_do(ann: Any, session: GenerationSession) -> None:
    session.steps.update(status=StepStatus.FAILED)
    GenerationSession.objects.filter(pk=session.pk).update(
        status=GenerationStatus.FAILED,
        error="Ollama at <http://x> is away. Start it.",
        finished_at=timezone.now(),
    )
    page = ann.get(address(session))
    assert "could not be finished" in page.text
    assert "Ollama at &lt;http://x&gt; is away. Start it." in page.text
    assert "Try again</button>" in page.text
    assert "refresh" not in page.text
    assert "live.js" not in page.text


def test_it_says_what_is_missing(ann: Any, story: Any) -> None:
    session = make_generation(story)
    session.steps.filter(name="combined_image").update(status=StepStatus.SKIPPED)
    session.progress, session.warnings = 90, ["The scene could not be made: no paint."]
    session.save()
    page = ann.get(address(session))
    assert "<title>Finished, but something is missing · Starloom</title>" in page.text
    assert "<span data-percent>90</span>" in page.text
    assert "data-label>Finished, but something is missing</p>" in page.text
    assert "The story is told, and something is missing" in page.text
    assert "The scene could not be made: no paint." in page.text
    assert "Try again</button>" in page.text
    assert story.get_absolute_url() in page.text


def test_it_leads_to_the_finished_story(ann: Any, story: Any) -> None:
    page = ann.get(address(make_generation(story)))
    assert "The story is finished" in page.text
    assert "Try again" not in page.text
    assert f'href="{story.get_absolute_url()}"' in page.text


@pytest.mark.parametrize("images", [True, False])
def test_it_speaks_of_a_painter_only_where_pictures_were_wanted(
    ann: Any, settings: Any, images: bool
) -> None:
    settings.OLLAMA_MODEL, settings.IMAGE_MODEL = "sketch", "sketch"
    session = services.start_generation(person=ann.person, prompt=SENTENCE, images=images)
    page = ann.get(address(session))
    assert "Written by the built-in sketch storyteller, not a language model." in page.text
    assert ("Painted by the built-in sketch painter, not a diffusion model." in page.text) == images
    assert ("data-slot" in page.text) == images


def test_status_is_the_contract(
    ann: Any, session: GenerationSession, django_assert_max_num_queries: Any
) -> None:
    estimates.medians()  # asked for once in a while
    # The browser's session, the generation, its steps, its pictures; while it waits, who is ahead.
    with django_assert_max_num_queries(5):
        answer = ann.get(f"/status/{session.pk}/")
    assert answer["Cache-Control"] == "no-store"
    status = answer.json()
    assert status["status"] == "pending"
    assert {"session_id", "progress", "current_step", "steps", "partial_text", "story_id"} <= set(status)
    assert {"story_url", "error", "warnings", "images", "title"} <= set(status)


def test_it_stops(ann: Any, session: GenerationSession) -> None:
    answer = ann.post(address(session, "cancel/"))
    assert answer["Location"] == address(session)
    session.refresh_from_db()
    assert session.status == GenerationStatus.CANCELLED
    assert "Go on</button>" in ann.get(address(session)).text


def test_it_stops_for_scripts(ann: Any, session: GenerationSession) -> None:
    answer = ann.post(address(session, "cancel/"), headers={"Accept": "application/json"})
    assert answer.json()["status"] == "cancelled"


def test_it_tries_again(ann: Any, session: GenerationSession) -> None:
    services.cancel_generation(session)
    assert ann.post(address(session, "retry/"))["Location"] == address(session)
    session.refresh_from_db()
    assert session.status == GenerationStatus.PENDING


def test_what_is_tried_again_waits_with_a_bar_that_is_not_full(ann: Any, story: Any) -> None:
    session = make_generation(story, GenerationStatus.FAILED)
    ann.post(address(session, "retry/"))
    page = ann.get(address(session))
    assert "data-label>Waiting for its turn</p>" in page.text
    shown = int(page.text.split("data-percent>")[1].split("<")[0])
    assert 0 < shown < 100
    assert f'stroke-dasharray="{shown} 101"' in page.text


def test_it_does_not_try_again_what_goes_on(ann: Any, session: GenerationSession) -> None:
    page = ann.post(address(session, "retry/"))
    assert page.status_code == 409
    assert "still being made" in page.text
    answer = ann.post(address(session, "retry/"), headers={"Accept": "application/json"})
    assert answer.status_code == 409
    assert "still being made" in answer.json()["detail"]


@pytest.mark.parametrize("what", ["", "cancel/", "retry/"])
def test_it_hides_from_others(ben: Any, session: GenerationSession, what: str) -> None:
    assert (ben.post if what else ben.get)(address(session, what)).status_code == 404
    assert ben.get(f"/status/{session.pk}/", headers={"Accept": "application/json"}).status_code == 404


def test_who_holds_the_address_may_stop_what_a_bare_address_made(ben: Any, db: None) -> None:
    session = services.start_generation(person=Person("address:203.0.113.7"), prompt=SENTENCE)
    assert ben.get(address(session)).status_code == 200
    assert ben.post(address(session, "cancel/")).status_code == 302


def test_it_lets_readers_of_a_public_story_watch_and_not_stop(ben: Any, session: GenerationSession) -> None:
    curating.publish([session.story])
    page = ben.get(address(session))
    assert page.status_code == 200
    assert ">Stop</button>" not in page.text
    assert ben.post(address(session, "cancel/")).status_code == 403


@pytest.mark.parametrize("where", ["/generations/{}/", "/status/{}/", "/story/{}/"])
@pytest.mark.parametrize("name", [uuid.uuid4(), "nonsense", "%00", "0" * 5000])
def test_it_finds_nothing_where_nothing_is(ann: Any, where: str, name: object) -> None:
    assert ann.get(where.format(name)).status_code == 404


@pytest.mark.parametrize("what", ["cancel/", "retry/"])
def test_it_changes_nothing_by_get(ann: Any, session: GenerationSession, what: str) -> None:
    assert ann.get(address(session, what)).status_code == 405
