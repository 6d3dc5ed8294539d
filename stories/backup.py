"""All of a Starloom in one file, and back: every row, every picture, and the key of the sessions.

A zip of PostgreSQL's own COPY texts, read in one snapshot, and of the media folder as it is. A picture's file
never changes, and none is deleted while a backup runs (`pictures_kept`), so that each row of the snapshot has
its file. What was added meanwhile may come along; without a row it is tidied away like any other.
"""

from __future__ import annotations

import json
import os
import shutil
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any
from uuid import uuid4

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from psycopg import sql

FORMAT = 1
MANIFEST = "starloom-backup.json"
TABLES, MEDIA, SECRET = "tables/", "media/", "secret_key"
#: Held while a backup reads, and by whoever deletes pictures.
LOCK = 0x57A711
CHUNK = 1 << 20
#: What says that this Starloom is in use already.
USED = ("stories_story", "auth_user")
MIGRATIONS = "django_migrations"

#: Told of each step: how much is done of how much (bytes of media and tables), and what is at hand.
Progress = Callable[[int, int, str], None]


class BackupError(Exception):
    """It cannot be done; the message tells the person what to do."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What was written or brought back: rows of all tables, files of pictures, bytes of both."""

    rows: int
    files: int
    size: int


@contextmanager
def pictures_kept() -> Iterator[None]:
    """Nobody deletes a picture's file meanwhile; who was about to is waited for."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def may_delete_pictures() -> bool:
    """Whether no backup needs them, and none begins before the current transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock_shared(%s)", [LOCK])
        return bool(cursor.fetchone()[0])


def back_up(target: Path, progress: Progress = lambda done, whole, what: None) -> Summary:
    """Write everything to a new file that only its owner may read.

    Raises:
        BackupError: there is such a file already.
        OSError: it cannot be written, or a picture cannot be read.
    """
    if target.exists():
        raise BackupError(f"{target} is there already. Name another file.")
    unfinished = target.with_name(f".{target.name}.{uuid4().hex}")
    try:
        with (
            os.fdopen(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600), "w+b") as file,
            zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
            pictures_kept(),
        ):
            summary = _write(archive, progress)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    return summary


def _write(archive: zipfile.ZipFile, progress: Progress) -> Summary:
    root = Path(settings.MEDIA_ROOT)
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        tables = _list_tables(cursor)
        files = [path for path in sorted(root.rglob("*")) if path.is_file() and path.name[0] != "."]
        sizes = {table: _measure(cursor, table) for table in tables}
        whole, done = sum(sizes.values()) + sum(path.stat().st_size for path in files), 0
        counts = {}
        for table, columns in tables.items():
            progress(done, whole, f"table {table}")
            statement = sql.SQL("COPY (SELECT {} FROM {}) TO STDOUT").format(
                sql.SQL(", ").join(map(sql.Identifier, columns)), sql.Identifier(table)
            )
            with archive.open(TABLES + table, "w", force_zip64=True) as out, cursor.copy(statement) as rows:
                for data in rows:
                    out.write(data)
            counts[table] = cursor.rowcount
            done += sizes[table]
        for path in files:
            progress(done, whole, "pictures")
            archive.write(path, MEDIA + path.relative_to(root).as_posix(), zipfile.ZIP_STORED)
            done += path.stat().st_size
        with suppress(FileNotFoundError):
            archive.write(settings.DATA_DIR / SECRET, SECRET)
        manifest = {
            "format": FORMAT,
            "made": datetime.now(UTC).isoformat(timespec="seconds"),
            "migrations": sorted(MigrationRecorder(connection).applied_migrations()),
            "tables": tables,
            "rows": counts,
            "sequences": _read_sequences(cursor),
            "files": len(files),
        }
        archive.writestr(MANIFEST, json.dumps(manifest, indent=1))
    progress(whole, whole, "done")
    return Summary(sum(counts.values()), len(files), whole)


