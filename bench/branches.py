"""Whether the two branches really run side by side: 2 s a call, 2 s a picture, two painters."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from bench.house import ROOT, workers
from bench.orchestration import wait_until_ended
from embedded.process import find_free_port

SECONDS = 2.0
ROUNDS = 3


def measure(data_dir: Path) -> list[dict[str, Any]]:
    """Wall time of a generation against its longest path and against the sum of its steps, in seconds."""
    port = find_free_port()
    with slow_storyteller(port), workers(
        data_dir, painters=2, BENCH_PAINTER_SECONDS=str(SECONDS), OLLAMA_BASE_URL=f"http://127.0.0.1:{port}"
    ):  # fmt: skip
        return [measure_one(number) for number in range(ROUNDS)]


def measure_one(number: int) -> dict[str, Any]:
    from stories import services
    from stories.people import Person

    began = time.monotonic()
    session = services.start_generation(person=Person(f"visitor:b{number}"), prompt="Two otters build a raft")
    session = wait_until_ended(session.pk)
    wall = time.monotonic() - began
    assert session.status == "completed", session.error
    assert not session.warnings, session.warnings
    took = {step.name: step.seconds for step in session.steps.all()}
    branches = [took[name] + took[f"{name}_image"] for name in ("character", "background")]
    path = took["story"] + max(branches) + took["combined_image"]
    total = sum(took.values())
    return {
        "what": f"generation, {SECONDS:g} s a call and a picture, two painters",
        "wall_s": round(wall, 2),
        "critical_path_s": round(path, 2),
        "nominal_path_s": round(3 * SECONDS + took["combined_image"], 2),
        "sum_s": round(total, 2),
        "target": "< 1.25",
        "wall_to_nominal_path": round(wall / (3 * SECONDS + took["combined_image"]), 3),
    }


@contextmanager
def slow_storyteller(port: int) -> Iterator[None]:
    """The sketch storyteller, which takes its time over each answer."""
    process = subprocess.Popen([sys.executable, "-m", "tests.support.faults", "--port", str(port)], cwd=ROOT)
    try:
        with httpx.Client(
            base_url=f"http://127.0.0.1:{port}", transport=httpx.HTTPTransport(retries=8)
        ) as client:
            client.post(
                "/_faults", json={"fault": "slow", "times": -1, "seconds": SECONDS}
            ).raise_for_status()
        yield
    finally:
        process.terminate()
        process.wait(10)
