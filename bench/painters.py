"""The sketch painter, as slow as it is told to be."""

from __future__ import annotations

import time

from imaging.painters.sketch import SketchPainter
from imaging.types import ImageRequest, ImageResult, Progress, ignore_progress


class SlowPainter(SketchPainter):
    """The sketch painter, stretched to a given number of seconds a picture."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds

    def paint(self, request: ImageRequest, on_progress: Progress = ignore_progress) -> ImageResult:
        began = time.monotonic()
        result = super().paint(request, on_progress)
        time.sleep(max(0.0, self.seconds - (time.monotonic() - began)))
        return result


def slow_the_painter(seconds: float) -> None:
    from stories import painting

    painting.painter = lambda: SlowPainter(seconds)  # type: ignore[attr-defined, assignment]
