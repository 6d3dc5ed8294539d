"""Painters that take as long as they are told to."""

from __future__ import annotations

import time

from PIL import Image

from imaging.painters.sketch import SketchPainter
from imaging.types import UNWATCHED, ImageRequest, ImageResult, Painter, Watch


class SlowPainter(SketchPainter):
    """The sketch painter, stretched to a given number of seconds a picture."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds

    def paint(self, request: ImageRequest, watch: Watch = UNWATCHED) -> ImageResult:
        began = time.monotonic()
        result = super().paint(request, watch)
        time.sleep(max(0.0, self.seconds - (time.monotonic() - began)))
        return result


class InstantPainter(SketchPainter):
    """Paints a picture of one colour, its seed's, at once: no two are the same file."""

    def paint(self, request: ImageRequest, watch: Watch = UNWATCHED) -> ImageResult:
        blank = Image.new("RGB", (request.width, request.height), f"#{request.seed % 0x1000000:06x}")
        return ImageResult(
            image=blank, model=self.model, request=request, prompt=request.prompt, seed=request.seed
        )


def put_in_place(painter: Painter) -> None:
    from stories import easel

    easel.painter = lambda: painter  # type: ignore[attr-defined, assignment]
