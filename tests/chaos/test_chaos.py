"""A short run of the chaos (`make chaos` for a long one), and that the reckoning can tell bad from good."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.chaos.disturbances import ALL, draw
from tests.chaos.run import run

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def test_whatever_breaks_nothing_is_lost_or_doubled_or_stuck(tmp_path: Path) -> None:
    found = run(tmp_path, rounds=8, generations=6, seed=5)
    assert found.broken == {}
    assert found.generations >= 6
    assert sum(found.disturbances.values()) == 8
    assert not any("nothing there" in name for name in found.disturbances)


def test_every_disturbance_comes_in_its_turn() -> None:
    everything = sum(disturbance.weight for disturbance in ALL)
    assert {disturbance.name for disturbance in draw(random.Random(1), everything)} == {
        disturbance.name for disturbance in ALL
    }
