"""Who watches the diffusion painter: each step, previews, and an end on demand."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from diffusers import DPMSolverMultistepScheduler, EulerDiscreteScheduler, FlowMatchEulerDiscreteScheduler
from PIL import Image

from imaging.painters.diffusion import DiffusionPainter
from imaging.painters.diffusion.previews import FACTORS, foresee, show
from imaging.painters.options import PainterOptions
from imaging.types import PaintingStopped, PictureWithheld
from tests.imaging.diffusion import tiny_models
from tests.imaging.diffusion.asking import Spy, ask, differ


def test_it_counts_every_step(painter: DiffusionPainter) -> None:
    spy = Spy()
    painter.paint(ask(), spy)
    assert spy.steps == [(done, 6) for done in range(1, 7)]


def test_it_stops_between_two_steps_and_paints_the_next_as_if_nothing_had_been(
    painter: DiffusionPainter,
) -> None:
    before = painter.paint(ask())
    spy = Spy(raises=PaintingStopped(), at=3)
    with pytest.raises(PaintingStopped):
        painter.paint(ask(seed=99), spy)
    assert [done for done, _ in spy.steps] == [1, 2, 3]
    assert differ(before, painter.paint(ask())) == 0


def test_it_shows_small_previews_of_the_shape_of_the_picture(painter: DiffusionPainter) -> None:
    spy = Spy()
    painter.paint(ask(width=128, height=64), spy)
    assert len(spy.previews) == 5  # after each step but the last, where there are so few
    assert {(preview.mode, preview.size) for preview in spy.previews} == {("RGB", (160, 80))}
    assert len({preview.tobytes() for preview in spy.previews}) == 5


def test_it_shows_a_preview_every_fifth_step_where_there_are_many(sd: DiffusionPainter) -> None:
    spy = Spy()
    result = sd.paint(ask())
    sd.paint(replace(result.request, again={**result.parameters, "steps": 25}), spy)
    assert len(spy.previews) == 4


def test_it_paints_on_when_a_preview_cannot_be_handed_over(sd: DiffusionPainter) -> None:
    spy = Spy(preview_raises=ConnectionError("nobody there"))
    assert differ(sd.paint(ask(), spy), sd.paint(ask())) == 0
    assert len(spy.previews) == 5


def measure_detail(preview: Image.Image) -> float:
    """The greatest difference of two pixels side by side."""
    return float(np.abs(np.diff(np.asarray(preview, dtype=float), axis=1)).max())


def test_previews_of_what_may_be_flagged_show_colours_and_no_detail(tmp_path: Path) -> None:
    details = []
    for flags in (None, False, True):
        folder = tiny_models.build_stable_diffusion(tmp_path / str(flags), flags_every_picture=flags)
        spy = Spy()
        with suppress(PictureWithheld):
            DiffusionPainter(str(folder), PainterOptions(steps=6)).paint(ask(), spy)
        details.append(max(map(measure_detail, spy.previews)))
    unchecked, passed, flagged = details
    assert unchecked > 20
    assert max(passed, flagged) < 8


def test_a_blurred_preview_keeps_the_colours_of_large_parts_alone() -> None:
    latents = torch.zeros(1, 4, 64, 64)
    latents[:, 0, :, :32] = 2.0  # a bright half
    latents[:, 0, 4::8] += 1.5  # and lines
    clear, blurred = (show("sd", latents, blurred=blurred)[0] for blurred in (False, True))
    assert np.asarray(blurred).std(axis=0).max() < 0.2 * np.asarray(clear).std(axis=0).max()
    pixels = np.asarray(blurred, dtype=int)
    assert pixels[80, 20].mean() - pixels[80, 140].mean() > 50


@pytest.mark.parametrize("family", FACTORS)
def test_a_preview_is_the_sum_of_the_channels_by_their_factors(family) -> None:
    *factors, added = FACTORS[family]
    latents = torch.zeros(2, len(factors), 4, 6)
    latents[1, 0, :2] = 1.0
    grey, bright = show(family, latents)
    assert grey.size == bright.size == (160, 107)
    wanted = [int((share / 2 + 0.5) * 255) for share in added]
    np.testing.assert_allclose(np.asarray(grey)[0, 0], wanted, atol=1)
    wanted = [int(((one + more) / 2 + 0.5) * 255) for one, more in zip(factors[0], added, strict=True)]
    np.testing.assert_allclose(np.asarray(bright)[0, 0], wanted, atol=2)


@pytest.mark.parametrize(
    "scheduler",
    [EulerDiscreteScheduler(), FlowMatchEulerDiscreteScheduler(), DPMSolverMultistepScheduler()],
    ids=lambda scheduler: type(scheduler).__name__,
)
def test_a_preview_foresees_the_picture_that_all_the_steps_lead_to(scheduler: Any) -> None:
    """A denoiser that knows the picture: after two steps of ten it can be foreseen as it will be."""
    picture, noise = torch.linspace(-1, 1, 64).reshape(1, 1, 8, 8), torch.randn(1, 1, 8, 8)
    scheduler.set_timesteps(10)
    flow = isinstance(scheduler, FlowMatchEulerDiscreteScheduler)
    latents, before = noise * (1.0 if flow else scheduler.init_noise_sigma), None
    if isinstance(scheduler, EulerDiscreteScheduler):
        latents = latents + picture
    for step, timestep in enumerate(scheduler.timesteps):
        if hasattr(scheduler, "scale_model_input"):
            scheduler.scale_model_input(latents, timestep)
        before = latents
        if scheduler.step_index is None:
            scheduler._init_step_index(timestep)
        sigma = scheduler.sigmas[scheduler.step_index]
        if not flow and not isinstance(scheduler, EulerDiscreteScheduler):
            alpha, share = scheduler._sigma_to_alpha_sigma_t(sigma)
            said = (latents - alpha * picture) / share
        else:
            said = (latents - picture) / sigma
        latents = scheduler.step(said, timestep, latents, return_dict=False)[0]
        if step == 1:
            seen = foresee(scheduler, before, latents)
            assert (seen - picture).abs().max() < 1e-3
            assert (latents - picture).abs().max() > 0.5
    assert (latents - picture).abs().max() < 1e-3
