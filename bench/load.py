"""`make load`: many people at once on this machine, beside the same for one (docs/reliability.md).

The product as `make run` starts it, with models that take no time, or as long as WORDS and PAINT say. The
people are Locust's (`bench.people`), in a process of their own, on the same machine.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import http.client
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from bench.live import open_streams
from bench.report import show
from tests.support.copy import ROOT, Copy

#: Seconds between looks at memory and connections; what comes in the first quarter is warming up.
LOOK = 5.0
FLOOD, FLOOD_PEOPLE, FLOOD_TURNS, BROWSERS, IDLE = 1000, 20, 4, 10, 2000
NAMES = ("home", "create", "live page", "status", "stream", "book", "picture", "library")
MIB = 2**20
#: Seconds after which the others of a flood are there: they come two a second, and Locust has to start.
SETTLED = FLOOD_PEOPLE / 2 + 3.0


class BoundedCopy(Copy):
    """With the product's own bounds: each person has an address of their own. But the idle ones have one."""

    bounds = {"LIVE_STREAMS_PER_PERSON": "0", "LIVE_STREAMS_PER_ADDRESS": "0"}


@dataclass
class Samples:
    """What the copy's processes have of memory, in MiB, and of the database's connections, over time."""

    copy: Copy
    memory: list[dict[str, float]] = field(default_factory=list)
    connections: list[int] = field(default_factory=list)

    def __enter__(self) -> Samples:
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._ended.wait(LOOK):
            self.memory.append(measure_memory(self.copy))
            self.connections.append(count_connections(self.copy))

    def tell(self) -> list[dict[str, Any]]:
        """The second quarter beside the last."""
        quarter = max(len(self.memory) // 4, 1)
        early, late = self.memory[quarter : 2 * quarter] or self.memory, self.memory[-quarter:]
        parts = sorted({part for sample in self.memory for part in sample})
        rows = []
        for part in parts:
            was, now = (statistics.mean(one.get(part, 0.0) for one in some) for some in (early, late))
            rows.append({"what": f"memory of {part}, MiB", "second quarter": round(was), "last": round(now)})
        counts = self.connections
        rows.append(
            {
                "what": "database connections",
                "second quarter": max(counts[quarter : 2 * quarter] or counts),
                "last": max(counts[-quarter:]),
            }
        )
        return rows


def measure_memory(copy: Copy) -> dict[str, float]:
    found: dict[str, float] = {}
    for part, processes in copy.processes().items():
        if part in {"postgres", "postgres child"}:
            continue  # its shared memory would be counted once a process
        for process in processes:
            try:
                found[part] = found.get(part, 0.0) + process.memory_info().rss / MIB
            except psutil.Error:
                continue
    return found


def count_connections(copy: Copy) -> int:
    found = copy.query("SELECT count(*) FROM pg_stat_activity WHERE application_name ~ '^starloom'")
    return int(found[0][0])


def run_people(
    copy: Copy, folder: Path, who: list[str], number: int, seconds: float, *, settled: bool = False
) -> dict[str, Any]:
    """Let them come, ten a second; figures by name. ``settled``: they come two a second and are measured from
    when all are there, for so many seconds."""
    rate = 2 if settled else 10
    settling = number / rate if settled else 0.0
    prefix = folder / f"{'-'.join(who)}-{number}"
    command = [
        sys.executable, "-m", "locust", "-f", "bench/people.py", *who, "--headless", "--only-summary",
        "-u", str(number), "-r", str(rate), "-t", f"{settling + seconds:.0f}s", "--stop-timeout", "5",
        "--host", copy.url, "--csv", str(prefix), "--loglevel", "ERROR",
    ]  # fmt: skip
    if settled:
        command.append("--reset-stats")
    found = Path(f"{prefix}_stats.csv")
    found.unlink(missing_ok=True)
    subprocess.run(
        command,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
        timeout=settling + seconds + 120,
    )
    with found.open(newline="") as file:
        return {row["Name"]: row for row in csv.DictReader(file)}


def figure(stats: dict[str, Any], name: str, column: str) -> float | None:
    return float(stats[name][column]) if name in stats and stats[name][column] not in {"", "N/A"} else None


def measure_people(copy: Copy, folder: Path, people: int, minutes: float) -> tuple[list[Any], list[Any]]:
    """One person for two minutes, then all of them: latency and errors by what was asked, and the cost."""
    alone = run_people(copy, folder, ["Reader"], 1, min(120.0, 60 * minutes))
    with Samples(copy) as samples:
        together = run_people(copy, folder, ["Reader"], people, 60 * minutes)
    rows = []
    for name in (*NAMES, "Aggregated"):
        if name not in together:
            continue
        rows.append(
            {
                "what": name,
                "p95 of 1, ms": figure(alone, name, "95%"),
                f"median of {people}, ms": figure(together, name, "50%"),
                f"p95 of {people}, ms": figure(together, name, "95%"),
                "requests": int(together[name]["Request Count"]),
                "errors": int(together[name]["Failure Count"]),
            }
        )
    return rows, samples.tell()


def measure_flood(copy: Copy, folder: Path, seconds: float, turns: int = FLOOD_TURNS) -> list[dict[str, Any]]:
    """Others without and with one person who sends 1,000 POSTs, as fast as they are answered or spread over
    the time, in turns, each time another person; the medians of the turns."""
    kinds: dict[str, float | None] = {"without": None, "1,000 at once": 0.0, "1,000 all the while": seconds}
    stats: dict[str, list[dict[str, Any]]] = {kind: [] for kind in kinds}
    order = list(kinds)
    for turn in range(turns):
        for kind in order if turn % 2 else reversed(order):
            stats[kind].append(measure_beside(copy, folder, seconds, kinds[kind], f"{kind}, turn {turn + 1}"))
    return [
        {"what": f"{name} of {FLOOD_PEOPLE} others, p95 in ms"}
        | {kind: find_middle(some, name) for kind, some in stats.items()}
        | {"requests": sum(int(turn[name]["Request Count"]) for some in stats.values() for turn in some)}
        for name in (*NAMES, "Aggregated")
        if all(name in turn for some in stats.values() for turn in some)
    ]


def measure_beside(
    copy: Copy, folder: Path, seconds: float, pace: float | None, called: str
) -> dict[str, Any]:
    """The others' figures beside one person who sends at this pace; None: nobody does."""
    with ThreadPoolExecutor(1) as pool:
        others = pool.submit(run_people, copy, folder, ["Reader"], FLOOD_PEOPLE, seconds, settled=True)
        if pace is not None:
            time.sleep(SETTLED)
            took, answers = send_flood(
                copy, f"10.250.{random.randint(0, 255)}.{random.randint(0, 255)}", pace
            )
            print(f"{called}: took {took:.0f} s, answered {answers}", flush=True)
        return others.result()


def find_middle(turns: list[dict[str, Any]], name: str) -> float | None:
    found = [each for turn in turns if (each := figure(turn, name, "95%")) is not None]
    return statistics.median(found) if found else None


def send_flood(copy: Copy, address: str, pace: float) -> tuple[float, dict[int, int]]:
    """1,000 POSTs by one person within ``pace`` seconds or as fast as they are answered; how long they took,
    and the answers. From a bare address, as programs do; not by Locust, which would take more of the
    processors than what it asks for."""
    body = json.dumps({"prompt": "A fox and a robot run a bakery on the moon"})
    headers = {"Content-Type": "application/json", "X-Forwarded-For": address}
    connection = http.client.HTTPConnection("127.0.0.1", copy.port, timeout=30)
    began, answers = time.monotonic(), Counter[int]()
    for number in range(FLOOD):
        time.sleep(max(0.0, began + pace * number / FLOOD - time.monotonic()))
        connection.request("POST", "/api/v1/generations/", body, headers)
        answer = connection.getresponse()
        answer.read()
        answers[answer.status] += 1
    connection.close()
    return time.monotonic() - began, dict(answers)


def measure_idle(copy: Copy, folder: Path, seconds: float) -> list[dict[str, Any]]:
    """Pages and connections before and while 2,000 streams wait for something to happen."""
    storytellers = copy.processes()["storyteller"]
    for process in storytellers:
        process.suspend()
    try:
        making = copy.generate("A story that waits", images=False)
        before, connections = (
            run_people(copy, folder, ["Browser"], BROWSERS, seconds),
            count_connections(copy),
        )
        during, held, most = asyncio.run(hold_streams(copy, folder, making, seconds))
    finally:
        for process in storytellers:
            process.resume()
    rows = [
        {
            "what": f"{name}, p95 in ms",
            "before": figure(before, name, "95%"),
            f"with {held} streams": figure(during, name, "95%"),
        }
        for name in ("home", "library")
    ]
    rows.append({"what": "database connections", "before": connections, f"with {held} streams": most})
    return rows


async def hold_streams(copy: Copy, folder: Path, making: str, seconds: float) -> tuple[Any, int, int]:
    watchers = await open_streams(copy.port, [making], IDLE, [])
    during = await asyncio.to_thread(run_people, copy, folder, ["Browser"], BROWSERS, seconds)
    held = sum(not watcher.transport.is_closing() for watcher in watchers)
    most = await asyncio.to_thread(count_connections, copy)
    for watcher in watchers:
        watcher.transport.close()
    return during, held, most


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.load", description=__doc__)
    parser.add_argument("--people", type=int, default=100)
    parser.add_argument("--minutes", type=float, default=15.0)
    parser.add_argument("--words", default="0", help="words a second of the storyteller; 0: no time at all")
    parser.add_argument("--paint", default="0", help="seconds a picture; 0: no time at all")
    wanted = parser.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    painter = {"BENCH_PAINTER_SECONDS": wanted.paint} if float(wanted.paint) else {"BENCH_PAINTER": "instant"}
    with tempfile.TemporaryDirectory(prefix="starloom-load-") as name:
        folder = Path(name)
        with BoundedCopy(
            folder / "data", DJANGO_SETTINGS_MODULE="bench.settings", SKETCH_WORDS_PER_SECOND=wanted.words,
            IMAGE_SIZE="256x256", SCENE_SIZE="256x192", TRUST_PROXY="true", LOG_LEVEL="WARNING",
            PYTHONPATH=str(ROOT), WORKER_NICENESS="", **painter,
        ) as copy:  # fmt: skip
            began = time.monotonic()
            people, memory = measure_people(copy, folder, wanted.people, wanted.minutes)
            generations = copy.query("SELECT status, count(*) FROM stories_generationsession GROUP BY 1")
            more = {"people": wanted.people, "minutes": wanted.minutes, "generations": dict(generations)}
            show("load", people, **more)
            show("load-memory", memory, **more)
            print(f"generations: {dict(generations)} in {time.monotonic() - began:.0f} s")
            part = min(60.0, 20 * wanted.minutes)
            show("load-flood", measure_flood(copy, folder, part))
            show("load-idle", measure_idle(copy, folder, part))
    return 0


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main())
