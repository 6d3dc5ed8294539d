"""What a step's work is given and what it gives back."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from imaging import types
from imaging.styles import Style, find_style
from stories.models import SEED_MAX, GeneratedImage, Step, Story

#: Stores what was made, inside the transaction that closes the step; returns the step's ``result``.
Save = Callable[[], dict[str, Any]]


class Watch(types.Watch, Protocol):
    """Who looks over a worker's shoulder: an agent's and a painter's. Says when to stop."""

    def on_text(self, text: str) -> None: ...

    def on_word(self, text: str) -> None:
        """Of a text that is shown to nobody as it grows: that it does."""

    def should_stop(self) -> bool: ...

    def stop(self) -> None:
        """No longer look: the work is over."""


@dataclass(frozen=True, slots=True)
class Job:
    """All that a step's work may know, read before the database connection is let go. ``painted`` is what
    the painter made of it, or why nothing came of it, where the step has a painter (`stories.easel`)."""

    step: Step
    story: Story
    images: dict[str, GeneratedImage]
    watch: Watch
    painted: types.ImageResult | Exception | None = None
    began: float = field(default_factory=time.monotonic)

    @property
    def seed(self) -> int:
        """The one that was asked for; else its own for each step, another after each failure. The same again
        after a worker's death."""
        session, step = self.step.session, self.step
        if "seed" in step.wanted:
            return int(step.wanted["seed"])
        return int(session.seed + 1000 * step.position + 10 * session.retries + step.failures) % (
            SEED_MAX + 1
        )

    @property
    def style(self) -> Style:
        return find_style(self.step.wanted.get("style", self.story.style))


Work = Callable[[Job], Save]
