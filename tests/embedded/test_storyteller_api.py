"""The sketch storyteller as its clients see it: raw HTTP, the ollama client, langchain-ollama."""

from __future__ import annotations

import json
import math
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import httpx
import ollama
import pytest
from langchain_ollama import ChatOllama, OllamaEmbeddings
from pydantic import BaseModel, Field

from tests.support.faults import FaultyServer

SENTENCE = "A shy dragon who paints the night sky"
CHAT: dict[str, Any] = {"model": "sketch", "messages": [{"role": "user", "content": SENTENCE}]}


class Character(BaseModel):
    name: str = Field(max_length=80)
    kind: str
    appearance: str
    clothing: str
    pose: str


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with FaultyServer() as server:
        yield server.url


@pytest.fixture
def http(url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=url, timeout=20) as client:
        yield client


def chat(http: httpx.Client, **more: Any) -> dict[str, Any]:
    answer = http.post("/api/chat", json=CHAT | {"stream": False} | more)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_it_says_that_it_runs_as_ollama_does(http):
    assert http.get("/").text == "Ollama is running"
    assert http.head("/").status_code == 200
    assert http.get("/api/version").json()["version"]


@pytest.mark.parametrize("path", ["/api/tags", "/api/ps"])
def test_it_lists_its_one_model(http, path):
    (model,) = http.get(path).json()["models"]
    assert model["name"] == model["model"] == "sketch:latest"
    assert len(model["digest"]) == 64


@pytest.mark.parametrize("name", ["sketch", "sketch:latest"])
def test_it_says_honestly_what_it_is(http, name):
    shown = http.post("/api/show", json={"model": name}).json()
    assert "not a language model" in shown["license"]
    assert shown["model_info"]["general.architecture"] == "grammar"
    assert shown["capabilities"] == ["completion", "embedding"]


def test_it_streams_lines_that_make_up_the_whole(http):
    answer = http.post("/api/chat", json=CHAT)
    assert answer.headers["content-type"] == "application/x-ndjson"
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert len(lines) > 10
    assert [line["done"] for line in lines] == [False] * (len(lines) - 1) + [True]
    text = "".join(line["message"]["content"] for line in lines)
    assert text == chat(http)["message"]["content"]
    last = lines[-1]
    assert last["done_reason"] == "stop"
    assert last["total_duration"] >= last["prompt_eval_duration"] + last["eval_duration"] > 0
    assert last["prompt_eval_count"] == 8
    assert last["eval_count"] > 300


def test_it_answers_generate_in_its_own_shape(http):
    body = {"model": "sketch", "prompt": SENTENCE}
    lines = [json.loads(line) for line in http.post("/api/generate", json=body).text.splitlines()]
    whole = http.post("/api/generate", json=body | {"stream": False}).json()
    assert "".join(line["response"] for line in lines) == whole["response"]
    assert whole["response"].startswith("# ")
    assert whole["done"] is True


def test_it_tells_the_same_story_for_the_same_seed_and_another_for_another(http):
    def tell(seed: int | None) -> str:
        return chat(http, options={} if seed is None else {"seed": seed})["message"]["content"]

    assert tell(7) == tell(7) != tell(8)
    assert tell(None) == tell(None) == tell(-1)


def test_it_stops_at_num_predict(http):
    cut = chat(http, options={"num_predict": 25})
    assert (cut["done_reason"], cut["eval_count"]) == ("length", 25)
    assert chat(http)["message"]["content"].startswith(cut["message"]["content"])


def test_it_never_writes_past_its_context(http):
    cut = chat(http, options={"num_ctx": 100})
    assert cut["done_reason"] == "length"
    assert cut["prompt_eval_count"] + cut["eval_count"] == 100


def test_it_keeps_the_end_of_a_prompt_that_is_too_long(http):
    prompt = "word " * 5000 + f"<sentence>{SENTENCE}</sentence>"
    answer = chat(http, messages=[{"role": "user", "content": prompt}], options={"num_ctx": 2048})
    assert answer["prompt_eval_count"] == 2047
    prompt = f"{SENTENCE}. " + "word " * 50
    answer = chat(http, messages=[{"role": "user", "content": prompt}], options={"num_ctx": 900})
    assert "dragon" in answer["message"]["content"]


