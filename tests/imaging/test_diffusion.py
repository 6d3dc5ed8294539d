"""The diffusion painter, on real pipelines of tiny size (see tiny_models)."""

from __future__ import annotations

import json
import logging
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"  # read when the libraries are first imported: nothing here is fetched

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from imaging.painters.diffusion import DiffusionPainter
from imaging.types import ImageRequest, ImageResult, PaintingError, PaintingStopped
from tests.imaging import tiny_models

DRAGON = "a shy green dragon with small wings, a red scarf and a paint brush in its paw"


@pytest.fixture(scope="module")
def sd_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_models.build_stable_diffusion(tmp_path_factory.mktemp("models") / "tiny-sd")


@pytest.fixture(scope="module")
def sd(sd_folder: Path) -> DiffusionPainter:
    return DiffusionPainter(str(sd_folder))


@pytest.fixture(scope="module")
def sdxl(tmp_path_factory: pytest.TempPathFactory) -> DiffusionPainter:
    return DiffusionPainter(str(tiny_models.build_sdxl(tmp_path_factory.mktemp("models") / "tiny-sdxl")))


@pytest.fixture(scope="module")
def flux(tmp_path_factory: pytest.TempPathFactory) -> DiffusionPainter:
    return DiffusionPainter(str(tiny_models.build_flux(tmp_path_factory.mktemp("models") / "tiny-flux")))


@pytest.fixture
def sd_copy(sd_folder: Path, tmp_path: Path) -> Path:
    """A copy of the model, to be broken."""
    return shutil.copytree(sd_folder, tmp_path / "broken")


def ask(prompt: str = DRAGON, *, seed: int = 7, side: int = 64, negative_prompt: str = "") -> ImageRequest:
    return ImageRequest(
        subject="character",
        prompt=prompt,
        seed=seed,
        negative_prompt=negative_prompt,
        width=side,
        height=side,
    )


def look(result: ImageResult) -> np.ndarray:
    return np.asarray(result.image)


def edit_index(folder: Path, **changes: object) -> None:
    index = folder / "model_index.json"
    index.write_text(json.dumps(json.loads(index.read_text()) | changes))


# Painting


@pytest.mark.parametrize("family", ["sd", "sdxl", "flux"])
def test_it_paints_the_same_for_a_seed_and_another_picture_for_another(
    family: str, request: pytest.FixtureRequest
) -> None:
    painter: DiffusionPainter = request.getfixturevalue(family)
    first, again, other = painter.paint(ask()), painter.paint(ask()), painter.paint(ask(seed=8))
    assert (first.image.mode, first.image.size) == ("RGB", (64, 64))
    assert np.array_equal(look(first), look(again))
    assert not np.array_equal(look(first), look(other))


@pytest.mark.parametrize("family", ["sd", "sdxl", "flux"])
def test_it_listens_to_the_prompt(family: str, request: pytest.FixtureRequest) -> None:
    painter: DiffusionPainter = request.getfixturevalue(family)
    assert not np.array_equal(look(painter.paint(ask())), look(painter.paint(ask("a tin robot on a hill"))))


def test_it_tells_all_that_the_picture_is_made_of(sdxl: DiffusionPainter) -> None:
    result = sdxl.paint(ask(negative_prompt="hats"))
    assert result.model == sdxl.model == "tiny-sdxl"
    told = result.parameters
    assert json.loads(json.dumps(told)) == told
    assert told["steps"] == 30
    assert told["guidance"] == 5.0
    assert told["pipeline"] == "StableDiffusionXLPipeline"
    assert told["scheduler"] == "EulerDiscreteScheduler"
    assert told["seed"] == 7
    assert told["width"] == told["height"] == 64
    assert told["torch"] == torch.__version__
    assert told["diffusers"]
    assert told["transformers"]
    assert DRAGON in told["prompt"]
    assert told["prompt_dropped"] == {}
    assert told["negative_prompt"].endswith("hats")


