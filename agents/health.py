"""Is the language model there? Asked by the health page and at start; needs no LangChain."""

from __future__ import annotations

import asyncio

import httpx
from ollama import AsyncClient, ResponseError

from agents.explaining import UNUSABLE, explain, explain_silence
from agents.types import LanguageModel, LanguageModelError


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
    except (ResponseError, httpx.HTTPError, *UNUSABLE) as error:
        raise explain(model, error) from None
    if most is not None and most < model.num_ctx:
        raise LanguageModelError(
            f"The language model {model.name} reads at most {most} tokens, but the context (num_ctx) is set to"
            f" {model.num_ctx}, so its server would cut prompts. Set {most} or less.",
            transient=False,
        )


async def _ask_for_context_length(model: LanguageModel, timeout: float) -> int | None:
    client = AsyncClient(host=model.address, timeout=timeout, trust_env=False, **model.client_settings)
    try:
        async with asyncio.timeout(timeout):
            shown = await client.show(model.name)
    finally:
        await client.close()
    lengths = [n for key, n in (shown.modelinfo or {}).items() if key.endswith(".context_length")]
    return lengths[0] if lengths and isinstance(lengths[0], int) else None
