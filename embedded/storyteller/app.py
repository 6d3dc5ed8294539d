"""Ollama's HTTP API, answered by the sketch storyteller."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from embedded.storyteller.embedding import DIMENSIONS, MAX_WORDS, embed
from embedded.storyteller.lexicon import digest_words, measure_words
from embedded.storyteller.pace import DEFAULT_WORDS_PER_SECOND, count_pieces, split_pieces, write_out
from embedded.storyteller.wire import (
    DEFAULT_CONTEXT,
    MODEL,
    ApiError,
    Ask,
    Clock,
    encode_line,
    now_text,
    read_chat,
    read_generate,
    read_json,
    read_model,
    read_text,
)
from embedded.storyteller.writer import answer, fit_messages

#: The release of Ollama whose API this server speaks; clients look at it to see what is understood.
API_VERSION = "0.12.0"
MAX_INPUTS = 512
#: Ollama shows here what a model can read at most, not what is loaded. A grammar has no such limit.
LONGEST_CONTEXT = 131_072
HONESTY = (
    "The sketch storyteller is a grammar, not a language model: it puts together sentences that people "
    "wrote, chosen by a seed. Connect Ollama (OLLAMA_BASE_URL) for stories by a language model."
)
_STARTED = datetime.now(UTC).isoformat().replace("+00:00", "Z")

Reader = Callable[[Mapping[str, Any]], Ask]
Shaper = Callable[[str], dict[str, Any]]


def make_app(words_per_second: float = DEFAULT_WORDS_PER_SECOND) -> Starlette:
    """Build the server. ``words_per_second`` is the pace of each answer; 0 is as fast as possible."""
    chat = partial(_write, read=read_chat, shape=_shape_message, pace=words_per_second)
    generate = partial(_write, read=read_generate, shape=_shape_response, pace=words_per_second)
    return Starlette(
        routes=[
            Route("/", _say_hello),
            Route("/api/version", _tell_version),
            Route("/api/tags", _list_models),
            Route("/api/ps", _list_running),
            Route("/api/show", _show, methods=["POST"]),
            Route("/api/chat", chat, methods=["POST"]),
            Route("/api/generate", generate, methods=["POST"]),
            Route("/api/embed", _embed, methods=["POST"]),
            Route("/api/embeddings", _embed_one, methods=["POST"]),
        ],
        exception_handlers={ApiError: _tell_error, HTTPException: _tell_plainly},
    )


async def _say_hello(request: Request) -> Response:
    return PlainTextResponse("Ollama is running")


async def _tell_version(request: Request) -> Response:
    return JSONResponse({"version": API_VERSION})


async def _list_models(request: Request) -> Response:
    return JSONResponse({"models": [{**_describe_model(), "modified_at": _STARTED}]})


async def _list_running(request: Request) -> Response:
    until = (datetime.now(UTC) + timedelta(days=1)).isoformat().replace("+00:00", "Z")
    running = {"expires_at": until, "size_vram": 0, "context_length": DEFAULT_CONTEXT}
    return JSONResponse({"models": [{**_describe_model(), **running}]})


async def _show(request: Request) -> Response:
    body = await read_json(request)
    read_model(body, "model" if body.get("model") else "name")
    return JSONResponse(
        {
            "license": HONESTY,
            "modelfile": f"# {HONESTY}\n",
            "parameters": "",
            "template": "{{ .Prompt }}",
            "details": _describe_model()["details"],
            "model_info": {
                "general.architecture": "grammar",
                "general.description": HONESTY,
                "general.parameter_count": 0,
                "grammar.context_length": LONGEST_CONTEXT,
                "grammar.embedding_length": DIMENSIONS,
            },
            "capabilities": ["completion", "embedding"],
            "modified_at": _STARTED,
        }
    )


def _describe_model() -> dict[str, Any]:
    name = f"{MODEL}:latest"
    family = {"format": "grammar", "family": "grammar", "families": ["grammar"]}
    details = {"parent_model": "", **family, "parameter_size": "0", "quantization_level": "none"}
    return {
        "name": name,
        "model": name,
        "size": measure_words(),
        "digest": digest_words(),
        "details": details,
    }


@dataclass(frozen=True, slots=True)
class _Reply:
    """An answer that is made and only has to be written out."""

    pieces: list[str]
    prompt_count: int
    reason: str
    clock: Clock


async def _write(request: Request, *, read: Reader, shape: Shaper, pace: float) -> Response:
    clock = Clock()
    body = await read_json(request)
    ask = read(body)
    reply = _make_reply(ask, clock) if ask.messages else _load_only(body, clock)
    if not ask.stream:
        return JSONResponse(await _write_whole(request, ask, reply, shape, pace))
    return StreamingResponse(_write_lines(ask, reply, shape, pace), media_type="application/x-ndjson")


def _load_only(body: Mapping[str, Any], clock: Clock) -> _Reply:
    """Without a message Ollama only loads the model, or unloads it at once; here neither takes anything."""
    clock.mark_read()
    return _Reply([], 0, "unload" if body.get("keep_alive") in (0, "0", "0s") else "load", clock)


def _make_reply(ask: Ask, clock: Clock) -> _Reply:
    messages = fit_messages(ask.messages, ask.num_ctx - 1)
    prompt_count = sum(count_pieces(text) for _, text in messages)
    pieces = split_pieces(answer(messages, ask.format, ask.seed))
    room = ask.num_ctx - prompt_count
    limit = min(room, ask.num_predict) if ask.num_predict > 0 else room
    clock.mark_read()
    return _Reply(pieces[:limit], prompt_count, "length" if len(pieces) > limit else "stop", clock)


async def _write_lines(ask: Ask, reply: _Reply, shape: Shaper, pace: float) -> AsyncIterator[bytes]:
    async for text in write_out(reply.pieces, pace):
        yield encode_line(_head(ask) | shape(text) | {"done": False})
    yield encode_line(_finish(ask, reply, shape, ""))


async def _write_whole(
    request: Request, ask: Ask, reply: _Reply, shape: Shaper, pace: float
) -> dict[str, Any]:
    """Write everything before answering, as long as somebody is there to read it."""
    looked = time.monotonic()
    async for _ in write_out(reply.pieces, pace):
        if time.monotonic() - looked > 0.2:
            looked = time.monotonic()
            if await request.is_disconnected():
                break
    return _finish(ask, reply, shape, "".join(reply.pieces))


def _finish(ask: Ask, reply: _Reply, shape: Shaper, text: str) -> dict[str, Any]:
    end: dict[str, Any] = {"done": True, "done_reason": reply.reason}
    return _head(ask) | shape(text) | end | reply.clock.tell(reply.prompt_count, len(reply.pieces))


def _head(ask: Ask) -> dict[str, Any]:
    return {"model": ask.model, "created_at": now_text()}


def _shape_message(text: str) -> dict[str, Any]:
    return {"message": {"role": "assistant", "content": text}}


def _shape_response(text: str) -> dict[str, Any]:
    return {"response": text}


async def _embed(request: Request) -> Response:
    clock = Clock()
    body = await read_json(request)
    model = read_model(body)
    texts = _read_inputs(body.get("input"))
    size = _read_dimensions(body.get("dimensions"))
    vectors = []
    for text in texts:
        vectors.append(embed(text, size))
        await asyncio.sleep(0)  # other streams go on between two texts
    clock.mark_read()
    count = sum(min(count_pieces(text), MAX_WORDS) for text in texts)
    times = clock.tell(count, 0)
    kept = ("total_duration", "load_duration", "prompt_eval_count")
    return JSONResponse({"model": model, "embeddings": vectors} | {name: times[name] for name in kept})


async def _embed_one(request: Request) -> Response:
    """Answer the older call: one prompt, one vector."""
    body = await read_json(request)
    read_model(body)
    return JSONResponse({"embedding": embed(read_text(body, "prompt"))})


def _read_inputs(value: object) -> list[str]:
    texts = [value] if isinstance(value, str) else [] if value is None else value
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise ApiError(400, "invalid input type")
    if len(texts) > MAX_INPUTS:
        raise ApiError(400, f"input has more than {MAX_INPUTS} texts")
    return texts


def _read_dimensions(value: object) -> int:
    if value is None:
        return DIMENSIONS
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= DIMENSIONS:
        raise ApiError(400, f"dimensions must be from 1 to {DIMENSIONS}")
    return value


async def _tell_error(request: Request, error: Exception) -> Response:
    status = error.status if isinstance(error, ApiError) else 500
    return JSONResponse({"error": str(error)}, status_code=status)


async def _tell_plainly(request: Request, error: Exception) -> Response:
    """An address or a method that is not there: plain text, as Ollama's router answers."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    text = {404: "404 page not found", 405: "405 method not allowed"}.get(status, str(error))
    return PlainTextResponse(text, status_code=status)
