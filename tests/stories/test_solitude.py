"""What a worker died over is alone in its process when it is tried again."""

from __future__ import annotations

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest

from stories import dispatcher, easel, runner, tasks
from stories.models import Step
from stories.solitude import ALONE, Solitude
from stories.tasks import run_step

SOON, LATER = 5.0, 0.1


@pytest.fixture
def pool() -> Any:
    with ThreadPoolExecutor(8) as pool:
        yield pool


class Work:
    """Something that goes on in a thread until it is let go."""

    def __init__(
        self, pool: ThreadPoolExecutor, solitude: Solitude, name: str, *, alone: bool = False
    ) -> None:
        self.begun, self.may_end = threading.Event(), threading.Event()
        self._solitude, self._name, self._alone = solitude, name, alone
        self._future: Future[None] = pool.submit(self._work)

    def _work(self) -> None:
        assert self._solitude.enter(self._name, alone=self._alone)
        try:
            self.begun.set()
            assert self.may_end.wait(SOON)
        finally:
            self._solitude.leave(self._name, alone=self._alone)

    def end(self) -> None:
        self.may_end.set()
        self._future.result(SOON)


def keep_waiting(pool: ThreadPoolExecutor, solitude: Solitude) -> tuple[Work, Work]:
    """Something at work, and one that waits to be alone."""
    before = Work(pool, solitude, "before")
    assert before.begun.wait(SOON)
    alone = Work(pool, solitude, "alone", alone=True)
    assert not alone.begun.wait(LATER)
    return before, alone


def test_many_are_at_work_at_once(pool: ThreadPoolExecutor) -> None:
    solitude = Solitude()
    works = [Work(pool, solitude, name) for name in "abc"]
    assert all(work.begun.wait(SOON) for work in works)
    for work in works:
        work.end()


def test_one_alone_waits_for_the_others_and_lets_none_begin(pool: ThreadPoolExecutor) -> None:
    solitude = Solitude()
    before, alone = keep_waiting(pool, solitude)
    after, another = Work(pool, solitude, "after"), Work(pool, solitude, "another", alone=True)
    assert not after.begun.wait(LATER), "it would never be alone"
    before.end()
    assert alone.begun.wait(SOON)
    assert not after.begun.wait(LATER)
    assert not another.begun.is_set()
    alone.end()
    after.may_end.set()
    another.may_end.set()
    after.end()
    another.end()


def test_a_message_that_was_sent_again_meanwhile_is_dropped(pool: ThreadPoolExecutor) -> None:
    """It would wait here for a second solitude, for nothing."""
    solitude = Solitude()
    before, alone = keep_waiting(pool, solitude)
    assert not solitude.enter("alone", alone=True)
    before.end()
    assert alone.begun.wait(SOON)
    assert not solitude.enter("alone", alone=True)
    alone.end()
    assert solitude.enter("alone")


def test_work_that_fails_ends_its_solitude(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(step_id: Any, worker: str) -> None:
        raise OSError("the disk")

    monkeypatch.setattr(tasks, "solitude", mine := Solitude())
    monkeypatch.setattr(runner, "run", fail)
    with pytest.raises(OSError, match="the disk"):
        run(str(Step().pk), "text", alone=True)
    assert mine.enter("another")


def run(step_id: str, queue: str, *, alone: bool) -> None:
    """As its message comes: what it says of solitude is in its headers."""
    headers = {ALONE: "yes"} if alone else None
    request: Any = {"delivery_info": {"routing_key": queue}, "headers": headers, "hostname": "a worker"}
    run_step.push_request(**request)
    try:
        run_step.run(step_id)
    finally:
        run_step.pop_request()


@pytest.mark.parametrize(
    ("attempt", "failures", "alone"), [(0, 0, False), (2, 2, False), (1, 0, True), (3, 2, True)]
)
def test_the_message_says_so(
    monkeypatch: pytest.MonkeyPatch, attempt: int, failures: int, alone: bool
) -> None:
    sent: list[Any] = []
    monkeypatch.setattr(run_step, "apply_async", lambda args, **more: sent.append(more["headers"]))
    dispatcher.publish(Step(queue="text", attempt=attempt, failures=failures), producer=None)  # type: ignore[arg-type]
    assert sent == [{ALONE: "yes"} if alone else {}]


@pytest.mark.parametrize("alone", [True, False])
@pytest.mark.parametrize("queue", ["text", "gpu"])
def test_the_worker_heeds_it(monkeypatch: pytest.MonkeyPatch, queue: str, alone: bool) -> None:
    heard: list[bool] = []

    class Told(Solitude):
        def enter(self, step: str, *, alone: bool = False) -> bool:
            heard.append(alone)
            return False

    monkeypatch.setattr(tasks, "solitude", Told())
    monkeypatch.setattr(easel, "run", lambda step_id, worker, *, alone: heard.append(alone))
    run(str(Step().pk), queue, alone=alone)
    assert heard == [alone]


@pytest.mark.parametrize("alone", [True, False])
def test_the_painter_lets_its_hands_finish(monkeypatch: pytest.MonkeyPatch, alone: bool) -> None:
    may_end, taken = threading.Event(), threading.Event()
    monkeypatch.setattr(runner, "work_and_close", lambda job: may_end.wait(SOON))
    monkeypatch.setattr(runner, "take", lambda *_: taken.set())
    rest = easel.hand_over(None)  # type: ignore[arg-type]
    trying = threading.Thread(target=easel.run, args=(Step().pk, "gpu"), kwargs={"alone": alone})
    trying.start()
    assert taken.wait(LATER if alone else SOON) is not alone
    may_end.set()
    rest.result(SOON)
    trying.join(SOON)
    assert taken.is_set()
