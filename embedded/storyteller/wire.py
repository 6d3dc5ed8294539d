"""What goes over the wire: Ollama's requests read and checked, its answers shaped.

The shapes follow https://docs.ollama.com/api; errors are ``{"error": …}`` with Ollama's wording.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request

MODEL = "sketch"
MAX_BODY_BYTES = 4 * 1024 * 1024
#: Ollama's own default, in tokens; here a token is a word or a mark.
DEFAULT_CONTEXT = 4096

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class ApiError(Exception):
    """A request that cannot be served, with the HTTP status that says why."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


async def read_json(request: Request) -> dict[str, Any]:
    """Read a JSON object from the body.

    Raises:
        ApiError: 413 past ``MAX_BODY_BYTES``, 400 for anything that is not a JSON object.
    """
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise ApiError(413, f"request body is larger than {MAX_BODY_BYTES} bytes")
    if not body.strip():
        raise ApiError(400, "missing request body")
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ApiError(400, f"request body is not valid JSON: {type(error).__name__}") from error
    if not isinstance(value, dict):
        raise ApiError(400, "request body must be a JSON object")
    return value


def read_text(body: Mapping[str, Any], name: str, default: str = "") -> str:
    """Read a string field; lone surrogates, which UTF-8 cannot carry back, become U+FFFD.

    Raises:
        ApiError: 400 if it is there and no string.
    """
    value = body.get(name)
    if value is None:
        return default
    if not isinstance(value, str):
        raise ApiError(400, f"{name} must be a string")
    return _LONE_SURROGATE.sub("\ufffd", value)


def read_model(body: Mapping[str, Any], name: str = "model") -> str:
    """Read which model is asked for. This server has one.

    Raises:
        ApiError: 400 without a name, 404 for any other model.
    """
    model = read_text(body, name)
    if not model:
        raise ApiError(400, "model is required")
    if model.removesuffix(":latest") != MODEL:
        raise ApiError(404, f"model '{model[:100]}' not found")
    return model


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One request for words: the messages in order, and how to answer."""

    model: str
    messages: tuple[tuple[str, str], ...]
    stream: bool
    format: str | Mapping[str, Any] | None
    seed: int | None
    num_predict: int
    num_ctx: int


def read_chat(body: Mapping[str, Any]) -> Ask:
    """Read the body of ``/api/chat``.

    Raises:
        ApiError: 400 or 404, as Ollama answers.
    """
    messages = body.get("messages")
    if messages is not None and not isinstance(messages, list):
        raise ApiError(400, "messages must be a list")
    return _read_ask(body, tuple(_read_message(message) for message in messages or ()))


def read_generate(body: Mapping[str, Any]) -> Ask:
    """Read the body of ``/api/generate``: the system text and the prompt become two messages.

    Raises:
        ApiError: 400 or 404, as Ollama answers.
    """
    texts = (("system", read_text(body, "system")), ("user", read_text(body, "prompt")))
    return _read_ask(body, tuple((role, text) for role, text in texts if text))


def _read_message(message: object) -> tuple[str, str]:
    if not isinstance(message, dict):
        raise ApiError(400, "each message must be an object")
    role = read_text(message, "role")
    if role not in {"system", "user", "assistant", "tool"}:
        raise ApiError(400, f"invalid role: {role[:40]}, must be one of [system, user, assistant, tool]")
    return role, read_text(message, "content")


def _read_ask(body: Mapping[str, Any], messages: tuple[tuple[str, str], ...]) -> Ask:
    model = read_model(body)
    for feature, name in (("tools", "tools"), ("think", "thinking")):
        if body.get(feature):
            raise ApiError(400, f"{model} does not support {name}")
    options = body.get("options") or {}
    if not isinstance(options, dict):
        raise ApiError(400, "options must be an object")
    return Ask(
        model=model,
        messages=messages,
        stream=body.get("stream") is not False,
        format=_read_format(body.get("format")),
        seed=_read_whole(options, "seed"),
        num_predict=_read_whole(options, "num_predict") or -1,
        num_ctx=_read_context(options),
    )


def _read_format(value: object) -> str | Mapping[str, Any] | None:
    if value in (None, ""):
        return None
    if value == "json" or isinstance(value, dict):
        return value
    raise ApiError(400, 'invalid format: expected "json" or a JSON schema')


def _read_whole(options: Mapping[str, Any], name: str) -> int | None:
    value = options.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value or abs(value) > 2**63:
        raise ApiError(400, f'option "{name}" must be of type integer')
    return int(value)


def _read_context(options: Mapping[str, Any]) -> int:
    size = _read_whole(options, "num_ctx")
    return DEFAULT_CONTEXT if size is None or size <= 0 else max(size, 4)


@dataclass(slots=True)
class Clock:
    """Times one answer, in nanoseconds, as the last chunk of an answer tells them."""

    began: int = field(default_factory=time.perf_counter_ns)
    read: int = 0

    def mark_read(self) -> None:
        """The prompt is read and thought over; from here on words are written."""
        self.read = time.perf_counter_ns()

    def tell(self, prompt_count: int, answer_count: int) -> dict[str, int]:
        """The counts and durations of a finished answer."""
        now = time.perf_counter_ns()
        return {
            "total_duration": now - self.began,
            "load_duration": 0,
            "prompt_eval_count": prompt_count,
            "prompt_eval_duration": self.read - self.began,
            "eval_count": answer_count,
            "eval_duration": now - self.read,
        }


def now_text() -> str:
    """The time now, RFC 3339 in UTC."""
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


def encode_line(value: Mapping[str, Any]) -> bytes:
    """One line of NDJSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
