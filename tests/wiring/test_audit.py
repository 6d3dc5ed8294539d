"""`make audit` looks where it can, says where it cannot, and fails for known weaknesses alone."""

from __future__ import annotations

import io
import json
import subprocess
import urllib.error
from typing import Any

import pytest

from tools import audit


@pytest.fixture
def reached(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = json.dumps({"vulnerabilities": []}).encode()
    monkeypatch.setattr("urllib.request.urlopen", lambda *_, **__: io.BytesIO(answer))


def let_it_say(monkeypatch: pytest.MonkeyPatch, told: str) -> None:
    done = subprocess.CompletedProcess([], 1, stdout=told, stderr="")
    monkeypatch.setattr("subprocess.run", lambda *_, **__: done)


@pytest.mark.parametrize("error", [urllib.error.URLError("away"), TimeoutError(), ValueError()])
def test_being_offline_is_no_failure(monkeypatch: pytest.MonkeyPatch, capsys: Any, error: Exception) -> None:
    def fail(*_: Any, timeout: float, **__: Any) -> None:
        assert timeout <= 5
        raise error

    monkeypatch.setattr("urllib.request.urlopen", fail)
    assert audit.main() == 0
    assert "skipped" in capsys.readouterr().out


@pytest.mark.usefixtures("reached")
def test_a_known_weakness_is_told_and_fails(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    fault = {"id": "PYSEC-1", "fix_versions": ["2.1"]}
    let_it_say(monkeypatch, json.dumps({"dependencies": [{"name": "pip", "version": "1", "vulns": [fault]}]}))
    assert audit.main() == 1
    assert "pip 1: PYSEC-1, mended in 2.1" in capsys.readouterr().out


@pytest.mark.usefixtures("reached")
@pytest.mark.parametrize(("told", "word"), [("", "broke off"), ('{"dependencies": []}', "0 packages")])
def test_nothing_found_is_no_failure(
    monkeypatch: pytest.MonkeyPatch, capsys: Any, told: str, word: str
) -> None:
    let_it_say(monkeypatch, told)
    assert audit.main() == 0
    assert word in capsys.readouterr().out
