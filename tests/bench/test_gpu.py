"""The bench of the diffusion painter, tried on tiny models: the figures themselves need a card."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from bench.gpu import count_flops
from tests.imaging.diffusion import tiny_models

ROOT = Path(__file__).resolve().parents[2]


def bench(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bench.gpu", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=110)


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a card")
def test_it_says_that_there_is_no_card() -> None:
    done = bench()
    assert done.returncode == 2
    assert "No NVIDIA card was found" in done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_it_measures_both_ways_and_keeps_what_it_found(tmp_path: Path) -> None:
    words = ["--tiny", "--models", "sd15", "--ways", "plain,ours", "--batches", "2", "--rounds", "1"]
    done = bench(*words, "--results", str(tmp_path))
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "gpu-tiny.json").read_text())
    plain, ours = found["rows"]
    assert (plain["way"], plain["batch"], plain["× plain"]) == ("plain", 1, 1.0)
    assert (ours["way"], ours["batch"]) == ("ours", 2)
    assert min(plain["pictures/s"], ours["pictures/s"]) > 0
    assert ours["first picture s"] > 0.5  # the libraries alone take longer
    assert found["matmul_tflops"] > 0
    assert "pictures/s" in done.stdout


def test_the_work_of_a_picture_is_counted(tmp_path: Path) -> None:
    folder = tiny_models.build_stable_diffusion(tmp_path / "sd")
    one, two, three = (count_flops(folder, 64, steps) for steps in (1, 2, 3))
    assert one > 0
    assert three - two == pytest.approx(two - one)
    assert count_flops(folder, 128, 1) > 3.9 * one