def restore(
    source: Path, *, replace: bool = False, progress: Progress = lambda done, whole, what: None
) -> Summary:
    """Bring everything back as it was, in one transaction: all of it or nothing.

    The database is taken to the state of its tables when the backup was made, filled, and brought up to date
    again by the migrations that came since.

    Raises:
        BackupError: it is no backup, a damaged one or one of a newer Starloom; or this one is in use already,
            and ``replace`` is not set.
        OSError: a file cannot be read or written.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            manifest = _read_manifest(archive)
            with transaction.atomic(durable=True), connection.cursor() as cursor:
                _check_free(cursor, replace=replace)
                return _bring_back(archive, manifest, cursor, progress)
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise BackupError(f"{source} is damaged or no backup: {error}.") from error


def _bring_back(
    archive: zipfile.ZipFile, manifest: dict[str, Any], cursor: Any, progress: Progress
) -> Summary:
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    whole, done = sum(entry.file_size for entry in entries), 0
    pictures = [entry for entry in entries if entry.filename.startswith(MEDIA)]
    for entry in pictures:  # first: a file without a row harms nobody, should it end here
        progress(done, whole, "pictures")
        with archive.open(entry) as data:
            _write_picture(entry.filename.removeprefix(MEDIA), data)
        done += entry.file_size

    present = _list_tables(cursor)
    cursor.execute(sql.SQL("TRUNCATE {}").format(sql.SQL(", ").join(map(sql.Identifier, present))))
    _migrate_to({(app, name) for app, name in manifest["migrations"]})
    for table, columns in manifest["tables"].items():
        progress(done, whole, f"table {table}")
        entry = archive.getinfo(TABLES + table)
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
            sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
        )
        # What migrations put there themselves comes from the backup too.
        cursor.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
        with archive.open(entry) as data, cursor.copy(statement) as rows:
            while chunk := data.read(CHUNK):
                rows.write(chunk)
        done += entry.file_size
    for name, value in manifest["sequences"].items():
        if value is not None:
            cursor.execute("SELECT setval(quote_ident(%s)::regclass, %s)", [name, value])
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    call_command("migrate", verbosity=0, interactive=False)
    if SECRET in archive.namelist():
        _write_secret(archive.read(SECRET))
    progress(whole, whole, "done")
    return Summary(sum(manifest["rows"].values()), len(pictures), whole)


def _read_manifest(archive: zipfile.ZipFile) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads(archive.read(MANIFEST))
    except (KeyError, ValueError) as error:
        raise BackupError("This is no backup of Starloom: `manage.py backup` writes one.") from error
    if manifest.get("format") != FORMAT:
        raise BackupError("This backup was made by a newer Starloom. Update this one first.")
    known = set(MigrationExecutor(connection).loader.disk_migrations)
    unknown = [".".join(pair) for pair in manifest["migrations"] if tuple(pair) not in known]
    if unknown:
        raise BackupError(
            f"This backup was made by another version of Starloom, which knows {', '.join(unknown[:3])}. "
            "Update this one first."
        )
    return manifest


def _check_free(cursor: Any, *, replace: bool) -> None:
    if replace:
        return
    for table in USED:
        cursor.execute(sql.SQL("SELECT EXISTS (SELECT FROM {})").format(sql.Identifier(table)))
        if cursor.fetchone()[0]:
            raise BackupError(
                "There are stories or accounts here already. Add --replace to give them up for the backup's."
            )


def _migrate_to(wanted: set[tuple[str, str]]) -> None:
    """Take the emptied database's tables to the state in which exactly these migrations are applied."""
    call_command("migrate", verbosity=0, interactive=False)
    executor = MigrationExecutor(connection)
    graph = executor.loader.graph
    targets: list[tuple[str, str | None]] = []
    for app in {app for app, _ in set(executor.loader.applied_migrations) - wanted}:
        of_app = {key for key in wanted if key[0] == app}
        tips = [key for key in of_app if not of_app & {child.key for child in graph.node_map[key].children}]
        targets += tips or [(app, None)]
    if targets:
        executor.migrate(targets)


def _list_tables(cursor: Any) -> dict[str, list[str]]:
    """Every table but the record of migrations, with its columns but those that PostgreSQL fills."""
    cursor.execute(
        """
        SELECT relation.relname, array_agg(attname ORDER BY attnum)
        FROM pg_class AS relation JOIN pg_attribute ON attrelid = relation.oid
        WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace AND relname <> %s
            AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
        GROUP BY 1 ORDER BY 1
        """,
        [MIGRATIONS],
    )
    return dict(cursor.fetchall())


def _measure(cursor: Any, table: str) -> int:
    cursor.execute("SELECT pg_table_size(quote_ident(%s)::regclass)", [table])
    return int(cursor.fetchone()[0])


def _read_sequences(cursor: Any) -> dict[str, int | None]:
    cursor.execute(
        "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = current_schema()"
        " AND sequencename NOT LIKE %s",
        [f"{MIGRATIONS}%"],
    )
    return dict(cursor.fetchall())


def _write_picture(name: str, data: IO[bytes]) -> None:
    """Write a file of the media folder, whole or not at all."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        raise BackupError(f"This backup names a file outside of the media folder: {name}.")
    target = Path(settings.MEDIA_ROOT) / path
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".{uuid4().hex}")
    try:
        with unfinished.open("wb") as file:
            shutil.copyfileobj(data, file, CHUNK)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def _write_secret(secret: bytes) -> None:
    target = settings.DATA_DIR / SECRET
    unfinished = target.with_name(f".{uuid4().hex}")
    with os.fdopen(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        file.write(secret)
    unfinished.replace(target)
