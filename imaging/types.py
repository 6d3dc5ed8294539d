"""What goes into a painter and what comes out of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from PIL import Image

Subject = Literal["character", "background"]

#: Told as ``(steps done, steps in all)`` while a picture is made. It may raise `PaintingStopped`
#: to end the work between two steps.
Progress = Callable[[int, int], None]


def ignore_progress(done: int, total: int) -> None:
    """Stand in for a watcher where nobody watches."""


class PaintingStopped(Exception):
    """Raised out of a progress callback: the person no longer wants the picture."""


class PaintingError(Exception):
    """A picture could not be painted. The message is written for the person who waits for it.

    ``transient`` says whether trying again may help (a full card) or not (a missing model).
    """

    def __init__(self, message: str, *, transient: bool) -> None:
        super().__init__(message)
        self.transient = transient


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageRequest:
    """One picture to paint. Sizes in pixels, both multiples of 8."""

    subject: Subject
    prompt: str
    seed: int
    negative_prompt: str = ""
    width: int = 768
    height: int = 768

    def __post_init__(self) -> None:
        for side in (self.width, self.height):
            if side % 8 or not 64 <= side <= 2048:
                raise ValueError(f"a side is a multiple of 8 from 64 to 2048 pixels, not {side}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageResult:
    """A painted picture, RGB or RGBA, and all that is needed to tell how it came to be.

    ``parameters`` are JSON values: whatever the painter needs, besides the request, to paint the
    same pixels again (scheduler, steps, guidance, painter version …).
    """

    image: Image.Image
    model: str
    request: ImageRequest
    parameters: Mapping[str, Any] = field(default_factory=dict)


class Painter(Protocol):
    """Turns an image request into pixels. Made once per worker process, then used for every request."""

    #: What is stored with each image: ``sketch``, or the diffusion model's name.
    model: str
    #: The side in pixels of the square that it paints best, or None where any size is as good.
    native_side: int | None

    def paint(self, request: ImageRequest, on_progress: Progress = ignore_progress) -> ImageResult:
        """Paint one picture.

        Raises:
            PaintingError: the picture could not be painted.
            PaintingStopped: ``on_progress`` raised it.
        """
        ...
