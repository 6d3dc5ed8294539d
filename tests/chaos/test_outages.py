"""Redis emptied, Redis away, a deploy under load, the storyteller away, poison: what people notice of it.

`make outages MINUTES=10` runs these; `make test-long` runs them with Redis away for a minute.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
import redis

from tests.chaos import invariants
from tests.chaos.run import CLAIMS
from tests.chaos.stage import LEASE, SETTINGS, Stage
from tests.support.copy import Copy

MINUTES = float(os.environ.get("STARLOOM_MINUTES", "1"))
FLUSHES = RESTARTS = 20
#: Slow enough that a story is at work when something happens to it.
WORDS_PER_SECOND = 150
pytestmark = [pytest.mark.long, pytest.mark.timeout(900 + 120 * MINUTES)]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("outages")
    (folder / "crashes").mkdir()
    with Stage(
        folder, words_per_second=WORDS_PER_SECOND, is_proxied=False,
        STARLOOM_CRASH_DIR=str(folder / "crashes"), GENERATIONS_WAITING_PER_PERSON="5000",
    ) as stage:  # fmt: skip
        yield stage


@pytest.fixture
def storyteller(stage: Stage) -> Iterator[httpx.Client]:
    """The storyteller's door for faults; they are forgotten afterwards."""
    with httpx.Client(base_url=stage.outside.url("storyteller"), timeout=5) as client:
        yield client
        client.delete("/_faults").raise_for_status()


def tell(text: str) -> None:
    """For docs/reliability.md; pytest shows it with -s."""
    print(f"\n    {text}")  # noqa: T201


