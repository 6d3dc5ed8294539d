"""A circuit breaker for the language model's server (M. Nygard, "Release It!", 2007), shared by all workers.

While it is open nobody asks the server: steps wait, and their owners see until when. It is kept in Redis, and
that may be emptied or away at any moment: it counts as closed then, and the next call finds out anew.
"""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import redis
from django.conf import settings
from pybreaker import STATE_CLOSED, CircuitBreaker, CircuitBreakerError, CircuitRedisStorage
from redis.backoff import NoBackoff
from redis.retry import Retry

from agents.explaining import explain_absence
from agents.health import check_model
from agents.types import LanguageModelError, Server
from stories.engines import language_model

logger = logging.getLogger(__name__)
T = TypeVar("T")

#: It opens at so many troubled calls with no good one between them; seconds until it lets one through.
TROUBLES = 3
REST = 10.0
#: Seconds in which a server that is asked whether it is back has to answer.
PROBE_TIMEOUT = 2.0


class Breaker(CircuitBreaker):
    """That of one server."""

    def __init__(self, address: str) -> None:
        """Raises `redis.RedisError` when there is no Redis to begin with."""
        client = redis.Redis.from_url(
            settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1, retry=Retry(NoBackoff(), 0)
        )
        name = hashlib.sha256(address.encode()).hexdigest()[:16]
        self.kept = CircuitRedisStorage(STATE_CLOSED, client, namespace=f"starloom:{name}")
        super().__init__(
            fail_max=TROUBLES,
            reset_timeout=REST,
            exclude=[answers],
            state_storage=self.kept,
            throw_new_error_on_trip=False,
        )

    @property
    def next_try(self) -> datetime:
        """When it lets the next call through, once it is open."""
        now = datetime.now(UTC)
        return max((self.kept.opened_at or now) + timedelta(seconds=REST), now + timedelta(seconds=1))


def answers(error: Exception) -> bool:
    """Whether the server is well, whatever became of this call. One that was in trouble with it is asked:
    what only this call does to it must not hold up others."""
    server = getattr(error, "server", Server.WELL)
    return server is Server.WELL or (server is Server.TROUBLED and probe() is None)


def probe() -> LanguageModelError | None:
    """Ask the server whether it is there; why it is not."""
    try:
        check_model(language_model(), timeout=PROBE_TIMEOUT)
    except LanguageModelError as error:
        return None if error.server is Server.WELL else error  # the step's own call says what else is wrong
    return None


#: Pybreaker holds a lock for as long as a call takes: calls of several threads go through one object each.
_mine = threading.local()


def find() -> Breaker | None:
    """This thread's breaker of the server that the settings name; None while there is no Redis to keep it."""
    address = language_model().address
    mine: dict[str, Breaker] = _mine.__dict__
    try:
        return mine.get(address) or mine.setdefault(address, Breaker(address))
    except redis.RedisError as error:
        logger.debug("no circuit breaker: %s", type(error).__name__)
        return None


def ask(work: Callable[[], T]) -> T:
    """Do work that asks the model.

    Raises:
        LanguageModelError: as the work does; or at once, while the breaker is open.
    """
    breaker = find()
    if breaker is None:
        return work()
    try:
        return breaker.call(work)
    except CircuitBreakerError:
        raise explain_absence(language_model()) from None


def is_open() -> bool:
    breaker = find()
    return breaker is not None and breaker.current_state != STATE_CLOSED


def find_next_try() -> datetime | None:
    """Until when the server is to be left alone; None where it may be asked. One that is due is asked whether
    it is back, so that no step's work need be begun for that."""
    breaker = find()
    if breaker is None or breaker.current_state == STATE_CLOSED:
        return None
    try:
        breaker.call(require)
    except (CircuitBreakerError, LanguageModelError):
        return breaker.next_try
    logger.info("the language model's server answers again")
    return None


def require() -> None:
    """Raises `LanguageModelError` when the server does not answer."""
    if error := probe():
        raise error