def test_it_reads_the_fenced_sentence_and_not_the_talk_around_it(http):
    messages = [
        {"role": "system", "content": "You tell stories about pirates and trains."},
        {"role": "user", "content": "Here is a sentence.\n<sentence>A snail in a teapot</sentence>\nBegin."},
    ]
    text = chat(http, messages=messages)["message"]["content"]
    assert "snail" in text
    assert "pirate" not in text


def test_it_loads_and_unloads_without_a_message(http):
    assert chat(http, messages=[])["done_reason"] == "load"
    assert chat(http, messages=[], keep_alive=0)["done_reason"] == "unload"


@pytest.mark.parametrize(
    ("path", "body", "status", "error"),
    [
        ("/api/chat", {"model": "llama3"}, 404, "model 'llama3' not found"),
        ("/api/show", {"model": "llama3"}, 404, "model 'llama3' not found"),
        ("/api/embed", {"model": "llama3", "input": "x"}, 404, "model 'llama3' not found"),
        ("/api/chat", {}, 400, "model is required"),
        ("/api/chat", CHAT | {"messages": "hello"}, 400, "messages must be a list"),
        ("/api/chat", CHAT | {"messages": ["hello"]}, 400, "each message must be an object"),
        ("/api/chat", CHAT | {"messages": [{"role": "king", "content": ""}]}, 400, "invalid role"),
        ("/api/chat", CHAT | {"format": 7}, 400, "invalid format"),
        ("/api/chat", CHAT | {"options": {"seed": "x"}}, 400, "must be of type integer"),
        ("/api/chat", CHAT | {"tools": [{}]}, 400, "does not support tools"),
        ("/api/chat", CHAT | {"think": True}, 400, "does not support thinking"),
        ("/api/embed", {"model": "sketch", "input": [1]}, 400, "invalid input type"),
        ("/api/embed", {"model": "sketch", "input": "x", "dimensions": 9999}, 400, "dimensions"),
    ],
)
def test_it_refuses_as_ollama_does(http, path, body, status, error):
    answer = http.post(path, json=body)
    assert answer.status_code == status
    assert error in answer.json()["error"]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff\xfe", b"[" * 100_000, b"1e999", b'"\x00"'])
def test_it_answers_400_to_what_is_no_json_object(http, body):
    answer = http.post("/api/chat", content=body)
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_it_bounds_the_body(http):
    assert http.post("/api/chat", content=b" " * (5 * 1024 * 1024)).status_code == 413


def test_it_has_no_other_addresses(http):
    assert http.get("/api/nothing").status_code == 404
    assert http.get("/api/chat").status_code == 405


def test_it_embeds_texts_so_that_near_ones_are_near(http):
    texts = [
        "A shy dragon paints the night sky",
        "the shy dragon painted a night sky",
        "Four trams in Paris",
        "",
    ]
    body = http.post("/api/embed", json={"model": "sketch", "input": texts}).json()
    vectors = body["embeddings"]
    assert [len(vector) for vector in vectors] == [384] * 4
    assert all(math.isclose(math.hypot(*vector), 1, abs_tol=1e-9) for vector in vectors)

    def near(a: int, b: int) -> float:
        return (
            math.sumprod(vectors[a], vectors[b])
            if hasattr(math, "sumprod")
            else sum(x * y for x, y in zip(vectors[a], vectors[b], strict=True))
        )

    assert near(0, 1) > 0.6 > 0.3 > near(0, 2)
    again = http.post("/api/embed", json={"model": "sketch", "input": texts[0]}).json()["embeddings"]
    assert again == vectors[:1]
    old = http.post("/api/embeddings", json={"model": "sketch", "prompt": texts[0]}).json()
    assert old["embedding"] == vectors[0]
    short = http.post("/api/embed", json={"model": "sketch", "input": texts[0], "dimensions": 64}).json()
    assert len(short["embeddings"][0]) == 64


def test_the_ollama_client_works_unchanged(url):
    client = ollama.Client(host=url)
    whole = client.chat("sketch", messages=CHAT["messages"])
    assert whole.message.content and whole.message.content.startswith("# ")
    parts = list(client.chat("sketch", messages=CHAT["messages"], stream=True))
    assert "".join(part.message.content or "" for part in parts) == whole.message.content
    assert (client.generate("sketch", prompt=SENTENCE).response or "").startswith("# ")
    typed = client.chat("sketch", messages=CHAT["messages"], format=Character.model_json_schema())
    assert Character.model_validate_json(typed.message.content or "").name
    assert len(client.embed("sketch", input=["a", "b"]).embeddings) == 2
    assert len(client.embeddings("sketch", prompt="a").embedding) == 384
    assert client.list().models[0].model == "sketch:latest"
    assert client.ps().models[0].model == "sketch:latest"
    assert client.show("sketch").capabilities == ["completion", "embedding"]
    with pytest.raises(ollama.ResponseError, match="model 'none' not found") as caught:
        client.chat("none", messages=CHAT["messages"])
    assert caught.value.status_code == 404


def test_langchain_works_unchanged(url):
    model = ChatOllama(
        base_url=url, model="sketch", num_ctx=4096, reasoning=False, validate_model_on_init=True
    )
    whole = model.invoke(SENTENCE)
    assert isinstance(whole.content, str)
    assert whole.content.startswith("# ")
    assert whole.response_metadata["done_reason"] == "stop"
    assert whole.usage_metadata and whole.usage_metadata["output_tokens"] > 300
    assert "".join(str(part.content) for part in model.stream(SENTENCE)) == whole.content
    typed = model.with_structured_output(Character, method="json_schema").invoke(SENTENCE)
    assert isinstance(typed, Character)
    assert "dragon" in typed.kind
    vectors = OllamaEmbeddings(base_url=url, model="sketch").embed_documents(["a fox", "an owl"])
    assert [len(vector) for vector in vectors] == [384, 384]


def test_it_writes_at_the_pace_asked_for():
    with FaultyServer(words_per_second=500) as server:
        began = time.monotonic()
        chunks = []
        body = CHAT | {"options": {"num_predict": 200}}
        with httpx.stream("POST", f"{server.url}/api/chat", json=body, timeout=20) as answer:
            chunks = [time.monotonic() - began for _ in answer.iter_lines()]
    assert 0.3 < chunks[-1] < 1.5
    assert chunks[0] < 0.2


def test_it_runs_as_a_process_and_ends_on_a_signal():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "embedded.storyteller", "--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen(command, env=os.environ | {"SKETCH_WORDS_PER_SECOND": "20"})
    try:
        url = f"http://127.0.0.1:{port}"
        transport = httpx.HTTPTransport(retries=8)  # the process takes a moment to listen
        with httpx.Client(transport=transport, base_url=url, timeout=10) as client:
            assert client.get("/").text == "Ollama is running"
            with suppress(httpx.TransportError), client.stream("POST", "/api/chat", json=CHAT) as answer:
                assert next(answer.iter_lines())
                process.terminate()  # also with a stream open
                process.wait(timeout=6)
        assert process.returncode in (0, -15)
    finally:
        process.kill()


def test_many_streams_run_at_once():
    results: list[str] = []
    with FaultyServer(words_per_second=400) as server:

        def tell(i: int) -> None:
            body = CHAT | {"stream": i % 2 == 0, "options": {"num_predict": 200}}
            results.append(httpx.post(f"{server.url}/api/chat", json=body, timeout=20).text)

        threads = [threading.Thread(target=tell, args=(i,)) for i in range(16)]
        began = time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        wall = time.monotonic() - began
        assert server.faults.most_at_once > 8
    assert len(results) == 16
    assert wall < 5  # one after the other would take 8 s


@pytest.mark.parametrize("stream", [True, False])
def test_a_client_that_goes_away_ends_its_stream(stream):
    with FaultyServer(words_per_second=20) as server:
        with pytest.raises(httpx.ReadTimeout if not stream else StopIteration):
            if not stream:
                httpx.post(f"{server.url}/api/chat", json=CHAT | {"stream": False}, timeout=0.5)
            with httpx.stream("POST", f"{server.url}/api/chat", json=CHAT, timeout=5) as answer:
                next(answer.iter_lines())
                raise StopIteration
        deadline = time.monotonic() + 3
        while server.faults.at_once and time.monotonic() < deadline:
            time.sleep(0.05)
        assert (server.faults.chats, server.faults.at_once) == (1, 0)
