"""The way of a hint to its worker: Redis lists alone.

Kombu keeps what was received and not acknowledged in two more keys, so that it can be sent again: four more
words with Redis before a task may begin. The dispatcher sends again whatever is lost (`stories.dispatcher`),
so that nothing need be kept here. What a worker may hold at once is counted as ever.
"""

from __future__ import annotations

from kombu.transport import redis, virtual


class NothingKept(virtual.QoS):
    """Counts what was received and not acknowledged, in this process alone."""

    restore_at_shutdown = False

    def restore_visible(self, *args: object, **kwargs: object) -> None:
        """There is nothing to restore."""


class Channel(redis.Channel):
    QoS = NothingKept  # type: ignore[assignment]


class Transport(redis.Transport):
    Channel = Channel
