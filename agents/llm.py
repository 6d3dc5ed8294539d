"""The one door to a language model: streaming, structured output, limits, and a way to stop."""

from __future__ import annotations

import asyncio
import json
import logging
import ssl
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeVar

import httpx
from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage
from langchain_ollama import ChatOllama
from ollama import ResponseError
from pydantic import BaseModel, ValidationError

from agents.explaining import UNUSABLE, explain
from agents.fitting import Prompt, require_fit, too_long
from agents.health import check_model
from agents.parsing import find_json
from agents.types import GenerationStopped, LanguageModel, LanguageModelError, OnText, ShouldStop

__all__ = [
    "GenerationStopped",
    "LanguageModel",
    "LanguageModelError",
    "Limits",
    "OnText",
    "Prompt",
    "ShouldStop",
    "check_model",
    "write_object",
    "write_text",
]

logger = logging.getLogger(__name__)

#: How often, in seconds, a call looks up from the stream: asks whether to stop, tells the text so far.
LOOK_UP = 0.1

#: A token comes as one line of JSON of 100 to 250 bytes and holds at least one character, mostly four.
BYTES_A_CHARACTER = 300

#: What a repair adds to the prompt, in tokens; kept free from the first try on.
REPAIR_TOKENS = 200

Answer = TypeVar("Answer", bound=BaseModel)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long an answer may be: ``num_predict`` in tokens (asked of the server), ``characters`` (enforced here)."""

    num_predict: int
    characters: int


def write_text(
    model: LanguageModel,
    prompt: Prompt,
    *,
    limits: Limits,
    temperature: float,
    seed: int | None = None,
    schema: dict[str, Any] | None = None,
    on_text: OnText | None = None,
    should_stop: ShouldStop | None = None,
) -> str:
    """Let the model write, and return all that it wrote: never a cut prompt's or a cut-off answer.

    Call it from a thread without a running event loop.

    Raises:
        LanguageModelError: no usable answer came within the limits.
        GenerationStopped: ``should_stop`` said so; the connection is closed, so the model stops too.
    """
    require_fit(model, prompt, limits.num_predict)
    wire = _Wire(limits.characters * BYTES_A_CHARACTER)
    chat = _open_chat(model, wire, limits, temperature, seed, schema)
    messages = [SystemMessage(prompt.system), HumanMessage(prompt.user)]
    told, begun = _Told(), time.monotonic()
    try:
        _watch(model, _listen(chat, wire, messages, told, limits), told, on_text, should_stop)
    except (ResponseError, httpx.HTTPError, *UNUSABLE) as error:
        logger.warning("%s failed after %.1f s: %s", model.name, time.monotonic() - begun, type(error).__name__)
        raise explain(model, error) from None
    logger.info(
        "%s wrote %d characters in %.1f s (%s tokens read, %s written)",
        model.name,
        len(told.text),
        time.monotonic() - begun,
        told.end.get("prompt_eval_count"),
        told.end.get("eval_count"),
    )
    _require_whole(model, told)
    return told.text


def write_object(
    model: LanguageModel,
    prompt: Prompt,
    answer: type[Answer],
    *,
    limits: Limits,
    temperature: float,
    seed: int | None = None,
    should_stop: ShouldStop | None = None,
) -> Answer:
    """Let the model fill in a Pydantic model by its JSON schema; tell it once what was wrong.

    Leave `REPAIR_TOKENS` of the context free.

    Raises:
        LanguageModelError: no usable answer came, or both were invalid.
        GenerationStopped: ``should_stop`` said so.
    """
    schema = answer.model_json_schema()
    asked = prompt
    for _ in range(2):
        text = write_text(
            model,
            asked,
            limits=limits,
            temperature=temperature,
            seed=seed,
            schema=schema,
            should_stop=should_stop,
        )
        try:
            return answer.model_validate_json(find_json(text))
        except ValidationError as error:
            logger.warning("%s gave an invalid %s", model.name, answer.__name__)
            asked = Prompt(system=prompt.system, user=prompt.user + _ask_for_repair(error))
    raise LanguageModelError(
        f"The language model {model.name} did not answer in the form that it was asked for, twice. Press Retry,"
        " or choose a larger model with OLLAMA_MODEL.",
        transient=True,
    )


def _ask_for_repair(error: ValidationError) -> str:
    # The invalid answer is not shown again: it would push the prompt's stable part out of the prefix.
    faults = error.errors(include_url=False, include_context=False, include_input=False)
    wrong = "; ".join(f"{'.'.join(map(str, fault['loc'])) or 'answer'}: {fault['msg']}" for fault in faults[:5])
    return (
        f"\n\nYour last answer was not valid: {wrong[:300]}."
        "\nAnswer again with the JSON object alone: every field, each a text that says something."
    )


@dataclass(slots=True)
class _Told:
    """What the server has told so far: the text, and the last line's counts and reasons."""

    text: str = ""
    end: dict[str, Any] = field(default_factory=dict)


