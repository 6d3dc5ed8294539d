"""`manage.py backup [FILE]`: every story, picture and account in one file."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone
from rich.console import Console
from rich.filesize import decimal
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from stories import backup
from stories.management.commands.tell import START


class Command(BaseCommand):
    help = (
        "Write everything to FILE, while Starloom goes on. It holds secrets: keep it as safe as the server."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", nargs="?", type=Path, metavar="FILE", help="default: starloom-<date and time>.zip, here"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        target: Path = options["file"] or Path(f"starloom-{timezone.now():%Y-%m-%d-%H%M%S}.zip")
        with told(options) as (console, progress):
            summary = backup.back_up(target, progress)
        size = decimal(target.stat().st_size)
        console.print(
            f"{target}: {summary.rows} rows and {summary.files} files of pictures, {size}.", soft_wrap=True
        )


@contextmanager
def told(options: dict[str, Any]) -> Iterator[tuple[Console, backup.Progress]]:
    """A console and a progress bar; what goes wrong is told in one line that says what to do."""
    console = Console(file=options.get("stdout") or sys.stdout, highlight=False, markup=False, emoji=False)
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    try:
        with Progress(*columns, console=console, transient=True) as bar:
            task = bar.add_task("", total=None)
            yield (
                console,
                lambda done, whole, what: bar.update(task, completed=done, total=whole, description=what),
            )
    except backup.BackupError as error:
        raise CommandError(str(error)) from None
    except (OperationalError, InterfaceError, ImproperlyConfigured):
        raise CommandError(f"The database cannot be reached. {START}") from None
    except OSError as error:
        raise CommandError(f"{error.filename or 'The file'}: {error.strerror}.") from None
    finally:
        connection.close()
