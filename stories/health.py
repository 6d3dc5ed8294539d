"""Whether everything that a generation needs is there, told within about two seconds."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TooSlow
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import connection

from agents.health import check_model
from agents.types import LanguageModelError
from stories import presence
from stories.engines import language_model

#: All of it is answered within two seconds, which leaves some for the way.
SECONDS = 1.8
Check = dict[str, Any]


class Probe:
    """One check, done by one thread at a time: while it goes on, all who ask wait for the same answer. So a
    dependency that hangs holds one thread and one connection, however often it is asked for."""

    def __init__(self, check: Callable[[], Check]) -> None:
        self._check = check
        self._lock = threading.Lock()
        self._answer: Future[Check] | None = None

    def ask(self) -> Future[Check]:
        with self._lock:
            if self._answer is None or self._answer.done():
                self._answer = Future()
                # A daemon: the process may end while it hangs.
                threading.Thread(target=self._do, args=[self._answer], name="probe", daemon=True).start()
            return self._answer

    def _do(self, answer: Future[Check]) -> None:
        try:
            answer.set_result(self._check())
        except Exception as error:
            answer.set_exception(error)


class Doctor:
    """Asks all probes at once. What took its time is told again to those who come within a second: they
    would wait as long, and keep the threads that answer them."""

    def __init__(self, **checks: Callable[[], Check]) -> None:
        self._probes = {name: Probe(check) for name, check in checks.items()}
        self._slow: tuple[float, dict[str, Check]] = (0.0, {})

    def ask(self) -> dict[str, Check]:
        until, told = self._slow
        if told and time.monotonic() < until:
            return told
        deadline = time.monotonic() + SECONDS
        asked = {name: probe.ask() for name, probe in self._probes.items()}
        checks = {name: _await(answer, deadline) for name, answer in asked.items()}
        if time.monotonic() >= deadline:
            self._slow = (time.monotonic() + 1.0, checks)
        return checks


def check_health() -> dict[str, Any]:
    """``{"status", "checks"}``: down without a database, degraded when anything else is missing."""
    checks = doctor.ask()
    if not checks["database"]["ok"]:
        status = "down"
    else:
        status = "ok" if all(check["ok"] for check in checks.values()) else "degraded"
    return {"status": status, "checks": checks}


def _await(answer: Future[Check], deadline: float) -> Check:
    try:
        return answer.result(max(0.0, deadline - time.monotonic()))
    except TooSlow:
        return {"ok": False, "detail": f"no answer within {SECONDS:g} s"}
    except LanguageModelError as error:
        return {"ok": False, "detail": str(error)}
    except Exception as error:  # a client may fail in any way; its message may carry a password
        return {"ok": False, "detail": type(error).__name__}


def check_database() -> Check:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    finally:
        connection.close()
    return {"ok": True}


def check_redis() -> Check:
    cache.get("health")
    return {"ok": True}


def check_language_model() -> Check:
    check_model(language_model(), timeout=SECONDS)
    return {"ok": True, "model": settings.OLLAMA_MODEL}


def check_painter() -> Check:
    said = presence.who_is_there()["gpu"]
    return {"ok": said == presence.READY, "model": settings.IMAGE_MODEL, "detail": said or "no worker paints"}


def check_workers() -> Check:
    there = presence.who_is_there()
    return {"ok": all(there.values()), **{role: seen is not None for role, seen in there.items()}}


doctor = Doctor(
    database=lambda: check_database(),
    redis=lambda: check_redis(),
    language_model=lambda: check_language_model(),
    painter=lambda: check_painter(),
    workers=lambda: check_workers(),
)
