"""`manage.py demo`: fill the library with a dozen stories of many kinds, told by the services that run."""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError, connection
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from stories import curating, services
from stories.management.commands.tell import (
    POLL_SECONDS,
    START,
    check_somebody_is_there,
    watch_workers,
)
from stories.models import ENDED, GenerationSession, GenerationStatus, Story, Visibility
from stories.people import Person
from stories.validation import clean_language

#: Whose the stories are: nobody's who could log in, so that only curators change them.
TELLER = Person(f"{Person.TERMINAL}demo")
STORIES = (
    ("storybook", "fairy-tale", "A shy dragon who paints the night sky"),
    ("watercolour", "sea", "A lighthouse keeper who collects lost messages from the sea"),
    ("paper-cut", "winter", "A clockwork fox looking for spring in a city of snow"),
    ("ink", "mystery", "A librarian whose books whisper at midnight"),
    ("gouache", "science-fiction", "A young astronaut who plants a garden on the moon"),
    ("pastel", "everyday", "A teapot that is afraid of being poured"),
    ("claymation", "comedy", "A penguin who wants to open a bakery in the desert"),
    ("pencil", "animals", "An old bear who teaches the young owls to listen"),
    ("woodcut", "adventure", "A mapmaker's daughter who sails off the edge of her father's map"),
    ("cinematic", "ghost", "A ghost who is lonely in a house full of clocks"),
    ("stained-glass", "fantasy", "A blacksmith who forges a sword that refuses to fight"),
    ("oil", "", "A grandmother who knits a bridge across the valley"),
)


class Command(BaseCommand):
    help = "Tell a dozen stories and make them public. What an earlier run has told stays as it is."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--language", default="", metavar="TAG", help="tell a dozen in this one besides")

    def handle(self, *args: Any, **options: Any) -> None:
        console = Console(file=options.get("stdout") or sys.stdout, highlight=False, markup=False)
        try:
            language = clean_language(options["language"])
        except ValidationError as error:
            raise CommandError(f"language: {' '.join(error.messages)}") from None
        try:
            check_somebody_is_there()
            begun = [begin(number, language) for number in range(len(STORIES))]
            told = follow(begun, console)
        except KeyboardInterrupt:
            raise CommandError("Stopped watching: the stories go on being told.", returncode=130) from None
        except (OperationalError, InterfaceError, ImproperlyConfigured):
            raise CommandError(f"The database cannot be reached. {START}") from None
        finally:
            connection.close()
        new = sum(not session.is_ended for session in begun)
        console.print(f"{new} new {'story' if new == 1 else 'stories'}, {len(begun)} in all.")
        failed = [session for session in told if session.status != GenerationStatus.COMPLETED]
        if failed:
            raise CommandError(failed[0].error or "Not all of them could be told. Run this once more.")


def begin(number: int, language: str = "") -> GenerationSession:
    """The telling of one of them: the earlier one, gone on with where it broke off, or a new one."""
    style, genre, sentence = STORIES[number]
    session = services.start_generation(
        person=TELLER,
        prompt=sentence,
        style=style,
        genre=genre,
        language=language,
        seed=number,
        bulk=True,
        idempotency_key=f"demo-{language}-{number}" if language else f"demo-{number}",
    )
    broke_off = session.status in (GenerationStatus.FAILED, GenerationStatus.CANCELLED)
    if not broke_off or session.story.trashed_at:
        return session
    return services.retry_generation(session)


def follow(begun: list[GenerationSession], console: Console) -> list[GenerationSession]:
    """Watch until all have ended, a bar for each that is at work and one for all. Each is made public at its
    end."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    ended: dict[Any, GenerationSession] = {}
    known = {session.pk for session in begun if session.is_ended}
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as shown:
        whole = shown.add_task("All of them", total=100 * len(begun) or 1)
        bars: dict[Any, Any] = {}
        say_who_is_missing = watch_workers(console)
        while len(ended) < len(begun):
            found = GenerationSession.objects.select_related("story").filter(
                pk__in=[session.pk for session in begun]
            )
            sessions = list(found)
            connection.close()
            for session in sessions:
                show(session, shown, bars)
                if session.status in ENDED and session.pk not in ended:
                    ended[session.pk] = session
                    publish(session.story)
                    if session.pk in known:
                        continue
                    mark = "✓" if session.status == GenerationStatus.COMPLETED else "✗"
                    console.print(f"{mark} {session.story.title or session.story.prompt}", markup=False)
            shown.update(whole, completed=sum(session.progress for session in sessions))
            say_who_is_missing()
            time.sleep(POLL_SECONDS if len(ended) < len(begun) else 0)
    return list(ended.values())


def publish(story: Story) -> None:
    """For everybody, unless a curator has hidden it since."""
    if story.story_text and story.visibility != Visibility.PUBLIC and not story.hidden_reason:
        curating.publish([story])


def show(session: GenerationSession, shown: Progress, bars: dict[Any, Any]) -> None:
    if session.status in ENDED:
        if session.pk in bars:
            shown.remove_task(bars.pop(session.pk))
    elif session.status != GenerationStatus.PENDING:
        if session.pk not in bars:
            bars[session.pk] = shown.add_task("", total=100)
        words = session.story.prompt[:44]
        shown.update(bars[session.pk], description=words, completed=session.progress)
