"""How many streams one person may have open, over all web processes, of both kinds together.

Counted in Redis, because a person's next tab may be another process's: a set by person and by address of
those that are open, each with the moment until which it counts. Its process says every heartbeat that it is
still there, so that of a process that was killed nothing stays, and a Redis that was emptied is filled again.
While Redis is away everybody is let in. Who is refused has not lost anything: the page asks every two seconds
then, and tries again for a stream. The one that is refused is the new one, and not the oldest closed for it:
that one would come back, and close the next.
"""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.conf import settings
from django.utils.translation import gettext as _
from redis import RedisError

from stories import rates
from stories.people import Person
from stories.refusals import NotNow

logger = logging.getLogger(__name__)

#: Seconds for which a stream counts after its process was last heard of: three heartbeats of the hub.
KEPT = 45

TAKE = """
    local now = tonumber(redis.call('TIME')[1])
    for number, key in ipairs(KEYS) do
        redis.call('ZREMRANGEBYSCORE', key, '-inf', now)
        if redis.call('ZCARD', key) >= tonumber(ARGV[number + 2]) then return 0 end
    end
    for _, key in ipairs(KEYS) do
        redis.call('ZADD', key, now + ARGV[2], ARGV[1])
        redis.call('EXPIRE', key, ARGV[2])
    end
    return 1
"""
KEEP = """
    local now = tonumber(redis.call('TIME')[1])
    for number, key in ipairs(KEYS) do
        redis.call('ZADD', key, now + ARGV[1], ARGV[number + 1])
        redis.call('EXPIRE', key, ARGV[1])
    end
"""


class TooManyStreams(NotNow):
    """All of a person's streams are open."""


@dataclass(slots=True)
class Place:
    """One open stream, and the sets that it is counted in. Threads take, keep and give it up, in any order:
    what was given up stays so."""

    names: tuple[str, ...] = ()
    is_given_up: bool = False
    id: str = field(default_factory=lambda: uuid.uuid4().hex)


#: Held while places are kept, so that none is given up in the middle, and counted again afterwards.
_keeping = threading.Lock()


def take(person: Person, place: Place | None = None) -> Place:
    """``place``: one to take, that whoever waits for this can give up without waiting.

    Raises:
        TooManyStreams: this person, or this address, has as many as may be.
    """
    bounds, place = list_bounds(person), place or Place()
    try:
        said = (*bounds, place.id, KEPT, *bounds.values())
        taken = not bounds or rates.client().eval(TAKE, len(bounds), *said)
    except (RedisError, OSError) as error:
        logger.debug("streams are not counted: %s", type(error).__name__)
        taken = True
    if not taken:
        raise TooManyStreams(_("As many streams as may be are open. Ask for the status instead."))
    place.names = tuple(bounds)
    if place.is_given_up:
        give_up(place)
    return place


def list_bounds(person: Person) -> dict[str, int]:
    """As in `stories.rates`: a bare address is not one person."""
    bounds = {person.key: settings.LIVE_STREAMS_PER_PERSON} if person.is_known else {}
    if person.origin:
        bounds[person.origin] = settings.LIVE_STREAMS_PER_ADDRESS
    return {f"starloom:streams:{who}": most for who, most in bounds.items() if most}


def keep(places: Iterable[Place]) -> None:
    """Say that these are still open."""
    with _keeping:
        held = [(name, place.id) for place in places if not place.is_given_up for name in place.names]
        if held:
            names, ids = zip(*held, strict=True)
            try:
                rates.client().eval(KEEP, len(names), *names, KEPT, *ids)
            except (RedisError, OSError) as error:
                logger.debug("streams are not counted: %s", type(error).__name__)


def give_up(place: Place) -> None:
    """It is closed."""
    with _keeping:
        place.is_given_up = True
    try:
        for name in place.names:
            rates.client().zrem(name, place.id)
    except (RedisError, OSError) as error:
        logger.debug("streams are not counted: %s", type(error).__name__)
