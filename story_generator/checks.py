"""System checks of the settings: each names the variable and the mend."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from stories.engines import painter_options
from stories.sizes import parse_size
from story_generator import logs

DEFAULT_SIZE = "1024x768"
#: As Go reads durations, and Ollama with it.
DURATION = re.compile(r"-?\d+|(\d+(\.\d+)?(ms|s|m|h))+")
MEND = "Set it in the environment or in .env (see .env.example), or let `make run` start an embedded service."


@register()
def check_urls(**_: Any) -> list[CheckMessage]:
    """The three addresses of the outside are there, and of a kind that we speak."""
    wanted = {
        "DATABASE_URL": {"postgres", "postgresql"},
        "REDIS_URL": {"redis", "rediss"},
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
def check_sendfile(**_: Any) -> list[CheckMessage]:
    """A header that the proxy does not read would send people empty pictures."""
    if settings.SENDFILE in ("", "x-accel-redirect", "x-sendfile"):
        return []
    hint = "x-accel-redirect for nginx, x-sendfile for Apache and lighttpd, or nothing (docs/deployment.md)."
    return [Error(f"SENDFILE is {settings.SENDFILE!r}.", hint=hint, id="starloom.E021")]


@register()
def check_sizes(**_: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    for name in ("IMAGE_SIZE", "SCENE_SIZE"):
        size = getattr(settings, name)
        try:
            width, height = parse_size(size or DEFAULT_SIZE)
            if width * height > settings.MAX_IMAGE_PIXELS:
                raise ValueError(f"{size} has more pixels than MAX_IMAGE_PIXELS, {settings.MAX_IMAGE_PIXELS}")
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
        "LLM_PATIENCE": 0,
        "PAINT_TIMEOUT": 10,
        "STEP_LEASE": 2,
        "GENERATIONS_RUNNING_PER_PERSON": 1,
        "GENERATIONS_WAITING_PER_PERSON": 0,
        "GENERATIONS_PER_ADDRESS": 0,
        "GENERATIONS_WAITING_MOST": 0,
        "GPU_PICTURES_PER_PERSON": 0,
        "GPU_PICTURES_PER_ADDRESS": 0,
        "IMPORTS_PER_PERSON": 0,
        "IMPORTS_PER_ADDRESS": 0,
        "READS_PER_PERSON": 0,
        "READS_PER_ADDRESS": 0,
        "WRITES_PER_PERSON": 0,
        "WRITES_PER_ADDRESS": 0,
        "COSTLY_PER_PERSON": 0,
        "COSTLY_PER_ADDRESS": 0,
        "LIVE_STREAMS_PER_PERSON": 0,
        "LIVE_STREAMS_PER_ADDRESS": 0,
        "MAX_IMAGE_PIXELS": 786432,
        "LOGIN_TRIES": 1,
        "LOGIN_REST_MINUTES": 1,
        "TRASH_DAYS": 0,
        "VISITOR_DAYS": 1,
        "EVENTS_DAYS": 0,
        "PRIVATE_STORY_DAYS": 0,
        "STOP_GRACE": 0,
        "WORKER_GROWTH_MAX": 0,
    }
    return [
        Error(f"{name} is {getattr(settings, name)}.", hint=f"It must be at least {low}.", id="starloom.E031")
        for name, low in least.items()
        if getattr(settings, name) < low
    ]


@register()
def check_models(**_: Any) -> list[CheckMessage]:
    """Both models have a name, and the language model stays loaded for a time that Ollama understands."""
    found: list[CheckMessage] = [
        Error(
            f"{name} is empty.",
            hint=f"Name a model, or leave {name} out of the environment.",
            id="starloom.E040",
        )
        for name in ("OLLAMA_MODEL", "IMAGE_MODEL")
        if not getattr(settings, name).strip()
    ]
    if not DURATION.fullmatch(settings.OLLAMA_KEEP_ALIVE):
        hint = "For example 10m, 1h30m, 600 (seconds), 0 (not at all) or -1 (for ever)."
        found.append(Error("OLLAMA_KEEP_ALIVE is no duration.", hint=hint, id="starloom.E041"))
    return found


@register()
def check_painter(**_: Any) -> list[CheckMessage]:
    """How a diffusion model is to be asked; whether it can be is seen when it is loaded."""
    try:
        painter_options()
    except ValueError as error:
        return [Error(f"{error}.", hint="See .env.example.", id="starloom.E043")]
    return []


@register()
def check_log_format(**_: Any) -> list[CheckMessage]:
    if settings.LOG_FORMAT in logs.FORMS:
        return []
    hint = f"Choose one of: {', '.join(logs.FORMS)}."
    return [Error(f"LOG_FORMAT is {settings.LOG_FORMAT!r}.", hint=hint, id="starloom.E050")]


@register()
def check_redis_database(**_: Any) -> list[CheckMessage]:
    """The broker's database and the next one, the cache's, are among Redis's usual sixteen."""
    number = urlsplit(settings.REDIS_URL).path.strip("/") or "0"
    if number.isdigit() and int(number) < 15:
        return []
    hint = "End it in a number from 0 to 14: the cache takes the next database."
    return [Error(f"REDIS_URL names the database {number!r}.", hint=hint, id="starloom.E042")]
