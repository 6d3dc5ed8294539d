"""`manage.py dispatch`: hand ready steps to the workers until told to stop."""

from __future__ import annotations

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand

from stories import dispatcher


class Command(BaseCommand):
    help = "Hand ready steps to the workers, until SIGINT or SIGTERM. Several may run at once."

    def handle(self, *args: Any, **options: Any) -> None:
        asked = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: asked.set())
        dispatcher.dispatch_for_ever(asked.is_set)
