"""Bad settings are found at start, by name and with the mend."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def check(tmp_path: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """`manage.py check` with these variables and an empty data folder."""
    environ = {**os.environ, "DATA_DIR": str(tmp_path), **variables}
    return subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_it_is_content_with_good_settings(tmp_path: Path) -> None:
    assert check(tmp_path).returncode == 0


@pytest.mark.parametrize(
    "faults",
    [
        {
            "DATABASE_URL": ("", "make run"),
            "REDIS_URL": ("amqp://localhost", "redis://"),
            "OLLAMA_BASE_URL": ("localhost:11434", "http://"),
            "SCENE_SIZE": ("1024", "1024x768"),
            "IMAGE_SIZE": ("100x100", "1024x768"),
            "IMAGE_BATCH": ("0", "1 to 64"),
            "OLLAMA_NUM_CTX": ("512", "at least 2048"),
            "OLLAMA_NUM_PARALLEL": ("0", "at least 1"),
            "STEP_LEASE": ("0.5", "at least 2"),
        },
        {
            "DATABASE_URL": ("sqlite:///db.sqlite3", "postgres://"),
            "REDIS_URL": ("", "make run"),
            "SECRET_KEY": ("", "secret_key"),
            "IMAGE_SCHEDULER": ("karras", "dpm++"),
        },
        {"IMAGE_DTYPE": ("int8", "float16")},
        {
            "GENERATIONS_PER_ADDRESS": ("-1", "at least 0"),
            "IMPORTS_PER_PERSON": ("-1", "at least 0"),
            "IMPORTS_PER_ADDRESS": ("-1", "at least 0"),
            "LLM_PATIENCE": ("-1", "at least 0"),
            "WORKER_GROWTH_MAX": ("-1", "at least 0"),
            "TRASH_DAYS": ("-1", "at least 0"),
            "VISITOR_DAYS": ("0", "at least 1"),
        },
        {"IMAGE_STEPS": ("many", ".env.example")},
    ],
    ids=["one way", "another way", "a third", "too little", "no number"],
)
def test_it_names_every_faulty_setting_and_the_mend(
    tmp_path: Path, faults: dict[str, tuple[str, str]]
) -> None:
    result = check(tmp_path, **{name: value for name, (value, _) in faults.items()})
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    told = result.stderr.split("?: ")
    for name, (_, mend) in faults.items():
        assert [said for said in told if name in said and mend in said], (name, told)


def test_it_does_not_print_the_database_password(tmp_path: Path) -> None:
    result = check(tmp_path, DATABASE_URL="mysql://me:hunter2@localhost/x")
    assert result.returncode == 1
    assert "hunter2" not in result.stderr + result.stdout
