"""A worker that has grown too large ends after its steps, and asks for another process."""

from __future__ import annotations

import os
from types import SimpleNamespace
from typing import Any

import pytest
from celery.worker import state

from stories import recycling

MIB = 2**20


@pytest.mark.parametrize(
    ("bound", "sizes", "ends"),
    [
        (100, [500, 550, 600], False),
        (100, [500, 550, 601], True),
        (100, [5000], False),  # what it has at first is no growth
        (0, [500, 5000], False),
        (100, [500, 700, 300], True),  # once asked for, it is not taken back
    ],
)
def test_it_ends_when_it_has_grown_by_more_than_the_bound(
    monkeypatch: pytest.MonkeyPatch, settings: Any, bound: int, sizes: list[int], ends: bool
) -> None:
    settings.WORKER_GROWTH_MAX = bound
    monkeypatch.setattr(recycling, "_at_first", None)
    monkeypatch.setattr(state, "should_stop", None)
    for size in sizes:
        process = SimpleNamespace(memory_info=lambda size=size: SimpleNamespace(rss=size * MIB))
        monkeypatch.setattr("psutil.Process", lambda process=process: process)
        recycling.end_if_grown()
    assert state.should_stop == (os.EX_SOFTWARE if ends else None)
