"""The bench of the diffusion painter, tried on tiny models: the figures themselves need a card."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from bench import gpu
from bench.gpu import count_flops
from tests.imaging.diffusion import tiny_models

ROOT = Path(__file__).resolve().parents[2]


def bench(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bench.gpu", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=380)


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a card")
def test_it_says_that_there_is_no_card() -> None:
    done = bench()
    assert done.returncode == 2
    assert "No NVIDIA card was found" in done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.long
@pytest.mark.timeout(400)  # five processes load torch
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


@pytest.mark.parametrize(("ways", "fails"), [("plain,ours", "plain"), ("ours", "")])
def test_nothing_is_compared_with_a_plain_way_that_was_not_measured(
    ways: str, fails: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pretend(do: Callable[..., Any], *words: Any) -> Any:
        """What is done in other processes, here."""
        if do is gpu.build:
            return do(*words)
        if words[0].way == fails:
            raise RuntimeError("no room")
        return {"pictures_per_second": 2.0, "first_picture_s": 1.0, "peak_gib": None}

    monkeypatch.setattr(gpu, "apart", pretend)
    words = Namespace(tiny=True, ways=ways, batches="1,2", rounds=1)
    rows = list(gpu.measure_model("sd15", tmp_path, words, "cpu", 1.0))
    assert [(row["way"], row["× plain"]) for row in rows] == [("ours", None)] * 2


def test_what_is_done_apart_leaves_the_card_to_others() -> None:
    assert gpu.apart(os.getpid) != os.getpid()
    with pytest.raises(ZeroDivisionError):
        gpu.apart(divmod, 1, 0)


def test_the_bench_itself_takes_no_room_on_the_card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Models are built and matrices multiplied in processes that end before painting is measured."""
    apart: list[str] = []

    def remember(do: Callable[..., Any], *words: Any) -> Any:
        apart.append(do.__name__)
        return {
            "build": lambda: gpu.build(*words),
            "measure_card": lambda: ("cpu", 1.0),
            "measure": lambda: {"pictures_per_second": 2.0, "first_picture_s": 1.0, "peak_gib": None},
        }[do.__name__]()

    monkeypatch.setattr(gpu, "apart", remember)
    monkeypatch.setattr(
        sys, "argv", ["gpu", "--tiny", "--models", "sd15", "--ways", "plain", "--results", str(tmp_path)]
    )
    assert gpu.main() == 0
    assert apart == ["measure_card", "build", "measure"]


def test_the_work_of_a_picture_is_counted(tmp_path: Path) -> None:
    folder = tiny_models.build_stable_diffusion(tmp_path / "sd")
    one, two, three = (count_flops(folder, 64, steps) for steps in (1, 2, 3))
    assert one > 0
    assert three - two == pytest.approx(two - one)
    assert count_flops(folder, 128, 1) > 3.9 * one
