"""Where a pipeline runs: by the memory that is free on the card."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch._dynamo.testing import CompileCounter

from imaging.painters.diffusion import DiffusionPainter
from imaging.painters.diffusion.placing import COMPILE_MODE, GIB, Place, choose_place, count_together, settle
from imaging.types import UNWATCHED, ImageResult, PaintingError
from tests.imaging.diffusion.asking import ask, differ, spies


class Part(torch.nn.Module):
    """A part of a model that weighs so many GiB, without taking them."""

    def __init__(self, gib: float) -> None:
        super().__init__()
        self.weight = torch.nn.Parameter(torch.empty(int(gib * GIB / 4), device="meta"))


def free(gib: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda: (int(gib * GIB), 80 * GIB))


@pytest.mark.parametrize(
    ("gib", "place"),
    [
        (40, Place("cuda")),
        (16, Place("cuda", tiled=True)),
        (12, Place("cuda", offload="model", tiled=True)),
        (6, Place("cuda", offload="layer", tiled=True)),
    ],
)
def test_what_does_not_fit_on_the_card_waits_beside_it(
    gib: float, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    free(gib, monkeypatch)
    pipeline = SimpleNamespace(components={"unet": Part(8), "text_encoder": Part(3), "tokenizer": object()})
    assert choose_place(pipeline, "cuda") == place
    assert choose_place(pipeline, "cpu") == Place("cpu")


def test_as_many_are_painted_at_once_as_have_room(monkeypatch: pytest.MonkeyPatch) -> None:
    def count(gib: float, wanted: int | None = None, place: Place = Place("cuda")) -> int:  # noqa: B008
        free(gib, monkeypatch)
        return count_together("sdxl", place, wanted, 1024)

    assert [count(gib) for gib in (1, 4, 8, 70)] == [1, 1, 2, 8]
    assert count(4, wanted=12) == 12
    assert count(70, place=Place("cuda", offload="model")) == 1


@pytest.mark.parametrize("family", ["sd", "sdxl"])
def test_fused_projections_paint_what_single_ones_do(
    family: str, load: Callable[..., DiffusionPainter], monkeypatch: pytest.MonkeyPatch
) -> None:
    fused = load(family, steps=4).paint(ask())
    monkeypatch.setattr("diffusers.StableDiffusionPipeline.fuse_qkv_projections", lambda self: None)
    monkeypatch.setattr("diffusers.StableDiffusionXLPipeline.fuse_qkv_projections", lambda self: None)
    assert differ(fused, load(family, steps=4).paint(ask())) <= 2


@pytest.mark.parametrize("offload", ["model", "layer"])
def test_it_is_told_to_stay_off_the_card_where_that_is_short(offload: str) -> None:
    done: list[str] = []
    pipeline = SimpleNamespace(
        vae=SimpleNamespace(enable_slicing=lambda: done.append("slices")),
        enable_model_cpu_offload=lambda device: done.append(f"model {device}"),
        enable_sequential_cpu_offload=lambda device: done.append(f"layer {device}"),
        unet=object(),
    )
    settle(pipeline, Place("cuda", offload=offload, tiled=True))
    assert done == ["slices", f"{offload} cuda"]


@pytest.fixture
def graphs(monkeypatch: pytest.MonkeyPatch) -> Iterator[CompileCounter]:
    """Counts what is compiled. The graphs are run as they are: to make programs of them takes a minute."""
    counter, compile_module = CompileCounter(), torch.nn.Module.compile

    def compile_for_show(module: torch.nn.Module, *, mode: str) -> None:
        assert mode == COMPILE_MODE
        compile_module(module, backend=counter)

    torch._dynamo.reset()
    torch._dynamo.utils.counters.clear()
    monkeypatch.setattr(torch.nn.Module, "compile", compile_for_show)
    monkeypatch.setattr(DiffusionPainter, "_find_native_side", lambda self: 96)
    yield counter
    torch._dynamo.reset()


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("family", ["sd", "flux"])
def test_a_compiled_painter_compiles_nothing_while_somebody_waits(
    family: str, load: Callable[..., DiffusionPainter], graphs: CompileCounter
) -> None:
    painter = load(family, steps=2, batch=4, compile=True)
    warm = graphs.frame_count
    assert warm > 1  # the denoiser and the decoder
    assert not torch._dynamo.utils.counters["graph_break"]
    long = ", ".join(["a very long description of a dragon"] * 12)
    assert painter._prepare(ask(long), UNWATCHED).chunks > 1 or family in ("sd3", "flux")
    for count, request in [
        (1, ask(side=96)),
        (4, ask(subject="background", width=112, height=80)),  # a scene of 4:3
        (1, ask(subject="background", width=112, height=80)),
        (3, ask(width=112, height=80)),
        (2, ask(long, side=96)),
        (1, ask(long, width=112, height=80)),
    ]:
        result = painter.paint_together([request] * count, spies(count))[0]
        assert isinstance(result, ImageResult)
        assert result.parameters["compiled"] is True
        assert graphs.frame_count == warm, (count, request)


def test_it_says_what_is_missing_where_a_model_cannot_be_compiled(
    load: Callable[..., DiffusionPainter], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise RuntimeError("Failed to find C compiler.")

    monkeypatch.setattr(torch.nn.Module, "compile", lambda module, mode: None)
    monkeypatch.setattr(DiffusionPainter, "_find_native_side", lambda self: 64)
    monkeypatch.setattr(DiffusionPainter, "_call", fail)
    with pytest.raises(PaintingError, match="IMAGE_COMPILE needs a C compiler") as caught:
        load("sd", compile=True)
    assert not caught.value.transient
