"""What went wrong with a language model's server, told to a person. No prompt, no answer, no password."""

from __future__ import annotations

import httpx
from ollama import ResponseError

from agents.types import LanguageModel, LanguageModelError, Server

#: What the HTTP and Ollama clients raise. Besides their own errors these are what they make of an answer
#: that is not in Ollama's language: a broken line of JSON, one nested without end, a list where an object
#: belongs, no line at all.
SERVER_ERRORS = (
    ResponseError, httpx.HTTPError, OSError, ValueError, TypeError, AttributeError, KeyError, RecursionError,
)  # fmt: skip


def explain(model: LanguageModel, error: Exception) -> LanguageModelError:
    """Turn one of `SERVER_ERRORS` into a message and a verdict."""
    if isinstance(error, ResponseError):
        message, transient = _explain_answer(model, error)
        return LanguageModelError(message, transient=transient, server=_judge(error.status_code))
    if isinstance(error, httpx.ReadTimeout | httpx.WriteTimeout):
        return explain_silence(model, model.idle_timeout)
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | OSError):
        return explain_absence(model)
    if isinstance(error, httpx.HTTPError) and not isinstance(error, httpx.DecodingError):
        message = (
            f"The connection to the language model at {model.address} broke before the answer was"
            " complete. Try again; if it breaks again, look at Ollama's log."
        )
    else:
        message = (
            f"What answers at {model.address} does not speak Ollama's language. Check OLLAMA_BASE_URL"
            " and the server's log, then try again."
        )
    return LanguageModelError(message, transient=True, server=Server.TROUBLED)


def explain_absence(model: LanguageModel) -> LanguageModelError:
    """Tell of a server that is not reached."""
    return LanguageModelError(
        f"The language model at {model.address} does not answer. Start Ollama there, or set"
        " OLLAMA_BASE_URL, then try again.",
        transient=True,
        server=Server.AWAY,
    )


def explain_silence(model: LanguageModel, seconds: float) -> LanguageModelError:
    """Tell of a server that is reached but sends nothing."""
    return LanguageModelError(
        f"The language model at {model.address} sent nothing for {seconds:g} seconds. It may be"
        " overloaded, or still loading; try again in a while.",
        transient=True,
        server=Server.TROUBLED,
    )


def explain_too_long(model: LanguageModel) -> LanguageModelError:
    """Tell of a text that the model's context cannot hold."""
    return LanguageModelError(
        f"The text is too long for the language model {model.name}, which reads {model.num_ctx} tokens"
        " at once here. Shorten the sentence, or raise the context (num_ctx), then try again.",
        transient=False,
    )


def _judge(status: int) -> Server:
    """A server that is too busy says so before anything is begun."""
    if status in {429, 503}:
        return Server.AWAY
    return Server.TROUBLED if status >= 500 or status < 100 else Server.WELL


def _explain_answer(model: LanguageModel, error: ResponseError) -> tuple[str, bool]:
    # The server's own words may hold a part of the prompt: they are looked at and never repeated.
    words, at = str(error.error).lower(), f"The language model at {model.address}"
    if "context length" in words or "context size" in words:
        return str(explain_too_long(model)), False
    if "memory" in words:
        return (
            f"{at} has too little memory free for {model.name}. Free some, or choose a smaller model"
            " with OLLAMA_MODEL, then try again."
        ), True
    match error.status_code:
        case 404 if "model" in words:
            return (
                f"The language model {model.name} is not on the server {model.address}. Run"
                f" `ollama pull {model.name}` there, or choose another with OLLAMA_MODEL, then try again."
            ), False
        case 401 | 403:
            return (
                f"{at} refuses access. Set the user name and password in OLLAMA_BASE_URL, then try again."
            ), False
        case 408 | 425 | 429 | 503:
            return f"{at} is busy. Try again in a while.", True
        case status if 300 <= status < 400:
            return (
                f"{at} sends on to another address, which is not followed. Set OLLAMA_BASE_URL to the"
                " address of Ollama itself, then try again."
            ), False
        case status if 400 <= status < 500:
            return (
                f"{at} did not accept the request (HTTP {status}). Check that OLLAMA_BASE_URL is the"
                f" address of Ollama and that {model.name} is a model for chat."
            ), False
    return f"{at} failed while it worked. Try again; if it fails again, look at Ollama's log.", True
