"""A pytest plugin: real PostgreSQL, Redis and sketch storyteller for the whole run, on a throw-away folder.

Named early in pyproject.toml, because Django's settings read the variables before any conftest is loaded.
What the machine has configured is left alone: tests empty databases.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from embedded.services import services

SETTINGS = {
    "SECRET_KEY": "only for tests, and no secret",
    "IMAGE_MODEL": "sketch",
    "NO_PROXY": "127.0.0.1,localhost,::1",
    "SKETCH_WORDS_PER_SECOND": "0",  # as fast as it can
}
#: What the process says that only hands tests out to others, each with services of its own.
NOWHERE = {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none", "REDIS_URL": "redis://127.0.0.1:1/0"}


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    stack = ExitStack()
    early_config.add_cleanup(stack.close)
    data_dir = stack.enter_context(tempfile.TemporaryDirectory(prefix="starloom-tests-"))
    for name in ("DEBUG", "ALLOWED_HOSTS", "HTTPS_ONLY", "TRUST_PROXY", "SENDFILE", "HOST", "PORT"):
        os.environ.pop(name, None)
    os.environ.update(SETTINGS, DATA_DIR=data_dir)
    if early_config.known_args_namespace.numprocesses and "PYTEST_XDIST_WORKER" not in os.environ:
        os.environ.update(NOWHERE, OLLAMA_BASE_URL="http://127.0.0.1:1")
        yield
        return
    os.environ.update(stack.enter_context(services(Path(data_dir), environ={}, say=lambda line: None)))
    yield
