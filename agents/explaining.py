"""What went wrong with a language model's server, told to a person. No prompt, no answer, no password."""

from __future__ import annotations

import httpx
from ollama import ResponseError

from agents.types import LanguageModel, LanguageModelError

#: What the client libraries raise, besides their own errors, for an answer that is not in Ollama's
#: language: a broken line of JSON, a list where an object belongs, a field of another type, no line.
UNUSABLE = (ValueError, TypeError, AttributeError, KeyError, OSError)


def explain(model: LanguageModel, error: Exception) -> LanguageModelError:
    """Turn what the HTTP and Ollama clients raise into a message and a verdict."""
    if isinstance(error, ResponseError):
        return _explain_answer(model, error)
    if isinstance(error, httpx.ReadTimeout | httpx.WriteTimeout):
        return explain_silence(model, model.idle_timeout)
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | ConnectionError | OSError):
        return LanguageModelError(
            f"The language model at {model.address} does not answer. Start Ollama there, or set"
            " OLLAMA_BASE_URL, then press Retry.",
            transient=True,
        )
    if isinstance(error, httpx.HTTPError):
        return LanguageModelError(
            f"The connection to the language model at {model.address} broke before the answer was complete."
            " Press Retry; if it breaks again, look at Ollama's log.",
            transient=True,
        )
    return LanguageModelError(
        f"What answers at {model.address} does not speak Ollama's language. Check OLLAMA_BASE_URL and the"
        " server's log, then press Retry.",
        transient=True,
    )


def explain_silence(model: LanguageModel, seconds: float) -> LanguageModelError:
    """Tell of a server that is reached but sends nothing."""
    return LanguageModelError(
        f"The language model at {model.address} sent nothing for {seconds:g} seconds. It may be overloaded, or"
        " still loading; press Retry in a while.",
        transient=True,
    )


def _explain_answer(model: LanguageModel, error: ResponseError) -> LanguageModelError:
    # The server's own words may hold a part of the prompt, so they are looked at and never repeated.
    status, words = error.status_code, str(error.error).lower()
    if status == 404 and "model" in words:
        return LanguageModelError(
            f"The language model {model.name} is not on the server {model.address}. Run `ollama pull {model.name}`"
            " there, or choose another with OLLAMA_MODEL, then press Retry.",
            transient=False,
        )
    if "context length" in words or "context size" in words:
        return LanguageModelError(
            f"The text is too long for the language model {model.name}. Shorten the sentence, or raise the"
            " context (num_ctx), then press Retry.",
            transient=False,
        )
    if "memory" in words:
        return LanguageModelError(
            f"The server {model.address} has too little memory free for the language model {model.name}. Free some,"
            " or choose a smaller model with OLLAMA_MODEL, then press Retry.",
            transient=True,
        )
    if status in {401, 403}:
        return LanguageModelError(
            f"The language model at {model.address} refuses access. Set the user name and password in"
            " OLLAMA_BASE_URL, then press Retry.",
            transient=False,
        )
    if 300 <= status < 400:
        return LanguageModelError(
            f"{model.address} sends on to another address, which is not followed. Set OLLAMA_BASE_URL to the"
            " address of Ollama itself, then press Retry.",
            transient=False,
        )
    if status in {408, 425, 429, 503}:
        return LanguageModelError(
            f"The language model at {model.address} is busy. Press Retry in a while.", transient=True
        )
    if 400 <= status < 500:
        return LanguageModelError(
            f"{model.address} did not accept the request (HTTP {status}). Check that OLLAMA_BASE_URL is the address of"
            f" Ollama and that {model.name} is a model for chat.",
            transient=False,
        )
    return LanguageModelError(
        f"The language model at {model.address} failed while it worked. Press Retry; if it fails again, look at"
        " Ollama's log.",
        transient=True,
    )
