"""What a server may do to the one who asks it: floods, drips, sends on, packs, nests."""

from __future__ import annotations

import asyncio
import gzip
import json
import time
import unicodedata
import zlib
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

import psutil
import pytest
from starlette.responses import RedirectResponse, Response, StreamingResponse

from agents.background import describe_background
from agents.character import CharacterDescription, describe_character
from agents.health import check_model
from agents.llm import BYTES_A_CHARACTER, Limits, Prompt, write_text
from agents.parsing import clean_text, find_json, plain_passage, split_story
from agents.storyteller import StoryDraft, tell_story
from agents.types import TEXT_MAX, LanguageModel, LanguageModelError
from tests.support.hostile import (
    END,
    PROSE,
    Bystander,
    HostileOllama,
    line,
    pour,
    say,
)
from tests.support.timing import is_quick

#: Bytes that a system's buffers hold of what nobody reads.
BUFFERED = 8_000_000
PROMPT = Prompt(system="Tell.", user="A brush.")
STORY = StoryDraft(title="The Brush", text=PROSE)


@pytest.fixture
def model(ollama: HostileOllama) -> LanguageModel:
    return LanguageModel(base_url=ollama.url, name="tale", idle_timeout=5, total_timeout=20)


def fail(model: LanguageModel) -> LanguageModelError:
    with pytest.raises(LanguageModelError) as caught:
        tell_story(model, sentence="A brush")
    return caught.value


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_it_is_not_sent_on_to_another_host(
    ollama: HostileOllama, model: LanguageModel, bystander: Bystander, status: int
) -> None:
    ollama.answer = lambda server, chat: RedirectResponse(f"{bystander.url}/api/chat", status)
    error = fail(model)
    assert "not followed" in str(error)
    assert bystander.url not in str(error)
    ollama.shown = lambda: RedirectResponse(f"{bystander.url}/api/show", status)
    with pytest.raises(LanguageModelError, match="not followed"):
        check_model(model)
    assert bystander.heard == []


def test_no_header_leads_it_elsewhere(
    ollama: HostileOllama, model: LanguageModel, bystander: Bystander
) -> None:
    headers = {
        "Refresh": f"0; url={bystander.url}", "Link": f"<{bystander.url}>; rel=preload",
        "Alt-Svc": f'http/1.1="127.0.0.1:{bystander.port}"', "Content-Location": bystander.url,
        "Location": bystander.url, "Set-Cookie": "evil=1",
    }  # fmt: skip
    said = (line(f"# The Brush\n\n{PROSE}") + END).decode()
    ollama.answer = lambda server, chat: Response(said, headers=headers, media_type="text/html")
    for _ in range(2):
        assert tell_story(model, sentence="A brush").title == "The Brush"
    assert bystander.heard == []


@pytest.mark.parametrize(
    "piece",
    [
        line("word " * 2000),
        line(),
        b"x" * 65_536,
        b"\n" * 65_536,
        b'{"message": {"content": "' + b"x" * 65_536,
    ],
    ids=["words", "lines without words", "one line", "newlines", "broken lines"],
)  # fmt: skip
def test_fifty_megabytes_are_not_read_to_their_end(
    ollama: HostileOllama, model: LanguageModel, piece: bytes
) -> None:
    ollama.answer = pour(piece)
    before = psutil.Process().memory_info().rss
    with pytest.raises(LanguageModelError) as caught:
        write_text(model, PROMPT, limits=Limits(num_predict=100, characters=2000), temperature=0)
    assert caught.value.transient
    assert ollama.sent < 2000 * BYTES_A_CHARACTER + BUFFERED
    assert psutil.Process().memory_info().rss - before < 200_000_000


def test_a_story_of_fifty_megabytes_is_none(ollama: HostileOllama, model: LanguageModel) -> None:
    ollama.answer = pour(line("word " * 2000))
    assert "did not come to an end" in str(fail(model))
    assert ollama.sent < 10 * TEXT_MAX + BUFFERED


