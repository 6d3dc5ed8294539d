"""`manage.py restore FILE`: everything as it was when the backup was made."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from stories import backup
from stories.management.commands.backup import told


class Command(BaseCommand):
    help = "Bring back all that `manage.py backup` wrote to FILE: all of it or, if something fails, nothing."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--replace", action="store_true", help="give up the stories and accounts that are here now"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with told(options) as (console, progress):
            summary = backup.restore(options["file"], replace=options["replace"], progress=progress)
        console.print(f"Back again: {summary.rows} rows and {summary.files} files of pictures.")
        console.print("Restart Starloom now, so that everybody is known again.")
