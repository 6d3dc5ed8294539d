"""How large a request may be: each bound has its test, by the settings as they are."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as conf
from django.core.files.uploadedfile import SimpleUploadedFile

from embedded.process import find_free_port

SENTENCE = "A shy dragon who paints the night sky"
#: Django counts in whole chunks of what it reads.
MORE = conf.DATA_UPLOAD_MAX_MEMORY_SIZE + 100_000


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/generate/", "/api/v1/generations/"])
def test_a_body_is_bounded(client: Any, path: str) -> None:
    body = f'{{"prompt": "{"a" * MORE}"}}'
    answer = client.post(path, body, content_type="application/json")
    assert answer.status_code == 413
    assert "262,144 bytes" in answer.json()["detail"]


@pytest.mark.django_db
def test_a_form_is_bounded(client: Any) -> None:
    assert client.post("/generate/", {"prompt": "a" * MORE}).status_code == 413


@pytest.mark.django_db
def test_the_fields_of_a_form_are_counted(client: Any) -> None:
    fields = {f"f{number}": "" for number in range((conf.DATA_UPLOAD_MAX_NUMBER_FIELDS or 0) + 1)}
    assert len(fields) == 1001
    assert client.post("/generate/", {"prompt": SENTENCE, **fields}).status_code == 400
    assert client.get("/stories/", fields).status_code == 400


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/import/file/", "/api/v1/stories/import/"])
def test_files_are_counted_and_bounded(client: Any, settings: Any, path: str) -> None:
    files = {f"f{number}": SimpleUploadedFile("x.zip", b"x") for number in range(11)}
    assert conf.DATA_UPLOAD_MAX_NUMBER_FILES == 10
    assert client.post(path, files).status_code == 400
    settings.FILE_UPLOAD_MAX_BYTES = 1000
    answer = client.post(path, {"file": SimpleUploadedFile("x.zip", b"x" * 2000)})
    assert answer.status_code == 413


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The web server as it is started everywhere, with pages that need no database."""
    port = find_free_port()
    log = tmp_path_factory.mktemp("web") / "log"
    with log.open("wb") as out:
        web = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "story_generator.asgi", f"--bind=127.0.0.1:{port}",
             "--worker-class=story_generator.server.Worker", "--workers=1", "--no-control-socket"],
            cwd=Path(conf.BASE_DIR), stdout=out, stderr=out,
        )  # fmt: skip
    try:
        deadline = time.monotonic() + 60
        while not ask(port, b""):
            assert web.poll() is None and time.monotonic() < deadline, log.read_text()
            time.sleep(0.2)
        yield port
    finally:
        web.kill()
        web.wait()


def ask(port: int, headers: bytes, path: bytes = b"/static/img/icon.svg") -> bytes:
    """The first line of the answer; empty where there is none."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
            line.sendall(
                b"GET " + path + b" HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n" + headers + b"\r\n"
            )
            return line.recv(4096).split(b"\r\n")[0]
    except OSError:
        return b""


def test_slow_bodies_hold_up_nobody(server: int) -> None:
    head = b"POST /api/v1/generations/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    slow = [socket.create_connection(("127.0.0.1", server), timeout=10) for _ in range(20)]
    try:
        for line in slow:
            line.sendall(head + b'Content-Length: 100\r\n\r\n{"prompt": ')
        time.sleep(0.5)
        assert b" 200 " in ask(server, b"")
        slow[0].sendall(b"[]" + b" " * 86 + b"}")
        assert b" 400 " in slow[0].recv(4096).split(b"\r\n")[0], "it is answered when it is there"
    finally:
        for line in slow:
            line.close()


def test_an_answer_that_needs_no_body_keeps_the_connection(server: int) -> None:
    """Head and body come in two packets, and what refuses by the head alone is quick."""
    line = HTTPConnection("127.0.0.1", server, timeout=10)
    line.connect()
    first = line.sock
    for _ in range(50):
        line.putrequest("POST", "/static/img/icon.svg")
        line.putheader("Content-Length", "4")
        line.endheaders()
        time.sleep(0.01)
        line.send(b"body")
        answer = line.getresponse()
        answer.read()
        assert answer.status in {403, 405}
        assert line.sock is first, "it was not made anew"
    line.close()


def test_a_body_without_a_length_is_read(server: int) -> None:
    line = HTTPConnection("127.0.0.1", server, timeout=10)
    body = iter([b'{"prompt"', b": []}"])
    line.request("POST", "/api/v1/generations/", body, {"Content-Type": "application/json"})
    answer = line.getresponse()
    assert answer.status == 400
    assert json.load(answer)["prompt"] != ["This field is required."], "it was read"
    line.close()


@pytest.mark.long
def test_the_server_bounds_line_and_headers_before_any_of_our_code(server: int) -> None:
    assert b" 200 " in ask(server, b"X-Long: " + b"x" * 4000 + b"\r\n")
    for headers, path in (
        (b"X-Long: " + b"x" * 20_000 + b"\r\n", b"/"),
        (b"".join(b"X-%d: x\r\n" % number for number in range(200)), b"/"),
        (b"", b"/" + b"x" * 20_000),
    ):
        answer = ask(server, headers, path)
        assert not answer or b" 4" in answer[:14], answer
    assert b" 200 " in ask(server, b""), "it goes on"
