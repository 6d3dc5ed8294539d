"""Tiny painters of every family, loaded once for all tests of this folder."""

from __future__ import annotations

import os

os.environ["HF_HUB_OFFLINE"] = "1"  # read when the libraries are first imported: nothing here is fetched

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from imaging.painters.diffusion import DiffusionPainter, encoding
from imaging.painters.options import PainterOptions
from tests.imaging.diffusion import tiny_models

#: Few steps, so that the tests are quick; what each family takes by itself is tested in test_families.
STEPS = 6


@pytest.fixture(scope="session", autouse=True)
def long_window_of_t5() -> Iterator[None]:
    """A token of the tiny encoders is one character: let T5 read as much as its pipelines can pass on."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(encoding, "T5_TOKENS", 512)
        yield


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    models = tmp_path_factory.mktemp("models")
    return {
        "sd": tiny_models.build_stable_diffusion(models / "tiny-sd"),
        "sdxl": tiny_models.build_sdxl(models / "tiny-sdxl"),
        "sd3": tiny_models.build_sd3(models / "tiny-sd3"),
        "flux": tiny_models.build_flux(models / "tiny-flux"),
    }


@pytest.fixture(scope="session")
def load(folders: dict[str, Path]) -> Callable[..., DiffusionPainter]:
    """Load a painter of a family, with options."""

    def load(family: str, **options: object) -> DiffusionPainter:
        return DiffusionPainter(str(folders[family]), PainterOptions(**options))  # type: ignore[arg-type]

    return load


@pytest.fixture(scope="session")
def painters(load: Callable[..., DiffusionPainter]) -> dict[str, DiffusionPainter]:
    return {family: load(family, steps=STEPS, batch=8) for family in ("sd", "sdxl", "sd3", "flux")}


@pytest.fixture(params=["sd", "sdxl", "sd3", "flux"])
def painter(request: pytest.FixtureRequest, painters: dict[str, DiffusionPainter]) -> DiffusionPainter:
    """One of each family, in turn."""
    return painters[request.param]


@pytest.fixture
def sd(painters: dict[str, DiffusionPainter]) -> DiffusionPainter:
    return painters["sd"]


@pytest.fixture
def fresh_sd(load: Callable[..., DiffusionPainter]) -> DiffusionPainter:
    """One of its own, to be tampered with."""
    return load("sd", steps=STEPS, batch=8)
