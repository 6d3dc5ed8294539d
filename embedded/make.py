"""GNU make stands between the person and the launcher, and passes on less than one would think.

It hands SIGTERM on to its recipe. SIGINT and SIGHUP it believes to have reached the whole process group, as
Ctrl-C does: sent to make alone, it waits for a recipe that was never told. Killed, it tells nobody at all.
"""

import os
import signal
from collections.abc import Callable
from pathlib import Path

from embedded.process import set_death_signal

TOLD_BY_NOBODY = (signal.SIGINT, signal.SIGHUP)


def follow_make() -> Callable[[], bool]:
    """Where make is our parent, end with it, and hand back whether it has been asked to end since.

    Its handler of a signal is gone once that signal has come. Only Linux shows this; elsewhere it is let be.
    """
    status = Path(f"/proc/{os.getppid()}/status")
    if not status.exists() or _read(status, "Name") not in {"make", "gmake"}:
        return lambda: False
    set_death_signal(signal.SIGTERM)
    before = _list_handled(status)
    return lambda: _list_handled(status) != before


def _list_handled(status: Path) -> list[bool]:
    caught = int(_read(status, "SigCgt") or "0", 16)
    return [bool(caught >> (signum - 1) & 1) for signum in TOLD_BY_NOBODY]


def _read(status: Path, name: str) -> str:
    """One field of proc_pid_status(5); empty once the process is gone."""
    try:
        lines = status.read_text().splitlines()
    except OSError:
        return ""
    return next(
        (value.strip() for field, _, value in (line.partition(":") for line in lines) if field == name), ""
    )
