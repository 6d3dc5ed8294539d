"""The web server's worker."""

import gc
from collections.abc import Iterator

import pytest
from gunicorn.workers.gasgi import ASGIWorker

from stories import counting
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
