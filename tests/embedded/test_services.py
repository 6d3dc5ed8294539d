"""Which services start, side by side and as whom."""

import http.client
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import psycopg
import pytest

from embedded import redis, services
from embedded.process import ROOT, ChildDied, find_free_port
from embedded.services import WANTED

SCRIPT = """
import os, sys
from pathlib import Path
import psycopg
from embedded.services import services
with services(Path(sys.argv[1]), wanted=["database", "redis"], environ={}) as variables:
    with psycopg.connect(variables["DATABASE_URL"]) as connection:
        print("user", os.geteuid(), "asked", connection.execute("SELECT 6 * 7").fetchone()[0], flush=True)
"""


def quiet(line: str) -> None:
    pass


def test_it_starts_only_what_is_unset(tmp_path: Path):
    said: list[str] = []
    outside = {"DATABASE_URL": "postgres://elsewhere/stories", "OLLAMA_BASE_URL": "http://elsewhere:11434"}
    with services.services(tmp_path, environ=outside, say=said.append) as variables:
        assert set(variables) == {"REDIS_URL"}
    assert said[1:] == [
        "OLLAMA_BASE_URL is set: no embedded storyteller",
        "DATABASE_URL is set: no embedded database",
    ]


def test_an_empty_variable_is_unset(tmp_path: Path):
    with services.services(tmp_path, wanted=["redis"], environ={"REDIS_URL": ""}, say=quiet) as variables:
        assert variables["REDIS_URL"].startswith("redis://")


def test_it_starts_the_storyteller_under_its_own_name(tmp_path: Path):
    with services.services(tmp_path, wanted=["storyteller"], environ={}, say=quiet) as variables:
        assert variables["OLLAMA_MODEL"] == "sketch"
        connection = http.client.HTTPConnection(urlsplit(variables["OLLAMA_BASE_URL"]).netloc)
        connection.request("GET", "/api/tags")
        assert b"sketch" in connection.getresponse().read()
        connection.close()


def test_its_folder_may_have_an_odd_name(tmp_path: Path):
    odd = tmp_path / 'a "dragon\'s" häuslein'
    with services.services(odd, wanted=["database", "redis"], environ={}, say=quiet) as variables:
        assert set(variables) == {"DATABASE_URL", "REDIS_URL"}


def test_two_data_dirs_run_side_by_side(tmp_path: Path):
    with (
        services.services(tmp_path / "one", wanted=["database"], environ={}, say=quiet) as one,
        services.services(tmp_path / "two", wanted=["database"], environ={}, say=quiet) as two,
    ):
        for variables in (one, two):
            with psycopg.connect(variables["DATABASE_URL"]) as connection:
                assert connection.execute("SELECT 1").fetchone() == (1,)
        assert urlsplit(one["DATABASE_URL"]).port != urlsplit(two["DATABASE_URL"]).port


def test_it_takes_another_port_when_somebody_was_faster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    with services.services(tmp_path / "one", wanted=["redis"], environ={}, say=quiet) as one:
        taken = urlsplit(one["REDIS_URL"]).port
        offered = [find_free_port(), taken]
        monkeypatch.setattr(services, "find_free_port", offered.pop)
        with services.services(tmp_path / "two", wanted=["redis"], environ={}, say=quiet) as two:
            assert not offered
            assert urlsplit(two["REDIS_URL"]).port != taken


@pytest.mark.parametrize("name", list(WANTED))
def test_it_leaves_nothing_running_when_one_does_not_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
):
    monkeypatch.setattr(redis, "CONFIG", "no-such-directive yes\n")
    before = psutil.Process().children()
    with pytest.raises(ChildDied, match="no-such-directive"):
        with services.services(tmp_path, wanted=[name, "redis"], environ={}, say=quiet):
            pass
    assert psutil.Process().children() == before


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_it_runs_for_a_user_who_is_not_root():
    home = Path(tempfile.mkdtemp(prefix="starloom-nobody-"))
    try:
        shutil.chown(home, 65534, 65534)
        # The interpreter may lie below /root: reading is all that nobody may do there.
        reads = [
            "--inh-caps=+dac_read_search",
            "--ambient-caps=+dac_read_search",
            "--securebits=+no_setuid_fixup",
        ]
        run_as = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *reads]
        done = subprocess.run(
            [*run_as, sys.executable, "-c", SCRIPT, str(home / "var")],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], "HOME": str(home), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert "user 65534 asked 42" in done.stdout, done.stderr
    finally:
        shutil.rmtree(home)
