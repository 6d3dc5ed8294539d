"""A worker looks for its broker every few seconds, however long that was away."""

from __future__ import annotations

import itertools

import kombu
import kombu.utils.functional
import pytest
from kombu.utils.imports import symbol_by_name

from story_generator.celery import app
from story_generator.consumer import Consumer

MINUTES = 30


class Enough(Exception):
    """The time is over."""


def test_workers_consume_in_our_way():
    assert symbol_by_name(app.conf.worker_consumer) is Consumer


def test_it_looks_again_every_few_seconds_for_ever(monkeypatch: pytest.MonkeyPatch):
    slept, tries = [], []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if sum(slept) > 60 * MINUTES:
            raise Enough

    def refuse(connection: kombu.Connection) -> None:
        tries.append(sum(slept))
        raise ConnectionRefusedError

    monkeypatch.setattr(kombu.utils.functional, "sleep", sleep)
    monkeypatch.setattr(kombu.Connection, "_connection_factory", refuse)
    with pytest.raises(Enough):
        Consumer.ensure_connected(Consumer.__new__(Consumer), kombu.Connection("redis://127.0.0.1:1"))
    gaps = [later - earlier for earlier, later in itertools.pairwise(tries)]
    assert len(tries) > 100  # Celery's own way gives up there
    assert max(gaps) <= 4
