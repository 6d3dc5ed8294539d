"""The sketch painter: draws what it can read in a description. No model; the same words, the same picture.

It is what Starloom paints with where no diffusion model is configured, and says so: ``model = "sketch"``.
"""

from __future__ import annotations

import random
import zlib
from collections.abc import Sequence

from imaging.painters.sketch.figure import paint_figure
from imaging.painters.sketch.finish import finish
from imaging.painters.sketch.scene import paint_scene
from imaging.styles import find_style
from imaging.types import UNWATCHED, ImageRequest, ImageResult, PaintingError, Watch

#: Raised with every change of the pixels that the same request gives.
PAINTER_VERSION = 2


class SketchPainter:
    """Paints scenes (RGB) and heroes (RGBA, transparent ground) from words, with Pillow and numpy alone."""

    model = "sketch"
    native_side: int | None = None  # it paints any size as well

    def count_together(self, request: ImageRequest) -> int:
        return 1

    def fits(self, request: ImageRequest, other: ImageRequest) -> bool:
        return True

    def paint(self, request: ImageRequest, watch: Watch = UNWATCHED) -> ImageResult:
        """Paint one picture; any text will do. The same prompt, style, seed and size give the same
        pixels, and the same prompt and seed the same composition in every style.

        Raises:
            PaintingError: it asks for a picture once more that another painter, or an earlier one, made.
            PaintingStopped: ``watch`` raised it; whatever it raises is let through.
        """
        style = find_style(request.style)
        origin = {
            "painter": self.model,
            "painter_version": PAINTER_VERSION,
            "style": style.name,
            "seed": request.seed,
        }
        noted = {"seed": request.seed, **(request.again or origin)}  # it was not always noted
        if any(noted.get(name) != value for name, value in origin.items()):
            raise PaintingError(
                "The picture cannot be painted again as it was: another painter made it, or it is asked for "
                "with another seed or style. Paint another.",
                transient=False,
            )
        rng = random.Random(f"{request.seed}:{zlib.crc32(request.prompt.encode(errors='replace'))}")
        watch.on_progress(0, 1)
        paint = paint_figure if request.subject == "character" else paint_scene
        image, words = paint(request, style.sketch, rng, watch.on_progress)
        return ImageResult(
            image=finish(image, style.sketch, request.seed),
            model=self.model,
            request=request,
            prompt=request.prompt,
            seed=request.seed,
            parameters=origin | {"words": words},
        )

    def paint_together(
        self, requests: Sequence[ImageRequest], watches: Sequence[Watch]
    ) -> list[ImageResult | Exception]:
        """One after the other: there is nothing to gain from company."""
        results: list[ImageResult | Exception] = []
        for request, watch in zip(requests, watches, strict=True):
            try:
                results.append(self.paint(request, watch))
            except Exception as error:
                results.append(error)
        return results
