"""The whole queue: bounded, people before bulk, and nobody starves."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from stories import dispatcher, easel, services, steps
from stories.management.commands import demo
from stories.models import ENDED, GenerationSession, Step
from stories.models.generation import BULK_PATIENCE
from stories.people import Person
from stories.room import QueueFull
from stories.status import describe_status
from tests.stories.conftest import claim, done
from tests.stories.test_dispatcher import database, hand_out
from tests.web.conftest import browser_of

pytestmark = pytest.mark.django_db
SENTENCE = "A shy dragon who paints the night sky"


def start(who: str, number: int = 1, **fields: Any) -> list[GenerationSession]:
    person = Person(f"visitor:{who}")
    return [services.start_generation(person=person, prompt=SENTENCE, **fields) for _ in range(number)]


def who_is_next(most: int) -> list[str]:
    """Hand out text steps, each done at once, until so many stories were told; whose they were, in turn."""
    order: list[str] = []
    while chosen := len(order) < most and dispatcher.choose(database()):
        for step in chosen:
            claimed = steps.claim(step.pk, "test")
            assert claimed
            if claimed.name == "story":
                order.append(claimed.session.person.removeprefix("visitor:"))
            steps.finish(claimed, dict)
    return order


# A bound for all


@pytest.mark.parametrize("how", ["page", "htmx", "json", "api"])
def test_a_full_queue_is_said_in_words_and_nothing_is_lost(settings: Any, how: str) -> None:
    settings.GENERATIONS_WAITING_MOST = 3
    for number in range(3):
        start(f"p{number}")
    ann = browser_of("ann")
    if how == "api":
        answer: Any = APIClient().post("/api/v1/generations/", {"prompt": SENTENCE}, format="json")
    else:
        more: dict[str, Any] = {
            "htmx": {"HTTP_HX_REQUEST": "true"}, "json": {"HTTP_X_REQUESTED_WITH": "XMLHttpRequest"},
        }.get(how, {})  # fmt: skip
        answer = ann.post("/generate/", {"prompt": SENTENCE}, **more)
    assert (answer.status_code, answer["Retry-After"]) == (503, "120")
    if how == "page":
        assert f"{SENTENCE}</textarea>" in answer.content.decode()
        assert "So many stories wait here already" in answer.content.decode()
    else:
        assert "So many stories wait here already" in answer.json()["detail"]
    assert how != "htmx" or answer["HX-Reswap"] == "none", "the form on the page stays as it was typed"
    assert GenerationSession.objects.count() == 3


def test_who_is_admitted_and_has_not_begun_waits_all_the_same(settings: Any) -> None:
    """Each is within their own places, and so admitted at once: that alone would bound nothing."""
    settings.GENERATIONS_WAITING_MOST = 3
    for number in range(3):
        start(f"p{number}")
    hand_out([])
    assert not GenerationSession.objects.filter(admitted_at=None).exists()
    with pytest.raises(QueueFull):
        start("ann")


def test_who_waits_behind_their_own_places_takes_nobodys_room(settings: Any) -> None:
    settings.GENERATIONS_WAITING_MOST = settings.GENERATIONS_RUNNING_PER_PERSON + 1
    start("greedy", 9)
    assert start("ann")
    with pytest.raises(QueueFull):
        start("ben")


def test_what_is_at_work_does_not_count_as_waiting(settings: Any) -> None:
    settings.GENERATIONS_WAITING_MOST = 1
    hand_out([])
    claim(start("ben")[0], "story")
    assert start("ann")
    with pytest.raises(QueueFull):
        start("ann")
    settings.GENERATIONS_WAITING_MOST = 0
    assert start("ann", 5)


# People before bulk


def test_who_waits_goes_before_bulk(settings: Any) -> None:
    settings.OLLAMA_NUM_PARALLEL = 1
    settings.GENERATIONS_RUNNING_PER_PERSON = 10
    start("batch", 6, bulk=True, images=False)
    start("ann", 2, images=False)
    start("ben", 1, images=False)
    assert who_is_next(9) == ["ann", "ann", "ben"] + ["batch"] * 6


def test_of_ones_own_what_is_waited_for_has_the_place(settings: Any) -> None:
    settings.GENERATIONS_RUNNING_PER_PERSON = 1
    bulk = start("ann", 2, bulk=True)[0]
    mine = start("ann")[0]
    hand_out([])
    assert GenerationSession.objects.get(pk=mine.pk).admitted_at
    assert not GenerationSession.objects.get(pk=bulk.pk).admitted_at


def test_a_picture_of_bulk_is_painted_after_what_is_waited_for(settings: Any) -> None:
    settings.OLLAMA_NUM_PARALLEL = settings.GENERATIONS_RUNNING_PER_PERSON = 10
    bulk, mine = start("batch", bulk=True)[0], start("ann")[0]
    hand_out([])
    for session in (bulk, mine):
        done(session, "story", "character", "background")
    assert [step.session_id for step in easel.list_due(2)] == [mine.pk, mine.pk]
    settings_most = dispatcher.HANDED_OUT_MOST
    try:
        dispatcher.HANDED_OUT_MOST = 2
        assert {step.session_id for step in dispatcher.choose(database())} == {mine.pk}
    finally:
        dispatcher.HANDED_OUT_MOST = settings_most


def test_bulk_does_not_starve(settings: Any) -> None:
    """Where people never stop coming, it has its turn once it has waited for long."""
    settings.OLLAMA_NUM_PARALLEL = 1
    bulk = start("batch", bulk=True, images=False)[0]
    for number in range(3):
        start(f"p{number}", images=False)
    assert who_is_next(2) == ["p0", "p1"]
    long_ago = timezone.now() - BULK_PATIENCE
    GenerationSession.objects.filter(pk=bulk.pk).update(created_at=long_ago)
    start("late", images=False)
    assert who_is_next(3) == ["batch", "p2", "late"]


def test_who_is_ahead_is_told_by_the_same_order(settings: Any) -> None:
    settings.GENERATIONS_RUNNING_PER_PERSON = 10
    bulk, ann, ben = start("batch", bulk=True)[0], start("ann")[0], start("ben")[0]
    dispatcher.choose(database())

    def ahead(session: GenerationSession) -> int:
        return int(describe_status(GenerationSession.objects.get(pk=session.pk))["ahead"])

    assert [ahead(ann), ahead(ben), ahead(bulk)] == [0, 1, 2]
    GenerationSession.objects.filter(pk=bulk.pk).update(created_at=timezone.now() - BULK_PATIENCE)
    assert [ahead(bulk), ahead(ann), ahead(ben)] == [0, 1, 2]


def test_bulk_is_asked_for_by_the_api_and_by_the_demo_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = APIClient().post("/api/v1/generations/", {"prompt": SENTENCE, "bulk": True}, format="json")
    assert GenerationSession.objects.get(pk=answer.json()["session_id"]).bulk
    answer = APIClient().post("/api/v1/generations/", {"prompt": SENTENCE, "bulk": "x"}, format="json")
    assert answer.status_code == 400
    browser_of("ann").post("/generate/", {"prompt": SENTENCE, "bulk": "true"})
    assert not GenerationSession.objects.order_by("-created_at")[0].bulk
    assert demo.begin(0).bulk


# Fairness


def test_fifty_of_one_person_do_not_hold_up_the_others(settings: Any) -> None:
    """Two of hers have a place; whoever comes then is third, however many of hers still wait."""
    settings.OLLAMA_NUM_PARALLEL = 1
    settings.GENERATIONS_RUNNING_PER_PERSON, settings.GENERATIONS_WAITING_PER_PERSON = 2, 48
    start("greedy", 50, images=False)
    dispatcher.choose(database())
    others = [f"p{number}" for number in range(10)]
    for who in others:
        start(who, images=False)
    Step.objects.filter(dispatched_at__isnull=False).update(dispatched_at=None)
    order = who_is_next(61)
    assert order[:2] == ["greedy", "greedy"]
    assert len(order) == 60
    assert not GenerationSession.objects.exclude(status__in=ENDED).exists()
    assert max(order.index(who) for who in others) < 14
