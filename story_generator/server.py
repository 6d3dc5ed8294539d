"""What gunicorn is told to use: its ASGI worker (`--worker-class`) and its logger (`--logger-class`)."""

from __future__ import annotations

import os
from typing import Any

from django.conf import settings
from gunicorn import glogging
from gunicorn.workers.gasgi import ASGIWorker

from story_generator.logs import make_formatter


class Worker(ASGIWorker):
    """Lets the live streams go when it is asked to stop: it would wait for their end."""

    def load_wsgi(self) -> None:
        super().load_wsgi()
        from stories import counting

        counting.keep_flushing()

    def handle_exit_signal(self) -> None:
        from stories.live.app import hub

        hub.close()
        super().handle_exit_signal()


class Logger(glogging.Logger):
    """gunicorn's own lines, in the form of all others; for ``--logger-class``."""

    def setup(self, cfg: Any) -> None:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "story_generator.settings")
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(make_formatter(settings.LOG_FORMAT))