def _watch(
    model: LanguageModel,
    work: Any,
    told: _Told,
    on_text: OnText | None,
    should_stop: ShouldStop | None,
) -> None:
    """Run ``work`` in slices of `LOOK_UP`; between them, while no loop runs, call back.

    Callbacks thus run in the caller's thread outside of any event loop, where Django's ORM is allowed.
    Leaving the runner by an exception cancels the work, which closes its connection.
    """
    deadline, shown = time.monotonic() + model.total_timeout, ""
    with asyncio.Runner() as runner:
        task = runner.get_loop().create_task(work)
        while not task.done():
            if should_stop and should_stop():
                raise GenerationStopped
            if time.monotonic() > deadline:
                raise _took_too_long(model)
            runner.run(asyncio.wait({task}, timeout=LOOK_UP))
            if on_text and told.text != shown:
                on_text(shown := told.text)
        task.result()


async def _listen(
    chat: ChatOllama, wire: _Wire, messages: list[BaseMessage], told: _Told, limits: Limits
) -> None:
    try:
        async for chunk in chat.astream(messages):
            told.text += str(chunk.text)
            told.end.update(chunk.response_metadata)
            if len(told.text) > limits.characters:
                raise _endless()
    finally:
        await wire.aclose()


def _require_whole(model: LanguageModel, told: _Told) -> None:
    read = told.end.get("prompt_eval_count")
    if isinstance(read, int) and read >= model.num_ctx - 1:
        raise too_long(model)
    if not told.end.get("done"):
        raise explain(model, httpx.RemoteProtocolError("the stream ended early"))
    if told.end.get("done_reason") == "length":
        raise LanguageModelError(
            f"The language model {model.name} wrote more than it may, and its answer was cut off. Press Retry.",
            transient=True,
        )
    if not told.text.strip():
        raise LanguageModelError(
            f"The language model {model.name} answered with nothing. Press Retry, or choose another model with"
            " OLLAMA_MODEL.",
            transient=True,
        )


def _took_too_long(model: LanguageModel) -> LanguageModelError:
    return LanguageModelError(
        f"The language model {model.name} did not finish within {model.total_timeout:g} seconds. Press Retry, or"
        " choose a smaller model with OLLAMA_MODEL.",
        transient=True,
    )


def _endless() -> LanguageModelError:
    return LanguageModelError("The language model did not come to an end. Press Retry.", transient=True)


def _open_chat(
    model: LanguageModel,
    wire: _Wire,
    limits: Limits,
    temperature: float,
    seed: int | None,
    schema: dict[str, Any] | None,
) -> ChatOllama:
    timeout = httpx.Timeout(model.idle_timeout, connect=model.connect_timeout)
    return ChatOllama(
        base_url=model.address,
        model=model.name,
        num_ctx=model.num_ctx,
        num_predict=limits.num_predict,
        keep_alive=model.keep_alive,
        temperature=temperature,
        seed=seed,
        format=schema,
        reasoning=False,
        client_kwargs={**model.client_settings, "timeout": timeout},
        async_client_kwargs={"transport": wire},
        # The synchronous client is never used; sharing the TLS context spares 25 ms of reading certificates.
        sync_client_kwargs={"verify": _read_certificates()},
    )


@cache
def _read_certificates() -> ssl.SSLContext:
    return httpx.create_ssl_context()


class _Wire(httpx.AsyncHTTPTransport):
    """The wire to the server: says what the client library cannot say, and bounds what comes back.

    ``truncate`` and ``shift`` (https://github.com/ollama/ollama/pull/17944) are true by default: a prompt
    that is too long is then cut silently, and so is its beginning while the answer grows. A transport
    of one's own also keeps the environment's proxies out: stories go to the server that was named.
    """

    def __init__(self, most_bytes: int) -> None:
        super().__init__(verify=_read_certificates())
        self._most_bytes = most_bytes

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        headers = httpx.Headers(request.headers)
        del headers["content-length"]
        whole = {**json.loads(request.content), "truncate": False, "shift": False}
        response = await super().handle_async_request(
            httpx.Request(
                request.method, request.url, headers=headers, json=whole, extensions=request.extensions
            )
        )
        response.stream = _BoundedStream(response.stream, self._most_bytes)
        return response


class _BoundedStream(httpx.AsyncByteStream):
    def __init__(self, stream: Any, most_bytes: int) -> None:
        self._stream, self._most_bytes = stream, most_bytes

    async def __aiter__(self) -> AsyncIterator[bytes]:
        left = self._most_bytes
        async for part in self._stream:
            left -= len(part)
            if left < 0:
                raise _endless()
            yield part

    async def aclose(self) -> None:
        await self._stream.aclose()
