"""System checks of the settings: each names the variable and the mend."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from stories.sizes import parse_size

DEFAULT_SIZE = "1024x768"
MEND = "Set it in the environment or in .env (see .env.example), or let `make run` start an embedded service."


@register()
def check_urls(**_: Any) -> list[CheckMessage]:
    """The three addresses of the outside are there, and of a kind that we speak."""
    wanted = {
        "DATABASE_URL": {"postgres", "postgresql"},
        "REDIS_URL": {"redis", "rediss", "unix"},
        "OLLAMA_BASE_URL": {"http", "https"},
    }
    found: list[CheckMessage] = []
    for number, (name, schemes) in enumerate(wanted.items(), start=1):
        url = getattr(settings, name)
        if not url:
            found.append(Error(f"{name} is not set.", hint=MEND, id=f"starloom.E00{number}"))
        elif urlsplit(url).scheme not in schemes:
            hint = f"It must begin with {' or '.join(f'{scheme}://' for scheme in sorted(schemes))}."
            found.append(
                Error(
                    f"{name} is of a kind that Starloom does not use.", hint=hint, id=f"starloom.E01{number}"
                )
            )
    return found


@register()
def check_secret_key(**_: Any) -> list[CheckMessage]:
    if settings.SECRET_KEY_IS_SET:
        return []
    hint = "Set it to a long random text; `make run` makes one and keeps it in DATA_DIR/secret_key."
    return [Error("SECRET_KEY is not set.", hint=hint, id="starloom.E020")]


@register()
def check_sizes(**_: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    for name in ("IMAGE_SIZE", "SCENE_SIZE"):
        size = getattr(settings, name)
        try:
            parse_size(size or DEFAULT_SIZE)
        except ValueError as error:
            found.append(Error(f"{name}: {error}.", hint="For example 1024x768.", id="starloom.E030"))
    return found


@register()
def check_numbers(**_: Any) -> list[CheckMessage]:
    """Limits below which nothing could ever run."""
    least = {
        "OLLAMA_NUM_CTX": 2048,
        "OLLAMA_NUM_PARALLEL": 1,
        "LLM_TIMEOUT": 1,
        "STEP_LEASE": 2,
        "GENERATIONS_RUNNING_PER_PERSON": 1,
        "GENERATIONS_WAITING_PER_PERSON": 0,
    }
    return [
        Error(f"{name} is {getattr(settings, name)}.", hint=f"It must be at least {low}.", id="starloom.E031")
        for name, low in least.items()
        if getattr(settings, name) < low
    ]
