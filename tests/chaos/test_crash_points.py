"""At every commit and publish boundary of a step's life the process is killed with -9; all must complete.

`make test` kills once at each place, `make crash` twenty times, as STARLOOM_KILLS says.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from embedded.process import find_free_port
from stories.crashpoints import PLACES
from stories.pipeline import PIPELINE
from tests.support.copy import ROOT, Copy

KILLS = int(os.environ.get("STARLOOM_KILLS", "1"))
LEASE = 3
SECONDS = 60 + 12 * KILLS
#: What had begun and was not yet committed leaves nothing behind; every run looks at the others.
LONG = ("dispatch-before", "claim-before", "finish-before", "retry-before", "fail-before")


def mark(places: list[str]) -> list[Any]:
    return [
        pytest.param(place, marks=[pytest.mark.long] if place.startswith(LONG) else []) for place in places
    ]


PLACES_OF_FAILURE = [place for place in PLACES if place.startswith(("retry", "fail"))]
pytestmark = [pytest.mark.slow, pytest.mark.timeout(SECONDS * 3)]


def choose_steps(place: str) -> str:
    """At which steps this place is to kill: those that come by it in every generation."""
    if place.startswith(("retry", "fail", "store")):
        return "any"
    followed = ("character", "combined_image") if place.startswith("dispatch") else ()
    return " ".join(str(at) for at, kind in enumerate(PIPELINE) if kind.name not in followed)


class Crashes:
    """A copy of the product, a storyteller whose faults can be set, and the folder that arms the places."""

    def __init__(self, copy: Copy, faults: httpx.Client, folder: Path) -> None:
        self.copy, self.faults, self.folder = copy, faults, folder

    def arm(self, place: str) -> None:
        (self.folder / place).write_text(choose_steps(place))

    def count(self, place: str) -> int:
        """How often it killed."""
        return len(list(self.folder.glob(f"{place}.*")))

    def disarm(self, place: str) -> int:
        """Return how often it killed."""
        (self.folder / place).unlink()
        return self.count(place)


@pytest.fixture(scope="module")
def crashes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crashes]:
    folder = tmp_path_factory.mktemp("crashes")
    port = find_free_port()
    storyteller = subprocess.Popen(
        [sys.executable, "-m", "tests.support.faults", "--port", str(port)], cwd=ROOT
    )
    faults = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=5)
    try:
        with Copy(
            tmp_path_factory.mktemp("copy") / "data", "--keep-alive",
            OLLAMA_BASE_URL=f"http://127.0.0.1:{port}", OLLAMA_MODEL="sketch", STARLOOM_CRASH_DIR=str(folder),
            STEP_LEASE=str(LEASE), IMAGE_SIZE="256x256", SCENE_SIZE="256x192",
            GENERATIONS_RUNNING_PER_PERSON="50", GENERATIONS_WAITING_PER_PERSON="500",
        ) as copy:  # fmt: skip
            yield Crashes(copy, faults, folder)
    finally:
        storyteller.terminate()
        storyteller.wait(10)
        faults.close()


def assert_nothing_doubled(copy: Copy) -> None:
    doubled = copy.query(
        "SELECT story_id, image_type FROM stories_generatedimage GROUP BY 1, 2 HAVING count(*) > 1"
    )
    assert doubled == []


@pytest.mark.parametrize("place", mark([place for place in PLACES if place not in PLACES_OF_FAILURE]))
def test_a_kill_at_this_place_loses_and_doubles_nothing(crashes: Crashes, place: str) -> None:
    copy = crashes.copy
    crashes.arm(place)
    ended = copy.wait([copy.generate(f"Story {n} of {place}") for n in range(KILLS)], SECONDS)
    while crashes.count(place) < KILLS and len(ended) < 2 * KILLS:
        # A kill can take a neighbour's step along in the very moment in which its own was due.
        ended += copy.wait([copy.generate(f"Story {len(ended)} of {place}")], SECONDS)
    killed = crashes.disarm(place)
    assert killed >= KILLS, f"the fault fired {killed} times"
    assert [status["status"] for status in ended] == ["completed"] * len(ended)
    assert [status["warnings"] for status in ended] == [[]] * len(ended)
    assert_nothing_doubled(copy)


@pytest.mark.parametrize("place", mark(PLACES_OF_FAILURE))
def test_a_kill_while_a_failure_is_noted_loses_and_doubles_nothing(crashes: Crashes, place: str) -> None:
    """One generation after the other: a worker's death takes the fault of a neighbour's step with it. An
    agent asks twice before it says that an answer is invalid, and two agents ask at once."""
    copy, fault = crashes.copy, "invalid_json" if place.startswith("retry") else "error_404"
    crashes.arm(place)
    for number in range(KILLS):
        wanted = {"fault": fault, "times": 4 if fault == "invalid_json" else 2, "match": "<story>"}
        crashes.faults.post("/_faults", json=wanted).raise_for_status()
        [ended] = copy.wait([copy.generate(f"Story {number} of {place}")], SECONDS)
        assert ended["status"] == "completed"
        assert crashes.faults.get("/_faults").json()["fired"][fault] >= 1
        crashes.faults.delete("/_faults").raise_for_status()
    killed = crashes.disarm(place)
    assert killed == KILLS, f"the fault fired {killed} times"
    assert_nothing_doubled(copy)
