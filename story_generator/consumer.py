"""How a worker waits for a broker that is away."""

from __future__ import annotations

import logging
from typing import Any

from celery.worker import consumer
from celery.worker.state import maybe_shutdown

logger = logging.getLogger(__name__)

#: Seconds between two tries: the first pause, by how much each grows, the longest.
PAUSES = {"interval_start": 1, "interval_step": 1, "interval_max": 3}


class Consumer(consumer.Consumer):
    """Tries every few seconds, for ever. Celery's own way waits up to half a minute between two tries, and
    ends the worker after the hundredth."""

    def ensure_connected(self, conn: Any) -> Any:
        """Return the connection when the broker is there."""

        def tell(error: Exception, pause: float) -> None:
            logger.warning("the broker is away (%s); trying again in %g s", type(error).__name__, pause)

        conn = conn.ensure_connection(tell, callback=maybe_shutdown, **PAUSES)
        self.first_connection_attempt = False
        return conn
