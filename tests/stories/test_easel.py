"""The GPU worker paints for several people in one call, and no one's trouble is another's."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import wait
from pathlib import Path

import numpy as np
import pytest
from celery.worker import state
from django.db import OperationalError, connection
from PIL import Image

from imaging.types import (
    ImageRequest,
    ImageResult,
    PainterBroken,
    PaintingError,
    PaintingStopped,
    Watch,
)
from stories import easel, runner, services
from stories.models import GenerationSession, Step
from stories.people import Person
from stories.status import describe_status
from tests.stories.conftest import admit, done, step_of

pytestmark = pytest.mark.django_db(transaction=True)


class FakePainter:
    """Paints a plain colour of the seed, up to eight at once, and remembers its calls."""

    model, native_side = "fake", None

    def __init__(self) -> None:
        self.calls: list[list[ImageRequest]] = []
        self.during: Callable[[Sequence[Watch]], None] = lambda watches: None
        self.trouble: dict[str, Exception] = {}
        self.room = 8

    def count_together(self, request: ImageRequest) -> int:
        return self.room

    def fits(self, request: ImageRequest, other: ImageRequest) -> bool:
        return (request.width, request.height) == (other.width, other.height)

    def paint_together(
        self, requests: Sequence[ImageRequest], watches: Sequence[Watch]
    ) -> list[ImageResult | Exception]:
        self.calls.append(list(requests))
        self.during(watches)
        return [self.trouble.get(request.prompt) or self.paint(request) for request in requests]

    def paint(self, request: ImageRequest) -> ImageResult:
        image = Image.new("RGB", (request.width, request.height), (request.seed % 256, 80, 120))
        return ImageResult(
            image=image, model="fake", request=request, prompt=request.prompt, seed=request.seed
        )


@pytest.fixture
def painter(monkeypatch: pytest.MonkeyPatch, settings: object, tmp_path: Path) -> Iterator[FakePainter]:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]
    settings.IMAGE_SIZE, settings.SCENE_SIZE = "", "1024x768"  # type: ignore[attr-defined]
    fake = FakePainter()
    monkeypatch.setattr(easel, "painter", lambda: fake)
    yield fake
    connection.close()


def begin(number: int) -> GenerationSession:
    """A generation of a person of its own, whose hero is next to be painted."""
    session = services.start_generation(
        person=Person(f"visitor:{number}"), prompt=f"Story {number}", seed=number
    )
    admit(session)
    done(session, "story", "character")
    session.story.character_description = f"hero {number}"
    session.story.save()
    return session


def paint(session: GenerationSession, name: str = "character_image") -> Step:
    wait(easel.run(step_of(session, name).pk, "gpu@test"))
    return step_of(session, name)


def test_requests_of_different_people_are_painted_in_one_call(painter: FakePainter) -> None:
    sessions = [begin(number) for number in range(6)]
    paint(sessions[0])
    assert [len(call) for call in painter.calls] == [6]
    for number, session in enumerate(sessions):
        assert step_of(session, "character_image").status == "done"
        image = session.story.images.get()
        assert (image.description, image.seed) == (f"hero {number}", number + 3000)


def test_what_does_not_fit_is_painted_apart(painter: FakePainter) -> None:
    first, second = begin(1), begin(2)
    done(first, "background")
    paint(first)
    assert [len(call) for call in painter.calls] == [2]
    assert step_of(first, "background_image").status == "ready"
    assert step_of(second, "character_image").status == "done"


def test_no_more_are_taken_than_the_painter_gains_from(painter: FakePainter) -> None:
    sessions = [begin(number) for number in range(11)]
    paint(sessions[0])
    left = [session for session in sessions if step_of(session, "character_image").status == "ready"]
    assert [len(call) for call in painter.calls] == [8]
    assert len(left) == 3


def test_no_more_are_taken_than_the_card_had_room_for_lately(painter: FakePainter) -> None:
    sessions, painter.room = [begin(number) for number in range(5)], 2
    paint(sessions[0])
    assert [len(call) for call in painter.calls] == [2]


def test_one_that_waits_for_its_turn_is_no_company(painter: FakePainter) -> None:
    first, second = begin(1), begin(2)
    GenerationSession.objects.filter(pk=second.pk).update(admitted_at=None)
    paint(first)
    assert [len(call) for call in painter.calls] == [1]


def test_it_waits_for_company_no_longer_than_it_says(painter: FakePainter) -> None:
    session = begin(1)
    began = time.monotonic()
    job = runner.take(step_of(session, "character_image").pk, "gpu@test")
    assert job is not None
    jobs = [job]
    easel.gather(jobs, "gpu@test")
    job.watch.stop()
    assert jobs == [job]
    assert easel.COMPANY_WAIT <= time.monotonic() - began < easel.COMPANY_WAIT + 0.5


def test_trouble_with_one_is_not_its_neighbours(painter: FakePainter) -> None:
    sessions = [begin(number) for number in range(3)]
    painter.trouble["hero 1"] = PaintingError("It came out blank.", transient=True)
    paint(sessions[0])
    statuses = [step_of(session, "character_image").status for session in sessions]
    assert statuses == ["done", "ready", "done"]
    assert step_of(sessions[1], "character_image").error == "It came out blank."


@pytest.mark.parametrize("failures", [1, 0], ids=["an error", "a worker's death"])
def test_what_was_tried_before_is_painted_alone(painter: FakePainter, failures: int) -> None:
    first, second = begin(1), begin(2)
    Step.objects.filter(session=second, name="character_image").update(failures=failures, attempt=1)
    paint(first)
    assert [[request.prompt for request in call] for call in painter.calls] == [["hero 1"]]
    begin(3)
    paint(second)
    assert [request.prompt for request in painter.calls[-1]] == ["hero 2"]


def test_trouble_in_looking_for_company_harms_nobody(
    painter: FakePainter, monkeypatch: pytest.MonkeyPatch
) -> None:
    sessions, real, calls = [begin(number) for number in range(3)], easel.list_due, list[int]()

    def look_once(most: int) -> list[Step]:
        calls.append(most)
        if len(calls) > 1:
            raise OperationalError("the server closed the connection")
        return real(most)

    monkeypatch.setattr(easel, "list_due", look_once)
    paint(sessions[0])
    assert len(calls) == 2
    assert [step_of(session, "character_image").status for session in sessions] == ["done"] * 3


def test_one_that_cannot_even_be_asked_for_harms_nobody(painter: FakePainter) -> None:
    first, bad, third = begin(1), begin(2), begin(3)
    Step.objects.filter(session=bad, name="character_image").update(wanted={"size": [3, 3]})
    paint(first)
    assert [request.prompt for request in painter.calls[0]] == ["hero 1", "hero 3"]
    assert step_of(first, "character_image").status == step_of(third, "character_image").status == "done"
    assert step_of(bad, "character_image").status == "ready"


def test_no_connection_is_held_while_it_paints(painter: FakePainter) -> None:
    held: list[bool] = []
    painter.during = lambda watches: held.append(connection.connection is not None)
    paint(begin(1))
    assert held == [False]


def test_one_that_is_stopped_meanwhile_keeps_nothing_and_harms_nobody(painter: FakePainter) -> None:
    first, second = begin(1), begin(2)
    seen: list[type[Exception]] = []

    def stop_one(watches: Sequence[Watch]) -> None:
        services.cancel_generation(second)
        deadline = time.monotonic() + 3
        while not seen and time.monotonic() < deadline:
            time.sleep(0.05)
            try:
                watches[1].on_progress(1, 20)
            except PaintingStopped:
                seen.append(PaintingStopped)
        painter.trouble["hero 2"] = PaintingStopped()
        watches[0].on_progress(1, 20)

    painter.during = stop_one
    paint(first)
    assert seen == [PaintingStopped]
    assert step_of(first, "character_image").status == "done"
    assert step_of(second, "character_image").status == "cancelled"
    assert second.story.images.count() == 0


def test_a_broken_painter_ends_its_worker_and_its_work_is_tried_again(
    painter: FakePainter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(state, "should_stop", None)
    session = begin(1)
    painter.trouble["hero 1"] = PainterBroken("The card fell over.")
    assert paint(session).status == "ready"
    assert state.should_stop


def test_a_painter_that_cannot_begin_says_why_for_each(painter: FakePainter) -> None:
    def refuse(watches: Sequence[Watch]) -> None:
        raise PaintingError("No such model.", transient=False)

    painter.during = refuse
    sessions = [begin(1), begin(2)]
    paint(sessions[0])
    for session in sessions:
        session.refresh_from_db()
        assert step_of(session, "character_image").status == "skipped"
        assert step_of(session, "character_image").error == "No such model."


def test_a_preview_reaches_the_status_and_goes_with_the_end(painter: FakePainter) -> None:
    session, seen = begin(1), list[str | None]()

    def show(watches: Sequence[Watch]) -> None:
        watches[0].on_preview(Image.new("RGB", (128, 96), "teal"))
        time.sleep(1.2)
        seen.append(describe_status(services.find_generation(session.pk))["steps"][3]["preview"])

    painter.during = show
    paint(session)
    assert str(seen[0]).startswith("data:image/webp;base64,")
    assert step_of(session, "character_image").preview is None


def test_a_picture_just_painted_is_merged_out_of_memory(
    painter: FakePainter, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = begin(1)
    done(session, "background")
    paint(session)
    paint(session, "background_image")
    monkeypatch.setattr(Image, "open", lambda *_: pytest.fail("a file was read"))
    assert paint(session, "combined_image").status == "done"


def test_sixteen_generations_are_painted_by_a_diffusion_model_in_at_most_three_calls(
    settings: object, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The whole way: sixteen people's steps in the database, a tiny pipeline, sixteen files."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    from imaging.painters.diffusion import DiffusionPainter
    from imaging.painters.options import PainterOptions
    from tests.imaging.diffusion.asking import count_calls
    from tests.imaging.diffusion.tiny_models import build_stable_diffusion

    settings.MEDIA_ROOT, settings.IMAGE_SIZE = tmp_path, "64x64"  # type: ignore[attr-defined]
    folder = build_stable_diffusion(tmp_path / "tiny-sd")
    tiny = DiffusionPainter(str(folder), PainterOptions(steps=4, batch=8))
    calls = count_calls(tiny)
    monkeypatch.setattr(easel, "painter", lambda: tiny)
    sessions = [begin(number) for number in range(16)]
    while waiting := [it for it in sessions if step_of(it, "character_image").status == "ready"]:
        paint(waiting[0])
    assert (len(calls), sum(calls)) == (2, 16)
    for session in (sessions[3], sessions[12]):
        kept = session.story.images.get()
        request = ImageRequest(
            subject="character",
            prompt=kept.description,
            style=kept.style,
            seed=kept.seed,
            width=64,
            height=64,
        )
        alone = np.asarray(tiny.paint(request).image, dtype=np.int16)
        with Image.open(kept.file) as together:
            off = np.abs(np.asarray(together.convert("RGB"), dtype=np.int16) - alone)
        assert off.max() <= 2
    connection.close()
