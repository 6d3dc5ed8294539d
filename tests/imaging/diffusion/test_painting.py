"""The diffusion painter paints one picture, on real pipelines of tiny size (see tiny_models)."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from imaging.painters.diffusion import DiffusionPainter
from imaging.painters.diffusion.painter import SECOND_TRY
from imaging.types import UNWATCHED, ImageRequest, PaintingError, PictureWithheld
from tests.imaging.diffusion import tiny_models
from tests.imaging.diffusion.asking import DRAGON, ask, count_calls, differ, look


def test_it_paints_the_same_for_a_seed_and_another_picture_for_another(painter: DiffusionPainter) -> None:
    first, again, other = painter.paint(ask()), painter.paint(ask()), painter.paint(ask(seed=8))
    assert (first.image.mode, first.image.size) == ("RGB", (64, 64))
    assert differ(first, again) == 0
    assert differ(first, other) > 10


def test_it_listens_to_the_prompt(painter: DiffusionPainter) -> None:
    assert differ(painter.paint(ask()), painter.paint(ask("a tin robot on a hill"))) > 0


@pytest.mark.parametrize("family", ["sd", "sdxl", "sd3"])
def test_it_listens_to_the_negative_prompt(family: str, painters: dict[str, DiffusionPainter]) -> None:
    painter = painters[family]
    assert differ(painter.paint(ask()), painter.paint(ask(negative_prompt="a red scarf"))) > 0


def test_it_tells_all_that_the_picture_is_made_of(painters: dict[str, DiffusionPainter]) -> None:
    result = painters["sdxl"].paint(ask(negative_prompt="hats"))
    assert result.model == painters["sdxl"].model == "tiny-sdxl"
    told = result.parameters
    assert json.loads(json.dumps(told)) == told
    assert told["revision"].startswith("files-")
    assert told["pipeline"] == "StableDiffusionXLPipeline"
    assert told["scheduler"] == "DPMSolverMultistepScheduler"
    assert (told["steps"], told["guidance"], told["seed"]) == (6, 6.0, 7)
    assert told["width"] == told["height"] == 64
    assert told["torch"] == torch.__version__
    assert {"model", "painter_version", "diffusers", "transformers", "device", "dtype"} <= told.keys()
    assert told["prompt"] == result.prompt
    assert told["negative_prompt"] == result.negative_prompt
    assert result.negative_prompt.endswith("hats")


# Painting again


def test_it_paints_the_same_pixels_again_from_the_stored_parameters(painter: DiffusionPainter) -> None:
    result = painter.paint(ask())
    stored = json.loads(json.dumps(dict(result.parameters)))
    again = painter.paint(replace(result.request, again=stored))
    assert differ(result, again) == 0
    assert again.parameters == result.parameters
    assert differ(result, painter.paint(replace(result.request, again=stored | {"seed": 8}))) > 10


def test_it_paints_again_by_the_recipe_of_then(
    load: Callable[..., DiffusionPainter], sd: DiffusionPainter
) -> None:
    result = load("sd", steps=3, guidance=2.0, scheduler="euler").paint(ask())
    assert differ(result, sd.paint(ask())) > 0
    assert differ(result, sd.paint(replace(result.request, again=result.parameters))) == 0


@pytest.mark.parametrize(
    "name",
    [
        *("model", "revision", "painter_version", "dtype", "compiled"),
        *("device", "torch", "diffusers", "transformers"),
    ],
)
def test_it_does_not_pretend_to_paint_the_same_where_it_cannot(name: str, sd: DiffusionPainter) -> None:
    result = sd.paint(ask())
    with pytest.raises(PaintingError, match=name) as caught:
        sd.paint(replace(result.request, again={**result.parameters, name: "another"}))
    assert not caught.value.transient


def test_it_decodes_again_in_tiles_or_in_one_piece_as_it_was(fresh_sd: DiffusionPainter) -> None:
    """Which of the two a painter does depends on how much of the card was free when it started."""
    whole = fresh_sd.paint(ask(side=128))
    fresh_sd._place = replace(fresh_sd._place, tiled=True)
    tiled = fresh_sd.paint(ask(side=128))
    assert (whole.parameters["tiled"], tiled.parameters["tiled"]) == (False, True)
    assert differ(whole, tiled) > 0
    both = [replace(it.request, again=it.parameters) for it in (whole, tiled)]
    assert not fresh_sd.fits(*both)
    again = fresh_sd.paint_together(both, [UNWATCHED] * 2)
    assert differ(again[0], whole) == differ(again[1], tiled) == 0
    assert differ(fresh_sd.paint(ask(side=128)), tiled) == 0


# Sizes


def test_it_knows_the_size_that_a_model_was_trained_on(painters: dict[str, DiffusionPainter]) -> None:
    sides = {family: painter.native_side for family, painter in painters.items()}
    assert sides == {"sd": 64, "sdxl": 64, "sd3": 64, "flux": 1024}


@pytest.mark.parametrize(("family", "painted"), [("sd", 72), ("sd3", 80), ("flux", 80)])
def test_it_paints_on_a_coarser_grid_and_cuts_to_the_size_asked(
    family: str, painted: int, painters: dict[str, DiffusionPainter]
) -> None:
    result = painters[family].paint(ask(side=72))
    assert result.image.size == (72, 72)
    assert result.parameters["width"] == painted


# Pictures that are not shown


@pytest.fixture
def checked(tmp_path: Path) -> Callable[..., DiffusionPainter]:
    """A painter with a safety checker, and whether that flags every picture."""

    def load(*, flags: bool) -> DiffusionPainter:
        folder = tiny_models.build_stable_diffusion(tmp_path / "checked", flags_every_picture=flags)
        return DiffusionPainter(str(folder))

    return load


def test_it_withholds_a_picture_that_is_flagged_twice(checked: Callable[..., DiffusionPainter]) -> None:
    painter = checked(flags=True)
    calls = count_calls(painter)
    with pytest.raises(PictureWithheld, match="safety checker") as caught:
        painter.paint(ask())
    assert not caught.value.transient
    assert calls == [1, 1]


def test_it_shows_what_the_safety_checker_lets_pass(checked: Callable[..., DiffusionPainter]) -> None:
    painter = checked(flags=False)
    assert painter._pipeline.safety_checker is not None
    assert painter.paint(ask()).parameters["seed"] == 7


def test_it_shows_the_second_picture_where_only_the_first_is_flagged(fresh_sd: DiffusionPainter) -> None:
    flags = iter([True, False])

    def check(image: torch.Tensor, *_: object) -> tuple[torch.Tensor, list[bool]]:
        return image, [next(flags)]

    fresh_sd._pipeline.run_safety_checker = check
    result = fresh_sd.paint(ask())
    assert result.parameters["seed"] == 7 + SECOND_TRY
    del fresh_sd._pipeline.run_safety_checker
    assert differ(result, fresh_sd.paint(ask(seed=7 + SECOND_TRY))) == 0
    assert look(result).any()


def test_it_hands_over_no_blank_picture(folders: dict[str, Path], tmp_path: Path) -> None:
    folder = shutil.copytree(folders["sd"], tmp_path / "nan")
    weights = folder / "vae" / "diffusion_pytorch_model.safetensors"
    save_file({name: torch.full_like(it, torch.nan) for name, it in load_file(weights).items()}, weights)
    with pytest.raises(PaintingError, match="blank") as caught:
        DiffusionPainter(str(folder)).paint(ask())
    assert not caught.value.transient


# The words


def test_it_asks_for_a_plain_ground_behind_a_character_and_nobody_in_a_background(
    painter: DiffusionPainter,
) -> None:
    character = painter.paint(ask())
    scene = ImageRequest(subject="background", prompt="a misty harbour", seed=1, width=64, height=64)
    background = painter.paint(scene)
    assert "plain light grey background" in character.prompt
    assert "full body" in character.prompt
    assert (
        "left" in character.prompt.partition(DRAGON)[0]
    )  # in a scene it is mirrored where it looks outwards
    assert "no people" in background.prompt
    assert "grey background" not in background.prompt
    if painter.model != "tiny-flux":
        assert "busy background" in character.negative_prompt
        assert "people" in background.negative_prompt


def test_it_paints_in_the_style_that_is_asked_for(painter: DiffusionPainter) -> None:
    ink, oil = painter.paint(ask(style="ink")), painter.paint(ask(style="oil"))
    assert "pen and ink" in ink.prompt
    assert "oil painting" in oil.prompt
    assert differ(ink, oil) > 0
    if painter.model != "tiny-flux":
        assert "saturated colours" in ink.negative_prompt
        assert "outlines" in oil.negative_prompt
