"""What /health/ says of a dependency that hangs: it is there, takes the connection, and never says a word."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client

from stories import health
from tests.support.holes import black_hole

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

#: What is promised is two seconds; a busy machine may take a little longer, two checks in turn take four.
LIMIT = 3.5


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    checks = {name: probe._check for name, probe in health.doctor._probes.items()}
    monkeypatch.setattr(health, "doctor", health.Doctor(**checks))


@pytest.fixture
def hole() -> Iterator[int]:
    with black_hole() as port:
        yield port
    if AWAY is not None:
        AWAY.close_pool()


AWAY: Any = None


def hang_database(port: int, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    global AWAY
    AWAY = connections["default"].copy("away")
    AWAY.settings_dict = {**AWAY.settings_dict, "HOST": "127.0.0.1", "PORT": str(port)}
    monkeypatch.setattr(health, "connection", AWAY)


def hang_redis(port: int, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": f"redis://127.0.0.1:{port}/1"}}


def hang_model(port: int, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.OLLAMA_BASE_URL = f"http://127.0.0.1:{port}"


def ask() -> tuple[dict[str, Any], float]:
    began = time.monotonic()
    report = health.check_health()
    return report, time.monotonic() - began


Hang = Callable[[int, Any, pytest.MonkeyPatch], None]


@pytest.mark.parametrize(
    ("hang", "status", "silent"),
    [
        (hang_database, "down", {"database"}),
        (hang_redis, "degraded", {"redis", "painter", "workers"}),
        (hang_model, "degraded", {"language_model"}),
    ],
)
def test_one_that_hangs_is_told_in_time(
    hole: int, settings: Any, monkeypatch: pytest.MonkeyPatch, hang: Hang, status: str, silent: set[str]
) -> None:
    hang(hole, settings, monkeypatch)
    report, seconds = ask()
    assert seconds < LIMIT
    assert report["status"] == status
    bad = {name for name, check in report["checks"].items() if not check["ok"]}
    assert silent <= bad <= silent | {"painter", "workers"}  # no workers run in this test


def test_all_that_hang_together_take_no_longer_than_one(
    hole: int, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for hang in (hang_database, hang_redis, hang_model):
        hang(hole, settings, monkeypatch)
    report, seconds = ask()
    assert report["status"] == "down"
    assert not any(check["ok"] for check in report["checks"].values())
    assert seconds < LIMIT


def find_probes() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if thread.name == "probe"}


def test_fifty_at_once_pile_nothing_up(hole: int, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for hang in (hang_database, hang_redis, hang_model):
        hang(hole, settings, monkeypatch)
    before = find_probes()
    with ThreadPoolExecutor(50) as pool:
        for _ in range(2):
            asked = [pool.submit(ask) for _ in range(50)]
            time.sleep(0.5)
            assert len(find_probes() - before) <= 5
            assert all(future.result()[0]["status"] == "down" for future in asked)
            assert max(future.result()[1] for future in asked) < LIMIT
    deadline = time.monotonic() + 20
    while find_probes() - before and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not find_probes() - before, "what hung goes on hanging"


def test_a_check_that_never_comes_back_holds_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """A database whose process is halted answers nothing and breaks nothing off."""
    go_on, begun = threading.Event(), []

    def hang() -> dict[str, Any]:
        begun.append(1)
        go_on.wait()
        return {"ok": True}

    monkeypatch.setattr(health, "SECONDS", 0.2)
    doctor = health.Doctor(database=hang, redis=lambda: {"ok": True})
    for _ in range(3):
        told = doctor.ask()
        assert (told["database"]["ok"], told["redis"]["ok"]) == (False, True)
        doctor._slow = (0.0, {})
    assert begun == [1]
    go_on.set()
    assert doctor._probes["database"].ask().result(5) == {"ok": True}
    doctor._slow = (0.0, {})
    assert doctor.ask()["database"] == {"ok": True}


def test_what_is_well_is_asked_anew_each_time() -> None:
    asked: list[int] = []

    def check() -> dict[str, Any]:
        asked.append(1)
        return {"ok": True}

    doctor = health.Doctor(database=check)
    doctor.ask(), doctor.ask()
    assert len(asked) == 2


def test_a_failing_check_is_told_by_its_kind_alone() -> None:
    def fail() -> dict[str, Any]:
        raise RuntimeError("postgres://user:password@host")

    assert health.Doctor(database=fail).ask() == {"database": {"ok": False, "detail": "RuntimeError"}}


def test_all_is_well_or_nearly(client: Client) -> None:
    report = client.get("/health/").json()
    assert report["checks"]["database"] == {"ok": True}
    assert report["checks"]["redis"] == {"ok": True}
    assert report["checks"]["language_model"]["ok"] is True
    assert report["status"] in ("ok", "degraded")
    connection.close()
