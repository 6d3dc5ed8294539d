"""What is done to the product: one disturbance is one row of the table.

The text worker's pool is threads and the painter's is its own process: no children of theirs can be killed.
"""

from __future__ import annotations

import random
import shutil
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import psutil

from tests.chaos.stage import LEASE, Stage

Undo = Callable[[], None]
#: Seconds to wait for a process that has only just been killed to be there again.
PATIENCE = 15.0
MOMENT, SHORT, LONG = (0.0, 0.0), (0.5, 3.0), (LEASE + 1.0, LEASE + 3.0)


@dataclass(frozen=True)
class Disturbance:
    """``begin`` returns what ends it, or None where there was nothing to disturb. While one that ``halts``
    lasts, no generation can be expected to move. ``weight``: how often it comes in a bag of them."""

    name: str
    begin: Callable[[Stage, random.Random], Undo | None]
    lasts: tuple[float, float] = MOMENT
    halts: bool = False
    weight: int = 1


def nothing() -> None:
    """What is over at once needs no end."""


def find(stage: Stage, part: str) -> list[psutil.Process]:
    """Its processes, after a little waiting if need be."""
    deadline = time.monotonic() + PATIENCE
    while not (found := stage.processes(part)) and time.monotonic() < deadline:
        time.sleep(0.1)
    return found


def kill(part: str) -> Disturbance:
    """One of its processes, at random."""

    def begin(stage: Stage, rng: random.Random) -> Undo | None:
        found = find(stage, part)
        with suppress(psutil.Error, IndexError):
            rng.choice(found).kill()
            return nothing
        return None

    return Disturbance(f"kill -9 {part}", begin, weight=3)


def forget_redis(stage: Stage, rng: random.Random) -> Undo | None:
    """Redis dies, and what it had written to disk is gone."""
    if not find(stage, "redis"):
        return None
    stage.outside.send_away("redis")
    for path in (stage.outside.folder / "redis").glob("appendonly*"):
        path.unlink() if path.is_file() else shutil.rmtree(path)
    stage.outside.let_back("redis")
    return nothing


def pause(part: str, lasts: tuple[float, float], name: str, *, halts: bool) -> Disturbance:
    """All of its processes stand still (SIGSTOP), and go on."""

    def begin(stage: Stage, rng: random.Random) -> Undo | None:
        halted = find(stage, part) + stage.processes(f"{part} child")
        for process in halted:
            with suppress(psutil.Error):
                process.send_signal(signal.SIGSTOP)

        def go_on() -> None:
            for process in reversed(halted):
                with suppress(psutil.Error):
                    process.send_signal(signal.SIGCONT)

        return go_on if halted else None

    return Disturbance(f"pause {part}{name}", begin, lasts, halts)


def slow(service: str) -> Disturbance:
    def begin(stage: Stage, rng: random.Random) -> Undo:
        stage.proxies[service].delay(rng.uniform(0.02, 0.2))
        return stage.proxies[service].mend

    return Disturbance(f"delay {service}", begin, SHORT)


def cut(service: str) -> Disturbance:
    def begin(stage: Stage, rng: random.Random) -> Undo:
        stage.proxies[service].cut()
        return nothing

    return Disturbance(f"reset {service}", begin)


def swallow(service: str) -> Disturbance:
    def begin(stage: Stage, rng: random.Random) -> Undo:
        stage.proxies[service].swallow()
        return stage.proxies[service].mend

    return Disturbance(f"half-open {service}", begin, SHORT, halts=True)


def fill_up(stage: Stage, rng: random.Random) -> Undo:
    stage.fill_up()
    return stage.make_room


SERVICES = ("redis", "postgres", "storyteller")
WORKS = ("text", "gpu", "dispatcher")
ALL: tuple[Disturbance, ...] = (
    *map(kill, (*WORKS, "web", "web child", "redis", "postgres", "postgres child", "storyteller")),
    Disturbance("kill -9 redis, its file lost", forget_redis, weight=3),
    *(pause(part, SHORT, "", halts=True) for part in (*WORKS, *SERVICES)),
    *(pause(part, LONG, " longer than the lease", halts=True) for part in WORKS),
    pause("web", SHORT, "", halts=False),
    *(trouble(service) for service in SERVICES for trouble in (slow, cut, swallow)),
    Disturbance("media folder full", fill_up, SHORT, halts=True),
)


def draw(rng: random.Random, rounds: int) -> list[Disturbance]:
    """That many of them, each as often as its weight says: bag after bag, shuffled."""
    drawn: list[Disturbance] = []
    while len(drawn) < rounds:
        bag = [disturbance for disturbance in ALL for _ in range(disturbance.weight)]
        rng.shuffle(bag)
        drawn += bag
    return drawn[:rounds]
