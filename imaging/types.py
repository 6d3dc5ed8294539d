"""What goes into a painter and what comes out of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from PIL import Image

from imaging.styles import DEFAULT_STYLE

Subject = Literal["character", "background"]


class Watch(Protocol):
    """Who looks over a painter's shoulder."""

    def on_progress(self, done: int, total: int) -> None:
        """Told after each step of the work. Raises `PaintingStopped` to end it there."""

    def on_preview(self, preview: Image.Image) -> None:
        """Given what can be seen so far, a small RGB picture, now and then. Blurred where the model has a
        safety checker, which sees finished pictures alone."""


class Unwatched:
    """Stands in for a `Watch` where nobody watches."""

    def on_progress(self, done: int, total: int) -> None:
        pass

    def on_preview(self, preview: Image.Image) -> None:
        pass


UNWATCHED = Unwatched()


class PaintingStopped(Exception):
    """Raised by a `Watch`: the person no longer wants the picture."""


class PaintingError(Exception):
    """A picture could not be painted. The message is written for the person who waits for it.

    ``transient`` says whether trying again may help (a full card) or not (a missing model).
    """

    def __init__(self, message: str, *, transient: bool) -> None:
        super().__init__(message)
        self.transient = transient


class PictureWithheld(PaintingError):
    """The model's safety checker flagged the picture, twice; nobody gets to see it, but for its previews,
    which are blurred where there is a checker."""

    #: How its message begins, by which curators find what was withheld.
    SAYS = "The image model's safety checker withheld the picture"

    def __init__(self) -> None:
        super().__init__(
            f"{self.SAYS}, and a second one from another seed. Change the description and try again.",
            transient=False,
        )


class PainterBroken(PaintingError):
    """The painter can paint nothing more in this process: end it, and let another one try."""

    def __init__(self, message: str) -> None:
        super().__init__(message, transient=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageRequest:
    """One picture to paint. Sizes in pixels, both multiples of 8.

    ``prompt`` describes what is to be seen; the painter adds the words of the style, by its name in
    `imaging.styles`, and those that its model needs. ``again`` holds the parameters of an earlier result
    that is to be painted once more: the same pixels, or an error that says what has changed since.
    """

    subject: Subject
    prompt: str
    seed: int
    negative_prompt: str = ""
    style: str = DEFAULT_STYLE
    width: int = 768
    height: int = 768
    again: Mapping[str, Any] | None = None

    def __post_init__(self) -> None:
        for side in (self.width, self.height):
            if side % 8 or not 64 <= side <= 2048:
                raise ValueError(f"a side is a multiple of 8 from 64 to 2048 pixels, not {side}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageResult:
    """A painted picture, RGB or RGBA, and all that is needed to tell how it came to be.

    ``prompt``, ``negative_prompt`` and ``seed`` are what the model was told in the end. ``parameters`` are
    JSON values: whatever the painter needs, besides the request, to paint the same pixels again
    (scheduler, steps, guidance, painter version …).
    """

    image: Image.Image
    model: str
    request: ImageRequest
    prompt: str
    seed: int
    negative_prompt: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)


class Painter(Protocol):
    """Turns an image request into pixels. Made once per worker process, then used for every request."""

    #: What is stored with each image: ``sketch``, or the diffusion model's name.
    model: str
    #: The side in pixels of the square that it paints best, or None where any size is as good.
    native_side: int | None

    def count_together(self, request: ImageRequest) -> int:
        """How many requests that fit this one a call of `paint_together` gains from by now; 1 where company
        makes nothing faster."""
        ...

    def fits(self, request: ImageRequest, other: ImageRequest) -> bool:
        """Whether both can be painted in one call."""
        ...

    def paint(self, request: ImageRequest, watch: Watch = UNWATCHED) -> ImageResult:
        """Paint one picture.

        Raises:
            PaintingError: the picture could not be painted, or is withheld (`PictureWithheld`), or no other
                one can be painted either (`PainterBroken`).
            PaintingStopped: ``watch`` raised it.
        """
        ...

    def paint_together(
        self, requests: Sequence[ImageRequest], watches: Sequence[Watch]
    ) -> list[ImageResult | Exception]:
        """Paint requests that fit together, each under its own watch; in their order, a result for each, or
        what `paint` would have raised. One that fails or is stopped does not harm the others; `PainterBroken`
        is the result of all that were not done by then."""
        ...
