"""ASGI entry point, what a server runs: `gunicorn -k story_generator.server.Worker story_generator.asgi`.

Live streams are answered here, polls while nothing has changed, and who was just refused; everything else by
Django as WSGI, in threads. Measured on two cores with 100 polls a second that reach Django: its own ASGI
handler took 85 % of a core, this 63 %, and gunicorn's threads 60 %.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote_from_bytes

from story_generator.bridge import Bridge
from story_generator.wsgi import application as pages  # sets Django up

from stories.live.app import Live  # isort: skip  (after the settings)
from stories.live.bodies import Bodies  # isort: skip
from stories.live.polls import Polls  # isort: skip
from stories.live.refusals import Refusals  # isort: skip

#: Requests that are worked on at once in a process; its pool has a few more connections, for all else.
THREADS = 4
#: So many more answer HEALTH alone: a database that hangs may hold all the others.
HEALTH, HEALTH_THREADS = "/health/", 4
PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))


class Pages:
    """Django behind the bridge to WSGI, which takes a query of ASCII alone."""

    def __init__(self) -> None:
        self.bridge = Bridge(pages, THREADS)
        self.health = Bridge(pages, HEALTH_THREADS)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if not scope["query_string"].isascii():
            scope = scope | {"query_string": quote_from_bytes(scope["query_string"], PRINTABLE).encode()}
        bridge = self.health if scope["path"] == HEALTH else self.bridge
        await bridge(scope, receive, send)


application = Bodies(Live(Refusals(Polls(Pages()))))
