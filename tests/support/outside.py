"""PostgreSQL, Redis and a storyteller with faults as somebody else's services: what dies is started again,
but for what is told to stay away.

In a test: ``with Outside(folder) as outside: outside.url("redis")``; ``outside.send_away("redis")`` kills it,
``outside.let_back("redis")`` has it started again on the same port, with the same data.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psutil

from embedded.files import hold, write_private
from embedded.launcher import Watch
from embedded.process import Child, die_with_parent, find_free_port, signals, stop_all
from embedded.services import collect_variables, running
from tests.support.copy import ROOT, find_processes

START_SECONDS = 60
VARIABLES = {"postgres": "DATABASE_URL", "redis": "REDIS_URL", "storyteller": "OLLAMA_BASE_URL"}


class Outside:
    """The services as one child process. Their processes by part, and where they answer."""

    def __init__(self, folder: Path, *, words_per_second: float = 0) -> None:
        self.folder, self.words_per_second = folder, words_per_second
        self.variables: dict[str, str] = {}

    def __enter__(self) -> Outside:
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "console").open("ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.support.outside", str(self.folder), str(self.words_per_second)],
                cwd=ROOT, stdout=out, stderr=out, stdin=subprocess.DEVNULL,
                preexec_fn=die_with_parent(signal.SIGTERM),
            )  # fmt: skip
        deadline = time.monotonic() + START_SECONDS
        while not (self.folder / "variables.json").exists():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError((self.folder / "console").read_text())
            time.sleep(0.05)
        self.variables = json.loads((self.folder / "variables.json").read_text())
        return self

    def __exit__(self, *failure: object) -> None:
        self.process.terminate()
        self.process.wait(15)
        (self.folder / "variables.json").unlink(missing_ok=True)

    def url(self, name: str, port: int | None = None) -> str:
        """Where it answers, or would, were it on another port."""
        parts = urlsplit(self.variables[VARIABLES[name]])
        if port is None:
            return urlunsplit(parts)
        account, at, _ = parts.netloc.rpartition("@")
        return urlunsplit(parts._replace(netloc=f"{account}{at}127.0.0.1:{port}"))

    def port(self, name: str) -> int:
        return int(urlsplit(self.url(name)).port or 0)

    def processes(self) -> dict[str, list[psutil.Process]]:
        return find_processes(self.process.pid)

    def send_away(self, name: str) -> None:
        """Kill it with -9, and let nobody start it again."""
        (self.folder / f"{name}.away").touch()
        for process in self.processes().get(name, []):
            process.kill()
            psutil.wait_procs([process], 5)

    def let_back(self, name: str) -> None:
        (self.folder / f"{name}.away").unlink(missing_ok=True)


class Keeper(Watch):
    """Starts again what dies, but for what is to stay away."""

    def __init__(self, folder: Path, *words: Any) -> None:
        super().__init__(*words)
        self.folder = folder

    def _revive(self, child: Child) -> None:
        if not (self.folder / f"{child.name}.away").exists():
            super()._revive(child)


def main() -> None:
    """Serve until SIGINT or SIGTERM."""
    folder, pace = Path(sys.argv[1]).resolve(), sys.argv[2]
    say = partial(print, flush=True)
    signals.listen(lambda: False)
    port = find_free_port()
    teller = Child(
        "storyteller",
        [sys.executable, "-m", "tests.support.faults", "--port", str(port), "--words-per-second", pace],
        log_dir=folder / "logs",
    )
    with (
        hold(folder),
        running(folder, wanted=("redis", "database"), environ={}, say=say) as services,
    ):
        teller.start()
        try:
            told = collect_variables(services) | {"OLLAMA_BASE_URL": f"http://127.0.0.1:{port}"}
            write_private(folder / "variables.json", json.dumps(told))
            Keeper(folder, [*(service.child for service in services), teller], True, say).keep()
        finally:
            stop_all([teller], 1)


if __name__ == "__main__":
    main()
