"""How long it will take, and who is ahead: told from what is known, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from stories import estimates, services
from stories.models import GenerationSession, Step, StepStatus
from stories.people import Person
from stories.pipeline import KINDS, PIPELINE
from stories.status import describe_status
from tests.library import make_generation, make_story
from tests.stories.conftest import admit, claim, done

TOOK = {
    "story": 20,
    "character": 4,
    "background": 6,
    "character_image": 9,
    "background_image": 5,
    "combined_image": 2,
}


@pytest.fixture(autouse=True)
def nothing_remembered(settings: Any) -> Iterator[None]:
    settings.OLLAMA_MODEL, settings.IMAGE_MODEL = "llama3.2", "painter"
    estimates.medians.forget()
    yield
    estimates.medians.forget()


@pytest.fixture
def history(db: None) -> None:
    """Three generations, of which one took ten times as long."""
    for slower in (1, 1, 10):
        remember(slower)


def remember(slower: float, *, model: str = "llama3.2") -> None:
    earlier = make_generation(make_story(Person("visitor:old"), pictures=False))
    for step in earlier.steps.all():
        assert step.started_at
        step.finished_at = step.started_at + timedelta(seconds=slower * TOOK[step.name])
        named = estimates.name_model(next(kind for kind in PIPELINE if kind.name == step.name))
        step.result = {"model": model if named == "llama3.2" else named}
        step.save()


def remaining(session: GenerationSession, now: Any = None) -> int | None:
    return estimates.estimate_remaining(session, list(session.steps.order_by("position")), now)


def test_without_history_nothing_is_said(session: GenerationSession) -> None:
    assert describe_status(session)["remaining_seconds"] is None


def test_it_goes_along_the_longest_way_by_medians(history: None, session: GenerationSession) -> None:
    assert remaining(session) == 20 + 4 + 9 + 2
    done(session, "story", "character")
    assert remaining(session) == 4 + 9 + 2 - 4 + 2  # over the setting now: 6 + 5 + 2
    done(session, "background", "character_image", "background_image")
    assert remaining(session) == 2


def test_what_is_at_work_has_done_its_part(history: None, session: GenerationSession) -> None:
    step = claim(session, "story")
    session.refresh_from_db()
    assert step.started_at
    assert remaining(session, step.started_at + timedelta(seconds=15)) == 20
    assert remaining(session, step.started_at + timedelta(seconds=25)) == 15


def test_what_takes_far_longer_than_usual_is_not_foretold(history: None, session: GenerationSession) -> None:
    step = claim(session, "story")
    assert step.started_at
    assert remaining(session, step.started_at + timedelta(seconds=60)) is None


def test_another_model_has_no_history(history: None, session: GenerationSession, settings: Any) -> None:
    settings.OLLAMA_MODEL = "a-larger-one"
    assert remaining(session) is None


def test_two_steps_are_no_history(db: None, session: GenerationSession) -> None:
    remember(1)
    remember(1)
    assert remaining(session) is None


def test_an_ended_one_has_nothing_left(history: None, session: GenerationSession) -> None:
    assert remaining(services.cancel_generation(session)) is None


def ahead(session: GenerationSession) -> int:
    return int(describe_status(GenerationSession.objects.get(pk=session.pk))["ahead"])


def start(person: str) -> GenerationSession:
    return services.start_generation(person=Person(f"visitor:{person}"), prompt="One of many")


def test_the_first_has_nobody_ahead(session: GenerationSession) -> None:
    assert ahead(session) == 0
    admit(session)
    assert ahead(session) == 0


def test_without_a_place_it_waits_for_its_own_persons(session: GenerationSession) -> None:
    mine = [start("cat") for _ in range(4)]
    for one in mine[:2]:
        admit(one)
    assert [ahead(one) for one in mine[2:]] == [2, 3]


def test_with_a_place_it_waits_for_those_at_the_same_queue(session: GenerationSession) -> None:
    admit(session)
    late = start("cat")
    admit(late)
    assert ahead(late) == 1
    done(session, "story", "character", "background")  # it is at the painter's now
    assert ahead(late) == 0


def test_while_others_are_ahead_no_time_is_foretold(history: None, session: GenerationSession) -> None:
    admit(session)
    late = start("cat")
    admit(late)
    late.refresh_from_db()
    assert describe_status(late)["remaining_seconds"] is None


def test_what_is_under_way_waits_for_nobody(session: GenerationSession) -> None:
    late = start("cat")
    admit(session)
    claim(late, "story")
    assert ahead(late) == 0


def test_medians_are_asked_once_in_a_while(
    history: None, session: GenerationSession, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        first = estimates.medians()
    with django_assert_num_queries(0):
        assert estimates.medians() == first
    assert set(first) == set(TOOK)
    assert Step.objects.filter(status=StepStatus.DONE).exists()


@pytest.mark.parametrize("folder", ["my-model", "models--owner--name/snapshots/" + "a" * 40])
def test_a_model_in_a_folder_has_a_history_too(db: None, settings: Any, tmp_path: Path, folder: str) -> None:
    (tmp_path / folder).mkdir(parents=True)
    settings.IMAGE_MODEL = str(tmp_path / folder)
    named = {"my-model": "my-model"}.get(folder, "owner/name")
    assert estimates.name_model(KINDS["character_image"]) == named
    for slower in (1, 1, 1):
        remember(slower)
    assert estimates.find_medians()["character_image"] == TOOK["character_image"]


def test_a_rewrite_has_a_history_too(db: None) -> None:
    for seconds in (3, 3, 9):
        session = GenerationSession.objects.create(
            story=make_story(Person("visitor:old"), pictures=False), person="visitor:old", redo="text"
        )
        now = timezone.now()
        Step.objects.create(
            session=session, name="rewrite", position=0, queue="text", status=StepStatus.DONE,
            started_at=now, finished_at=now + timedelta(seconds=seconds), result={"model": "llama3.2"},
        )  # fmt: skip
    assert estimates.find_medians() == {"rewrite": 3}
