"""From IMAGE_MODEL to a painter: what is refused, and how that is said."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from imaging.painters.diffusion import DiffusionPainter, loading
from imaging.painters.options import PainterOptions
from imaging.types import PaintingError
from tests.imaging.diffusion.asking import ask, differ


@pytest.fixture
def sd_folder(folders: dict[str, Path]) -> Path:
    return folders["sd"]


@pytest.fixture
def sd_copy(sd_folder: Path, tmp_path: Path) -> Path:
    """A copy of the model, to be broken."""
    return shutil.copytree(sd_folder, tmp_path / "broken")


def edit_index(folder: Path, **changes: object) -> None:
    index = folder / "model_index.json"
    index.write_text(json.dumps(json.loads(index.read_text()) | changes))


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


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "could not be loaded"),
        ("[]", "could not be loaded"),
        ('{"_class_name": "DDPMPipeline"}', "it is a DDPMPipeline, and only these are known"),
    ],
)
def test_it_refuses_an_index_that_makes_no_sense(sd_copy: Path, text: str, reason: str) -> None:
    (sd_copy / "model_index.json").write_text(text)
    assert_refused(sd_copy, reason)


def test_it_refuses_weights_that_are_cut_short(sd_copy: Path) -> None:
    weights = sd_copy / "unet" / "diffusion_pytorch_model.safetensors"
    weights.write_bytes(weights.read_bytes()[:5000])
    assert_refused(sd_copy, "weights")


@pytest.mark.parametrize("half_only", [True, False])
def test_it_reads_weights_that_come_in_half_precision_alone(
    half_only: bool, sd_copy: Path, sd: DiffusionPainter
) -> None:
    for weights in list(sd_copy.rglob("*.safetensors")):
        half = weights.with_name(weights.stem + ".fp16.safetensors")
        shutil.copy(weights, half)
        if half_only:
            weights.unlink()
    assert differ(DiffusionPainter(str(sd_copy), PainterOptions(steps=6)).paint(ask()), sd.paint(ask())) == 0


@pytest.mark.parametrize("halves", [True, False])
def test_it_fetches_half_precision_for_a_card_where_the_hub_has_it(
    halves: bool, sd_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, object]] = []

    def download(model: str, *, use_safetensors: bool, variant: str | None) -> str:
        assert use_safetensors
        asked.append((model, variant))
        if variant and not halves:
            raise ValueError("variant=fp16, but no such modeling files are available.")
        return str(sd_folder)

    monkeypatch.setattr("diffusers.DiffusionPipeline.download", download)
    assert loading.fetch("someone/some-model", half=True) == sd_folder
    wanted = [("someone/some-model", "fp16")]
    assert asked == (wanted if halves else [*wanted, ("someone/some-model", None)])


# Which weights they are


def find_revision(folder: Path) -> str:
    revision = DiffusionPainter(str(folder)).paint(ask()).parameters["revision"]
    assert isinstance(revision, str)
    return revision


def test_a_folder_is_known_by_what_is_in_it(sd_copy: Path, tmp_path: Path) -> None:
    known = find_revision(sd_copy)
    assert find_revision(shutil.copytree(sd_copy, tmp_path / "copied")) == known
    weights = sd_copy / "unet" / "diffusion_pytorch_model.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    assert find_revision(sd_copy) != known


def test_a_snapshot_of_the_hub_is_known_by_its_commit(sd_folder: Path, tmp_path: Path) -> None:
    commit = "0123456789abcdef0123456789abcdef01234567"
    cache = tmp_path / "models--someone--sd-turbo" / "snapshots" / commit
    painter = DiffusionPainter(str(shutil.copytree(sd_folder, cache)))
    assert painter.model == "someone/sd-turbo"
    told = painter.paint(ask()).parameters
    assert (told["revision"], told["steps"]) == (commit, 2)


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
    from imaging.painters.diffusion import DiffusionPainter, loading
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
            cwd=Path(__file__).parents[3],
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
