"""What live streams cost: from an event to who watches, and streams that only wait, all of one web process.

The watchers are real connections of another process, over HTTP, with the server that serves the product.
"""

from __future__ import annotations

import asyncio
import os
import resource
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

from bench.house import ROOT
from embedded.process import find_free_port

WATCHERS, IDLE, ROUNDS = 1000, 5000, 60
GENERATIONS = 50
PAUSE = 0.05  # seconds between events
TARGET_MS, WORDS_TARGET_MS = 5, 300
START_SECONDS, OPEN_AT_ONCE = 60, 100
MARK = b"marked"
EVENTS = "/live/generations/{}/events"


def measure(data_dir: Path) -> list[dict[str, Any]]:
    from stories import services
    from stories.people import Person

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    start = services.start_generation
    ids = [
        start(person=Person(f"address:{n}"), prompt="Watched by many", images=False).pk
        for n in range(GENERATIONS)
    ]
    try:
        with web(data_dir) as (port, server):
            return [
                asyncio.run(measure_delivery(port, ids, "spread over 50 generations")),
                asyncio.run(measure_delivery(port, ids[:1], "all of one generation")),
                asyncio.run(measure_first_words(port, ids[0])),
                asyncio.run(measure_idle(port, ids, server)),
            ]
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@contextmanager
def web(data_dir: Path) -> Iterator[tuple[int, psutil.Process]]:
    """One web process of the product; its port, and itself."""
    port = find_free_port()
    command = [sys.executable, "-m", "gunicorn", "story_generator.asgi", f"--bind=127.0.0.1:{port}"]
    options = ["--worker-class=story_generator.server.Worker", "--workers=1", "--backlog=4096"]
    with (data_dir / "web.log").open("wb") as log:
        master = subprocess.Popen(
            [*command, *options, "--no-control-socket"],
            cwd=ROOT,
            env=dict(os.environ),
            stdout=log,
            stderr=log,
        )
    try:
        deadline = time.monotonic() + START_SECONDS
        while b"ASGI server listening" not in (data_dir / "web.log").read_bytes():
            if time.monotonic() > deadline:
                raise TimeoutError("the web server did not come up")
            time.sleep(0.1)
        yield port, psutil.Process(master.pid).children()[0]
    finally:
        master.terminate()
        master.wait(20)


class Watcher(asyncio.Protocol):
    """A client of a stream, as small as can be: it notes when a marked event came."""

    def __init__(self, path: str, came: list[tuple[float, bytes]], place: int) -> None:
        self.path, self.came = path, came
        # Everybody at an address of their own, for a server that believes its proxy.
        self.more = f"X-Forwarded-For: 10.9.{place // 250}.{place % 250}\r\n"
        self.is_open: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        transport.write(f"GET {self.path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{self.more}\r\n".encode())

    def data_received(self, data: bytes) -> None:
        if MARK in data:
            self.came.append((time.perf_counter(), data))
        if not self.is_open.done() and b"event: state" in data:
            self.is_open.set_result(None)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.is_open.done():
            self.is_open.set_exception(exc or ConnectionError("closed"))


async def open_streams(
    port: int, ids: Sequence[uuid.UUID | str], number: int, came: list[tuple[float, bytes]]
) -> list[Watcher]:
    loop, room, watchers = asyncio.get_running_loop(), asyncio.Semaphore(OPEN_AT_ONCE), list[Watcher]()

    async def open_one(place: int) -> None:
        async with room:
            path = EVENTS.format(ids[place % len(ids)])
            _, watcher = await loop.create_connection(lambda: Watcher(path, came, place), "127.0.0.1", port)
            await watcher.is_open
            watchers.append(watcher)

    await asyncio.gather(*(open_one(place) for place in range(number)))
    return watchers


async def measure_delivery(port: int, ids: list[uuid.UUID], what: str) -> dict[str, Any]:
    """From the publishing of an event to each who watches its generation."""
    from stories import events

    came: list[tuple[float, bytes]] = []
    watchers = await open_streams(port, ids, WATCHERS, came)
    delays = []
    for number in range(ROUNDS):
        del came[:]
        target, expected = ids[number % len(ids)], WATCHERS // len(ids)
        began = time.perf_counter()
        await asyncio.to_thread(events.publish_live, target, events.Kind.PROGRESS, "story", marked=number)
        while len(came) < expected:
            await asyncio.sleep(0.001)
        delays += [(when - began) * 1000 for when, _ in came]
        await asyncio.sleep(PAUSE)
    for watcher in watchers:
        watcher.transport.abort()
    return row(f"event to watcher, {WATCHERS:,} watchers {what}", delays, f"median < {TARGET_MS} ms")


async def measure_first_words(port: int, session_id: uuid.UUID) -> dict[str, Any]:
    """From the model's first token to the watcher: the way through the agent's call and the hub."""
    from agents import llm
    from stories import events

    came: list[tuple[float, bytes]] = []
    watchers = await open_streams(port, [session_id], 1, came)
    delays = []
    for number in range(20):
        del came[:]
        teller, told = events.TextTeller(session_id, "story"), llm._Told()
        began = 0.0

        async def write(told: Any = told, number: int = number) -> None:
            nonlocal began
            await asyncio.sleep(0.05 + 0.01 * number)
            began = time.perf_counter()
            told.text = f"{MARK.decode()} {number}"
            await asyncio.sleep(0.3)

        await asyncio.to_thread(
            llm._watch,
            llm.LanguageModel(base_url="http://127.0.0.1:9", name="none", num_ctx=8192),
            write(),
            told,
            teller.tell,
            None,
        )
        delays.append((next(when for when, _ in came) - began) * 1000)
    watchers[0].transport.abort()
    return row("first token to first words at the watcher", delays, f"< {WORDS_TARGET_MS} ms")


async def measure_idle(port: int, ids: list[uuid.UUID], server: psutil.Process) -> dict[str, Any]:
    """Streams that only wait: all stay open over two signs of life, and cost how much."""
    from stories.live.hub import HEARTBEAT

    before = server.memory_info().rss
    watchers = await open_streams(port, ids, IDLE, [])
    grown = server.memory_info().rss - before
    cpu, began = sum(server.cpu_times()[:2]), time.monotonic()
    await asyncio.sleep(2 * HEARTBEAT + 1)
    busy = (sum(server.cpu_times()[:2]) - cpu) / (time.monotonic() - began)
    held = sum(not watcher.transport.is_closing() for watcher in watchers)
    for watcher in watchers:
        watcher.transport.abort()
    return {
        "what": f"idle streams held, of {IDLE:,}",
        "median": held,
        "p95": f"{grown / IDLE / 1024:.0f} KiB each, {100 * busy:.1f} % of a core",
        "target": f"{IDLE:,}",
        "rounds": 1,
    }


def row(what: str, delays: list[float], target: str) -> dict[str, Any]:
    return {
        "what": what,
        "median": f"{statistics.median(delays):.1f} ms",
        "p95": f"{statistics.quantiles(delays, n=20)[-1]:.1f} ms",
        "target": target,
        "rounds": len(delays),
    }
