"""A real web server whose database, Redis and model server all hang, and whose threads all wait for them."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest

from embedded.process import find_free_port
from tests.support.holes import black_hole

ROOT = Path(__file__).resolve().parents[2]
LIMIT = 4.0
pytestmark = pytest.mark.slow


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[int, psutil.Process]]:
    with black_hole() as hole:
        port = find_free_port()
        away = {
            "DATABASE_URL": f"postgres://nobody@127.0.0.1:{hole}/none",
            "REDIS_URL": f"redis://127.0.0.1:{hole}/0",
            "OLLAMA_BASE_URL": f"http://127.0.0.1:{hole}",
        }
        command = [sys.executable, "-m", "gunicorn", "story_generator.asgi", f"--bind=127.0.0.1:{port}"]
        with subprocess.Popen(
            [*command, "--worker-class=story_generator.server.Worker", "--no-control-socket"],
            cwd=ROOT,
            env={**os.environ, **away, "DATA_DIR": str(tmp_path)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process:
            try:
                deadline = time.monotonic() + 60
                while time.monotonic() < deadline and not answers(port):
                    time.sleep(0.2)
                (worker,) = psutil.Process(process.pid).children()
                yield port, worker
            finally:
                process.kill()  # it would wait for what hangs
                for child in psutil.Process(process.pid).children():
                    child.kill()


def get(port: int, path: str, seconds: float = 30) -> tuple[int, dict[str, Any], float]:
    began = time.monotonic()
    site = http.client.HTTPConnection("127.0.0.1", port, timeout=seconds)
    try:
        site.request("GET", path)
        answer = site.getresponse()
        body = answer.read()
    finally:
        site.close()
    return answer.status, json.loads(body) if body.startswith(b"{") else {}, time.monotonic() - began


def get_stuck(port: int) -> None:
    with suppress(OSError, http.client.HTTPException):
        get(port, "/stories/", seconds=120)


def answers(port: int) -> bool:
    with suppress(OSError):
        return bool(get(port, "/health/")[0])
    return False


def test_it_says_so_in_time_however_many_wait(server: tuple[int, psutil.Process]) -> None:
    port, worker = server
    for _ in range(20):  # more than it has threads
        threading.Thread(target=get_stuck, args=[port], daemon=True).start()
    time.sleep(1)
    with ThreadPoolExecutor(50) as pool:
        threads = []
        for _ in range(3):
            asked = [pool.submit(get, port, "/health/") for _ in range(50)]
            told = [future.result() for future in asked]
            assert {(status, report["status"]) for status, report, _ in told} == {(503, "down")}
            assert max(seconds for *_, seconds in told) < LIMIT
            threads.append(worker.num_threads())
        assert threads[2] <= threads[0] + 1, threads
        held = [one for one in worker.net_connections("tcp") if one.raddr and one.status == "ESTABLISHED"]
        assert len(held) < 100, len(held)
