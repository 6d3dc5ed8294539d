"""The last touches of a style: its colours, its brush, its pen. The same request gives the same touches."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageFilter

from imaging.painters.sketch.brushes import BRUSHES
from imaging.painters.sketch.brushes.pen import draw_ink
from imaging.painters.sketch.canvas import Canvas, blend, luma
from imaging.painters.sketch.colour import as_floats, rgb
from imaging.styles.look import Look

_WARMTH = np.array([0.09, 0.01, -0.13], dtype=np.float32)


def finish(image: Image.Image, look: Look, seed: int) -> Image.Image:
    """Bring a painted picture, RGB or RGBA, to a style; what is transparent stays so."""
    cover = image.getchannel("A") if image.mode == "RGBA" else None
    colour = image if cover is None else _spread(image)
    canvas = Canvas(colour, cover, np.random.default_rng(seed % 2**32))
    _grade(canvas, look)
    drawn = canvas.colour
    BRUSHES[look.brush](canvas, look)
    if look.ink:
        draw_ink(canvas, drawn, look)
    if canvas.cover is not None:
        canvas.colour.putalpha(canvas.cover)
    return canvas.colour


def _spread(figure: Image.Image) -> Image.Image:
    """The figure on its own colours, carried on beyond its edge: no brush draws in the dark of nothing."""
    small = figure.resize((max(figure.width // 8, 1), max(figure.height // 8, 1)), Image.Resampling.BOX)
    ground = Image.new("RGBA", figure.size, (128, 120, 112, 255))
    for radius in (16, 4, 1):
        far = small.convert("RGBa").filter(ImageFilter.GaussianBlur(radius)).convert("RGBA")
        far.putalpha(far.getchannel("A").point([min(level * 8, 255) for level in range(256)]))
        ground.alpha_composite(far.resize(figure.size, Image.Resampling.BICUBIC))
    ground.alpha_composite(figure)
    return ground.convert("RGB")


def _grade(canvas: Canvas, look: Look) -> None:
    """Contrast and light, warmth, saturation, then towards the style's scale of tones."""
    pixels = canvas.read()
    if look.light != 1:
        pixels = pixels ** np.float32(1 / look.light)
    if look.contrast != 1:
        pixels = (pixels - 0.5) * look.contrast + 0.5
    if look.warmth:
        pixels = pixels + _WARMTH * look.warmth
    if look.saturation != 1:
        grey = luma(pixels)[..., None]
        pixels = grey + (pixels - grey) * look.saturation
    if look.tint:
        dark, bright = as_floats(rgb(look.shadows)), as_floats(rgb(look.lights))
        pixels = blend(pixels, dark + (bright - dark) * np.clip(luma(pixels), 0, 1)[..., None], look.tint)
    canvas.write(pixels)
