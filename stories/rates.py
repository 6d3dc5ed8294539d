"""How often somebody may ask in a minute: one count for the pages, the API and the live streams.

Counted in Redis, so that all web processes count together, by the minute of the clock. What it guards is the
server's time and nothing that could be lost; so a Redis that is away or was emptied lets everybody through.
What has to be exact stands in PostgreSQL (`stories.allowances`, `stories.services`).
"""

from __future__ import annotations

import logging
import time
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

from stories.people import Person, who_is
from stories.refusals import NotNow, tell_wait

logger = logging.getLogger(__name__)

#: What a request is counted as: the settings are named ``<PACE>_PER_PERSON`` and ``<PACE>_PER_ADDRESS``.
READS, WRITES, COSTLY = "READS", "WRITES", "COSTLY"
SAFE = ("GET", "HEAD", "OPTIONS")
WINDOW = 60
#: A Redis that hangs costs one request in this many seconds the length of its timeout.
TIMEOUT, REST = 0.25, 5.0
_resting_until = 0.0


class TooOften(NotNow):
    """Somebody asks more often than anybody needs to."""

    whatever = True


def check(request: HttpRequest, pace: str | None = None) -> None:
    """Count a request; by its method where no ``pace`` is named.

    Raises:
        TooOften: there were too many in this minute.
    """
    bounds = list_bounds(who_is(request), pace or (READS if request.method in SAFE else WRITES))
    numbers = count(list(bounds)) if bounds else []
    if any(number > most for number, most in zip(numbers, bounds.values(), strict=False)):
        left = WINDOW - time.time() % WINDOW
        words = _("That was too often within a minute. Try again in {wait}; nothing is lost.")
        raise TooOften(words.format(wait=tell_wait(left)), left)


def list_bounds(person: Person, pace: str) -> dict[str, int]:
    """What is counted, and how much of it may be. A bare address is not one person: many may share it. And
    who has no account can be a new person with every request, so there the address counts besides."""
    bounds = {}
    if person.is_known:
        bounds[person.key] = getattr(settings, f"{pace}_PER_PERSON")
    if person.origin:
        bounds[person.origin] = getattr(settings, f"{pace}_PER_ADDRESS")
    return {f"starloom:{pace}:{who}": most for who, most in bounds.items() if most}


def count(names: list[str]) -> list[int]:
    """One more of each in this minute; how many that makes. Empty where nobody can count."""
    global _resting_until
    if time.monotonic() < _resting_until:
        return []
    minute = int(time.time() // WINDOW)
    try:
        with client().pipeline(transaction=False) as pipe:
            for name in names:
                pipe.incr(f"{name}:{minute}")
                pipe.expire(f"{name}:{minute}", 2 * WINDOW)
            return [int(number) for number in pipe.execute()[::2]]
    except (RedisError, OSError) as error:
        _resting_until = time.monotonic() + REST
        logger.debug("requests are not counted for a while: %s", type(error).__name__)
        return []


@cache
def client() -> Any:
    return Redis.from_url(
        settings.CACHES["default"]["LOCATION"],
        socket_timeout=TIMEOUT,
        socket_connect_timeout=TIMEOUT,
        retry=Retry(NoBackoff(), 0),
    )
