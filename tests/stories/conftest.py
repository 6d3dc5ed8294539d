"""Making generations, and doing their steps without workers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import wait
from typing import Any

import pytest
import redis
from django.conf import settings
from django.utils import timezone

from stories import easel, runner, services, steps
from stories.jobs import Job, Save
from stories.models import GenerationSession, Step
from stories.people import Person
from stories.pipeline import GPU, KINDS

ALICE = Person("visitor:alice")
BOB = Person("visitor:bob")


@pytest.fixture
def alice() -> Person:
    return ALICE


@pytest.fixture
def bob() -> Person:
    return BOB


@pytest.fixture
def session(db: None) -> GenerationSession:
    return services.start_generation(person=ALICE, prompt="A shy dragon who paints the night sky", seed=7)


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    """What one test did to a model's server is not held against it in the next."""
    yield
    client = redis.Redis.from_url(settings.REDIS_URL)
    for key in client.scan_iter("starloom:*:pybreaker:*"):
        client.delete(key)


MAY_GO_ON = runner.may_go_on


@pytest.fixture(autouse=True)
def step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker stops after each step."""
    monkeypatch.setattr(runner, "may_go_on", lambda: False)


@pytest.fixture
def going_on(step_by_step: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker goes on with a step that it readied, as it really does."""
    monkeypatch.setattr(runner, "may_go_on", MAY_GO_ON)


def admit(session: GenerationSession) -> None:
    """Let it begin, as the dispatcher does when its person has a place."""
    GenerationSession.objects.filter(pk=session.pk).update(admitted_at=timezone.now())


def step_of(session: GenerationSession, name: str) -> Step:
    return Step.objects.get(session=session, name=name)


def claim(session: GenerationSession, name: str) -> Step:
    admit(session)
    step = steps.claim(step_of(session, name).pk, "test")
    assert step is not None, f"{name} could not be claimed"
    return step


def do(step: Step) -> None:
    """Do a step as the worker of its queue does, to its end."""
    if step.queue == GPU:
        wait(easel.run(step.pk, "test"))
    else:
        runner.run(step.pk, "test")


def done(session: GenerationSession, *names: str) -> None:
    """Let these steps be done, with nothing made."""
    for name in names:
        steps.finish(claim(session, name), lambda: {"by": "test"})


class Script:
    """Work whose outcome a test decides: an exception to raise, or None to succeed with nothing made."""

    def __init__(self) -> None:
        self.outcomes: dict[str, list[Exception | None]] = {}
        self.done: list[str] = []
        self.before: Callable[[Job], None] = lambda job: None

    def work(self, job: Job) -> Save:
        self.done.append(job.step.name)
        self.before(job)
        outcomes = self.outcomes.get(job.step.name, [])
        outcome = outcomes.pop(0) if outcomes else None
        if outcome:
            raise outcome
        return lambda: {"by": "script"}


SCRIPT: Script


def scripted(job: Job) -> Save:
    return SCRIPT.work(job)


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Iterator[Script]:
    """Every step's work is the script's."""
    import dataclasses

    global SCRIPT
    SCRIPT = Script()
    for name, kind in list(KINDS.items()):
        work: Any = dataclasses.replace(kind, work=f"{__name__}.scripted", painted=False)
        monkeypatch.setitem(KINDS, name, work)
    yield SCRIPT
    left = {name: outcomes for name, outcomes in SCRIPT.outcomes.items() if outcomes}
    assert not left, f"the script was not used up: {left}"
