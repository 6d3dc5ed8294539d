"""Programs that we start: watched, logged, and never left behind.

Linux ends a child when its parent dies (PR_SET_PDEATHSIG), so that not even a `kill -9` of the launcher
leaves one running. Elsewhere a killed launcher leaves its children; every other way of ending works alike.
"""

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parent.parent
LOG_LIMIT = 10_000_000  # bytes of one log; it is kept once more beside it
MARK = "STARLOOM_LOGS"  # in the environment of what we start: by it orphans are known
PR_SET_PDEATHSIG = 1  # prctl(2)
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


class EmbeddedError(Exception):
    """What went wrong and what to do about it, in words for a person."""


class ChildDied(EmbeddedError):
    """A program that should run has ended."""


class StopAsked(Exception):
    """SIGINT, SIGTERM or SIGHUP came: unwind, and stop what was started."""


class Signals:
    """Counts the requests to stop. They are looked at in `pause`, so nothing is torn at a random line."""

    asked = 0
    asked_at = -1.0
    asked_otherwise: Callable[[], bool] = staticmethod(lambda: False)

    def listen(self, asked_otherwise: Callable[[], bool]) -> None:
        """Heed signals, and whatever else `asked_otherwise` knows of, instead of dying of them."""
        self.asked_otherwise = asked_otherwise
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(signum, self._note)

    def _note(self, *_: object) -> None:
        now = time.monotonic()
        if now - self.asked_at > 0.5:  # make hands on what the whole group got already: that is one request
            self.asked += 1
            self.asked_at = now

    @property
    def hurry(self) -> bool:
        return self.asked > 1

    def pause(self, seconds: float) -> None:
        """Sleep a little while nobody asks to stop; raises StopAsked."""
        if self.asked or self.asked_otherwise():
            raise StopAsked
        time.sleep(seconds)


signals = Signals()


@dataclass
class Child:
    """One program in a process group of its own. `start` may be called again once it has ended."""

    name: str
    command: Sequence[str]
    log_dir: Path
    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    prepare: Callable[[], None] = lambda: None
    stop_signal: signal.Signals = signal.SIGTERM
    urgent_signal: signal.Signals = signal.SIGKILL
    death_signal: signal.Signals = signal.SIGKILL
    niceness: int = 0
    popen: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0  # time.monotonic()

    def __post_init__(self) -> None:
        self.log_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.log = self.log_dir / f"{self.name.replace(' ', '-')}.log"
        if self.log.exists():
            self.log.replace(self.log.with_suffix(".log.1"))

    def start(self) -> None:
        self.prepare()
        self.started_at = time.monotonic()
        with open(self.log, "ab") as log:
            self.popen = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env={**self.environ, MARK: str(self.log_dir)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_parent(self.death_signal),
            )
        if self.niceness:
            give_way(self.popen.pid, self.niceness)

    @property
    def running(self) -> bool:
        return self.popen is not None and self.popen.poll() is None

    def wait_until(self, answers: Callable[[], bool], seconds: float) -> None:
        """Wait until `answers()` is true. Raises ChildDied, EmbeddedError after `seconds`, StopAsked."""
        end = time.monotonic() + seconds
        while not answers():
            if not self.running:
                raise ChildDied(self.tell_death())
            if time.monotonic() > end:
                raise EmbeddedError(f"{self.name} did not answer within {seconds:.0f} s.\n{self.tell_log()}")
            signals.pause(0.02)

    def send(self, signum: signal.Signals) -> None:
        if self.popen is not None and self.popen.poll() is None:
            self.popen.send_signal(signum)

    def sweep(self) -> None:
        """Kill what is left of the process group: workers that outlive their master."""
        if self.popen is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.popen.pid, signal.SIGKILL)

    def tell_death(self) -> str:
        code = self.popen.poll() if self.popen is not None else None
        if code is None:
            how = "was not started"
        elif code < 0:
            how = f"was ended by {signal.Signals(-code).name}"
        else:
            how = f"ended with exit code {code}"
        return f"{self.name} {how}.\n{self.tell_log()}"

    def tell_log(self, lines: int = 12) -> str:
        """The last lines of the log, indented, under the log's path."""
        with open(self.log, "rb") as log:
            log.seek(max(0, self.log.stat().st_size - 8_000))
            tail = log.read().decode(errors="replace").splitlines()[-lines:]
        return "\n".join([f"Its log, {self.log}, ends with:", *(f"    {line[:300]}" for line in tail)])

    def trim_log(self) -> None:
        """Keep the log bounded. Children append, so that emptying the file under them is safe."""
        if self.log.stat().st_size > LOG_LIMIT:
            shutil.copyfile(self.log, self.log.with_suffix(".log.1"))
            os.truncate(self.log, 0)


def stop_all(children: Iterable[Child], seconds: float) -> None:
    """Ask all at once, insist after `seconds` (or at a second signal), then kill what is left."""
    children = list(children)
    for child in children:
        child.send(child.stop_signal)
    _wait_for_end(children, seconds, unless=lambda: signals.hurry)
    for child in children:
        child.send(child.urgent_signal)
    _wait_for_end(children, 1)
    for child in children:
        child.sweep()
        if child.popen is not None:
            child.popen.wait()


def _wait_for_end(children: list[Child], seconds: float, unless: Callable[[], bool] = lambda: False) -> None:
    end = time.monotonic() + seconds
    while any(child.running for child in children) and time.monotonic() < end and not unless():
        time.sleep(0.02)


def die_with_parent(signum: signal.Signals) -> Callable[[], None]:
    """What a new child runs before its program: have the kernel send it `signum` when its parent dies.

    The parent is the thread that starts it, and a change of user forgets the wish (prctl(2)).
    """
    parent = os.getpid()

    def wish() -> None:
        set_death_signal(signum)
        if os.getppid() != parent:  # it died before we could wish
            os._exit(1)

    return wish


def give_way(pid: int, niceness: int) -> None:
    """Let others go first. Where Linux shares processors between groups of processes (sched(7), autogroups),
    niceness counts within a group alone, so that the group is told as well.
    """
    with suppress(psutil.Error):
        psutil.Process(pid).nice(niceness)
    with suppress(OSError):
        Path(f"/proc/{pid}/autogroup").write_text(str(niceness))


def set_death_signal(signum: signal.Signals) -> None:
    """Have the kernel send us `signum` when our parent dies; nothing on other systems than Linux."""
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, signum)


def end_orphans(log_dir: Path) -> None:
    """Kill what a killed launcher left: a web worker notices its master's end late, and holds the port.

    Only for whoever holds the lock of DATA_DIR. PostgreSQL is spared, to be stopped with care.
    """
    orphans = []
    for process in psutil.process_iter(["name", "environ"]):
        mark = (process.info["environ"] or {}).get(MARK)
        if mark == str(log_dir) and process.info["name"] != "postgres":
            with suppress(psutil.NoSuchProcess):
                process.kill()
                orphans.append(process)
    psutil.wait_procs(orphans, timeout=5)


def find_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
