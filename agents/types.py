"""What every agent needs to know: which model it speaks with, and how a call may end badly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from urllib.parse import urlsplit, urlunsplit

#: The most characters of a story's title and of its text.
TITLE_MAX = 120
TEXT_MAX = 60_000

#: Asked at least five times a second while the model works; true ends the call. It is asked in the
#: caller's own thread while no event loop runs there, so it may use the ORM.
ShouldStop = Callable[[], bool]

#: Told the whole text so far, at most ten times a second, under the same conditions as `ShouldStop`.
OnText = Callable[[str], None]


class Server(Enum):
    """How a call left the model's server: well; in trouble with what it had begun; or away, so that the call
    was never begun and nothing can be held against it."""

    WELL = "well"
    TROUBLED = "troubled"
    AWAY = "away"


class LanguageModelError(Exception):
    """A language model gave no usable answer. The message is written for the person who waits for it.

    ``transient`` says whether trying again may help (a server that restarts) or not (a missing model).
    """

    def __init__(self, message: str, *, transient: bool, server: Server = Server.WELL) -> None:
        super().__init__(message)
        self.transient = transient
        self.server = server


class GenerationStopped(Exception):
    """``should_stop`` said so: the person no longer wants the text. The model has been let go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageModel:
    """One model on one server that speaks Ollama's API. Times in seconds, ``num_ctx`` in tokens.

    ``base_url`` may hold a user name and password (``https://user:password@host``); they are sent as
    basic authentication and shown nowhere. ``num_ctx`` is one value for all calls of a model, because
    Ollama loads the model anew for another. ``idle_timeout`` is how long the server may send no byte,
    and covers the loading of the model, for which Ollama by itself allows five minutes.

    Raises:
        LanguageModelError: a value cannot be right; ``transient`` is false.
    """

    base_url: str = field(repr=False)
    name: str
    num_ctx: int = 8192
    keep_alive: str = "10m"
    connect_timeout: float = 3.0
    idle_timeout: float = 300.0
    total_timeout: float = 1200.0

    def __post_init__(self) -> None:
        try:
            parts = urlsplit(self.base_url)
            usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        except ValueError:
            usable = False
        if not usable:
            raise LanguageModelError(
                "OLLAMA_BASE_URL is not an address such as http://127.0.0.1:11434. Correct it, then try"
                " again.",
                transient=False,
            )
        if not self.name.strip():
            raise LanguageModelError(
                "No language model is chosen. Set OLLAMA_MODEL, then try again.", transient=False
            )
        if self.num_ctx < 2048:
            raise LanguageModelError(
                f"A context (num_ctx) of {self.num_ctx} tokens is too small for a story. Set at least 2048.",
                transient=False,
            )

    @property
    def address(self) -> str:
        """The URL without user name, password, query and fragment: fit to be shown."""
        parts = urlsplit(self.base_url)
        return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path.rstrip("/"), "", ""))
