"""No page costs more queries for thirty rows than for three, and an empty one says what belongs there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.utils import timezone
from django_celery_results.models import TaskResult
from rest_framework.authtoken.models import Token

from imaging.types import PictureWithheld
from stories.models import Event, GeneratedImage, GenerationSession, GenerationStatus, Step, Story
from tests.admin.conftest import GENERATIONS, IMAGES, QUEUE, STORIES, VISITOR, WITHHELD, count_queries, page
from tests.library import add_picture, make_generation, make_story

USERS, GROUPS = "/admin/auth/user/", "/admin/auth/group/"
TOKENS = "/admin/authtoken/tokenproxy/"
RESULTS = "/admin/django_celery_results/taskresult/"


def add_story(index: int, **fields: Any) -> Story:
    owner = User.objects.create_user(f"owner{index}")
    story = make_story(VISITOR, title=f"Story {index:02}", **fields)
    Story.objects.filter(pk=story.pk).update(owner=owner)
    make_generation(story, GenerationStatus.FAILED)
    return story


def add_asked(index: int) -> None:
    add_story(index, publish_asked_at=timezone.now())


def add_withheld(index: int) -> None:
    story = add_story(index, pictures=False)
    Step.objects.filter(session__story=story, name="combined_image").update(error=str(PictureWithheld()))


def add_token(index: int) -> None:
    Token.objects.create(user=User.objects.create_user(f"program{index}"))


def add_result(index: int) -> None:
    TaskResult.objects.create(task_id=f"t{index}", task_name="stories.tidy_media", status="SUCCESS")


@pytest.mark.parametrize(
    ("address", "add"),
    [
        (STORIES, add_story),
        (IMAGES, add_story),
        (GENERATIONS, add_story),
        (QUEUE, add_asked),
        (WITHHELD, add_withheld),
        (USERS, add_story),
        (GROUPS, lambda index: Group.objects.create(name=f"Group {index}")),
        (TOKENS, add_token),
        (RESULTS, add_result),
        ("/admin/", add_story),
    ],
)
def test_thirty_rows_cost_no_more_queries_than_three(
    curator: Client, address: str, add: Callable[[int], Any]
) -> None:
    for index in range(3):
        add(index)
    few = count_queries(curator, address)
    for index in range(3, 30):
        add(index)
    assert count_queries(curator, address) == few
    assert few <= 20


def test_the_page_of_a_story_costs_the_same_however_often_it_was_worked_on(curator: Client) -> None:
    story = add_story(0)
    address = f"{STORIES}{story.pk}/change/"

    def work(times: int) -> int:
        for _ in range(times):
            make_generation(story)
            add_picture(story, is_live=False)
        return count_queries(curator, address)

    assert work(3) == work(27) <= 20


def test_the_page_of_a_generation_costs_the_same_however_much_was_logged(curator: Client) -> None:
    session = make_generation(add_story(0))
    address = f"{GENERATIONS}{session.pk}/change/"

    def log(times: int) -> int:
        Event.objects.bulk_create(
            Event(session=session, kind="step_done", step="story") for _ in range(times)
        )
        return count_queries(curator, address)

    assert log(3) == log(27) <= 20


def test_the_page_of_a_picture_costs_the_same_among_many(curator: Client, story: Story) -> None:
    image = story.images.first()
    assert image is not None
    address = f"{IMAGES}{image.pk}/change/"
    few = count_queries(curator, address)
    for _ in range(27):
        add_picture(story, is_live=False)
    assert count_queries(curator, address) == few <= 20


@pytest.mark.parametrize(
    ("address", "words"),
    [
        (STORIES, "as people tell them"),
        (IMAGES, "as they are painted"),
        (GENERATIONS, "leaves its record here"),
        (QUEUE, "Nobody waits"),
        (WITHHELD, "Nothing was withheld"),
        (TOKENS, "need a token"),
        (RESULTS, "what came of them"),
    ],
)
def test_an_empty_list_says_what_belongs_there(curator: Client, address: str, words: str) -> None:
    text = page(curator, address)
    assert words in text
    assert "Create a new item" not in text


def test_a_search_that_finds_nothing_says_so(curator: Client, story: Story) -> None:
    text = page(curator, f"{STORIES}?q=zzzz")
    assert "Nothing fits" in text
    assert '<img src=""' not in text
    assert "as people tell them" not in text


def test_thumbnails_are_the_narrowest_copies(curator: Client, story: Story) -> None:
    GeneratedImage.objects.update(copies=[96, 480])
    text = page(curator, IMAGES)
    assert text.count("-96.webp") == 3
    assert "-480.webp" not in text


def test_a_list_never_shows_a_whole_token(curator: Client) -> None:
    token = Token.objects.create(user=User.objects.create_user("program"))
    listed = page(curator, TOKENS)
    assert token.key[:6] in listed
    assert token.key not in listed
    assert token.key in page(curator, f"{TOKENS}{token.user.pk}/change/")


def test_accounts_tell_how_much_they_told(curator: Client) -> None:
    add_story(7)
    assert "field-told" in page(curator, f"{USERS}?q=owner7")
    assert GenerationSession.objects.count() == 1
