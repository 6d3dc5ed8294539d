"""Several pictures in one call: each as if it were alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
import torch

from imaging.painters import wording
from imaging.painters.diffusion import DiffusionPainter
from imaging.painters.diffusion.record import Origin
from imaging.painters.diffusion.room import Room
from imaging.types import UNWATCHED, ImageRequest, ImageResult, PainterBroken, PaintingError, PaintingStopped
from tests.imaging.diffusion.asking import Spy, ask, count_calls, differ, spies

#: Of 255, in any colour of any pixel: sums are added in another order beside others. Measured: 1.
TOLERANCE = 2


def ask_many(count: int) -> list[ImageRequest]:
    return [ask(f"a dragon number {number}", seed=number) for number in range(count)]


def test_a_picture_is_the_same_alone_and_in_company(painter: DiffusionPainter) -> None:
    requests = ask_many(5)
    watches = spies(5)
    together = painter.paint_together(requests, watches)
    for request, result, spy in zip(requests, together, watches, strict=True):
        assert isinstance(result, ImageResult)
        assert result.request is request
        assert f"number {request.seed}" in result.prompt
        assert differ(result, painter.paint(request)) <= TOLERANCE
        assert [done for done, _ in spy.steps] == [1, 2, 3, 4, 5, 6]
        assert spy.previews
    assert differ(together[0], together[1]) > 10
    assert watches[0].previews[-1].tobytes() != watches[1].previews[-1].tobytes()


def test_sixteen_requests_are_painted_in_two_calls(fresh_sd: DiffusionPainter) -> None:
    requests = ask_many(16)
    calls = count_calls(fresh_sd)
    together = fresh_sd.paint_together(requests, spies(16))
    assert calls == [8, 8]
    for request, result in zip(requests, together, strict=True):
        assert differ(result, fresh_sd.paint(request)) <= TOLERANCE


def test_requests_fit_where_size_and_length_agree(sd: DiffusionPainter) -> None:
    long = ", ".join(["a very long description of a dragon"] * 12)
    assert sd.fits(ask(), ask("a tin robot", seed=3, subject="background"))
    assert not sd.fits(ask(), ask(side=72))
    assert not sd.fits(ask(), ask(long))


def test_a_picture_that_is_painted_again_fits_beside_others_of_its_recipe(sd: DiffusionPainter) -> None:
    result = sd.paint(ask())
    assert sd.fits(ask("a tin robot"), replace(result.request, again=result.parameters))
    assert not sd.fits(ask("a tin robot"), replace(result.request, again={**result.parameters, "steps": 9}))


def test_whether_requests_fit_is_told_without_reading_any_of_them_twice(fresh_sd: DiffusionPainter) -> None:
    read: list[str] = []
    tokenizer = fresh_sd._encoder.reader.tokenizer

    def spy(text: str, **options: Any) -> Any:
        read.append(text)
        return tokenizer(text, **options)

    reader = replace(fresh_sd._encoder.reader, tokenizer=spy)
    fresh_sd._encoder.reader = reader
    waiting = [ask(f"a dragon {number}", seed=number) for number in range(5)]
    assert not fresh_sd.fits(ask(), ask("another", side=72))
    assert not read  # the sizes tell
    assert all(fresh_sd.fits(ask(), other) for other in waiting)
    once = len(read)
    assert once
    assert all(fresh_sd.fits(ask(), replace(other, seed=99)) for other in waiting)
    assert len(read) == once


def test_requests_that_do_not_fit_are_painted_all_the_same(fresh_sd: DiffusionPainter) -> None:
    requests = [ask(), ask(side=72), ask(seed=8)]
    calls = count_calls(fresh_sd)
    together = fresh_sd.paint_together(requests, spies(3))
    assert calls == [2, 1]
    for request, result in zip(requests, together, strict=True):
        assert differ(result, fresh_sd.paint(request)) <= TOLERANCE


def test_batches_hold_as_many_as_the_setting_says(load: Callable[..., DiffusionPainter]) -> None:
    assert load("sd").most_together == 4  # on a processor
    assert load("sd", batch=3).most_together == 3


# One that is stopped


def test_a_stopped_picture_does_not_harm_its_neighbours(painter: DiffusionPainter) -> None:
    stopped = PaintingStopped()
    watches = [Spy(), Spy(raises=stopped, at=2), Spy()]
    requests = ask_many(3)
    first, second, third = painter.paint_together(requests, watches)
    assert second is stopped
    assert [done for done, _ in watches[1].steps] == [1, 2]  # and is asked no more
    assert differ(first, painter.paint(requests[0])) <= TOLERANCE
    assert differ(third, painter.paint(requests[2])) <= TOLERANCE


def test_whatever_a_watch_raises_is_the_result_of_its_picture_alone(sd: DiffusionPainter) -> None:
    error = LookupError("the row is gone")
    first, second = sd.paint_together(ask_many(2), [Spy(raises=error), Spy()])
    assert first is error
    assert isinstance(second, ImageResult)


def test_the_work_ends_when_everybody_has_stopped(sd: DiffusionPainter) -> None:
    watches = [Spy(raises=PaintingStopped(), at=at) for at in (2, 4)]
    results = sd.paint_together(ask_many(2), watches)
    assert all(isinstance(result, PaintingStopped) for result in results)
    assert [done for done, _ in watches[1].steps] == [1, 2, 3, 4]


# One that fails


def test_one_that_cannot_be_worded_does_not_keep_the_others_waiting(
    sd: DiffusionPainter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail_over_robots(request: ImageRequest, *args: Any, **kwargs: Any) -> Any:
        if "robot" in request.prompt:
            raise ValueError("no words for a robot")
        return wording.word(request, *args, **kwargs)

    monkeypatch.setattr("imaging.painters.diffusion.painter.word", fail_over_robots)
    first, second, third = sd.paint_together([ask(), ask("a robot"), ask(seed=8)], spies(3))
    assert isinstance(first, ImageResult)
    assert isinstance(second, ValueError)
    assert isinstance(third, ImageResult)


def test_one_that_the_safety_checker_flags_is_painted_again_alone(fresh_sd: DiffusionPainter) -> None:
    def check(image: torch.Tensor, *_: object) -> tuple[torch.Tensor, list[bool]]:
        flags = [True] if len(image) == 1 else [False, True, False]
        return image, flags

    fresh_sd._pipeline.run_safety_checker = check
    calls = count_calls(fresh_sd)
    first, second, third = fresh_sd.paint_together(ask_many(3), spies(3))
    assert calls == [3, 1]
    assert isinstance(second, PaintingError)
    assert not second.transient
    assert isinstance(first, ImageResult)
    assert isinstance(third, ImageResult)


def test_one_whose_numbers_overflow_leaves_the_others_whole(fresh_sd: DiffusionPainter) -> None:
    requests = ask_many(3)
    alone = fresh_sd.paint(requests[2])

    def spoil(image: torch.Tensor, *_: object) -> tuple[torch.Tensor, None]:
        image = image.clone()
        image[1 if len(image) == 3 else 0] = torch.nan
        return image, None

    fresh_sd._pipeline.run_safety_checker = spoil
    first, second, third = fresh_sd.paint_together(requests, spies(3))
    assert isinstance(first, ImageResult)
    assert isinstance(second, PaintingError)
    assert "blank" in str(second)
    assert differ(third, alone) <= TOLERANCE


def test_a_fault_with_one_of_several_is_traced_to_that_one(fresh_sd: DiffusionPainter) -> None:
    def fail(count: int, _: Any) -> None:
        if bad in [sheet.seed for sheet in seen[-1]]:
            raise ValueError("something about this one")

    seen: list[Any] = []
    call, bad = fresh_sd._call, 3

    def remember(sheets: Any) -> Any:
        seen.append(sheets)
        return call(sheets)

    fresh_sd._call = remember  # type: ignore[method-assign]
    count_calls(fresh_sd, fail)
    results = fresh_sd.paint_together(ask_many(8), spies(8))
    assert [type(result) for result in results].count(ImageResult) == 7
    assert isinstance(results[bad], ValueError)
    assert fresh_sd.count_together(ask()) == 8


def test_one_that_cannot_be_recorded_does_not_take_the_others_with_it(
    fresh_sd: DiffusionPainter, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = Origin.record

    def fail_over_one(self: Origin, sheet: Any, *args: Any) -> ImageResult:
        if sheet.seed == 1:
            raise ValueError("nothing to write with")
        return record(self, sheet, *args)

    monkeypatch.setattr(Origin, "record", fail_over_one)
    calls = count_calls(fresh_sd)
    first, second, third = fresh_sd.paint_together(ask_many(3), spies(3))
    assert calls == [3]
    assert isinstance(first, ImageResult)
    assert isinstance(second, ValueError)
    assert isinstance(third, ImageResult)


def test_a_pipeline_that_forgets_a_picture_is_asked_for_it_again(fresh_sd: DiffusionPainter) -> None:
    call = fresh_sd._call

    def forget_one(sheets: Any) -> Any:
        return call(sheets)[: max(1, len(sheets) - 1)]

    fresh_sd._call = forget_one  # type: ignore[method-assign]
    results = fresh_sd.paint_together(ask_many(3), spies(3))
    assert all(isinstance(result, ImageResult) for result in results)


# A full card, and a broken one


def test_a_full_card_halves_the_batch_until_it_has_room(
    fresh_sd: DiffusionPainter, caplog: pytest.LogCaptureFixture
) -> None:
    def fill(count: int, _: Any) -> None:
        if count > 3:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB")

    requests = ask_many(8)
    calls = count_calls(fresh_sd, fill)
    results = fresh_sd.paint_together(requests, spies(8))
    assert calls == [8, 4, 2, 2, 4, 2, 2]
    assert all(isinstance(result, ImageResult) for result in results)
    assert fresh_sd.count_together(ask()) == 2  # and it is remembered
    assert fresh_sd.count_together(ask(side=72)) == fresh_sd.most_together == 8  # of that size alone
    assert "no room for 8 pictures at once" in caplog.text


def test_a_card_that_was_full_in_passing_is_soon_asked_for_as_many_as_before(
    fresh_sd: DiffusionPainter,
) -> None:
    full = [True]

    def fill_once(count: int, _: Any) -> None:
        if full and count > 1:
            full.clear()
            raise torch.OutOfMemoryError("CUDA out of memory")

    calls = count_calls(fresh_sd, fill_once)
    fresh_sd.paint_together(ask_many(2), spies(2))
    assert calls == [2, 1, 1]
    assert fresh_sd.count_together(ask()) == 1
    for _ in range(5):
        fresh_sd.paint_together(ask_many(5), spies(5))
    assert fresh_sd.count_together(ask()) > 2


def test_room_for_one_more_is_tried_less_and_less_often_where_there_is_none() -> None:
    room, size, tries = Room(8), (512, 512), []
    for call in range(200):
        count = room.count(size)
        if count > 4:
            tries.append(call)
            room.was_short(size, count)
        else:
            room.was_enough(size, count)
    waits = [later - earlier for earlier, later in pairwise(tries)]
    assert waits == sorted(waits)
    assert len(tries) < 8


def test_the_last_one_wanted_is_tried_alone_when_there_was_no_room_for_it_beside_a_stopped_one(
    fresh_sd: DiffusionPainter,
) -> None:
    decode = fresh_sd._pipeline.vae.decode

    def fill(latents: torch.Tensor, *args: Any, **kwargs: Any) -> Any:
        if len(latents) > 1:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return decode(latents, *args, **kwargs)

    fresh_sd._pipeline.vae.decode = fill
    stopped = PaintingStopped()
    first, second = fresh_sd.paint_together(ask_many(2), [Spy(raises=stopped), Spy()])
    assert first is stopped
    assert isinstance(second, ImageResult)


def test_a_card_too_full_for_one_picture_may_have_room_later(fresh_sd: DiffusionPainter) -> None:
    def fill(count: int, _: Any) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory")

    count_calls(fresh_sd, fill)
    with pytest.raises(PaintingError, match="memory") as caught:
        fresh_sd.paint(ask())
    assert caught.value.transient
    assert not isinstance(caught.value, PainterBroken)
    assert caught.value.__context__ is None  # which would hold on to the tensors


@pytest.mark.parametrize(
    "said",
    [
        "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
        "cuDNN error: CUDNN_STATUS_ALLOC_FAILED",
    ],
)
def test_a_library_that_found_no_room_tells_of_a_full_card_too(said: str, fresh_sd: DiffusionPainter) -> None:
    def fill(count: int, _: Any) -> None:
        if count > 1:
            raise RuntimeError(said)

    calls = count_calls(fresh_sd, fill)
    results = fresh_sd.paint_together(ask_many(2), spies(2))
    assert calls == [2, 1, 1]
    assert all(isinstance(result, ImageResult) for result in results)


def test_what_a_card_cannot_do_is_no_reason_to_start_anew(fresh_sd: DiffusionPainter) -> None:
    error = RuntimeError("CUDA error: CUBLAS_STATUS_NOT_SUPPORTED when calling `cublasGemmEx`")

    def fail(count: int, _: Any) -> None:
        raise error

    count_calls(fresh_sd, fail)
    assert fresh_sd.paint_together(ask_many(2), spies(2)) == [error, error]


@pytest.mark.parametrize(
    "error",
    [
        torch.AcceleratorError("CUDA error: an illegal memory access was encountered"),
        RuntimeError("CUDA error: device-side assert triggered"),
        RuntimeError("cuDNN error: CUDNN_STATUS_EXECUTION_FAILED"),
    ],
    ids=lambda error: str(error)[:20],
)
def test_a_broken_card_is_told_from_a_full_one(error: Exception, fresh_sd: DiffusionPainter) -> None:
    def fail(count: int, _: Any) -> None:
        raise error

    calls = count_calls(fresh_sd, fail)
    results = fresh_sd.paint_together(ask_many(2), [UNWATCHED, UNWATCHED])
    assert all(isinstance(result, PainterBroken) and result.transient for result in results)
    assert calls == [2]  # halves would be no better off
    with pytest.raises(PainterBroken):
        fresh_sd.paint(ask())
