"""A running copy of the whole product on a throw-away folder, spoken to over HTTP only."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import psutil
import psycopg

from embedded.process import find_free_port
from tests.services import UNBOUNDED

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 90
STOP_SECONDS = 15
#: What would lead a copy to somebody else's services.
OUTSIDE = (
    "DATABASE_URL",
    "REDIS_URL",
    "OLLAMA_BASE_URL",
    "OLLAMA_MODEL",
    "IMAGE_MODEL",
    "SECRET_KEY",
    "DATA_DIR",
)


class Copy:
    """`python -m embedded` as a child: start it, stop it, ask it things, find its processes."""

    bounds: Mapping[str, str] = UNBOUNDED

    def __init__(self, data_dir: Path, *words: str, **variables: str) -> None:
        self.data_dir, self.words = data_dir, words
        self.port = find_free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environ = {**self.bounds} | {
            name: value for name, value in os.environ.items() if name not in OUTSIDE
        }
        self.environ |= {"DATA_DIR": str(data_dir), "PORT": str(self.port), "HOST": "127.0.0.1"}
        # Tests keep every processor busy: workers that gave way as far as they do would get next to nothing.
        self.environ |= {"WORKER_NICENESS": "5", **variables}
        self.http = httpx.Client(base_url=self.url, timeout=15)
        self.output = data_dir.parent / f"{data_dir.name}.console"

    def start(self) -> Copy:
        said_before = len(self.console())
        with self.output.open("ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "embedded", *self.words],
                cwd=ROOT, env=self.environ, stdout=out, stderr=out, stdin=subprocess.DEVNULL,
            )  # fmt: skip
        deadline = time.monotonic() + START_SECONDS
        while "Starloom is ready at" not in self.console()[said_before:]:
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"the copy did not come up:\n{self.console()}")
            time.sleep(0.1)
        return self

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(STOP_SECONDS)

    def __enter__(self) -> Copy:
        return self.start()

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.stop()
        self.http.close()

    def console(self) -> str:
        return self.output.read_text(errors="replace") if self.output.exists() else ""

    @property
    def media(self) -> Path:
        return self.data_dir / "media"

    def variables(self) -> Mapping[str, str]:
        """What the launcher tells other commands of its services."""
        lines = (self.data_dir / "embedded.env").read_text().splitlines()
        return dict(line.split("=", 1) for line in lines if "=" in line)

    def query(self, sql: str, *values: object) -> list[Any]:
        """Rows of a query to its database."""
        with psycopg.connect(self.variables()["DATABASE_URL"]) as connection:
            return connection.execute(sql, values or None).fetchall()

    def processes(self) -> dict[str, list[psutil.Process]]:
        return find_processes(self.process.pid)

    def generate(self, prompt: str, **fields: Any) -> str:
        """Start a generation; its id."""
        answer = self.http.post("/api/v1/generations/", json={"prompt": prompt, **fields})
        assert answer.status_code == 202, answer.text
        return str(answer.json()["session_id"])

    def status(self, session_id: str) -> dict[str, Any]:
        return dict(self.http.get(f"/api/v1/generations/{session_id}/").raise_for_status().json())

    def wait(self, session_ids: list[str], seconds: float) -> list[dict[str, Any]]:
        """Poll until all have ended, seeing to it that no progress falls."""
        progress = dict.fromkeys(session_ids, 0)
        ended: dict[str, dict[str, Any]] = {}
        deadline = time.monotonic() + seconds
        while len(ended) < len(session_ids):
            assert time.monotonic() < deadline, (
                f"{len(session_ids) - len(ended)} have not ended in {seconds} s"
            )
            for session_id in set(session_ids) - set(ended):
                try:
                    status = self.status(session_id)
                except httpx.HTTPError:  # a part of it may just be dead
                    time.sleep(0.1)
                    continue
                assert status["progress"] >= progress[session_id], "progress fell"
                progress[session_id] = status["progress"]
                if status["status"] in ("completed", "failed", "cancelled"):
                    ended[session_id] = status
            time.sleep(0.2)
        return [ended[session_id] for session_id in session_ids]


def find_processes(pid: int) -> dict[str, list[psutil.Process]]:
    """Processes below this one by part; pool children and PostgreSQL's backends are parts of their own."""
    found: dict[str, list[psutil.Process]] = {}
    for process in psutil.Process(pid).children(recursive=True):
        try:
            if process.status() != psutil.STATUS_ZOMBIE:
                found.setdefault(name_part(process), []).append(process)
        except psutil.Error:
            continue
    return found


def name_part(process: psutil.Process) -> str:
    """Which part of the product a process is."""
    words = " ".join(process.cmdline())
    is_child = process.parent() is not None and " ".join(process.parent().cmdline()) == words
    for mark, part in {
        "-Q text": "text", "-Q gpu": "gpu", "manage.py dispatch": "dispatcher", "gunicorn": "web",
        "redis-server": "redis", "postgres": "postgres",
        "embedded.storyteller": "storyteller", "tests.support.faults": "storyteller",
    }.items():  # fmt: skip
        if mark in words:
            return f"{part} child" if is_child or words.startswith("postgres:") else part
    return "other"