def test_it_asks_for_a_plain_ground_behind_a_character_and_nobody_in_a_background(
    sd: DiffusionPainter,
) -> None:
    character = sd.paint(ask()).parameters
    scene = ImageRequest(subject="background", prompt="a misty harbour at dawn", seed=1, width=64, height=64)
    background = sd.paint(scene).parameters
    assert "plain light grey background" in character["prompt"]
    assert "full body" in character["prompt"]
    assert "busy background" in character["negative_prompt"]
    assert "no people" in background["prompt"]
    assert "people" in background["negative_prompt"]
    assert "grey background" not in background["prompt"]


def test_it_knows_the_size_that_a_model_was_trained_on(
    sd: DiffusionPainter, sdxl: DiffusionPainter, flux: DiffusionPainter
) -> None:
    assert [sd.native_side, sdxl.native_side, flux.native_side] == [64, 64, 1024]


def test_it_paints_on_a_coarser_grid_and_cuts_to_the_size_asked(
    sd: DiffusionPainter, flux: DiffusionPainter
) -> None:
    exact, rounded = sd.paint(ask(side=72)), flux.paint(ask(side=72))
    assert exact.image.size == rounded.image.size == (72, 72)
    assert exact.parameters["width"] == 72
    assert rounded.parameters["width"] == 80


@pytest.mark.parametrize("name", ["sdxl-turbo", "SDXL-Lightning"])
def test_it_gives_distilled_models_few_steps_and_no_guidance(name: str, tmp_path: Path) -> None:
    told = DiffusionPainter(str(tiny_models.build_sdxl(tmp_path / name))).paint(ask()).parameters
    assert (told["steps"], told["guidance"], told["negative_prompt"]) == (4, 0.0, "")


def test_it_sends_no_negative_prompt_to_a_model_without_a_negative_pass(flux: DiffusionPainter) -> None:
    told = flux.paint(ask(negative_prompt="hats")).parameters
    assert (told["steps"], told["guidance"], told["negative_prompt"]) == (28, 3.5, "")


# Watching and stopping


@pytest.mark.parametrize("family", ["sd", "sdxl", "flux"])
def test_it_counts_every_step(family: str, request: pytest.FixtureRequest) -> None:
    painter: DiffusionPainter = request.getfixturevalue(family)
    seen: list[tuple[int, int]] = []
    painter.paint(ask(), lambda done, total: seen.append((done, total)))
    total = seen[0][1]
    assert total >= 28
    assert seen == [(done, total) for done in range(1, total + 1)]


@pytest.mark.parametrize("family", ["sd", "sdxl", "flux"])
def test_it_stops_between_two_steps_and_paints_the_next_as_if_nothing_had_been(
    family: str, request: pytest.FixtureRequest
) -> None:
    painter: DiffusionPainter = request.getfixturevalue(family)
    before = painter.paint(ask())
    steps = []

    def stop_at_three(done: int, total: int) -> None:
        steps.append(done)
        if done == 3:
            raise PaintingStopped

    with pytest.raises(PaintingStopped):
        painter.paint(ask(seed=99), stop_at_three)
    assert steps == [1, 2, 3]
    assert np.array_equal(look(before), look(painter.paint(ask())))


# Long prompts


LONG = ", ".join(f"clause number {number} of a very long description" for number in range(40))


