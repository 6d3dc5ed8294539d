"""The web server's worker."""

import gc
import socket
import time
from collections.abc import Iterator

import pytest
from gunicorn.workers.gasgi import ASGIWorker

from stories import counting
from story_generator import server
from story_generator.server import Worker


@pytest.fixture
def thawed() -> Iterator[None]:
    yield
    gc.unfreeze()


def test_what_it_has_loaded_is_never_collected_again(thawed: None, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(ASGIWorker, "load_wsgi", lambda worker: None)
    monkeypatch.setattr(counting, "keep_flushing", lambda: None)
    Worker.load_wsgi(object.__new__(Worker))
    assert gc.get_freeze_count() > 10_000
    assert len(gc.get_objects()) < 10_000


@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="this system cannot")
def test_who_takes_nothing_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "TAKES_NOTHING", 500)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server.let_go_who_takes_nothing([listener])
        with socket.socket() as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            client.connect(listener.getsockname())
            served, _ = listener.accept()
            with served, pytest.raises(TimeoutError):
                served.settimeout(0.0)
                for _ in range(1000):
                    try:
                        served.send(bytes(2**16))
                    except BlockingIOError:
                        time.sleep(0.01)
