"""`make run`: starts what is missing, then the application, and keeps watch until it is told to stop."""

import argparse
import http.client
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from environ import Env

from embedded.files import hold, write_private
from embedded.house import House, list_applications
from embedded.make import follow_make
from embedded.process import ROOT, Child, ChildDied, EmbeddedError, StopAsked, signals, stop_all
from embedded.services import WANTED, Say, collect_variables, running

MIGRATE = (sys.executable, "manage.py", "migrate", "--noinput", "--verbosity", "0")
STOP_SECONDS = 3.5  # for the application; with the services' share it stays under the promised 10
LONGEST_BACKOFF = 5.0  # a worker that dies of each step it takes must not keep the others waiting for long
CALM_SECONDS = 5.0  # a child that lived this long has earned a fresh start of its backoff


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m embedded", description="Run Starloom on this machine.")
    parser.add_argument("--keep-alive", action="store_true", help="start a process again when it dies")
    arguments = parser.parse_args(argv)
    Env.read_env(ROOT / ".env")
    signals.listen(follow_make())
    return launch(os.environ, keep_alive=arguments.keep_alive)


def launch(
    environ: Mapping[str, str],
    *,
    keep_alive: bool = False,
    applications: Callable[[House], Mapping[str, Sequence[str]]] = list_applications,
    migrate: Sequence[str] = MIGRATE,
    say: Say = lambda line: print(line, flush=True),
) -> int:
    """Run until asked to stop; returns the exit status: 0 when asked, 1 when something went wrong."""
    try:
        house = House.from_environ(environ)
        with hold(house.data_dir):
            house.check_port()
            _run(house, keep_alive, applications(house), migrate, say)
    except StopAsked:
        say("Starloom has stopped.")
        return 0
    except EmbeddedError as error:
        print(f"Starloom has stopped: {error}", file=sys.stderr, flush=True)
        return 1
    raise AssertionError("it runs until it is stopped")


def _run(
    house: House, keep_alive: bool, commands: Mapping[str, Sequence[str]], migrate: Sequence[str], say: Say
) -> None:
    """Raises StopAsked or EmbeddedError; everything is stopped by then."""
    with running(house.data_dir, wanted=WANTED, environ=house.environ, say=say) as services:
        ours = {**house.furnish(), **collect_variables(services)}
        make = partial(Child, log_dir=house.data_dir / "logs", environ=house.make_child_environ(ours))
        children = [
            make(name, command, niceness=house.choose_niceness(name)) for name, command in commands.items()
        ]
        watch = Watch([service.child for service in services], keep_alive, say)
        with tell_other_terminals(house.data_dir / "embedded.env", ours):
            try:
                _migrate(make("migrate", migrate))
                for child in children:
                    child.start()
                    watch.children.append(child)
                wait_for_health(house, watch, say)
                say(f"Starloom is ready at {house.url}")
                watch.keep()
            finally:
                say("Stopping …")
                stop_all(children, STOP_SECONDS)


@contextmanager
def tell_other_terminals(path: Path, variables: Mapping[str, str]) -> Iterator[None]:
    """While the services run, `manage.py` commands of other terminals find them through this file."""
    write_private(path, "".join(f"{name}={value}\n" for name, value in variables.items()))
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def _migrate(child: Child) -> None:
    child.start()
    try:
        while child.running:
            signals.pause(0.02)
    finally:
        stop_all([child], 1)
    if child.popen is not None and child.popen.returncode != 0:
        raise EmbeddedError(f"The database could not be brought up to date.\n{child.tell_death()}")


class Watch:
    """Looks after the children: one that dies ends everything, or is started again (`keep_alive`).

    One that ends with ``EX_SOFTWARE`` says that it asks for a fresh process itself (a painter whose card is
    broken, or that hangs), and always gets it.
    """

    def __init__(self, children: list[Child], keep_alive: bool, say: Say) -> None:
        self.children, self.keep_alive, self.say = children, keep_alive, say
        self.backoff: dict[str, float] = {}
        self.start_at: dict[str, float] = {}

    def keep(self) -> None:
        """Watch for ever. Raises ChildDied, StopAsked."""
        while True:
            signals.pause(0.2)
            self.look()

    def look(self) -> None:
        for child in self.children:
            child.trim_log()
            if child.running:
                continue
            asks_for_another = child.popen is not None and child.popen.returncode == os.EX_SOFTWARE
            if not (self.keep_alive or asks_for_another):
                self.say(child.tell_death())
                raise ChildDied(f"{child.name} has died. With KEEP_ALIVE=1, what dies is started again.")
            self._revive(child)

    def _revive(self, child: Child) -> None:
        now = time.monotonic()
        if child.name not in self.start_at:
            child.sweep()
            calm = now - child.started_at > CALM_SECONDS
            wait = 0.2 if calm else min(LONGEST_BACKOFF, 2 * self.backoff.get(child.name, 0.1))
            self.backoff[child.name] = wait
            self.start_at[child.name] = now + wait
            self.say(f"{child.tell_death()}\n{child.name} starts again in {wait:.1f} s.")
        elif now >= self.start_at[child.name]:
            del self.start_at[child.name]
            child.start()


def wait_for_health(house: House, watch: Watch, say: Say) -> None:
    """Wait until every health check is well, but for those of things outside, which are told."""
    told = time.monotonic()
    while True:
        watch.look()
        failing = ask_health(house)
        if failing.keys() <= house.outside:
            break
        if time.monotonic() - told > 15:
            told = time.monotonic()
            say(f"Still waiting for {describe(failing)}")
        signals.pause(0.1)
    if failing:
        say(f"Starloom runs, but not all that it was pointed to answers: {describe(failing)}")


def describe(failing: Mapping[str, str]) -> str:
    return ", ".join(f"{name} ({detail})" if detail else name for name, detail in failing.items())


def ask_health(house: House) -> dict[str, str]:
    """The checks that are not well, with what each says; {"web": …} while the server does not answer."""
    here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(house.host, house.host)  # noqa: S104
    connection = http.client.HTTPConnection(here, house.port, timeout=2.5)
    try:
        connection.request("GET", "/health/", headers={"Host": _find_allowed_host(house)})
        checks: dict[str, dict[str, Any]] = json.loads(connection.getresponse().read())["checks"]
    except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError) as error:
        return {"web": str(error)}
    finally:
        connection.close()
    return {name: str(check.get("detail", "")) for name, check in checks.items() if not check["ok"]}


def _find_allowed_host(house: House) -> str:
    """A name that Django answers to: a copy behind a proxy may know only its public one."""
    names = [name.strip() for name in house.environ.get("ALLOWED_HOSTS", "").split(",")]
    return next((name.lstrip(".") for name in names if name.strip("*")), house.address)