@pytest.mark.parametrize("family", ["sd", "sdxl"])
def test_it_drops_whole_clauses_that_the_encoder_cannot_read_and_says_which(
    family: str, request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> None:
    painter: DiffusionPainter = request.getfixturevalue(family)
    caplog.set_level(logging.DEBUG)
    told = painter.paint(ask(LONG)).parameters
    dropped = told["prompt_dropped"]["prompt"]
    kept = told["prompt"].partition("background: ")[2]
    assert f"{kept}, {dropped}" == LONG
    assert dropped.startswith("clause number ")
    characters = told["prompt"].replace(" ", "")  # a token each, and two for start and end
    assert tiny_models.CLIP_TOKENS - 40 < len(characters) + 2 <= tiny_models.CLIP_TOKENS
    assert f"dropped {len(dropped)} of {len(LONG)} characters" in caplog.text
    assert "clause number" not in caplog.text


def test_it_cuts_nothing_more_off_inside_the_pipeline(sd: DiffusionPainter) -> None:
    told = sd.paint(ask(LONG)).parameters
    kept = told["prompt"].partition("background: ")[2]
    assert np.array_equal(look(sd.paint(ask(LONG))), look(sd.paint(ask(kept))))
    assert sd.paint(ask(kept)).parameters["prompt_dropped"] == {}


def test_it_shortens_for_the_small_encoder_and_not_for_the_large_one(flux: DiffusionPainter) -> None:
    prompt = LONG[:350]
    told = flux.paint(ask(prompt)).parameters
    assert set(told["prompt_dropped"]) == {"prompt"}


@pytest.mark.parametrize(
    ("prompt", "ending"),
    [("dragon " * 90, "dragon"), ("x" * 600, "x")],
    ids=["no clause", "no word"],
)
def test_it_finds_a_place_to_cut_in_any_prompt(sd: DiffusionPainter, prompt: str, ending: str) -> None:
    told = sd.paint(ask(prompt)).parameters
    dropped = told["prompt_dropped"]["prompt"]
    assert told["prompt"].endswith(ending)
    kept = told["prompt"].partition("background: ")[2]
    assert (kept + dropped).replace(" ", "") == prompt.replace(" ", "")


def test_it_takes_a_prompt_with_braces_as_it_stands(sd: DiffusionPainter) -> None:
    assert sd.paint(ask("a {cat} in {0} braces")).parameters["prompt"].endswith("a {cat} in {0} braces")


# What goes wrong while painting


def test_it_reports_a_full_card_as_something_that_may_pass(sd: DiffusionPainter) -> None:
    def fill_the_card(done: int, total: int) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory")

    with pytest.raises(PaintingError, match="memory") as caught:
        sd.paint(ask(), fill_the_card)
    assert caught.value.transient
    assert caught.value.__context__ is None  # which would hold on to the tensors


@pytest.mark.parametrize("flags", [True, False])
def test_it_hands_over_no_picture_that_the_safety_checker_flags(flags: bool, tmp_path: Path) -> None:
    painter = DiffusionPainter(
        str(tiny_models.build_stable_diffusion(tmp_path / "checked", flags_every_picture=flags))
    )
    if not flags:
        assert painter.paint(ask()).image.getcolors(maxcolors=1) is None
        return
    with pytest.raises(PaintingError, match="safety checker") as caught:
        painter.paint(ask())
    assert caught.value.transient


def test_it_hands_over_no_blank_picture(sd_copy: Path) -> None:
    from safetensors.torch import save_file

    weights = sd_copy / "vae" / "diffusion_pytorch_model.safetensors"
    save_file({name: torch.full_like(it, torch.nan) for name, it in load_file(weights).items()}, weights)
    with pytest.raises(PaintingError, match="blank"):
        DiffusionPainter(str(sd_copy)).paint(ask())


# What goes wrong while loading


def remove_weights_but_pickles(folder: Path, part: str) -> None:
    weights = next((folder / part).glob("*.safetensors"))
    name = "pytorch_model.bin" if weights.stem == "model" else "diffusion_pytorch_model.bin"
    torch.save(load_file(weights), weights.with_name(name))
    weights.unlink()


@pytest.mark.parametrize("part", ["unet", "vae", "text_encoder"])
def test_it_refuses_weights_as_pickles(sd_copy: Path, part: str) -> None:
    remove_weights_but_pickles(sd_copy, part)
    assert list((sd_copy / part).glob("*.bin"))
    assert_refused(sd_copy, "safetensors")


def test_it_never_runs_code_that_comes_with_a_model(sd_copy: Path, tmp_path: Path) -> None:
    proof = tmp_path / "ran"
    for place in (sd_copy, sd_copy / "unet"):
        (place / "theirs.py").write_text(f"open({str(proof)!r}, 'w').close()\nclass Net: pass\n")
    edit_index(sd_copy, unet=["theirs", "Net"])
    assert_refused(sd_copy, "custom code")
    edit_index(sd_copy, unet=["diffusers", "UNet2DConditionModel"], _class_name=["theirs", "Net"])
    assert_refused(sd_copy, "IMAGE_MODEL")
    assert not proof.exists()


def test_it_names_the_folder_that_is_missing(tmp_path: Path) -> None:
    assert_refused(tmp_path / "nowhere", "no such folder")


def test_it_refuses_a_folder_that_is_no_pipeline(tmp_path: Path) -> None:
    assert_refused(tmp_path, "model_index.json")


@pytest.mark.parametrize("text", ["{", "[]", '{"_class_name": "DDPMPipeline"}'])
def test_it_refuses_an_index_that_makes_no_sense(sd_copy: Path, text: str) -> None:
    (sd_copy / "model_index.json").write_text(text)
    assert_refused(sd_copy, "could not be loaded")


def test_it_refuses_weights_that_are_cut_short(sd_copy: Path) -> None:
    weights = sd_copy / "unet" / "diffusion_pytorch_model.safetensors"
    weights.write_bytes(weights.read_bytes()[:5000])
    assert_refused(sd_copy, "weights")


def test_it_refuses_a_pipeline_that_it_cannot_watch(sd_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from diffusers import StableDiffusionPipeline

    def paint_unwatched(self: object, prompt: str, width: int, height: int) -> None: ...

    monkeypatch.setattr(StableDiffusionPipeline, "__call__", paint_unwatched)
    assert_refused(sd_folder, "callback_on_step_end")


def assert_refused(folder: Path, reason: str) -> None:
    with pytest.raises(PaintingError) as caught:
        DiffusionPainter(str(folder))
    message = str(caught.value)
    assert not caught.value.transient
    assert f"IMAGE_MODEL is “{folder}”" in message
    assert reason in message
    assert "or to sketch" in message


LOAD = """
import sys
from imaging.types import PaintingError
try:
    from imaging.painters.diffusion import DiffusionPainter
    DiffusionPainter("someone/some-model")
except PaintingError as error:
    print(error.transient, error)
"""


#: The hub's client sleeps for 23 s in all between its tries.
HURRY = "import time; time.sleep = lambda seconds: None\n"


@pytest.fixture
def load_elsewhere(tmp_path: Path) -> Callable[..., str]:
    """Load a model by its hub id in a process of its own, whose environment or imports differ."""

    def load(before: str = "", **environment: str) -> str:
        run = subprocess.run(
            [sys.executable, "-c", before + LOAD],
            env={**os.environ, "HF_HOME": str(tmp_path), **environment},
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert run.returncode == 0, run.stderr
        return run.stdout

    return load


def test_it_waits_for_a_hub_that_cannot_be_reached(load_elsewhere: Callable[..., str]) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        hub = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        said = load_elsewhere(HURRY, HF_HUB_OFFLINE="0", HF_ENDPOINT=hub)
    assert said.startswith("True IMAGE_MODEL is “someone/some-model”")
    assert "cannot be reached" in said


def test_it_does_not_wait_for_a_hub_that_it_may_not_ask() -> None:
    with pytest.raises(PaintingError, match="HF_HUB_OFFLINE") as caught:
        DiffusionPainter("someone/some-model")
    assert not caught.value.transient


def test_it_names_the_file_to_install_from_where_torch_is_missing(load_elsewhere: Callable[..., str]) -> None:
    said = load_elsewhere("import sys; sys.modules['torch'] = None\n")
    assert said.startswith("False ")
    assert "pip install -r requirements-gpu.txt" in said
