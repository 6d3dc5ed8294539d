"""Each fault of the faulty storyteller happens, as a client sees it, and is counted."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.support.faults import FOREVER, FaultyServer

CHAT: dict[str, Any] = {"model": "sketch", "messages": [{"role": "user", "content": "A fox in the snow"}]}


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with FaultyServer() as server:
        yield server


def post(server: FaultyServer, **more: Any) -> httpx.Response:
    return httpx.post(f"{server.url}/api/chat", json=CHAT | more, timeout=20)


def read(answer: httpx.Response) -> str:
    return "".join(json.loads(line)["message"]["content"] for line in answer.text.splitlines())


def test_it_answers_well_without_a_fault(server):
    assert read(post(server)).startswith("# ")
    assert (server.faults.chats, server.faults.fired) == (1, {})


def test_slow_answers_late(server):
    server.faults.add("slow", seconds=0.4)
    began = time.monotonic()
    assert read(post(server)).startswith("# ")
    assert time.monotonic() - began > 0.4
    assert server.faults.fired["slow"] == 1


def test_pause_waits_between_chunks(server):
    server.faults.add("pause", seconds=0.1)
    began = time.monotonic()
    post(server, options={"num_predict": 60})
    assert time.monotonic() - began > 0.4
    assert server.faults.fired["pause"] == 1


@pytest.mark.parametrize("stream", [True, False])
def test_drop_closes_the_connection_in_the_middle(server, stream):
    server.faults.add("drop")
    with pytest.raises(httpx.RemoteProtocolError):
        post(server, stream=stream)
    assert server.faults.fired["drop"] == 1
    assert post(server).status_code == 200


@pytest.mark.parametrize("status", [404, 500, 503])
def test_an_error_has_its_status_once(server, status):
    server.faults.add(f"error_{status}")
    answer = post(server)
    assert answer.status_code == status
    assert answer.json()["error"]
    assert server.faults.fired[f"error_{status}"] == 1
    assert post(server).status_code == 200


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize(("fault", "valid"), [("invalid_json", False), ("wrong_schema", True)])
def test_structured_output_comes_broken(server, fault, valid, stream):
    server.faults.add(fault)
    content = read(post(server, stream=stream, format="json"))
    try:
        assert ("name" not in json.loads(content)) and valid
    except ValueError:
        assert not valid
    assert server.faults.fired[fault] == 1


def test_empty_says_nothing(server):
    server.faults.add("empty")
    assert read(post(server)) == ""
    assert server.faults.fired["empty"] == 1


def test_endless_goes_on_until_nobody_listens(server):
    server.faults.add("endless", seconds=0.001)
    with httpx.stream("POST", f"{server.url}/api/chat", json=CHAT, timeout=5) as answer:
        words = answer.iter_lines()
        assert all(not json.loads(next(words))["done"] for _ in range(500))
    deadline = time.monotonic() + 3
    while server.faults.at_once and time.monotonic() < deadline:
        time.sleep(0.02)
    assert (server.faults.at_once, server.faults.fired["endless"]) == (0, 1)


def test_huge_is_huge(server):
    server.faults.add("huge")
    assert len(read(post(server))) > 4_900_000
    assert server.faults.fired["huge"] == 1


def test_a_wrong_content_type_is_no_ollama(server):
    server.faults.add("wrong_content_type")
    assert post(server).headers["content-type"].startswith("text/html")
    assert server.faults.fired["wrong_content_type"] == 1


def test_a_fault_waits_for_the_request_that_it_is_meant_for(server):
    server.faults.add("error_500", match="hedgehog", times=2)
    assert post(server).status_code == 200
    meant = {"messages": [{"role": "user", "content": "A hedgehog"}]}
    assert [post(server, **meant).status_code for _ in range(3)] == [500, 500, 200]


def test_a_fault_may_last_for_ever(server):
    server.faults.add("error_503", times=FOREVER)
    assert {post(server).status_code for _ in range(5)} == {503}
    server.faults.clear()
    assert post(server).status_code == 200


def test_it_is_driven_over_http_as_a_process_of_its_own(free_port):
    command = [sys.executable, "-m", "tests.support.faults", "--port", str(free_port)]
    process = subprocess.Popen(command)
    control = f"http://127.0.0.1:{free_port}/_faults"
    try:
        _wait_for(control)
        assert httpx.post(control, json={"fault": "error_500", "times": 1}).status_code == 200
        assert httpx.post(control, json={"fault": "flood"}).status_code == 400
        assert httpx.post(control.replace("_faults", "api/chat"), json=CHAT).status_code == 500
        tally = httpx.get(control).json()
        assert (tally["fired"], tally["chats"], tally["most_at_once"]) == ({"error_500": 1}, 1, 1)
        assert httpx.delete(control).json()["fired"] == {}
    finally:
        process.terminate()
        assert process.wait(timeout=10) in (0, -15)


@pytest.fixture
def free_port() -> int:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _wait_for(url: str) -> None:
    for _ in range(150):
        try:
            httpx.get(url)
            return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError(f"nothing answers at {url}")
