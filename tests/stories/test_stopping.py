"""A worker that is asked to stop finishes its step, or hands it back within its grace."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from django.utils import timezone

from stories import runner, steps, stopping
from stories.models import GenerationSession, Step, StepStatus
from tests.stories.conftest import Script, claim, step_of
from tests.support.copy import Copy


@pytest.mark.django_db
def test_a_step_that_is_handed_back_is_as_if_it_was_never_claimed(session: GenerationSession) -> None:
    step = claim(session, "story")
    assert steps.hand_back(step)
    row = step_of(session, "story")
    assert (row.status, row.attempt, row.deaths, row.token) == (StepStatus.READY, 0, 0, None)
    assert row.not_before <= timezone.now()
    assert not steps.hand_back(step), "it is no longer ours"
    with pytest.raises(steps.StepLost):
        steps.finish(step, dict)
    for _ in range(2 * steps.MAX_DEATHS):
        assert steps.hand_back(claim(session, "story")), "no stop counts as a death"


@pytest.mark.django_db
def test_what_another_has_taken_over_is_not_handed_back(session: GenerationSession) -> None:
    old = claim(session, "story")
    Step.objects.filter(pk=old.pk).update(lease_until=timezone.now())
    new = claim(session, "story")
    assert not steps.hand_back(old)
    assert steps.finish(new, dict) is None


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.STOP_GRACE = 0.3
    monkeypatch.setattr(runner, "BEAT_SECONDS", 0.05)
    monkeypatch.setattr(stopping, "_asked_at", time.monotonic())


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("seconds", "outcome"), [(0.0, StepStatus.DONE), (1.0, StepStatus.READY)])
def test_what_is_nearly_done_is_finished_and_the_rest_handed_back(
    session: GenerationSession, script: Script, asked: None, seconds: float, outcome: str
) -> None:
    script.before = lambda job: time.sleep(seconds)
    step = step_of(session, "story")
    GenerationSession.objects.update(admitted_at=timezone.now())
    runner.run(step.pk, "test")
    assert step_of(session, "story").status == outcome


def test_the_signal_is_noted_before_celery_hears_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Celery's own handler waits for the whole soft shutdown, in a worker whose SIGTERM is a SIGQUIT."""
    heard: list[bool] = []
    before = {name: signal.getsignal(name) for name in stopping.SIGNALS}
    monkeypatch.setattr(stopping, "_asked_at", None)
    try:
        signal.signal(signal.SIGTERM, lambda number, frame: heard.append(stopping.is_asked()))
        stopping._listen()
        assert not stopping.is_due()
        signal.raise_signal(signal.SIGTERM)
        assert heard == [True]
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)


@pytest.fixture
def copy(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Copy]:
    """It tells a story for half a minute, and would miss a dead worker only after a minute."""
    with Copy(
        tmp_path / "copy", "--keep-alive", SKETCH_WORDS_PER_SECOND="25", STEP_LEASE="60", **request.param
    ) as running:
        yield running


def find_step(copy: Copy, name: str) -> tuple[str, int, str]:
    ((status, attempt, worker),) = copy.query(
        "SELECT status, attempt, worker FROM stories_step WHERE name = %s", name
    )
    return status, attempt, worker


@pytest.mark.long
@pytest.mark.timeout(240)
@pytest.mark.parametrize(
    "copy", [{}, {"REMAP_SIGTERM": "SIGQUIT"}], indirect=True, ids=["warm shutdown", "soft shutdown"]
)
def test_a_real_worker_that_is_stopped_in_a_story_hands_it_back_at_once(copy: Copy) -> None:
    session_id = copy.generate("A shy dragon who paints the night sky", images=False)
    deadline = time.monotonic() + 60
    while find_step(copy, "story")[0] != "running":
        assert time.monotonic() < deadline
        time.sleep(0.1)
    time.sleep(1)
    (worker,) = copy.processes()["text"]
    worker.send_signal(signal.SIGTERM)
    asked = time.monotonic()
    while find_step(copy, "story")[:2] == ("running", 1) and psutil.pid_exists(worker.pid):
        assert time.monotonic() - asked < 20, "not handed back"
        time.sleep(0.05)
    took = time.monotonic() - asked
    assert find_step(copy, "story")[:2] in (("ready", 0), ("running", 1))
    (status,) = copy.wait([session_id], seconds=120)
    assert status["status"] == "completed"
    assert [step["attempts"] for step in status["steps"]] == [1, 1, 1], "no try was used up"
    assert 1.5 < took < 15, f"handed back after {took:.1f} s, with a lease of 60 s"
