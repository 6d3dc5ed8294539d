"""How many pictures somebody may have painted: exact, whoever else asks at the same moment."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.utils import timezone

from stories import allowances, redoing, services
from stories.models import ENDED, Allowance, GenerationSession, Step, Story
from stories.people import Person
from stories.refusals import Refused
from tests.library import make_story

ALICE, BOB = Person("visitor:alice", origin="here"), Person("visitor:bob", origin="here")
THREADS = 24


def start(person: Person, **fields: Any) -> GenerationSession:
    return services.start_generation(person=person, prompt="A shy dragon", **fields)


def at_once(number: int, call: Any) -> Counter[str]:
    """What so many threads came to, all of which began at the same moment."""
    ready = threading.Barrier(THREADS)

    def work(turn: int) -> str:
        if turn < THREADS:
            ready.wait(10)
        try:
            call()
            return "done"
        except Refused as refused:
            return type(refused).__name__
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        return Counter(pool.map(work, range(number)))


@pytest.mark.django_db(transaction=True)
def test_the_bucket_alone_gives_exactly_what_is_in_it() -> None:
    """No lock of a person helps it here, and it is the only thing that does."""
    assert at_once(120, lambda: allowances.take("alice", 1, 50)) == {"done": 50, "NothingLeft": 70}


@pytest.mark.django_db(transaction=True)
def test_as_many_generations_begin_as_there_are_pictures_for(settings: Any) -> None:
    """Many threads of two people behind one address: each has 10, both together 15."""
    settings.GPU_PICTURES_PER_PERSON, settings.GPU_PICTURES_PER_ADDRESS = 20, 30
    settings.GENERATIONS_WAITING_PER_PERSON = 1000
    assert at_once(48, lambda: start(ALICE)) == {"done": 10, "NothingLeft": 38}
    assert at_once(48, lambda: start(BOB)) == {"done": 5, "NothingLeft": 43}
    assert GenerationSession.objects.count() == Story.objects.count() == 15
    assert Step.objects.count() == 15 * 6


@pytest.mark.django_db
def test_what_is_refused_was_not_taken(settings: Any) -> None:
    settings.GPU_PICTURES_PER_PERSON, settings.GPU_PICTURES_PER_ADDRESS = 100, 2
    start(ALICE)
    before = Allowance.objects.get(who=ALICE.key).paid_until
    with pytest.raises(allowances.NothingLeft), transaction.atomic():
        start(ALICE)
    assert Allowance.objects.get(who=ALICE.key).paid_until == before
    assert Story.objects.count() == 1


@pytest.mark.django_db
def test_it_says_when_to_come_again_and_means_it(settings: Any) -> None:
    settings.GPU_PICTURES_PER_PERSON = 6
    for _ in range(3):
        start(ALICE)
    with pytest.raises(allowances.NothingLeft) as refused, transaction.atomic():
        start(ALICE)
    assert 1190 <= refused.value.retry_after <= 1200, "two of six pictures are a third of an hour"
    assert "20 minutes" in str(refused.value)
    for early, outcome in ((20, "refused"), (0, "begun")):
        past = timezone.now() + timedelta(hours=1) - timedelta(seconds=refused.value.retry_after - early)
        Allowance.objects.filter(who=ALICE.key).update(paid_until=past)
        try:
            with transaction.atomic():
                start(ALICE)
            assert outcome == "begun"
        except allowances.NothingLeft:
            assert outcome == "refused"


@pytest.mark.django_db
def test_only_what_is_painted_is_taken(settings: Any) -> None:
    settings.GPU_PICTURES_PER_PERSON = 2
    start(ALICE, images=False)
    assert not Allowance.objects.exists()
    story = make_story(ALICE)
    redoing.redo_picture(story, "combined", person=ALICE)
    assert not Allowance.objects.exists(), "a merge needs no card"
    first = start(ALICE)
    services.cancel_generation(first)
    with pytest.raises(allowances.NothingLeft), transaction.atomic():
        services.retry_generation(first)
    assert GenerationSession.objects.get(pk=first.pk).status in ENDED


@pytest.mark.django_db
def test_more_than_an_hours_worth_is_given_to_who_has_taken_nothing(settings: Any) -> None:
    settings.GPU_PICTURES_PER_PERSON = 1
    start(ALICE)
    with pytest.raises(allowances.NothingLeft) as refused, transaction.atomic():
        start(ALICE)
    assert 7190 <= refused.value.retry_after <= 7200


@pytest.mark.django_db
def test_it_holds_although_redis_was_emptied(settings: Any) -> None:
    settings.GPU_PICTURES_PER_PERSON = 2
    start(ALICE)
    cache.clear()
    with pytest.raises(allowances.NothingLeft), transaction.atomic():
        start(ALICE)


@pytest.mark.django_db
def test_full_buckets_are_forgotten(settings: Any) -> None:
    settings.GPU_PICTURES_PER_PERSON = 2
    start(ALICE)
    assert allowances.forget_full() == 0
    Allowance.objects.update(paid_until=timezone.now() - timedelta(seconds=1))
    assert allowances.forget_full() == 1
