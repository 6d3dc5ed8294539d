"""The sketch painter: draws what it can read in a description. No model; the same words, the same picture.

It is what Starloom paints with where no diffusion model is configured, and says so: ``model = "sketch"``.
"""

from __future__ import annotations

import random
import zlib

from imaging.painters.sketch.figure import paint_figure
from imaging.painters.sketch.scene import paint_scene
from imaging.types import ImageRequest, ImageResult, Progress, ignore_progress

#: Raised with every change of the pixels that the same request gives.
PAINTER_VERSION = 1


class SketchPainter:
    """Paints scenes (RGB) and heroes (RGBA, transparent ground) from words, with Pillow and numpy alone."""

    model = "sketch"
    native_side: int | None = None  # it paints any size as well

    def paint(self, request: ImageRequest, on_progress: Progress = ignore_progress) -> ImageResult:
        """Paint one picture; any text will do. The same prompt, seed and size give the same pixels.

        Raises:
            PaintingStopped: ``on_progress`` raised it; whatever it raises is let through.
        """
        rng = random.Random(f"{request.seed}:{zlib.crc32(request.prompt.encode(errors='replace'))}")
        on_progress(0, 1)
        paint = paint_figure if request.subject == "character" else paint_scene
        image, words = paint(request, rng, on_progress)
        return ImageResult(
            image=image,
            model=self.model,
            request=request,
            parameters={"painter_version": PAINTER_VERSION, "words": words},
        )
