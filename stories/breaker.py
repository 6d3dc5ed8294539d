"""A circuit breaker for the language model's server (M. Nygard, "Release It!", 2007), shared by all workers.

While it is open nobody asks the server: steps wait, and their owners see until when. It is kept in Redis, and
that may be emptied or away at any moment: it counts as closed then, and the next calls find out anew.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TypeVar

import redis
from django.conf import settings
from pybreaker import STATE_CLOSED, STATE_OPEN, CircuitBreaker, CircuitBreakerError, CircuitRedisStorage
from redis.backoff import NoBackoff
from redis.retry import Retry

from agents.explaining import explain_absence
from agents.health import check_model
from agents.types import LanguageModelError, Server
from stories import steps
from stories.engines import language_model

logger = logging.getLogger(__name__)
T = TypeVar("T")

#: It opens at so many troubled calls with no good one between them; seconds until the server is asked again.
TROUBLES = 3
REST = 10.0
#: Seconds in which a server that is asked whether it is back has to answer.
PROBE_TIMEOUT = 2.0
#: Seconds for which a process believes what it knows to be well, and asks Redis nothing.
BELIEVED = 1.0


class Kept(CircuitRedisStorage):
    """In Redis, whose absence is nobody's trouble."""

    def _initialize_redis_state(self, state: str) -> None:
        with suppress(redis.RedisError):
            super()._initialize_redis_state(state)


class Breaker(CircuitBreaker):
    """That of the server at one address."""

    def __init__(self, address: str) -> None:
        client = redis.Redis.from_url(
            settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1, retry=Retry(NoBackoff(), 0)
        )
        name = hashlib.sha256(address.encode()).hexdigest()[:16]
        self.kept = Kept(STATE_CLOSED, client, namespace=f"starloom:{name}")
        super().__init__(
            fail_max=TROUBLES,
            reset_timeout=REST,
            exclude=[answers],
            state_storage=self.kept,
            throw_new_error_on_trip=False,
        )

        self._closed_at = self._told_at = -BELIEVED
        self._troubled = False

    @property
    def is_closed(self) -> bool:
        if time.monotonic() - self._closed_at < BELIEVED:
            return True
        closed = self.current_state == STATE_CLOSED
        if closed:
            self._closed_at = time.monotonic()
        return closed

    def open(self) -> bool:
        self._closed_at = -BELIEVED
        return super().open()

    @property
    def next_try(self) -> datetime:
        """When it lets the next call through, once it is open."""
        now = datetime.now(UTC)
        return max((self.kept.opened_at or now) + timedelta(seconds=REST), now + timedelta(seconds=1))

    def note(self, error: LanguageModelError | None) -> None:
        """Count the outcome of a call. The call itself does not pass through: Pybreaker would hold a lock."""

        def happen() -> None:
            if error:
                raise error

        now = time.monotonic()
        if error is None and not self._troubled and now - self._told_at < BELIEVED:
            return
        self._troubled, self._told_at = error is not None, now
        with suppress(LanguageModelError, CircuitBreakerError):
            self.call(happen)


@cache
def breaker_of(address: str) -> Breaker:
    return Breaker(address)


def find() -> Breaker:
    """The breaker of the server that the settings name."""
    return breaker_of(language_model().address)


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


def ask(work: Callable[[], T]) -> T:
    """Do work that asks the model. What else goes wrong with it, or a person who stops it, says nothing of
    the server.

    Raises:
        LanguageModelError: as the work does; or at once, while the breaker is open.
    """
    breaker = find()
    if not breaker.is_closed and breaker.current_state == STATE_OPEN:
        raise explain_absence(language_model())
    try:
        done = work()
    except LanguageModelError as error:
        breaker.note(error)
        raise
    breaker.note(None)
    return done


def is_open() -> bool:
    return not find().is_closed


def find_next_try() -> datetime | None:
    """Until when the server is to be left alone; None where it may be asked. One that is due is asked whether
    it is back, so that no step's work need be begun for that; and when it is, all that wait go on."""
    breaker = find()
    if breaker.is_closed:
        return None
    try:
        breaker.call(require)
    except (CircuitBreakerError, LanguageModelError):
        return breaker.next_try
    logger.info("the language model's server answers again")
    steps.go_on()
    return None


def require() -> None:
    """Raises `LanguageModelError` when the server does not answer."""
    if error := probe():
        raise error
