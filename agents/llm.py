"""The one door to a language model: streaming, structured output, limits, and a way to stop."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx
from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage
from langchain_ollama import ChatOllama
from pydantic import BaseModel, ValidationError

from agents.explaining import SERVER_ERRORS, explain, explain_too_long
from agents.fitting import Prompt, require_fit
from agents.parsing import find_json
from agents.types import GenerationStopped, LanguageModel, LanguageModelError, OnText, ShouldStop
from agents.wire import ChatWire, client_settings, endless

__all__ = [
    "GenerationStopped",
    "LanguageModel",
    "LanguageModelError",
    "Limits",
    "OnText",
    "Prompt",
    "ShouldStop",
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
    """How long an answer may be: ``num_predict`` tokens (asked of the server), ``characters`` (held here)."""

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
    wire = ChatWire(limits.characters * BYTES_A_CHARACTER)
    chat = _open_chat(model, wire, limits, temperature, seed, schema)
    messages = [SystemMessage(prompt.system), HumanMessage(prompt.user)]
    told, begun = _Told(), time.monotonic()
    _watch(model, _listen(model, chat, wire, messages, told, limits), told, on_text, should_stop)
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
    on_text: OnText | None = None,
    should_stop: ShouldStop | None = None,
) -> Answer:
    """Let the model fill in a Pydantic model by its JSON schema; tell it once what was wrong. ``on_text`` is
    told the answer as it comes.

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
            on_text=on_text,
            should_stop=should_stop,
        )
        try:
            return answer.model_validate_json(find_json(text))
        except ValidationError as error:
            logger.warning("%s gave an invalid %s", model.name, answer.__name__)
            asked = Prompt(system=prompt.system, user=prompt.user + _ask_for_repair(error))
    raise LanguageModelError(
        f"The language model {model.name} did not answer in the form that it was asked for, twice. Try"
        " again, or choose a larger model with OLLAMA_MODEL.",
        transient=True,
    )


def _ask_for_repair(error: ValidationError) -> str:
    # The invalid answer itself is not quoted: it is untrusted, and the room is better kept for the story.
    faults = error.errors(include_url=False, include_context=False, include_input=False)
    wrong = "; ".join(f"{fault['loc'][0] if fault['loc'] else 'answer'}: {fault['msg']}" for fault in faults)
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
    work: Coroutine[Any, Any, None],
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
    model: LanguageModel,
    chat: ChatOllama,
    wire: ChatWire,
    messages: list[BaseMessage],
    told: _Told,
    limits: Limits,
) -> None:
    try:
        async for chunk in chat.astream(messages):
            told.text += str(chunk.text)
            told.end.update(chunk.response_metadata)
            if len(told.text) > limits.characters:
                raise endless()
    except SERVER_ERRORS as error:
        # A plain ValueError is LangChain's word for a stream without a line; told.end shows that too.
        if type(error) is not ValueError:
            logger.warning("%s failed: %s", model.name, type(error).__name__)
            raise explain(model, error) from None
    finally:
        await wire.aclose()


def _require_whole(model: LanguageModel, told: _Told) -> None:
    read = told.end.get("prompt_eval_count")
    if isinstance(read, int) and read >= model.num_ctx - 1:
        raise explain_too_long(model)
    if told.end.get("done_reason") == "length":
        raise LanguageModelError(
            f"The language model {model.name} wrote more than it may, and its answer was cut off. Try again.",
            transient=True,
        )
    if not told.text.strip():
        raise LanguageModelError(
            f"The language model {model.name} answered with nothing. Try again, or choose another model"
            " with OLLAMA_MODEL.",
            transient=True,
        )
    if not told.end.get("done"):
        raise explain(model, httpx.RemoteProtocolError("the stream ended early"))


def _took_too_long(model: LanguageModel) -> LanguageModelError:
    return LanguageModelError(
        f"The language model {model.name} did not finish within {model.total_timeout:g} seconds. Try again,"
        " or choose a smaller model with OLLAMA_MODEL.",
        transient=True,
    )


def _open_chat(
    model: LanguageModel,
    wire: ChatWire,
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
        client_kwargs={**client_settings(model), "timeout": timeout},
        async_client_kwargs={"transport": wire},
    )
