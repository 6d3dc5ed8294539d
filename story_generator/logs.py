"""How the log is written: a line for each event, for people or as JSON, with neither secrets nor stories.

Everything logs through the standard library; structlog only gives the lines their form, and the names that
`stories.tracing` binds: which request, which generation, which step.
"""

from __future__ import annotations

import re
import traceback
from types import TracebackType
from typing import Any

import structlog
from structlog.stdlib import ProcessorFormatter
from structlog.typing import EventDict, Processor, WrappedLogger

#: What is written first on a line for people; all else follows it by name.
HEAD = ("timestamp", "level", "logger", "event", "exception", "stack")
#: User names and passwords in addresses, keys in headers and cookies, tokens of share links.
_SECRET = re.compile(
    r"(?<=://)[^/\s@]+(?=@)"
    r"|(?<=/shared/)[\w-]+"
    r"|(?i:(?<=token )|(?<=bearer )|(?<=basic ))[\w.~+/=-]{8,}"
    r"|(?i:(?<=sessionid=)|(?<=csrftoken=)|(?<=visitor=))[\w:.-]+"
)


def hide_secrets(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Nothing of ours logs one; what a library logs of a request or of an address may hold one."""
    for name in ("event", "exception"):
        if name in event:
            event[name] = _SECRET.sub("…", str(event[name]))
    return event


def tell_place(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Of an exception its kind and where it came from, never its message: that may quote a story."""
    info = event.pop("exc_info", None)
    if isinstance(info, tuple) and info[1] is not None:
        event["exception"] = "\n".join(_list_places(info[1], info[2]))
    return event


def _list_places(error: BaseException, trace: TracebackType | None) -> list[str]:
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    told = _list_places(before, before.__traceback__) if before else []
    return [*told, "".join(traceback.format_tb(trace)) + type(error).__qualname__]


def write_line(_logger: WrappedLogger, _method: str, event: EventDict) -> str:
    """A line for people, as ``2026-01-31T20:15:00Z INFO stories.runner: … step=story``."""
    names = " ".join(f"{name}={value}" for name, value in event.items() if name not in HEAD)
    line = f"{event['timestamp']} {event['level'].upper()} {event['logger']}: {event['event']}"
    return "\n".join(filter(None, [f"{line} {names}".rstrip(), event.get("exception"), event.get("stack")]))


FORMS: dict[str, Processor] = {"console": write_line, "json": structlog.processors.JSONRenderer()}
SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    tell_place,
    hide_secrets,
]


def make_formatter(form: str = "console") -> ProcessorFormatter:
    """The one formatter of every handler. A form that is not known is a system check's to tell of."""
    written = FORMS.get(form, write_line)
    return ProcessorFormatter(
        foreign_pre_chain=SHARED, processors=[ProcessorFormatter.remove_processors_meta, written]
    )


def configure(level: str, form: str) -> dict[str, Any]:
    """Django's LOGGING."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": make_formatter, "form": form}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            # Django's own handlers would write a line once more, in another form.
            "django": {"handlers": [], "level": "INFO"},
            # httpx logs each call's URL, which may carry credentials.
            "httpx": {"level": "WARNING"},
            "pybreaker": {"level": "CRITICAL"},  # that Redis is away others say, without a traceback
            "celery.app.trace": {"level": "WARNING"},
            "celery.worker.strategy": {"level": "WARNING"},
        },
    }