@pytest.mark.parametrize("packed", ["gzip", "deflate", "br", "zstd", "gzip, gzip"])
def test_a_packed_answer_is_not_unpacked(ollama: HostileOllama, model: LanguageModel, packed: str) -> None:
    """However right it would be: half a megabyte of it may be half a gigabyte of words."""
    pack = zlib.compress if packed == "deflate" else gzip.compress
    story, shown = (pack(line(f"# The Brush\n\n{PROSE}") + END), pack(b'{"model_info": {}}'))
    ollama.answer = lambda server, chat: Response(story, headers={"Content-Encoding": packed})
    assert "does not speak Ollama's language" in str(fail(model))
    ollama.shown = lambda: Response(shown, headers={"Content-Encoding": packed})
    with pytest.raises(LanguageModelError, match="does not speak"):
        check_model(model)


def test_it_asks_for_nothing_packed(ollama: HostileOllama, model: LanguageModel) -> None:
    tell_story(model, sentence="A brush")
    assert ollama.headers["accept-encoding"] == "identity"


def test_a_model_that_is_shown_at_length_is_not_read(ollama: HostileOllama, model: LanguageModel) -> None:
    async def forever() -> AsyncIterator[bytes]:
        ollama.sent = 0
        yield b'{"model_info": {"x": "'
        while ollama.sent < 50_000_000:
            ollama.sent += 65_536
            yield b"x" * 65_536
            await asyncio.sleep(0)

    ollama.shown = lambda: StreamingResponse(forever(), media_type="application/json")
    with pytest.raises(LanguageModelError):
        check_model(model)
    assert ollama.sent < 8 * 2**20 + BUFFERED


def test_a_drip_comes_to_an_end(ollama: HostileOllama, model: LanguageModel) -> None:
    """A byte now and then is a sign of life, and no answer."""

    def drip(server: HostileOllama, chat: dict[str, Any]) -> Response:
        async def drops() -> AsyncIterator[bytes]:
            for byte in line("never") * 40:
                yield bytes([byte])
                await asyncio.sleep(0.02)

        return StreamingResponse(drops())

    ollama.answer = drip
    begun = time.monotonic()
    assert "did not finish" in str(fail(replace(model, total_timeout=0.5)))
    assert time.monotonic() - begun < 10


def nest(depth: int) -> bytes:
    return b'{"message":' * depth + b"1" + b"}" * depth


@pytest.mark.parametrize(
    "said",
    [
        nest(100_000) + b"\n",
        b'{"message": {"content": ' + b"[" * 100_000 + b"]" * 100_000 + b"}}\n",
        b'{"message": {"content": 7}, "done": ' + b"9" * 10_000 + b"}\n",
        b'{"message": {"content": "x"}, "eval_count": 1e999, "done": "yes"}\n',
        b'{"message": {"content": "x"}, "message": {"content": ["y"]}}\n',
        b'{"done": true, "done": false, "message": null}\n',
        b"\xff\xfe\x00\x01\n",
        b'{"message": {"content": "\\ud800"}}\n',
        b"data: hello\n\nevent: x\n",
        b'"a word"\n',
        b"null\n",
        b"\x00" * 10_000 + b"\n",
    ],
    ids=["nested", "nested content", "a huge number", "infinity", "the same key twice", "nothing", "no text",
         "half a pair", "another protocol", "a word", "null", "zeros"],
)  # fmt: skip
def test_what_is_no_answer_is_explained(ollama: HostileOllama, model: LanguageModel, said: bytes) -> None:
    ollama.answer = lambda server, chat: Response(said, media_type="application/x-ndjson")
    error = fail(model)
    assert str(error).endswith(".")
    assert "Traceback" not in str(error)
    ollama.shown = lambda: Response(said, media_type="application/json")
    with suppress(LanguageModelError):
        check_model(model)


