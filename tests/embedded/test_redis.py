"""The embedded Redis."""

import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
import redis

from embedded.process import EmbeddedError
from embedded.redis import NEVER
from embedded.services import services

Say = Callable[[str], None]


@contextmanager
def connection(data_dir: Path, say: Say = lambda line: None) -> Iterator[redis.Redis]:
    with services(data_dir, wanted=["redis"], environ={}, say=say) as variables:
        with redis.Redis.from_url(variables["REDIS_URL"], decode_responses=True) as client:
            yield client


def find_server(data_dir: Path) -> psutil.Process:
    return next(p for p in psutil.Process().children() if p.cwd() == str(data_dir / "redis"))


def test_it_keeps_its_data_across_a_restart(tmp_path: Path):
    with connection(tmp_path) as client:
        client.set("hint", "step 7")
    with connection(tmp_path) as client:
        assert client.get("hint") == "step 7"


def test_it_keeps_its_data_when_killed(tmp_path: Path):
    with connection(tmp_path) as client:
        client.set("hint", "step 7")
        find_server(tmp_path).kill()
        client.set_retry(NEVER)
        with pytest.raises(redis.ConnectionError):
            client.ping()
    with connection(tmp_path) as client:
        assert client.get("hint") == "step 7"


def test_it_is_set_up_to_be_a_broker_on_this_machine_only(tmp_path: Path):
    with connection(tmp_path) as client:
        wanted = {"appendonly": "yes", "appendfsync": "everysec", "maxmemory-policy": "noeviction"}
        wanted |= {"bind": "127.0.0.1", "aof-load-truncated": "yes"}
        assert {name: client.config_get(name)[name] for name in wanted} == wanted


def test_it_asks_for_a_password_that_no_other_user_can_read(tmp_path: Path):
    with connection(tmp_path) as client:
        password = (tmp_path / "redis_password").read_text()
        assert password not in " ".join(find_server(tmp_path).cmdline())
        for path in (tmp_path / "redis_password", tmp_path / "redis" / "redis.conf"):
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
        port = client.connection_pool.connection_kwargs["port"]
        for guess in (None, "wrong"):
            with redis.Redis(port=port, password=guess, retry=NEVER) as stranger:
                with pytest.raises(redis.AuthenticationError):
                    stranger.ping()


def test_it_starts_from_a_log_that_breaks_off(tmp_path: Path):
    with connection(tmp_path) as client:
        client.set("first", "1")
        client.set("second", "2")
    log = tmp_path / "redis" / "appendonly.aof"
    log.write_bytes(log.read_bytes()[:-4])
    with connection(tmp_path) as client:
        assert (client.get("first"), client.get("second")) == ("1", None)


def test_it_sets_a_log_aside_that_is_damaged_in_its_middle(tmp_path: Path):
    with connection(tmp_path) as client:
        client.set("first", "1")
        client.set("second", "2")
    log = tmp_path / "redis" / "appendonly.aof"
    log.write_bytes(log.read_bytes().replace(b"first", b"\x00\x00\xff", 1))
    said: list[str] = []
    with connection(tmp_path, said.append) as client:
        assert client.dbsize() == 0
    assert len(list(log.parent.glob("appendonly.aof.damaged-*"))) == 1
    assert any("starts empty" in line for line in said)


def test_it_does_not_share_its_folder(tmp_path: Path):
    with connection(tmp_path), pytest.raises(EmbeddedError, match="already runs on"), connection(tmp_path):
        pass
