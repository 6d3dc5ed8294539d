"""A short run of the chaos (`make chaos` for a long one), and that the reckoning can tell bad from good."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.chaos.disturbances import ALL, draw
from tests.chaos.run import run

SOME = {
    "kill -9 text", "kill -9 gpu", "kill -9 postgres", "kill -9 redis, its file lost", "half-open redis",
}  # fmt: skip
pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def test_whatever_breaks_nothing_is_lost_or_doubled_or_stuck(tmp_path: Path) -> None:
    found = run(tmp_path, [disturbance for disturbance in ALL if disturbance.name in SOME], generations=3)
    assert found.broken == {}
    assert found.generations >= 3
    assert set(found.disturbances) == SOME  # there was something to disturb, each time


def test_every_disturbance_comes_in_its_turn() -> None:
    everything = sum(disturbance.weight for disturbance in ALL)
    assert {disturbance.name for disturbance in draw(random.Random(1), everything)} == {
        disturbance.name for disturbance in ALL
    }
