"""The language model and the painter that the settings name."""

from __future__ import annotations

import functools

from django.conf import settings

from agents.types import LanguageModel
from imaging.painters import load_painter
from imaging.painters.options import PainterOptions, read_options
from imaging.types import Painter


def language_model() -> LanguageModel:
    """The language model that the settings name: one ``num_ctx`` for every call of it."""
    return LanguageModel(
        base_url=settings.OLLAMA_BASE_URL,
        name=settings.OLLAMA_MODEL,
        num_ctx=settings.OLLAMA_NUM_CTX,
        keep_alive=settings.OLLAMA_KEEP_ALIVE,
        total_timeout=settings.LLM_TIMEOUT,
    )


def painter_options() -> PainterOptions:
    """How the settings want a diffusion model to be asked. Raises `ValueError`, which names a setting."""
    return read_options(
        steps=settings.IMAGE_STEPS,
        guidance=settings.IMAGE_GUIDANCE,
        scheduler=settings.IMAGE_SCHEDULER,
        batch=settings.IMAGE_BATCH,
        dtype=settings.IMAGE_DTYPE,
        compiled=settings.IMAGE_COMPILE,
    )


@functools.cache
def painter() -> Painter:
    """The painter that the settings name, loaded once a process."""
    return load_painter(settings.IMAGE_MODEL, painter_options())
