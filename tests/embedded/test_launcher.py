"""The launcher on stand-ins for the application's processes; the services below it are real."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from embedded.process import ROOT, find_free_port

Start = Callable[..., "Launcher"]
# A worker that does not listen to SIGTERM, with a helper process of its own that does not either.
STUBBORN = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
helper = "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(600)"
subprocess.Popen([sys.executable, "-c", helper])
time.sleep(600)
"""


class Launcher:
    def __init__(
        self, data_dir: Path, console: Path, *arguments: str, embedded: bool = False, **environ: str
    ) -> None:
        self.data_dir, self.port = data_dir, int(environ.pop("PORT", "") or find_free_port())
        unset = ("DATABASE_URL", "REDIS_URL", "OLLAMA_BASE_URL", "SECRET_KEY") if embedded else ()
        kept = {name: value for name, value in os.environ.items() if name not in unset}
        self.console = console
        with open(console, "w") as log:
            self.popen = subprocess.Popen(
                [sys.executable, "-m", "tests.embedded.standin", *arguments],
                cwd=ROOT,
                env={**kept, "DATA_DIR": str(data_dir), "PORT": str(self.port), **environ},
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    @property
    def said(self) -> str:
        return self.console.read_text()

    def wait_for(self, text: str, seconds: float = 30) -> None:
        end = time.monotonic() + seconds
        while text not in self.said:
            assert self.popen.poll() is None, f"ended with {self.popen.returncode}:\n{self.said}"
            assert time.monotonic() < end, f"no {text!r} in:\n{self.said}"
            time.sleep(0.02)

    def wait_for_ready(self) -> None:
        self.wait_for(f"Starloom is ready at http://127.0.0.1:{self.port}\n")

    def find_child(self, word: str) -> psutil.Process | None:
        """A direct child by a word of its command line."""
        for child in psutil.Process(self.popen.pid).children():
            with suppress(psutil.NoSuchProcess):
                if word in " ".join(child.cmdline()):
                    return child
        return None

    def get_child(self, word: str) -> psutil.Process:
        child = self.find_child(word)
        assert child, f"no {word} here"
        return child

    def end(self, signum: signal.Signals) -> int:
        self.popen.send_signal(signum)
        return self.popen.wait(timeout=10)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    started: list[Launcher] = []

    def start_one(*arguments: str, name: str = "data", **options: str | bool) -> Launcher:
        console = tmp_path / f"console-{len(started)}"
        started.append(Launcher(tmp_path / name, console, *arguments, **options))  # type: ignore[arg-type]
        return started[-1]

    yield start_one
    for launcher in started:
        launcher.popen.kill()
        launcher.popen.wait()


def find_stubborn_family(launcher: Launcher) -> list[psutil.Process]:
    """The worker and its helper, once both are there."""
    worker, end = launcher.get_child("SIG_IGN"), time.monotonic() + 10
    while not worker.children():
        assert time.monotonic() < end, "the worker has no helper"
        time.sleep(0.02)
    return [worker, *worker.children()]


def wait_until_gone(processes: list[psutil.Process], seconds: float = 5) -> None:
    end = time.monotonic() + seconds
    while left := [p for p in processes if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]:
        assert time.monotonic() < end, f"still there: {left}"
        time.sleep(0.02)


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_it_runs_until_asked_to_stop_and_leaves_nothing(start: Start, signum: signal.Signals):
    launcher = start(embedded=True)
    launcher.wait_for_ready()
    family = psutil.Process(launcher.popen.pid).children(recursive=True)
    assert len(family) > 4
    assert launcher.end(signum) == 0
    assert not [process for process in family if process.is_running()]
    assert launcher.said.count("Starloom is ready at") == 1


def test_it_finds_all_data_and_the_same_secret_key_the_second_time(start: Start):
    first = start(embedded=True)
    first.wait_for_ready()
    key = (first.data_dir / "secret_key").read_text()
    first.end(signal.SIGTERM)
    second = start(embedded=True)
    second.wait_for_ready()
    assert "making a new database" not in second.said
    assert (second.data_dir / "secret_key").read_text() == key


def test_it_tells_other_terminals_where_the_services_are_while_they_run(start: Start):
    launcher = start(embedded=True)
    launcher.wait_for_ready()
    path = launcher.data_dir / "embedded.env"
    names = {line.partition("=")[0] for line in path.read_text().splitlines()}
    assert names >= {
        "DATABASE_URL",
        "REDIS_URL",
        "OLLAMA_BASE_URL",
        "OLLAMA_MODEL",
        "SECRET_KEY",
        "IMAGE_MODEL",
    }
    assert (
        stat.S_IMODE(path.stat().st_mode)
        == stat.S_IMODE((launcher.data_dir / "secret_key").stat().st_mode)
        == 0o600
    )
    launcher.end(signal.SIGTERM)
    assert not path.exists()


def test_it_starts_nothing_embedded_when_all_is_configured(start: Start):
    launcher = start()
    launcher.wait_for_ready()
    assert len(psutil.Process(launcher.popen.pid).children()) == 2
    assert "DATABASE_URL is set: no embedded database" in launcher.said


def test_it_stops_a_stubborn_worker_and_its_helpers_within_ten_seconds(start: Start):
    launcher = start(WORKER=STUBBORN)
    launcher.wait_for_ready()
    family = find_stubborn_family(launcher)
    began = time.monotonic()
    launcher.popen.send_signal(signal.SIGINT)  # together with the next one, as a group under make gets them
    assert launcher.end(signal.SIGTERM) == 0
    assert 3 < time.monotonic() - began < 8
    wait_until_gone(family, seconds=1)


def test_it_hurries_at_a_second_signal(start: Start):
    launcher = start(WORKER=STUBBORN)
    launcher.wait_for_ready()
    began = time.monotonic()
    launcher.popen.send_signal(signal.SIGINT)
    launcher.wait_for("Stopping")
    time.sleep(0.6)
    assert launcher.end(signal.SIGINT) == 0
    assert time.monotonic() - began < 2.5


def test_it_stops_while_it_still_waits_for_health(start: Start):
    launcher = start(HEALTH='{"checks": {"workers": {"ok": false}}}')
    launcher.wait_for("DATABASE_URL is set")
    time.sleep(1)
    assert "ready" not in launcher.said
    assert launcher.end(signal.SIGTERM) == 0


def test_a_kill_leaves_nothing_behind_and_the_next_start_works(start: Start):
    first = start(embedded=True)
    first.wait_for_ready()
    family = psutil.Process(first.popen.pid).children(recursive=True)
    first.end(signal.SIGKILL)
    second = start(embedded=True)  # at once, while the first one's children may still be leaving
    second.wait_for_ready()
    wait_until_gone(family)


def test_a_helper_that_outlives_a_killed_launcher_does_not_outlive_the_next_start(start: Start):
    first = start(WORKER=STUBBORN)
    first.wait_for_ready()
    _, helper = find_stubborn_family(first)
    first.end(signal.SIGKILL)
    time.sleep(0.5)
    assert helper.is_running()
    start().wait_for_ready()
    wait_until_gone([helper], seconds=1)


def test_it_says_which_child_died_and_why(start: Start):
    launcher = start(WORKER="import time; time.sleep(1.5); print('the last words'); raise SystemExit(7)")
    assert launcher.popen.wait(timeout=20) == 1
    assert "worker ended with exit code 7" in launcher.said
    assert "the last words" in launcher.said


def test_a_worker_that_asks_for_a_fresh_process_gets_one(start: Start, tmp_path: Path):
    mark = tmp_path / "been-here"
    launcher = start(
        WORKER=f"import pathlib, time; mark = pathlib.Path({str(mark)!r})\n"
        "if not mark.exists(): mark.touch(); time.sleep(1); raise SystemExit(70)\n"
        "time.sleep(600)"
    )
    launcher.wait_for_ready()
    launcher.wait_for("worker starts again in")
    time.sleep(1)
    assert launcher.popen.poll() is None
    assert launcher.end(signal.SIGTERM) == 0


def test_it_says_which_service_was_killed(start: Start):
    launcher = start(embedded=True)
    launcher.wait_for_ready()
    launcher.get_child("redis-server").kill()
    assert launcher.popen.wait(timeout=10) == 1
    assert "redis was ended by SIGKILL" in launcher.said


@pytest.mark.parametrize("victim", ["redis-server", "bin/postgres", "embedded.storyteller", "time.sleep"])
def test_it_starts_a_dead_child_again_when_told_to_keep_alive(start: Start, victim: str):
    launcher = start("--keep-alive", embedded=True)
    launcher.wait_for_ready()
    dead = launcher.get_child(victim)
    dead.kill()
    launcher.wait_for("starts again in")
    deadline = time.monotonic() + 10
    while (revived := launcher.find_child(victim)) is None or revived == dead:
        assert time.monotonic() < deadline, launcher.said
        time.sleep(0.05)
    time.sleep(0.5)
    assert launcher.said.count("starts again in") == 1, launcher.said
    assert launcher.end(signal.SIGTERM) == 0


def test_it_refuses_a_port_in_use_before_anything_starts(start: Start):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        launcher = start(embedded=True, PORT=str(port))
        assert launcher.popen.wait(timeout=10) == 1
    assert f"Cannot listen on 127.0.0.1:{port}: Address already in use." in launcher.said
    assert "PORT=" in launcher.said
    assert not (launcher.data_dir / "postgres").exists()


def test_two_copies_do_not_share_a_data_dir_but_run_side_by_side_on_two(start: Start):
    first = start(embedded=True)
    first.wait_for_ready()
    same = start()
    assert same.popen.wait(timeout=10) == 1
    assert f"already runs on {first.data_dir} (process {first.popen.pid})" in same.said
    other = start(name="other", embedded=True)
    other.wait_for_ready()
    assert first.popen.poll() is None


def test_it_says_why_the_database_could_not_be_migrated(start: Start):
    launcher = start(MIGRATE="raise SystemExit('no such column')")
    assert launcher.popen.wait(timeout=10) == 1
    assert "could not be brought up to date" in launcher.said
    assert "no such column" in launcher.said


def test_it_is_ready_though_something_outside_is_not_and_says_so(start: Start):
    health = {
        "checks": {"workers": {"ok": True}, "language_model": {"ok": False, "detail": "ollama pull llama"}}
    }
    launcher = start(HEALTH=json.dumps(health))
    launcher.wait_for_ready()
    assert "language_model (ollama pull llama)" in launcher.said


def test_it_says_so_when_its_folder_cannot_be_made(start: Start, tmp_path: Path):
    (tmp_path / "file").touch()
    launcher = start(name="file/data")
    assert launcher.popen.wait(timeout=10) == 1
    assert "cannot be written to: Not a directory. Set DATA_DIR" in launcher.said


def test_it_keeps_one_older_log(start: Start):
    for _ in range(3):
        launcher = start()
        launcher.wait_for_ready()
        launcher.end(signal.SIGTERM)
    assert {path.name for path in (launcher.data_dir / "logs").glob("web*")} == {"web.log", "web.log.1"}
