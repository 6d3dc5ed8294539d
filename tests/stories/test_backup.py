"""What was backed up comes back as it was, bit for bit, or not at all."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils.crypto import get_random_string

from stories import backup, pictures
from stories.models import GeneratedImage, Mark, Story
from stories.people import Person
from tests.library import make_story

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def place(settings: Any, tmp_path: Path) -> Iterator[Path]:
    settings.DATA_DIR, settings.MEDIA_ROOT = tmp_path / "data", tmp_path / "data" / "media"
    settings.MEDIA_ROOT.mkdir(parents=True)
    (settings.DATA_DIR / "secret_key").write_text(get_random_string(20))
    yield tmp_path
    call_command("migrate", verbosity=0)


def read_all() -> dict[str, Any]:
    """Every row of every table, by its own words, the sequences and the migrations that are applied."""
    with connection.cursor() as cursor:
        rows: dict[str, Any] = {}
        for table in (*backup._list_tables(cursor), backup.MIGRATIONS):
            columns = "app, name" if table == backup.MIGRATIONS else "*"
            cursor.execute(f"SELECT {columns} FROM {table}")  # noqa: S608
            rows[table] = sorted(map(repr, cursor.fetchall()))
        rows["sequences"] = backup._read_sequences(cursor)
        return rows


def read_files(root: Path) -> dict[str, str]:
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def fill() -> Story:
    """Awkward words, an account, marks and pictures."""
    User.objects.create_user("ada", password=get_random_string(12))
    story = make_story(
        Person("visitor:1"), title="Back\\slash\tTab \\N “Ünïcode” 龍\nnew line", pictures=True
    )
    make_story(Person("visitor:2"), title="Another")
    Mark.objects.create(story=story, person="visitor:2")
    return story


def lose_everything(place: Path) -> None:
    shutil.rmtree(place / "data")
    (place / "data" / "media").mkdir(parents=True)
    call_command("flush", verbosity=0, interactive=False)


def test_it_comes_back_bit_for_bit(place: Path) -> None:
    fill()
    rows, files = read_all(), read_files(place / "data")
    assert len(files) > 3
    backup.back_up(place / "all.zip")
    lose_everything(place)
    assert not Story.objects.exists()
    backup.restore(place / "all.zip")
    assert read_all() == rows
    assert read_files(place / "data") == files


def test_only_its_owner_may_read_it(place: Path) -> None:
    backup.back_up(place / "all.zip")
    assert (place / "all.zip").stat().st_mode & 0o777 == 0o600


def test_a_library_in_use_is_given_up_only_when_that_is_said(place: Path) -> None:
    fill()
    rows = read_all()
    backup.back_up(place / "all.zip")
    later = make_story(Person("visitor:3"), title="Later")
    with pytest.raises(CommandError, match="--replace"):
        call_command("restore", place / "all.zip", verbosity=0)
    assert Story.objects.filter(pk=later.pk).exists()
    call_command("restore", place / "all.zip", replace=True, verbosity=0)
    assert read_all() == rows


def test_a_backup_of_older_tables_is_brought_up_to_date(place: Path) -> None:
    call_command("migrate", "stories", "0003", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO auth_group (name) VALUES ('readers')")
    backup.back_up(place / "old.zip")
    with zipfile.ZipFile(place / "old.zip") as archive:
        migrations = json.loads(archive.read(backup.MANIFEST))["migrations"]
    assert max(name for app, name in migrations if app == "stories").startswith("0003")
    call_command("migrate", verbosity=0)
    call_command("flush", verbosity=0, interactive=False)
    rows = read_all()
    backup.restore(place / "old.zip")
    restored = read_all()
    assert restored[backup.MIGRATIONS] == rows[backup.MIGRATIONS]
    assert "readers" in str(restored["auth_group"])
    assert make_story(Person("visitor:1"), title="Written as ever").pk


@pytest.mark.parametrize("damage", ["cut", "flipped", "stranger", "newer", "unknown"])
def test_a_damaged_or_strange_file_changes_nothing(place: Path, damage: str) -> None:
    fill()
    backup.back_up(place / "all.zip")
    rows = read_all()
    data = bytearray((place / "all.zip").read_bytes())
    if damage == "cut":
        data = data[: len(data) // 2]
    elif damage == "flipped":
        start = data.index(b"tables/stories_story") + 40
        data[start : start + 8] = bytes(8)
    (place / "bad.zip").write_bytes(data)
    if damage in ("stranger", "newer", "unknown"):
        said = {
            "stranger": None,
            "newer": {"format": 99},
            "unknown": {"format": 1, "migrations": [["stories", "9999_x"]]},
        }
        with zipfile.ZipFile(place / "bad.zip", "w") as archive:
            if said[damage]:
                archive.writestr(backup.MANIFEST, json.dumps(said[damage]))
    with pytest.raises(CommandError) as caught:
        call_command("restore", place / "bad.zip", replace=True, verbosity=0)
    assert "Traceback" not in str(caught.value)
    now = read_all()
    del now["sequences"], rows["sequences"]  # numbers that were drawn stay drawn
    assert now == rows


def test_no_file_lands_outside_of_the_media_folder(place: Path) -> None:
    backup.back_up(place / "all.zip")
    with zipfile.ZipFile(place / "all.zip", "a") as archive:
        archive.writestr("media/../../escaped", "x")
    with pytest.raises(backup.BackupError, match="outside"):
        backup.restore(place / "all.zip")
    assert not (place / "escaped").exists()


def test_nothing_is_written_over(place: Path) -> None:
    (place / "all.zip").write_text("mine")
    with pytest.raises(CommandError, match="is there already"):
        call_command("backup", place / "all.zip", verbosity=0)
    assert (place / "all.zip").read_text() == "mine"


def test_pictures_are_kept_while_a_backup_reads_them(place: Path) -> None:
    story = fill()
    image = GeneratedImage.objects.filter(story=story).first()
    assert image
    path, name = Path(image.file.path), str(image.file.name)
    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": None}) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [backup.LOCK])
        GeneratedImage.objects.filter(pk=image.pk).delete()
        pictures.delete_files([name])
        assert path.exists()
        other.execute("SELECT pg_advisory_unlock(%s)", [backup.LOCK])
    pictures.delete_files([name])
    assert not path.exists()
