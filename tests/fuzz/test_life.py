"""A generation's life in any order: workers that die, dispatchers that lose messages, people who stop, try
again, throw away and take back. What docs/architecture.md promises holds after every move.
"""

from __future__ import annotations

import uuid
from contextlib import suppress
from typing import Any, cast

import psycopg
import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from stories import dispatcher, library, redoing, services, steps
from stories.jobs import Save
from stories.models import (
    ENDED,
    Event,
    GeneratedImage,
    GenerationSession,
    GenerationStatus,
    Step,
    StepStatus,
    Story,
)
from stories.people import Person
from stories.refusals import Refused
from stories.room import TooManyGenerations
from tests.fuzz.conftest import look

PEOPLE = (Person("visitor:ann"), Person("visitor:ben"))
RUNNING, WAITING = 1, 2
pick = st.integers(0, 10_000)


class Life(RuleBasedStateMachine):
    """Every move calls the real services; what is kept here is what a person, or a worker, would remember."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[uuid.UUID] = []
        self.held: list[Step] = []
        self.progress: dict[uuid.UUID, int] = {}
        self.done: dict[uuid.UUID, dict[str, Any]] = {}

    def teardown(self) -> None:
        try:
            self.come_to_an_end()
        finally:
            Story.objects.all().delete()

    # What people do

    @initialize()
    def begin(self) -> None:
        self.start(0, images=True)

    @rule(who=pick, images=st.booleans())
    def start(self, who: int, images: bool) -> None:
        person = PEOPLE[who % len(PEOPLE)]
        room = count_open(person) < RUNNING + WAITING
        try:
            session = services.start_generation(person=person, prompt="A shy dragon", images=images)
        except TooManyGenerations:
            assert not room
        else:
            assert room
            assert session.status == GenerationStatus.PENDING

    @rule(which=pick)
    def cancel(self, which: int) -> None:
        if session := self.choose(GenerationSession.objects.all(), which):
            before = session.status
            now = services.cancel_generation(session)
            assert now.status == (before if before in ENDED else GenerationStatus.CANCELLED)

    @rule(which=pick)
    def retry(self, which: int) -> None:
        if session := self.choose(GenerationSession.objects.all(), which):
            try:
                assert not services.retry_generation(session).is_ended
            except Refused:
                assert (
                    not session.can_be_retried
                    or session.story.trashed_at
                    or session.story.generations.exclude(status__in=ENDED).exists()
                    or count_open(Person(session.person)) >= RUNNING + WAITING
                )

    @rule(which=pick, kind=st.sampled_from(["character", "background", "combined"]), merge=st.booleans())
    def redo(self, which: int, kind: str, merge: bool) -> None:
        if story := self.choose(Story.objects.filter(trashed_at=None), which):
            with suppress(Refused):
                redoing.redo_picture(story, kind, person=Person(story.person), merge=merge)

    @rule(which=pick, then=st.sampled_from(["take back", "delete", "leave"]))
    def throw_away(self, which: int, then: str) -> None:
        if story := self.choose(Story.objects.filter(trashed_at=None), which):
            library.trash_story(story)
            if then == "take back":
                library.restore_story(story)
            elif then == "delete":
                services.delete_story(story)

    # What processes do

    @rule()
    def dispatch(self) -> None:
        connection.ensure_connection()
        database = cast(psycopg.Connection, connection.connection)
        self.messages += [step.pk for step in dispatcher.choose(database)]

    @rule(which=pick, lost=st.booleans())
    def deliver(self, which: int, lost: bool) -> None:
        """A message arrives, once or twice; the same one may come again, or never."""
        if not self.messages:
            self.dispatch()
        if not self.messages:
            return
        place = which % len(self.messages)
        if step := steps.claim(self.messages[place], "worker"):
            assert all(other.token != step.token for other in self.held)
            self.held.append(step)
        if lost:
            self.messages.pop(place)

    @rule(which=pick, fraction=st.floats(0, 2))
    @precondition(lambda self: self.held)
    def beat(self, which: int, fraction: float) -> None:
        step = self.held[which % len(self.held)]
        is_ours = owns(step)
        assert steps.beat(step, fraction=fraction, partial="Once") == is_ours

    @rule(which=pick, go_on=st.booleans())
    @precondition(lambda self: self.held)
    def finish(self, which: int, go_on: bool) -> None:
        step = self.held.pop(which % len(self.held))
        is_ours = owns(step)
        try:
            child = steps.finish(step, make(step), go_on=go_on)
        except steps.StepLost:
            assert not is_ours
        else:
            assert is_ours
            if child:
                assert go_on
                self.held.append(child)

    @rule(which=pick, transient=st.booleans())
    @precondition(lambda self: self.held)
    def fail(self, which: int, transient: bool) -> None:
        step = self.held.pop(which % len(self.held))
        is_ours = owns(step)
        try:
            steps.fail(step, "It did not work.", transient=transient)
            assert is_ours
        except steps.StepLost:
            assert not is_ours

    @rule(which=pick, dies=st.booleans())
    @precondition(lambda self: self.held)
    def lose(self, which: int, dies: bool) -> None:
        """A worker is killed, or only too slow to keep its lease; then it goes on as if nothing were."""
        place = which % len(self.held)
        step = self.held.pop(place) if dies else self.held[place]
        Step.objects.filter(pk=step.pk, token=step.token).update(lease_until="2000-01-01T00:00Z")

    @rule(which=pick)
    @precondition(lambda self: self.held)
    def take_over(self, which: int) -> None:
        """A worker is too slow, and another has its step when it comes back."""
        slow = self.held[which % len(self.held)]
        was_ours = owns(slow)
        self.lose(which, dies=False)
        if step := steps.claim(slow.pk, "another"):
            assert step.token != slow.token
            assert not owns(slow)
            self.held.append(step)
        else:
            assert not was_ours or slow.deaths >= steps.MAX_DEATHS

    @rule()
    def wait(self) -> None:
        """Pauses are over, and what was handed out and not claimed counts as lost."""
        Step.objects.filter(status=StepStatus.READY).update(not_before="2000-01-01T00:00Z")
        Step.objects.exclude(dispatched_at=None).update(dispatched_at="2000-01-01T00:00Z")

    # What always holds

    @invariant()
    def nothing_is_stuck_or_done_twice(self) -> None:
        for session in GenerationSession.objects.prefetch_related("steps").select_related("story"):
            by_name = {step.name: step for step in session.steps.all()}
            statuses = {step.status for step in by_name.values()}
            if session.is_ended:
                assert not any(step.is_open for step in by_name.values()), (session.status, statuses)
            else:
                assert statuses & {StepStatus.READY, StepStatus.RUNNING}, (session.status, statuses)
                assert not session.story.trashed_at
            if session.status == GenerationStatus.COMPLETED:
                assert (session.progress == 100) == (statuses == {StepStatus.DONE})  # left out is not done
                assert statuses <= {StepStatus.DONE, StepStatus.SKIPPED}
            assert session.progress >= self.progress.get(session.pk, 0)
            self.progress[session.pk] = session.progress
            for step in by_name.values():
                parents = [by_name[name].status for name in step.after]
                if step.status == StepStatus.WAITING:
                    assert any(parent in (StepStatus.WAITING, StepStatus.READY, StepStatus.RUNNING)
                               for parent in parents), (step.name, parents)  # fmt: skip
                elif step.status in (StepStatus.READY, StepStatus.RUNNING, StepStatus.DONE):
                    assert set(parents) <= {StepStatus.DONE}, (step.name, parents)
                assert step.failures <= steps.MAX_FAILURES
                assert step.attempt - step.failures <= steps.MAX_DEATHS + 1
                if before := self.done.get(step.pk):
                    assert (step.status, step.result) == (StepStatus.DONE, before)
                elif step.status == StepStatus.DONE:
                    self.done[step.pk] = step.result

    @invariant()
    def the_log_tells_how_it_stands(self) -> None:
        for session in GenerationSession.objects.all():
            told = session.events.filter(kind__in=["asked", "reopened", "finished"]).order_by("-id")
            last = cast(Event, told.first())
            assert (last.kind == "finished") == session.is_ended
            if session.is_ended:
                assert last.data["status"] == session.status

    @invariant()
    def places_are_counted_right(self) -> None:
        for person in PEOPLE:
            assert count_open(person) <= RUNNING + WAITING
            assert count_open(person, admitted_at__isnull=False) <= RUNNING
        for story in Story.objects.all():
            assert story.generations.exclude(status__in=ENDED).count() <= 1
            for kind in ("character", "background", "combined"):
                versions = story.images.filter(image_type=kind)
                assert versions.filter(is_live=True).count() == min(versions.count(), 1)
        out = Step.objects.filter(status=StepStatus.RUNNING, lease_until__lt=timezone.now())
        assert all(step.token for step in out)

    def come_to_an_end(self) -> None:
        """Whatever happened so far, workers that do their work bring all of it to an end."""
        Step.objects.filter(status=StepStatus.RUNNING).update(lease_until="2000-01-01T00:00Z")
        for _ in range(200):
            if not GenerationSession.objects.exclude(status__in=ENDED).exists():
                break
            self.wait()
            self.dispatch()
            while self.messages:
                step: Step | None = steps.claim(self.messages.pop(), "worker")
                while step:
                    step = steps.finish(step, make(step), go_on=True)
            self.nothing_is_stuck_or_done_twice()
            self.places_are_counted_right()
        assert not GenerationSession.objects.exclude(status__in=ENDED).exists()

    def choose(self, found: Any, which: int) -> Any:
        number = found.count()
        return found.order_by("created_at", "pk")[which % number] if number else None


def count_open(person: Person, **more: Any) -> int:
    open_ones = GenerationSession.objects.exclude(status__in=ENDED)
    return open_ones.filter(person=person.counted_as, **more).count()


def owns(step: Step) -> bool:
    return Step.objects.filter(pk=step.pk, token=step.token).exists()


def make(step: Step) -> Save:
    """What a worker made of it: words, or a picture without a file."""

    def save() -> dict[str, Any]:
        story = Story.objects.get(pk=step.session.story_id)
        if step.queue == "text":
            field = "story_text" if step.name == "story" else f"{step.name}_description"
            Story.objects.filter(pk=story.pk).update(**{field: f"{step.name} of {step.token}"})
            return {"model": "test", "by": str(step.token)}
        image = GeneratedImage(
            story=story,
            image_type=step.name.removesuffix("_image"),
            file="images/aa/a.webp",
            width=8,
            height=8,
            seed=1,
            model="test",
        )
        image.go_live()
        return {"image": str(image.pk), "by": str(step.token)}

    return save


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_whatever_happens_a_generation_comes_to_an_end(settings: Any) -> None:
    settings.GENERATIONS_RUNNING_PER_PERSON, settings.GENERATIONS_WAITING_PER_PERSON = RUNNING, WAITING
    try:
        run_state_machine_as_test(Life, settings=look(5, stateful_step_count=30))
    finally:
        connection.close()
