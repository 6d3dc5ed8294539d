"""Whether everything that a generation needs is there, told within about two seconds."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooSlow
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import connection

from agents.health import check_model
from agents.types import LanguageModelError
from stories import presence
from stories.engines import language_model

SECONDS = 2.0
Check = dict[str, Any]


def check_health() -> dict[str, Any]:
    """``{"status", "checks"}``: down without a database, degraded when anything else is missing."""
    probes: dict[str, Callable[[], Check]] = {
        "database": check_database,
        "redis": check_redis,
        "language_model": check_language_model,
        "painter": check_painter,
        "workers": check_workers,
    }
    pool = ThreadPoolExecutor(max_workers=len(probes))
    running = {name: pool.submit(probe) for name, probe in probes.items()}
    checks = {name: _await(future.result) for name, future in running.items()}
    pool.shutdown(wait=False)
    if not checks["database"]["ok"]:
        status = "down"
    else:
        status = "ok" if all(check["ok"] for check in checks.values()) else "degraded"
    return {"status": status, "checks": checks}


def _await(result: Callable[[float], Check]) -> Check:
    try:
        return result(SECONDS)
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
