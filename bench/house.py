"""A copy of the product for a bench: its own PostgreSQL and Redis, dispatcher and workers."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from embedded.services import services
from tests.services import UNBOUNDED

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 60


@contextmanager
def house(*, storyteller: bool = False) -> Iterator[Path]:
    """Start the services, migrate, and set up Django in this process. Yields the folder of data and logs."""
    with ExitStack() as stack:
        data_dir = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="starloom-bench-")))
        wanted = ["database", "redis", *(["storyteller"] if storyteller else [])]
        found = stack.enter_context(services(data_dir, wanted=wanted, environ={}, say=lambda line: None))
        os.environ.update(
            {"OLLAMA_BASE_URL": "http://127.0.0.1:9", "OLLAMA_MODEL": "sketch"},
            DATA_DIR=str(data_dir),
            **UNBOUNDED,
            SECRET_KEY="bench",  # noqa: S106
            IMAGE_MODEL="sketch",
            LOG_LEVEL="WARNING",
            DJANGO_SETTINGS_MODULE="bench.settings",
            **found,
        )
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        yield data_dir


@contextmanager
def workers(data_dir: Path, *, text: int = 2, painters: int = 1, **variables: str) -> Iterator[None]:
    """A dispatcher, a text worker with ``text`` threads, ``painters`` GPU workers; waits until all are up."""
    celery = [
        sys.executable,
        "-m",
        "celery",
        "-A",
        "story_generator",
        "worker",
        "--without-gossip",
        "--without-mingle",
    ]
    commands = {
        "dispatch": [sys.executable, "manage.py", "dispatch"],
        "text": [*celery, "-Q", "text", "-P", "threads", "-c", str(text), "-n", "text@bench"],
        **{f"gpu{n}": [*celery, "-Q", "gpu", "-P", "solo", "-n", f"gpu{n}@bench"] for n in range(painters)},
    }
    environ = {**os.environ, "OLLAMA_NUM_PARALLEL": str(text), **variables}
    running: list[subprocess.Popen[bytes]] = []
    try:
        for name, command in commands.items():
            with (data_dir / f"{name}.log").open("wb") as log:
                running.append(subprocess.Popen(command, cwd=ROOT, env=environ, stdout=log, stderr=log))
        wait_for_workers(painters)
        yield
    finally:
        for process in running:
            process.terminate()
        for process in running:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


def wait_for_workers(painters: int) -> None:
    from story_generator.celery import app

    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if len(app.control.ping(timeout=1.0) or []) == 1 + painters:
            return
    raise TimeoutError("the workers did not come up; see their logs")
