"""Named places at which the crash tests have the process killed: every commit and publish boundary.

Outside those tests `reach` does nothing. With ``STARLOOM_CRASH_DIR`` set, a file there named after a place
arms it: ``any`` in it kills at the first step of each generation that comes by; the positions of steps, with
blanks between, at one of these, another one for other generations. Each generation is struck once a place.
The mark that is left behind, ``PLACE.GENERATION``, is the proof that the fault was real. ``poison`` with a
generation's id and the name of a step kills whoever comes by with it, every time; ``PLACE.poisoned`` grows.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path

from stories.models import Step

PLACES = (
    "claim-before-commit", "claim-after-commit",
    "work-before", "store-before-replace", "work-after",
    "finish-before-commit", "finish-after-commit",
    "retry-before-commit", "retry-after-commit",
    "fail-before-commit", "fail-after-commit",
    "dispatch-before-commit", "dispatch-before-publish", "dispatch-after-publish",
)  # fmt: skip


def _ignore(place: str, step: Step) -> None:
    """No test is watching."""


def _die_once(place: str, step: Step) -> None:
    armed = Path(os.environ["STARLOOM_CRASH_DIR"]) / place
    try:
        how = armed.read_text()
        if how.startswith("poison"):
            if how.split()[1:] != [str(step.session_id), step.name]:
                return
            with armed.with_suffix(".poisoned").open("a") as mark:
                mark.write(".")
            os.kill(os.getpid(), signal.SIGKILL)
        if how != "any" and step.position != int(how.split()[step.session_id.int % len(how.split())]):
            return
        os.close(os.open(f"{armed}.{step.session_id}", os.O_CREAT | os.O_EXCL | os.O_WRONLY))
    except (FileNotFoundError, FileExistsError):
        return
    os.kill(os.getpid(), signal.SIGKILL)


reach = _die_once if "STARLOOM_CRASH_DIR" in os.environ else _ignore
