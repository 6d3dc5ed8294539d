"""What a step's work is given and what it gives back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from stories.models import SEED_MAX, GeneratedImage, Step, Story
from stories.styles import DEFAULT_STYLE, STYLES

#: Stores what was made, inside the transaction that closes the step; returns the step's ``result``.
Save = Callable[[], dict[str, Any]]


class Watch(Protocol):
    """Who looks over a worker's shoulder: takes the text and the progress so far, says when to stop."""

    def on_text(self, text: str) -> None: ...

    def should_stop(self) -> bool: ...

    def on_progress(self, done: int, total: int) -> None:
        """Raises `imaging.types.PaintingStopped` when the picture is no longer wanted."""


@dataclass(frozen=True, slots=True)
class Job:
    """All that a step's work may know, read before the database connection is let go."""

    step: Step
    story: Story
    images: dict[str, GeneratedImage]
    watch: Watch

    @property
    def seed(self) -> int:
        """Its own for each step, another after each failure, the same again after a worker's death."""
        session, step = self.step.session, self.step
        return (session.seed + 1000 * step.position + 10 * session.retries + step.failures) % (SEED_MAX + 1)

    @property
    def style_words(self) -> str:
        return STYLES.get(self.story.style, STYLES[DEFAULT_STYLE]).words


Work = Callable[[Job], Save]
