"""The proxy does to connections what it says."""

from __future__ import annotations

import socket
import socketserver
import threading
import time
from collections.abc import Iterator

import pytest

from tests.support.proxy import Proxy


class Echo(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        while data := self.request.recv(100):
            self.request.sendall(data)


@pytest.fixture
def port() -> Iterator[int]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Echo) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def connect(proxy: Proxy) -> socket.socket:
    return socket.create_connection(("127.0.0.1", proxy.port), timeout=5)


def ask(client: socket.socket, words: bytes = b"well?") -> bytes:
    client.sendall(words)
    return client.recv(100)


def test_it_passes_on_what_comes_and_slows_it(port: int) -> None:
    with Proxy(port) as proxy, connect(proxy) as client:
        assert ask(client) == b"well?"
        proxy.delay(0.2)
        began = time.monotonic()
        assert ask(client) == b"well?"
        assert time.monotonic() - began >= 0.4
        proxy.mend()


def test_a_connection_that_is_cut_is_reset_and_the_next_passes(port: int) -> None:
    with Proxy(port) as proxy, connect(proxy) as client:
        assert ask(client) == b"well?"
        proxy.cut()
        with pytest.raises(ConnectionResetError):
            client.recv(100)
        with connect(proxy) as another:
            assert ask(another) == b"well?"


def test_what_is_half_open_hangs_for_good_and_is_forgotten_in_the_end(port: int) -> None:
    with Proxy(port, forget_after=0.5) as proxy, connect(proxy) as client:
        assert ask(client) == b"well?"
        proxy.swallow()
        client.settimeout(0.2)
        with connect(proxy) as another:
            another.settimeout(0.2)
            for hanging in (client, another):
                with pytest.raises(TimeoutError):
                    ask(hanging)
            proxy.mend()
            with pytest.raises((TimeoutError, ConnectionResetError)):
                ask(another)
        client.settimeout(5)
        with pytest.raises(ConnectionResetError):
            client.recv(100)
        with connect(proxy) as fresh:
            assert ask(fresh) == b"well?"


def test_nobody_behind_it_is_a_reset(port: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        nobody = server.getsockname()[1]
    # It may be reset as soon as it is taken: within the very call that connects.
    with Proxy(nobody) as proxy, pytest.raises(ConnectionResetError), connect(proxy) as client:
        client.recv(100)
