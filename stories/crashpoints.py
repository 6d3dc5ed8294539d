"""Named places at which the crash tests have the process killed: every commit and publish boundary.

Outside those tests `reach` does nothing. With ``STARLOOM_CRASH_DIR`` set, a file there named after a place
arms it, and the first to reach it for a generation dies by SIGKILL, once. The mark that it leaves behind,
``PLACE.GENERATION``, is the proof that the fault was real.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path

PLACES = (
    "claim-before-commit", "claim-after-commit",
    "work-before", "work-after",
    "finish-before-commit", "finish-after-commit",
    "retry-before-commit", "retry-after-commit",
    "fail-before-commit", "fail-after-commit",
    "dispatch-before-commit", "dispatch-before-publish", "dispatch-after-publish",
)  # fmt: skip


def _ignore(place: str, generation: object) -> None:
    """No test is watching."""


def _die_once(place: str, generation: object) -> None:
    armed = Path(os.environ["STARLOOM_CRASH_DIR"]) / place
    if not armed.exists():
        return
    try:
        os.close(os.open(f"{armed}.{generation}", os.O_CREAT | os.O_EXCL | os.O_WRONLY))
    except FileExistsError:
        return
    os.kill(os.getpid(), signal.SIGKILL)


reach = _die_once if "STARLOOM_CRASH_DIR" in os.environ else _ignore
