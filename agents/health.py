"""Is the language model there? Asked by the health page; needs no LangChain."""

from __future__ import annotations

import asyncio

from ollama import AsyncClient

from agents.explaining import SERVER_ERRORS, explain, explain_silence
from agents.types import LanguageModel, LanguageModelError
from agents.wire import Wire, client_settings

#: Ollama shows a model with its licence and the names of its layers, which takes some hundred kilobytes.
MOST_BYTES = 8 * 2**20


def check_model(model: LanguageModel, timeout: float = 2.0) -> None:
    """Make sure that the server answers within ``timeout`` seconds and has a model that fits its settings.

    Call it from a thread without a running event loop.

    Raises:
        LanguageModelError: the server does not answer, the model is missing, or it cannot read
            ``num_ctx`` tokens.
    """
    try:
        most = asyncio.run(_ask_for_context_length(model, timeout))
    except TimeoutError:
        raise explain_silence(model, timeout) from None
    except SERVER_ERRORS as error:
        raise explain(model, error) from None
    if most is not None and most < model.num_ctx:
        raise LanguageModelError(
            f"The language model {model.name} reads at most {most} tokens, but the context (num_ctx) is"
            f" set to {model.num_ctx}, so its server would cut prompts. Set {most} or less.",
            transient=False,
        )


async def _ask_for_context_length(model: LanguageModel, timeout: float) -> int | None:
    wire = Wire(MOST_BYTES)
    async with (
        asyncio.timeout(timeout),
        AsyncClient(host=model.address, transport=wire, **client_settings(model)) as client,
    ):
        shown = await client.show(model.name)
    lengths = [n for key, n in (shown.modelinfo or {}).items() if key.endswith(".context_length")]
    return lengths[0] if lengths and isinstance(lengths[0], int) else None
