"""`manage.py tell "PROMPT"`: one story on the terminal, made by the same services as everywhere."""

from __future__ import annotations

import getpass
import logging
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError, connection
from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
)

from agents.genres import GENRES
from agents.languages import LANGUAGES
from imaging.styles import DEFAULT_STYLE, STYLES
from stories import presence, printing, services, validation
from stories.models import ENDED, GenerationSession, GenerationStatus, StepStatus, Story
from stories.people import Person
from stories.refusals import Refused
from stories.status import describe_status

POLL_SECONDS = 0.3
#: How often to look whether anybody is still there to do the work, in polls.
LOOK_EVERY = 20
INTERRUPTED = 130
START = "Start `make run` in another terminal, then try again."
MARKS = {
    StepStatus.DONE: "✓",
    StepStatus.SKIPPED: "–",
    StepStatus.FAILED: "✗",
    StepStatus.CANCELLED: "✗",
}
WORKERS = {"dispatcher": "the dispatcher", "text": "a text worker", "gpu": "a painter's worker"}


class Command(BaseCommand):
    help = "Tell one story: PROMPT becomes a title, a text and three pictures."
    # What is missing is told here, in fewer words than the system checks need.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("prompt", metavar="PROMPT", help="one sentence about the story")
        parser.add_argument("--style", default=DEFAULT_STYLE, metavar="NAME", help=", ".join(STYLES))
        parser.add_argument("--genre", default="", metavar="NAME", help=", ".join(GENRES))
        parser.add_argument(
            "--language", default="", metavar="TAG", help=f"that of PROMPT, or one of {', '.join(LANGUAGES)}"
        )
        parser.add_argument("--seed", metavar="N", help="the same seed gives the same choices")
        parser.add_argument("--out", type=Path, metavar="DIR", help="write story.md and the pictures there")

    def handle(self, *args: Any, **options: Any) -> None:
        console = Console(
            file=options.get("stdout") or sys.stdout, highlight=False, markup=False, emoji=False
        )
        wanted = read_wishes(options)
        folder = options["out"]
        if folder:
            prepare_folder(folder)
        # What the pool says while it tries again is said here once, at the end.
        logging.getLogger("psycopg.pool").setLevel(logging.ERROR)
        try:
            check_somebody_is_there()
            session = services.start_generation(person=who_sits_here(), **wanted)
            status = watch_until_end(session, console)
            story = Story.objects.with_pictures().get(pk=session.story_id)
        except Refused as refused:
            raise CommandError(str(refused)) from None
        except (OperationalError, InterfaceError, ImproperlyConfigured):
            raise CommandError(f"The database cannot be reached. {START}") from None
        finally:
            connection.close()
        if story.story_text:
            printing.print_story(console, story, warnings=status["warnings"])
        if story.story_text and folder:
            write_out(folder, story, console)
        if status["status"] != GenerationStatus.COMPLETED:
            raise CommandError(status["error"] or "The story was stopped before all of it was made.")


def read_wishes(options: dict[str, Any]) -> dict[str, Any]:
    """The clean prompt, style, genre, language and seed.

    Raises:
        CommandError: it says which of them is wrong, and how.
    """
    rules: dict[str, Callable[[Any], Any]] = {
        "prompt": validation.clean_prompt,
        "style": validation.clean_style,
        "genre": validation.clean_genre,
        "language": validation.clean_language,
        "seed": validation.clean_seed,
    }
    wanted = {}
    for name, rule in rules.items():
        try:
            wanted[name] = rule(options[name])
        except ValidationError as error:
            raise CommandError(f"{name}: {' '.join(error.messages)}") from None
    return wanted


def prepare_folder(folder: Path) -> None:
    """Make it now: one that cannot be written to is better known before the story is told."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise CommandError(f"{folder} is not empty. Name another folder, so that nothing is overwritten.")
    except OSError as error:
        raise CommandError(f"{folder} cannot be written to: {error.strerror}.") from None


def write_out(folder: Path, story: Story, console: Console) -> None:
    try:
        written = printing.write_story(folder, story)
    except OSError as error:
        raise CommandError(f"The story could not be written to {folder}: {error.strerror}.") from None
    console.print(f"Written: {', '.join(str(path) for path in written)}", soft_wrap=True)


def who_sits_here() -> Person:
    return Person(f"{Person.TERMINAL}{getpass.getuser()[:60]}")


def check_somebody_is_there() -> None:
    """Raises CommandError where nobody would ever do the work."""
    for name in ("DATABASE_URL", "REDIS_URL"):
        if not getattr(settings, name):
            raise CommandError(f"{name} is not set. {START}")
    missing = who_is_missing()
    if missing is None:
        raise CommandError(f"Redis cannot be reached. {START}")
    if missing:
        raise CommandError(f"Nobody is there to make a story: {missing} is missing. {START}")


def who_is_missing() -> str | None:
    """In words, "" when all are there, None when that cannot be known."""
    try:
        there = presence.who_is_there()
    except Exception:  # the cache may fail in any of its client's ways
        return None
    return " and ".join(name for role, name in WORKERS.items() if not there.get(role))


def watch_until_end(session: GenerationSession, console: Console) -> dict[str, Any]:
    """Show each step as it ends, and a bar where there is a terminal; the status JSON of the end.

    Raises:
        CommandError: Ctrl-C, which stops the generation; its return code is 130.
    """
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    shown = Progress(
        *columns, TimeElapsedColumn(), console=console, transient=True, disable=not console.is_terminal
    )
    try:
        with shown:
            return follow(session, console, shown)
    except KeyboardInterrupt:
        connection.close()  # it may have been interrupted in the middle of a query
        services.cancel_generation(session)
        raise CommandError("Stopped. What was finished so far is kept.", returncode=INTERRUPTED) from None


def follow(session: GenerationSession, console: Console, shown: Progress) -> dict[str, Any]:
    bar = shown.add_task("Waiting for its turn", total=100)
    told: set[str] = set()
    say_who_is_missing = watch_workers(console)
    while True:
        status = describe_status(services.find_generation(session.pk))
        connection.close()
        words = len(status["partial_text"].split()) if not status["story_id"] else 0
        written = f" · {words} words" if words else ""
        shown.update(bar, completed=status["progress"], description=status["current_label"] + written)
        for step in status["steps"]:
            if step["status"] in MARKS and step["name"] not in told:
                told.add(step["name"])
                console.print(describe_step(step))
        if status["status"] in ENDED:
            return status
        say_who_is_missing()
        time.sleep(POLL_SECONDS)


def watch_workers(console: Console) -> Callable[[], None]:
    """What is called once a poll, and says now and then who is missing, each once."""
    polls, missing = 0, ""

    def say() -> None:
        nonlocal polls, missing
        polls += 1
        if polls % LOOK_EVERY == 0:
            before, missing = missing, who_is_missing() or ""
            if missing and missing != before:
                console.print(f"Waiting: {missing} is missing. The story goes on once `make run` is up.")

    return say


def describe_step(step: dict[str, Any]) -> str:
    """``✓ Writing the story``, with what went wrong where something did."""
    trouble = f": {printing.printable(step['error'])}" if step["error"] else ""
    return f"{MARKS[step['status']]} {step['label']}{trouble}"
