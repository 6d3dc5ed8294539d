"""A line for each event: readable, findable by request and generation, and without secrets."""

from __future__ import annotations

import io
import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.test import override_settings
from structlog.contextvars import bound_contextvars, clear_contextvars

from story_generator.checks import check_log_format
from story_generator.logs import FORMS, make_formatter

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def nothing_bound() -> None:
    """A request of another test that was not read to its end leaves its id behind."""
    clear_contextvars()


@pytest.fixture(params=sorted(FORMS))
def form(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def write(form: str) -> Callable[[Callable[[logging.Logger], None]], str]:
    def write(log: Callable[[logging.Logger], None]) -> str:
        stream = io.StringIO()
        handler = logging.StreamHandler(stream)
        handler.setFormatter(make_formatter(form))
        logger = logging.getLogger("stories.a_test")
        logger.addHandler(handler)
        try:
            log(logger)
        finally:
            logger.removeHandler(handler)
        return stream.getvalue()

    return write


Write = Callable[[Callable[[logging.Logger], None]], str]


def test_a_line_says_when_how_bad_who_what_and_of_which_step(write: Write, form: str) -> None:
    with bound_contextvars(generation="g1", step="story", request="r1"):
        line = write(lambda logger: logger.warning("%s is late by %d s", "it", 3))
    if form == "json":
        told = json.loads(line)
        assert told.pop("timestamp").endswith("Z")
        assert told == {
            "event": "it is late by 3 s", "level": "warning", "logger": "stories.a_test",
            "generation": "g1", "step": "story", "request": "r1",
        }  # fmt: skip
    else:
        assert "WARNING stories.a_test: it is late by 3 s" in line
        assert all(name in line for name in ("generation=g1", "step=story", "request=r1"))


def fail_over(secret: str) -> None:
    try:
        raise KeyError(secret)
    except KeyError as error:
        raise ValueError(f"{secret} again") from error


def test_an_exception_is_told_by_kind_and_place_and_never_by_its_message(write: Write, form: str) -> None:
    def log(logger: logging.Logger) -> None:
        try:
            fail_over("".join(["dra", "gon"]))  # the lines of the source are told
        except ValueError:
            logger.exception("it broke")

    line = write(log)
    assert "dragon" not in line
    assert all(word in line for word in ("it broke", "fail_over", "KeyError", "ValueError", "test_logs.py"))
    assert form != "json" or line.count("\n") == 1


@pytest.mark.parametrize(
    "told",
    [
        "cannot reach postgres://starloom:SECRET1234@db:5432/starloom",
        "Not Found: /shared/SECRET1234/export/pdf/",
        "sent Authorization: Token SECRET1234",
        "sent Authorization: Bearer SECRET1234.SECRET1234",
        "sent Cookie: csrftoken=SECRET1234; sessionid=SECRET1234",
    ],
)
def test_what_a_library_logs_of_keys_is_left_out(write: Write, told: str) -> None:
    line = write(lambda logger: logger.error(told))
    assert "SECRET" not in line
    assert "…" in line or "\\u2026" in line


@pytest.mark.parametrize("odd", ["two\nlines", "\x1b[31mred", "\ud800", "a" * 100_000, "\x00"])
def test_odd_letters_make_no_second_object(odd: str) -> None:
    record = logging.LogRecord("odd", logging.INFO, __file__, 1, "said %s", (odd,), None)
    line = make_formatter("json").format(record)
    assert "\n" not in line
    assert json.loads(line.encode())["event"] == f"said {odd}"


def run_with(**variables: str) -> subprocess.CompletedProcess[str]:
    script = "import django; django.setup(); import logging; logging.getLogger('a').warning('said')"
    return subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "story_generator.settings", **variables},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )


def test_the_setting_chooses_the_form() -> None:
    assert json.loads(run_with(LOG_FORMAT="json").stderr)["event"] == "said"


def test_lines_for_people_are_the_default() -> None:
    assert settings.LOG_FORMAT == "console"
    record = logging.LogRecord("a", logging.WARNING, __file__, 1, "said", (), None)
    assert make_formatter("sonnet").format(record).endswith("Z WARNING a: said")


@pytest.mark.parametrize(("form", "faults"), [("json", 0), ("console", 0), ("sonnet", 1), ("", 1)])
def test_a_form_that_is_not_known_is_told_at_start(form: str, faults: int) -> None:
    with override_settings(LOG_FORMAT=form):
        assert len(check_log_format()) == faults
