"""A hint lies in its list until somebody takes it, and nowhere else."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from kombu import Consumer, Queue
from kombu.connection import Connection

from story_generator.celery import app


@pytest.fixture
def broker() -> Iterator[Connection]:
    with app.connection_for_write() as connection:
        yield connection


def test_what_is_received_is_kept_nowhere_and_still_counted(broker: Connection) -> None:
    queue, got = Queue(f"test-{uuid.uuid4()}"), list[Any]()
    consumer = Consumer(broker, [queue], on_message=got.append)
    consumer.qos(prefetch_count=1)
    producer = broker.Producer()
    for number in (1, 2):
        producer.publish({"number": number}, exchange="", routing_key=queue.name, declare=[queue])
    with consumer:
        broker.drain_events(timeout=5)
        with pytest.raises(TimeoutError):
            broker.drain_events(timeout=0.5)
        assert [message.payload["number"] for message in got] == [1]
        client: Any = broker.default_channel.client  # type: ignore[attr-defined]
        assert not client.exists("unacked", "unacked_index")

        got[0].ack()
        broker.drain_events(timeout=5)
        assert [message.payload["number"] for message in got] == [1, 2]
        got[1].ack()
    client.delete(queue.name)
