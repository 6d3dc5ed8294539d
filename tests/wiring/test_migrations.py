"""Migrations on a database with data, forwards; and what a deploy asks of new columns."""

from __future__ import annotations

import importlib
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, migrations
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

FIRST = ("stories", "0001_initial")
LAST = [key for key in MigrationLoader(None).graph.leaf_nodes() if key[0] == "stories"]


@pytest.fixture
def at_first(transactional_db: None) -> Iterator[None]:
    """The tables as the first release had them; brought up to date again afterwards."""
    MigrationExecutor(connection).migrate([FIRST])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE stories_story CASCADE")
        MigrationExecutor(connection).migrate(LAST)


def insert(table: str, **values: Any) -> None:
    """A row as a process of that time writes it: by the columns that it knows, and all that are needed."""
    with connection.cursor() as cursor:
        names, marks = ", ".join(values), ", ".join(["%s"] * len(values))
        cursor.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(values.values()))  # noqa: S608


def insert_of_the_first_release(person: str) -> uuid.UUID:
    """One of each, with the columns of 0001."""
    story, session, now = uuid.uuid4(), uuid.uuid4(), "2026-01-31T20:15:00Z"
    insert(
        "stories_story", id=story, person=person, prompt="A shy dragon", style="storybook", title="Dragon",
        story_text="Once there was a dragon who painted.", character_description="Green.",
        background_description="A hill.", language_model="sketch", visibility="private",
        created_at=now, updated_at=now,
    )  # fmt: skip
    insert(
        "stories_generationsession", id=session, story_id=story, person=person, status="completed",
        progress=100, error="", warnings=[], seed=7, images=True, retries=0, created_at=now, finished_at=now,
    )  # fmt: skip
    insert(
        "stories_generatedimage", id=uuid.uuid4(), story_id=story, image_type="character", is_live=True,
        file="images/aa/a.webp", width=64, height=48, prompt_used="", negative_prompt="", seed=7,
        model="sketch", parameters="{}", created_at=now,
    )  # fmt: skip
    insert(
        "stories_step", id=uuid.uuid4(), session_id=session, name="story", position=0, queue="text", after=[],
        status="done", attempt=1, failures=0, worker="w", partial="", result="{}", error="",
        started_at=now, finished_at=now,
    )  # fmt: skip
    return story


def test_a_database_of_the_first_release_comes_up_to_date_with_its_data(at_first: None, client: Any) -> None:
    story_id = insert_of_the_first_release("visitor:ann")
    MigrationExecutor(connection).migrate(LAST)
    from stories.models import Story
    from stories.search import Search
    from stories.status import describe_status
    from tests.web.conftest import browser_of

    story = Story.objects.with_pictures().get(pk=story_id)
    assert (story.title, story.genre, story.trashed_at, story.painted_as) == ("Dragon", "", None, {})
    assert describe_status(story.generations.get())["progress"] == 100
    assert story.pictures["character"].copies == []
    from stories import library
    from stories.people import Person

    assert story in library.find_stories(Person("visitor:ann"), Search(words="painted"))
    assert browser_of("ann").get(story.get_absolute_url()).status_code == 200


def test_a_process_of_the_first_release_goes_on_writing_meanwhile(transactional_db: None) -> None:
    """Old workers and old web, new tables: what they do not know of fills itself."""
    from stories.models import GenerationSession, Story

    story_id = insert_of_the_first_release("visitor:ann")
    assert Story.objects.get(pk=story_id).is_featured is False
    assert GenerationSession.objects.get(story=story_id).bulk is False


def list_added() -> list[tuple[str, str]]:
    """Table and column of every field that a migration after the first added to a table that was there."""
    loader = MigrationLoader(None)
    added = []
    for (app, name), migration in loader.disk_migrations.items():
        if app != "stories" or name == FIRST[1]:
            continue
        state = loader.project_state((app, name))
        for operation in migration.operations:
            if isinstance(operation, migrations.AddField):
                model = state.apps.get_model(app, operation.model_name)
                added.append((model._meta.db_table, model._meta.get_field(operation.name).column or ""))
    return added


def test_every_column_that_came_later_fills_itself(db: None) -> None:
    added = list_added()
    assert ("stories_generationsession", "bulk") in added
    assert len(added) > 20
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_name LIKE 'stories_%%'"
            " AND is_nullable = 'NO' AND column_default IS NULL AND is_generated = 'NEVER'"
        )
        needed = set(cursor.fetchall())
    assert needed, "others have no default, such as the prompt"
    assert [pair for pair in added if pair in needed] == []


def test_no_migration_takes_anything_away_that_an_old_process_may_ask_for() -> None:
    """A column is dropped or renamed one release after nothing reads it any more: say so here when you do."""
    taking = (migrations.RemoveField, migrations.RenameField, migrations.DeleteModel, migrations.RenameModel)
    found = [
        (key[1], operation)
        for key, migration in MigrationLoader(None).disk_migrations.items()
        if key[0] == "stories"
        for operation in migration.operations
        if isinstance(operation, taking)
    ]
    assert found == []
    assert importlib.import_module("stories.migrations.0001_initial")
