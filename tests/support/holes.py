"""A server that takes every connection and never says a word."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def black_hole() -> Iterator[int]:
    """Its port. The kernel takes the connections; nobody reads what is sent."""
    with socket.create_server(("127.0.0.1", 0), backlog=512) as hole:
        yield int(hole.getsockname()[1])
