"""What gunicorn is told to use: its ASGI worker (`--worker-class`) and its logger (`--logger-class`)."""

from __future__ import annotations

import gc
import os
import socket
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.urls import get_resolver
from gunicorn import glogging
from gunicorn.workers.gasgi import ASGIWorker

from story_generator.logs import make_formatter

#: Milliseconds that a client may take nothing of what it asked for.
TAKES_NOTHING = 60_000


class Worker(ASGIWorker):
    """Sets aside what it has loaded, lets go who takes nothing, and lets the live streams go when it is asked
    to stop: it would wait for their end.
    """

    def init_process(self) -> None:
        let_go_who_takes_nothing(listener.sock for listener in self.sockets)
        super().init_process()

    def load_wsgi(self) -> None:
        super().load_wsgi()
        from stories import counting

        counting.keep_flushing()
        get_resolver().url_patterns  # noqa: B018 (it imports the views)
        # All this stays for good. Looked at again by each full collection, it held up every page for 0.2 to
        # 0.5 s, two dozen times a minute, while a hundred people were here.
        gc.collect()
        gc.freeze()
        gc.collect()  # which learns that little is left: a quarter more makes it look again

    def handle_exit_signal(self) -> None:
        from stories.live.app import hub

        hub.close()
        super().handle_exit_signal()


def let_go_who_takes_nothing(listeners: Iterable[socket.socket]) -> None:
    """Have the system end the connections on which it could deliver nothing for so long (RFC 5482; what is
    set on a listener its connections inherit): an answer of theirs would be kept for good. Where the system
    cannot, a proxy has to."""
    for listener in listeners:
        if listener.family in (socket.AF_INET, socket.AF_INET6) and hasattr(socket, "TCP_USER_TIMEOUT"):
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, TAKES_NOTHING)


class Logger(glogging.Logger):
    """gunicorn's own lines, in the form of all others; for ``--logger-class``."""

    def setup(self, cfg: Any) -> None:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "story_generator.settings")
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(make_formatter(settings.LOG_FORMAT))