def wait_for(seconds: float, what: Callable[[], Any]) -> Any:
    """What it returns as soon as that is something, or None when the time is over."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := what():
            return found
        time.sleep(0.1)
    return None


def assert_all_whole(stage: Stage, ids: list[str], seconds: float) -> None:
    assert_whole(stage.copy, stage, ids, seconds)


def assert_whole(copy: Copy, house: invariants.House, ids: list[str], seconds: float) -> None:
    ended = copy.wait(ids, seconds)
    assert [(status["status"], status["warnings"]) for status in ended] == [("completed", [])] * len(ids)
    assert invariants.find_broken(house, ids) == {}


def test_nothing_is_lost_when_redis_is_emptied_again_and_again(stage: Stage) -> None:
    ids = []
    with redis.Redis.from_url(stage.outside.url("redis")) as client:
        for number in range(FLUSHES):
            ids.append(stage.copy.generate(f"Flushed story {number}", images=number % 2 == 0))
            time.sleep(0.7)
            client.flushall()
    assert_all_whole(stage, ids, 120)
    tell(f"FLUSHALL: {FLUSHES} times, {len(ids)} generations, all whole")


def test_a_restart_of_everything_under_load_loses_nothing_and_repeats_little(tmp_path: Path) -> None:
    """The application and its services, asked to stop and started again: a deploy."""
    ids: list[str] = []
    settings = SETTINGS | {"SKETCH_WORDS_PER_SECOND": str(WORDS_PER_SECOND)}
    del settings["OLLAMA_MODEL"]
    with Copy(tmp_path / "data", **settings) as copy:
        for number in range(RESTARTS):
            ids += [copy.generate(f"Deployed story {number}.{n}", images=n == 0) for n in range(3)]
            time.sleep(1 + number % 4 * 0.5)
            assert copy.stop() == 0
            copy.start()
        assert_whole(copy, copy, ids, 180)
        first, again = copy.query(CLAIMS)[0]
    tell(
        f"Restarts: {RESTARTS}, {len(ids)} generations, all whole; "
        f"{again} of {first + again} claims were repeated ({again / (first + again):.1%})"
    )
    assert again < 0.05 * first


def test_redis_away_hinders_nobody_and_all_goes_on_when_it_is_back(stage: Stage) -> None:
    ids: list[str] = []

    def submit(number: int) -> float:
        began = time.monotonic()
        ids.append(stage.copy.generate(f"Story {number} about a broker", images=number % 10 == 0))
        return time.monotonic() - began

    usual = find_p95([submit(number) for number in range(30)])
    stage.copy.wait(ids, 120)
    stage.outside.send_away("redis")
    until, seconds = time.monotonic() + 60 * MINUTES, list[float]()
    while time.monotonic() < until:
        seconds.append(submit(len(ids)))
        time.sleep(1)
    before = stage.query("SELECT clock_timestamp()")[0][0]
    stage.outside.let_back("redis")
    question = "SELECT min(at) FROM stories_event WHERE kind = 'step_started' AND at > %s"
    moved = wait_for(60, lambda: stage.query(question, before)[0][0])
    assert moved, "nothing moved within a minute"
    p95 = find_p95(seconds)
    tell(
        f"Redis away for {MINUTES:g} min: {len(seconds)} submissions, none refused; create p95 "
        f"{p95 * 1000:.0f} ms ({usual * 1000:.0f} with Redis); moving again "
        f"{(moved - before).total_seconds():.1f} s after its return"
    )
    assert_all_whole(stage, ids, 120 + 2 * len(ids))
    assert p95 < max(0.3, 2 * usual)  # whatever else this machine is doing
    assert (moved - before).total_seconds() < 15


def find_p95(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1]


def test_all_goes_on_soon_after_the_database_is_back(stage: Stage) -> None:
    """Also after it was away for so long that whoever waits for it could have grown slow to look."""
    ids = [stage.copy.generate(f"Story {n} before the outage", images=n == 0) for n in range(4)]
    stage.outside.send_away("postgres")
    time.sleep(45 * MINUTES)
    stage.outside.let_back("postgres")
    before = stage.query("SELECT clock_timestamp()")[0][0]  # it answers
    question = "SELECT min(at) FROM stories_event WHERE kind <> 'asked' AND at > %s"
    moved = wait_for(90, lambda: stage.query(question, before)[0][0])
    assert moved, "nothing moved within 90 s"
    assert wait_for(15, lambda: is_answered(stage, ids[0])), "no page within 15 s"
    seconds = (moved - before).total_seconds()
    tell(f"PostgreSQL away for {45 * MINUTES:g} s: moving again {seconds:.1f} s after its return")
    assert_all_whole(stage, ids, 120)
    assert seconds < 15


def is_answered(stage: Stage, generation: str) -> bool:
    try:
        return stage.copy.http.get(f"/api/v1/generations/{generation}/").is_success
    except httpx.HTTPError:
        return False


def test_progress_that_was_seen_is_kept_when_database_and_worker_die_at_once(stage: Stage) -> None:
    """Nobody is left to tell it again, so what was seen must have been on disk."""
    for number in range(4):
        generation = stage.copy.generate(f"Story {number} with a sudden end", images=False)
        seen = watch_it_rise(stage, generation)
        for part in ("postgres", "text"):
            for process in stage.processes(part):
                process.kill()
        kept = stage.query("SELECT progress FROM stories_generationsession WHERE id = %s", generation)[0][0]
        assert kept >= seen
        assert_all_whole(stage, [generation], 60)


def watch_it_rise(stage: Stage, generation: str) -> int:
    """Its progress, at the moment in which that has risen for the second time."""
    seen: set[int] = set()
    with psycopg.connect(stage.outside.url("postgres"), autocommit=True) as watcher:
        while len(seen) < 3:
            found = watcher.execute(
                "SELECT progress FROM stories_generationsession WHERE id = %s", [generation]
            ).fetchone()
            assert found
            seen.add(found[0])
            time.sleep(0.005)
    return max(seen)


def test_a_storyteller_that_is_away_is_told_and_waited_for(stage: Stage) -> None:
    stage.outside.send_away("storyteller")
    try:
        began = time.monotonic()
        ids = [stage.copy.generate(f"Untold story {n}", images=False) for n in range(3)]
        waiting = wait_for(10, lambda: stage.copy.status(ids[0])["waiting"])
        seconds = time.monotonic() - began
        assert waiting, "nobody is told"
        assert waiting["for"] == "language_model"
        assert "does not answer" in waiting["message"]
        time.sleep(10)  # several tries
        for status in map(stage.copy.status, ids):
            assert status["status"] not in ("failed", "cancelled", "completed")
            for step in status["steps"]:  # one that is being tried at this moment counts that
                assert step["attempts"] == (step["status"] == "running"), status["steps"]
    finally:
        stage.outside.let_back("storyteller")
    assert_all_whole(stage, ids, 120)
    for status in map(stage.copy.status, ids):
        assert [step["attempts"] for step in status["steps"]] == [1, 1, 1]
    tell(f"Storyteller away: told after {seconds:.1f} s; no attempt used up")
    assert seconds < 5


def test_a_story_that_the_model_never_gets_right_stops_and_harms_no_other(
    stage: Stage, storyteller: httpx.Client
) -> None:
    wanted = {"fault": "empty", "times": -1, "match": "venomous"}
    storyteller.post("/_faults", json=wanted).raise_for_status()
    poisoned = stage.copy.generate("A venomous story", images=False)
    others = [stage.copy.generate(f"Good story {n}", images=False) for n in range(4)]
    [ended] = stage.copy.wait([poisoned], 120)
    assert_all_whole(stage, others, 60)
    assert ended["status"] == "failed" and ended["error"]
    assert ended["steps"][0]["attempts"] == 3
    tell(f"Poison (no answer fits): {ended['steps'][0]['attempts']} executions; {ended['error']}")


@pytest.mark.parametrize("step", ["story", "background_image"])
def test_a_step_that_kills_its_worker_stops_and_harms_no_other(stage: Stage, step: str) -> None:
    """Others are at work in the same worker, each time."""
    armed = stage.folder / "crashes" / "work-before"
    [dispatcher] = stage.processes("dispatcher")
    dispatcher.suspend()  # so that nothing begins before all of it is there
    others = [stage.copy.generate(f"Good story {n} beside {step}") for n in range(3)]
    poisoned = stage.copy.generate(f"A story that kills by {step}")
    armed.write_text(f"poison {poisoned} {step}")
    dispatcher.resume()
    others += [stage.copy.generate(f"Later story {n} beside {step}") for n in range(3)]
    [ended] = stage.copy.wait([poisoned], 60 + 12 * LEASE)
    assert_all_whole(stage, others, 120)
    executions = len(armed.with_suffix(".poisoned").read_text())
    for path in (armed, armed.with_suffix(".poisoned")):
        path.unlink()
    [found] = [found for found in ended["steps"] if found["name"] == step]
    tell(f"Poison (kills its worker) in {step}: {executions} executions; {found['error']}")
    assert found["status"] in ("failed", "skipped")
    assert "worker" in found["error"]
    assert executions == 3
