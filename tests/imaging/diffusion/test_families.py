"""What each family of models is asked with, and what the settings change of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from imaging.painters.diffusion import DiffusionPainter
from imaging.painters.options import PainterOptions, read_options
from imaging.types import PaintingError
from tests.imaging.diffusion import tiny_models
from tests.imaging.diffusion.asking import ask

SET = {"steps": "", "guidance": "", "scheduler": "", "batch": "auto", "dtype": "auto", "compiled": False}


@pytest.mark.parametrize(
    ("build", "name", "steps", "guidance", "scheduler"),
    [
        (tiny_models.build_stable_diffusion, "stable-diffusion-v1-5", 25, 7.5, "DPMSolverMultistepScheduler"),
        (tiny_models.build_stable_diffusion, "sd-turbo", 2, 0.0, "PNDMScheduler"),
        (tiny_models.build_stable_diffusion, "dreamshaper-LCM", 6, 1.5, "LCMScheduler"),
        (tiny_models.build_lcm, "a-name-that-says-nothing", 6, 8.5, "LCMScheduler"),
        (tiny_models.build_sdxl, "sdxl-base", 28, 6.0, "DPMSolverMultistepScheduler"),
        (tiny_models.build_sdxl, "sdxl-turbo", 4, 0.0, "EulerDiscreteScheduler"),
        (tiny_models.build_sdxl, "SDXL-Lightning", 4, 0.0, "EulerDiscreteScheduler"),
        (tiny_models.build_sd3, "sd-3.5-medium", 28, 4.5, "FlowMatchEulerDiscreteScheduler"),
        (tiny_models.build_sd3, "sd-3.5-large-turbo", 4, 0.0, "FlowMatchEulerDiscreteScheduler"),
        (tiny_models.build_flux, "flux-dev", 28, 3.5, "FlowMatchEulerDiscreteScheduler"),
        (tiny_models.build_schnell, "a-name-of-any-kind", 4, 0.0, "FlowMatchEulerDiscreteScheduler"),
    ],
)
def test_each_family_has_its_recipe(
    build: Callable[[Path], Path], name: str, steps: int, guidance: float, scheduler: str, tmp_path: Path
) -> None:
    result = DiffusionPainter(str(build(tmp_path / name))).paint(ask("a fox"))
    told = result.parameters
    assert (told["steps"], told["guidance"], told["scheduler"]) == (steps, guidance, scheduler)
    guided = guidance > 1 and build not in (tiny_models.build_flux, tiny_models.build_lcm)
    assert bool(result.negative_prompt) is guided


def test_lightning_takes_its_steps_from_the_end_of_the_noise(tmp_path: Path) -> None:
    painter = DiffusionPainter(str(tiny_models.build_sdxl(tmp_path / "sdxl-lightning")))
    painter.paint(ask("a fox"))
    assert painter._pipeline.scheduler.timesteps.tolist() == [999, 749, 499, 249]


def test_only_the_name_of_a_folder_tells_what_kind_it_is(tmp_path: Path) -> None:
    folder = tiny_models.build_stable_diffusion(tmp_path / "turbo" / "plain")
    assert DiffusionPainter(str(folder)).paint(ask()).parameters["steps"] == 25


def test_the_settings_go_before_the_recipe(load: Callable[..., DiffusionPainter]) -> None:
    told = load("sd", steps=3, guidance=0.0, scheduler="unipc").paint(ask()).parameters
    assert (told["steps"], told["guidance"], told["scheduler"]) == (3, 0.0, "UniPCMultistepScheduler")
    assert told["negative_prompt"] == ""


@pytest.mark.parametrize("scheduler", ["own", "dpm++", "unipc", "ddim", "euler", "euler-ancestral", "lcm"])
def test_every_scheduler_paints_the_same_alone_and_again(
    scheduler: str, load: Callable[..., DiffusionPainter]
) -> None:
    painter = load("sd", steps=4, scheduler=scheduler)
    first, again = painter.paint(ask()), painter.paint(ask())
    assert first.image.tobytes() == again.image.tobytes()


@pytest.mark.parametrize("family", ["sd3", "flux"])
def test_a_scheduler_that_the_model_cannot_work_with_is_refused(
    family: str, load: Callable[..., DiffusionPainter]
) -> None:
    with pytest.raises(PaintingError, match="IMAGE_SCHEDULER") as caught:
        load(family, scheduler="dpm++")
    assert not caught.value.transient


@pytest.mark.parametrize(
    ("name", "value", "setting"),
    [
        ("steps", "many", "IMAGE_STEPS"),
        ("steps", "2.5", "IMAGE_STEPS"),
        ("steps", "0", "IMAGE_STEPS"),
        ("guidance", "nan", "IMAGE_GUIDANCE"),
        ("guidance", "-1", "IMAGE_GUIDANCE"),
        ("batch", "0", "IMAGE_BATCH"),
        ("batch", "all", "IMAGE_BATCH"),
        ("scheduler", "karras", "IMAGE_SCHEDULER"),
        ("dtype", "int8", "IMAGE_DTYPE"),
    ],
)
def test_a_setting_that_makes_no_sense_is_named(name: str, value: str, setting: str) -> None:
    with pytest.raises(ValueError, match=setting):
        read_options(**SET | {name: value})  # type: ignore[arg-type]


def test_settings_left_alone_change_nothing() -> None:
    assert read_options(**SET) == PainterOptions()  # type: ignore[arg-type]
    given = SET | {"steps": "12", "guidance": "0", "batch": "2", "scheduler": "ddim", "dtype": "float16"}
    assert read_options(**given) == PainterOptions(  # type: ignore[arg-type]
        steps=12, guidance=0.0, batch=2, scheduler="ddim", dtype="float16"
    )