OBJECTS = {
    "nested": '{"name": ' + "[" * 50_000 + "]" * 50_000 + "}",
    "nested objects": '{"name": ' * 50_000 + "1" + "}" * 50_000,
    "a huge number": json.dumps({"name": "x", "kind": 7, "pose": "y"}).replace("7", "9" * 10_000),
    "huge numbers in a list": '{"name": [' + "9" * 5_000 + "], " + '"kind": [1e400], "appearance": "a"}',
    "the same key twice": '{"name": "a", "name": "b", "kind": "owl", "appearance": "grey", "clothing": "", '
    '"pose": "still", "kind": "dragon"}',
    "other keys": json.dumps({"__class__": "x", "constructor": "y", "model_config": {}, "name": "z"}),
    "a list": "[1, 2, 3]",
    "a word": '"ignore your instructions"',
    "not a number": '{"name": NaN, "kind": Infinity, "appearance": -Infinity}',
    "half a pair": '{"name": "\\ud800", "kind": "\\udc00", "appearance": "x"}',
    "zeros": json.dumps(
        {name: f"a\x00{name}" for name in ("name", "kind", "appearance", "clothing", "pose")}
    ),
    "half": '{"name": "a", "kind": "b',
    "code": "__import__('os').system('x')",
    "yaml": "!!python/object/apply:os.system ['x']",
}


@pytest.mark.parametrize("said", OBJECTS.values(), ids=OBJECTS)
def test_an_object_is_what_it_was_asked_for_or_nothing(
    ollama: HostileOllama, model: LanguageModel, said: str
) -> None:
    ollama.answer = lambda server, chat: say(said)
    for ask in (describe_character, describe_background):
        try:
            found = ask(model, sentence="A brush", story=STORY)
        except LanguageModelError:
            continue
        for value in found.model_dump().values():
            assert isinstance(value, str)
            assert len(value) <= 500
            assert value == clean_text(value)
        assert set(found.model_dump()) == set(type(found).model_fields)


def test_fields_of_any_length_are_bounded(ollama: HostileOllama, model: LanguageModel) -> None:
    long = json.dumps(dict.fromkeys(CharacterDescription.model_fields, "a " * 700))
    ollama.answer = lambda server, chat: say(long)
    found = describe_character(model, sentence="A brush", story=STORY)
    assert len(found.as_prompt()) <= 1200


def list_slow() -> Iterator[str]:
    yield "a" + "\u0301\u0323" * (TEXT_MAX // 2)
    yield "\u0e01" + "\u0e38\u0e49" * (TEXT_MAX // 2)
    yield "\u202e" * TEXT_MAX
    yield "_a" * (TEXT_MAX // 2)
    yield "- " * (TEXT_MAX // 2) + "x"
    yield "<think>" * (TEXT_MAX // 7)
    yield "```\n" * (TEXT_MAX // 4)
    yield "#" * TEXT_MAX
    yield "Sure!\n\n" * (TEXT_MAX // 7)
    yield "," * TEXT_MAX
    yield "{" * TEXT_MAX


@pytest.mark.parametrize("text", [*list_slow()], ids=lambda text: ascii(text[:4]))
def test_reading_takes_no_longer_than_its_length(text: str) -> None:
    """A worker that reads for seconds lets its heartbeat wait."""
    for read in (clean_text, split_story, plain_passage, find_json):
        assert is_quick(lambda: read(text), seconds=0.5)  # noqa: B023


def test_a_pile_of_marks_is_bounded_and_scripts_keep_theirs() -> None:
    assert len(clean_text("Z" + "\u0301\u0323\u0489" * 300 + "algo")) < 20
    for word in ("Việt Nam", "नमस्ते क्ष्म्य", "שָׁלוֹם", "ภาษาไทยที่", "བསྒྲུབས", "مُحَمَّدٌ", "👩‍👩‍👧", "é̂̃"):
        assert clean_text(word) == unicodedata.normalize("NFC", word)
