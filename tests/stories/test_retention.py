"""What is kept for how long, and what is forgotten once a day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.utils import timezone
from django_celery_results.models import TaskResult

from stories import counting, dispatcher, housekeeping, services, tasks
from stories.events import Kind
from stories.models import Allowance, Event, GenerationSession, Story, Tally, Visibility
from stories.people import Person
from tests.library import make_story
from tests.web.conftest import browser_of

pytestmark = pytest.mark.django_db
ANN = Person("visitor:ann")


def ago(days: int) -> Any:
    return timezone.now() - timedelta(days=days)


def end(session: GenerationSession, days: int) -> GenerationSession:
    services.cancel_generation(session)
    GenerationSession.objects.filter(pk=session.pk).update(finished_at=ago(days))
    return session


def test_the_log_of_what_ended_long_ago_is_forgotten_but_for_its_end(settings: Any) -> None:
    settings.EVENTS_DAYS = 30
    old, new = (end(services.start_generation(person=ANN, prompt="A shy dragon"), days) for days in (31, 29))
    running = services.start_generation(person=ANN, prompt="A shy dragon")
    before = Event.objects.exclude(session=old).count()
    assert housekeeping.forget_old()["events"] > 0
    assert [event.kind for event in Event.objects.filter(session=old)] == [Kind.FINISHED]
    assert Event.objects.filter(session__in=[new, running]).count() == before
    assert browser_of("ann").get(old.get_absolute_url()).status_code == 200
    settings.EVENTS_DAYS = 0
    end(new, 4000)
    assert housekeeping.forget_old()["events"] == 0


def test_private_stories_go_into_the_trash_where_that_is_set(settings: Any) -> None:
    fields: dict[str, dict[str, Any]] = {
        "old": {}, "new": {}, "public": {"visibility": Visibility.PUBLIC},
        "unlisted": {"visibility": Visibility.UNLISTED}, "asked": {"publish_asked_at": timezone.now()},
    }  # fmt: skip
    stories = {name: make_story(ANN, pictures=False, **more) for name, more in fields.items()}
    Story.objects.exclude(pk=stories["new"].pk).update(updated_at=ago(91))
    assert housekeeping.forget_old()["stories"] == 0, "by default they are kept for ever"
    settings.PRIVATE_STORY_DAYS = 90
    assert housekeeping.forget_old()["stories"] == 1
    assert Story.objects.exclude(trashed_at=None).get() == stories["old"]


def test_what_is_over_is_forgotten() -> None:
    browser_of("ann")
    browser_of("ben")
    key = browser_of("gone").cookies["sessionid"].value
    Session.objects.filter(pk=key).update(expire_date=ago(1))
    for name in ("n0", "n1"):
        AccessAttempt.objects.create(username=name, failures_since_start=1)
    AccessAttempt.objects.filter(username="n0").update(attempt_time=ago(2))
    Allowance.objects.create(who="ann", paid_until=ago(1))
    Allowance.objects.create(who="ben", paid_until=ago(-1))
    for number, days in enumerate((31, 1)):
        TaskResult.objects.create(task_id=f"t{number}")
        TaskResult.objects.filter(task_id=f"t{number}").update(date_done=ago(days))
    forgotten = tasks.forget_old()
    assert {name: forgotten[name] for name in ("sessions", "sign_ins", "allowances", "results")} == {
        "sessions": 1, "sign_ins": 1, "allowances": 1, "results": 1,
    }  # fmt: skip
    assert [Session.objects.count(), AccessAttempt.objects.count()] == [2, 1]
    assert [Allowance.objects.get().who, TaskResult.objects.get().task_id] == ["ben", "t1"]


def test_who_is_still_shut_out_is_not_forgotten(settings: Any) -> None:
    AccessAttempt.objects.create(username="ann", failures_since_start=5)
    AccessAttempt.objects.update(attempt_time=ago(2))
    settings.LOGIN_REST_MINUTES = 3 * 24 * 60
    assert housekeeping.forget_old()["sign_ins"] == 0
    settings.LOGIN_REST_MINUTES = 15
    assert housekeeping.forget_old()["sign_ins"] == 1


def test_watchers_of_dead_processes_are_forgotten_and_counts_never() -> None:
    for name in (counting.WATCHERS, counting.PICTURES.name):
        for number, days in enumerate((2, 0)):
            Tally.objects.create(name=name, labels=[str(number)], value=1, at=ago(days))
    assert housekeeping.forget_old()["watchers"] == 1
    assert Tally.objects.filter(name=counting.WATCHERS).get().labels == ["1"]
    assert Tally.objects.filter(name=counting.PICTURES.name).count() == 2


def test_it_is_done_once_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    cache.delete("tidied")
    for task in (tasks.forget_old, tasks.empty_trash, tasks.tidy_media):
        monkeypatch.setattr(task, "apply_async", lambda name=task.name, **options: asked.append(name))
    for _ in range(3):
        dispatcher.send_for_tidying()
    cache.delete("tidied")
    assert asked == ["stories.forget_old", "stories.empty_trash", "stories.tidy_media"]
