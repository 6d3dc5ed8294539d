"""The chaos can tell good from bad: whatever is not as it must be is found, and a silence is measured."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from django.db import connection
from PIL import Image

from stories.models import Event, GeneratedImage, GenerationSession, Step, Story
from stories.pipeline import PIPELINE
from tests.chaos.invariants import find_broken
from tests.chaos.signs import Clock, Signs
from tests.chaos.stage import Stage
from tests.stories.conftest import done, session, step_by_step  # noqa: F401 (fixtures)

pytestmark = pytest.mark.django_db
KINDS = ("character", "background", "combined")


def ask(sql: str, *values: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values or None)
        return cursor.fetchall()


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """The test's own database, and a folder."""
    return cast(Stage, SimpleNamespace(query=ask, media=tmp_path))


@pytest.fixture
def whole(session: GenerationSession, stage: Stage) -> GenerationSession:  # noqa: F811
    """A generation that has come to its end, with a file for each picture."""
    done(session, *(kind.name for kind in PIPELINE))
    Story.objects.filter(pk=session.story_id).update(story_text="Once there was a lamp.")
    for kind in KINDS:
        paint(stage, session, kind)
    return session


def paint(stage: Stage, session: GenerationSession, kind: str, *, is_live: bool = True) -> None:  # noqa: F811
    name = f"{uuid.uuid4()}.webp"
    Image.new("RGB", (8, 4)).save(stage.media / name)
    image = GeneratedImage(story=session.story, image_type=kind, is_live=is_live, seed=1, model="sketch")
    image.file.name, image.width, image.height = name, 8, 4
    GeneratedImage.objects.bulk_create([image])


def test_nothing_is_found_where_all_is_well(whole: GenerationSession, stage: Stage) -> None:
    assert find_broken(stage, [str(whole.pk)]) == {}


def reopen(whole: GenerationSession, stage: Stage) -> None:
    GenerationSession.objects.filter(pk=whole.pk).update(finished_at=None, status="merging_images")


def repeat(kind: str, **more: str) -> Callable[[GenerationSession, Stage], None]:
    def damage(whole: GenerationSession, stage: Stage) -> None:
        Event.objects.create(session=whole, kind=kind, **more)

    return damage


def change(model: Any, wanted: dict[str, Any], **values: Any) -> Callable[[GenerationSession, Stage], None]:
    return lambda whole, stage: model.objects.filter(**wanted).update(**values)


def spoil(whole: GenerationSession, stage: Stage) -> None:
    next(stage.media.iterdir()).write_bytes(b"RIFF, and no more")


@pytest.mark.parametrize(
    ("rule", "damage"),
    [
        ("steps done twice", repeat("step_done", step="story")),
        ("generations ended twice", repeat("finished")),
        (
            "pictures that are not one a step",
            lambda whole, stage: paint(stage, whole, "character", is_live=False),
        ),
        ("pictures not live once", change(GeneratedImage, {"image_type": "combined"}, is_live=False)),
        ("ended with steps open", change(Step, {"name": "background"}, status="ready")),
        ("told without words", change(Story, {}, story_text="")),
        ("generations open", reopen),
        ("files that do not open", spoil),
        ("files that do not open", lambda whole, stage: next(stage.media.iterdir()).unlink()),
    ],
)
def test_what_is_broken_is_found(
    whole: GenerationSession, stage: Stage, rule: str, damage: Callable[[GenerationSession, Stage], None]
) -> None:
    damage(whole, stage)
    assert list(find_broken(stage, [str(whole.pk)])) == [rule]


def test_what_was_accepted_and_is_gone_is_found(whole: GenerationSession, stage: Stage) -> None:
    stranger = str(uuid.uuid4())
    assert find_broken(stage, [stranger, str(whole.pk)]) == {"accepted and gone": [stranger]}


def test_a_silence_counts_while_the_clock_runs_and_a_fall_of_progress_is_noted(stage: Stage) -> None:
    clock = Clock()
    signs = Signs(stage, clock)

    def note(progress: int, steps: str, *, waits: bool = False) -> None:
        signs._note([("one", "generating_story", progress, False, 7, steps, waits)])

    note(20, "story running")
    time.sleep(0.1)
    note(20, "story running")
    counted = signs.longest.seconds
    assert counted >= 0.1
    with clock.halted():
        time.sleep(0.2)
        note(20, "story running")
        assert signs.longest.seconds - counted < 0.1
    note(30, "story running, the lease is longer")
    assert signs.open["one"].seconds == 0
    time.sleep(0.05)
    note(29, "story ready", waits=True)
    assert signs.open["one"].seconds == 0
    assert signs.fallen == [("one", 30, 29)]
