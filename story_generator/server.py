"""gunicorn's ASGI worker, for `--worker-class`."""

from __future__ import annotations

from gunicorn.workers.gasgi import ASGIWorker


class Worker(ASGIWorker):
    """Lets the live streams go when it is asked to stop: it would wait for their end."""

    def handle_exit_signal(self) -> None:
        from stories.live.app import hub

        hub.close()
        super().handle_exit_signal()
