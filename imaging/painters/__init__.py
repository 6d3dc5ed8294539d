"""Who paints: one file or folder a painter, imported only when it is asked for."""

from imaging.painters.options import PainterOptions
from imaging.types import Painter


def load_painter(image_model: str, options: PainterOptions | None = None) -> Painter:
    """Make the painter that a worker keeps: ``sketch``, or a diffusion model's folder or hub id.

    Raises:
        PaintingError: the diffusion model cannot be loaded.
    """
    if image_model == "sketch":
        from imaging.painters.sketch import SketchPainter

        return SketchPainter()
    from imaging.painters.diffusion import DiffusionPainter  # brings torch, which the web has not

    return DiffusionPainter(image_model, options or PainterOptions())
