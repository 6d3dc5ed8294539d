"""How the house gets on, added up by PostgreSQL."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from stories import figures, services
from stories.models import GenerationSession, GenerationStatus, Step
from stories.people import Person
from tests.library import make_generation, make_story

ALICE = Person("visitor:alice")


def finish(
    *seconds: float, model: str = "llama3.2", ago: int = 0, status: str = "completed"
) -> list[GenerationSession]:
    """Generations that ended so many days ago, whose story took so many seconds."""
    made = []
    for taken in seconds:
        session = make_generation(make_story(ALICE, pictures=False), GenerationStatus(status))
        end = timezone.now() - timedelta(days=ago)
        Step.objects.filter(session=session).exclude(name="story").delete()
        Step.objects.filter(session=session).update(
            started_at=end - timedelta(seconds=taken), finished_at=end, result={"model": model}
        )
        GenerationSession.objects.filter(pk=session.pk).update(created_at=end)
        made.append(session)
    return made


def test_days_are_counted_by_what_became_of_them(db: None) -> None:
    finish(1, 1, 1)
    finish(1, status="failed")
    finish(1, ago=13)
    finish(1, ago=14)
    services.start_generation(person=ALICE, prompt="One that is under way")
    days = figures.count_days()
    assert len(days) == 14
    assert (days[-1].completed, days[-1].failed, days[-1].going_on, days[-1].total) == (3, 1, 1, 5)
    assert (days[0].completed, days[0].total) == (1, 1)
    assert sum(day.total for day in days) == 6
    assert [day.day for day in days] == sorted(day.day for day in days)


def test_what_somebody_stopped_is_no_failure(db: None) -> None:
    assert figures.measure_success(figures.count_days()) is None
    finish(1, 1, 1)
    finish(1, status="failed")
    finish(1, 1, status="cancelled")
    assert figures.measure_success(figures.count_days()) == 0.75


def test_medians_are_told_by_step_and_model(db: None) -> None:
    finish(1, 2, 60)
    finish(10, 20, model="qwen3:8b")
    finish(500, ago=15)
    paces = {pace.model: pace for pace in figures.measure_paces()}
    assert paces["llama3.2"].median == pytest.approx(2)
    assert paces["llama3.2"].slowest == pytest.approx(54.2)
    assert paces["llama3.2"].number == 3
    assert paces["qwen3:8b"].median == pytest.approx(15)
    assert {pace.label for pace in paces.values()} == {"Writing the story"}


def test_paces_stand_in_the_order_of_the_pipeline(db: None) -> None:
    make_generation(make_story(ALICE, pictures=False))
    labels = [pace.label for pace in figures.measure_paces()]
    assert labels[0] == "Writing the story"
    assert labels[-1] == "Merging the scene"
    assert len(labels) == 6


def test_queues_count_what_is_open_and_nothing_else(db: None) -> None:
    make_generation(make_story(ALICE, pictures=False), GenerationStatus.FAILED)
    first, _ = (services.start_generation(person=ALICE, prompt=f"Story {n} of two") for n in range(2))
    GenerationSession.objects.filter(pk=first.pk).update(status="generating_story")
    line = figures.count_waiting()
    assert (line.pending, line.going_on) == (1, 1)
    assert line.oldest is not None
    assert [(queue.name, queue.ready, queue.waiting, queue.running) for queue in line.queues] == [
        ("text", 2, 4, 0),
        ("gpu", 0, 6, 0),
    ]


def test_the_library_is_counted(db: None, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    make_story(ALICE, visibility="public")
    make_story(ALICE, pictures=False)
    assert figures.count_library() == {"stories": 2, "public": 1, "images": 3}


def test_the_folder_of_pictures_is_measured(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    assert figures.measure_disk().used == 0
    for name in ("aa", "bb", "cc", "dd"):
        folder = tmp_path / "images" / name
        folder.mkdir(parents=True)
        (folder / "one.webp").write_bytes(b"x" * 1000)
    whole = figures.measure_disk()
    assert (whole.used, whole.is_estimate) == (4000, False)
    assert whole.free > 0
    hasty = figures.measure_disk(seconds=-1)
    assert (hasty.used, hasty.is_estimate) == (4000, True)


def test_a_folder_that_is_not_there_is_empty(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "nowhere"
    assert figures.measure_disk().used == 0
