"""Starts what nothing is configured for, and tells the variables that lead to it."""

import http.client
import os
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from embedded import postgres, redis
from embedded.files import hold
from embedded.process import Child, ChildDied, find_free_port, stop_all
from embedded.service import Service

Say = Callable[[str], None]
PORT_TRIES = 3  # somebody else may take a free port before our service does
STOP_SECONDS = 2.5


def make_storyteller(data_dir: Path, port: int, say: Say) -> Service:
    """The sketch storyteller on 127.0.0.1:`port`, which speaks Ollama's HTTP API."""
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "embedded.storyteller", "--host", "127.0.0.1", "--port", str(port)]
    return Service(
        child=Child("storyteller", command, log_dir=data_dir / "logs"),
        variables={"OLLAMA_BASE_URL": url, "OLLAMA_MODEL": "sketch"},
        answers=partial(_answers, url),
        line=f"The sketch storyteller answers at {url}; for a language model, set OLLAMA_BASE_URL",
    )


# name: the variable that says where the real one is, and what stands in for it. The slow one comes last.
WANTED: dict[str, tuple[str, Callable[[Path, int, Say], Service]]] = {
    "redis": ("REDIS_URL", redis.make_service),
    "storyteller": ("OLLAMA_BASE_URL", make_storyteller),
    "database": ("DATABASE_URL", postgres.make_service),
}


@contextmanager
def services(
    data_dir: Path,
    *,
    wanted: Collection[str] = tuple(WANTED),
    environ: Mapping[str, str] = os.environ,
    say: Say = print,
) -> Iterator[dict[str, str]]:
    """Start each wanted service whose variable is unset in `environ`, stop them at the end.

    Yields the variables to add: DATABASE_URL, REDIS_URL, OLLAMA_BASE_URL and OLLAMA_MODEL. Call it from the
    main thread: on Linux the services end with the thread that started them.

    Raises EmbeddedError (its message is for a person) when `data_dir` is in use or a service does not start.
    """
    data_dir = data_dir.resolve()
    with hold(data_dir), running(data_dir, wanted=wanted, environ=environ, say=say) as started:
        yield collect_variables(started)


@contextmanager
def running(
    data_dir: Path, *, wanted: Collection[str], environ: Mapping[str, str], say: Say
) -> Iterator[list[Service]]:
    """As `services`, for a caller who holds `data_dir` already and watches the children."""
    children: list[Child] = []
    started: list[Service] = []
    try:
        for name, (variable, make) in WANTED.items():
            if name not in wanted:
                continue
            if environ.get(variable):
                say(f"{variable} is set: no embedded {name}")
                continue
            service = _start(partial(make, data_dir), children, say)
            started.append(service)
            say(service.line)
        yield started
    finally:
        stop_all(children, STOP_SECONDS)


def collect_variables(started: list[Service]) -> dict[str, str]:
    return {name: value for service in started for name, value in service.variables.items()}


def _start(make: Callable[[int, Say], Service], children: list[Child], say: Say) -> Service:
    for tries_left in reversed(range(PORT_TRIES)):
        service = make(find_free_port(), say)
        children.append(service.child)
        try:
            service.start()
            return service
        except ChildDied as death:
            if tries_left == 0 or not service.may_try_again(str(death)):
                raise
    raise AssertionError("the last try returns or raises")


def _answers(url: str) -> bool:
    """Asked without urllib or httpx: a proxy from the environment has no say about loopback."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=2)
    try:
        connection.request("GET", "/api/version")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
