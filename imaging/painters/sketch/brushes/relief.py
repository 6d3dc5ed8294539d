"""Brushes that build: sheets of cut paper, and clay."""

from __future__ import annotations

import numpy as np
from PIL import ImageFilter

from imaging.painters.sketch.canvas import Canvas, blur, flatten, luma, moved, ramp, shares
from imaging.painters.sketch.colour import Floats
from imaging.styles.look import Look


def lay_sheets(canvas: Canvas, look: Look) -> None:
    """Sheets of coloured paper. In a scene the darker lie before the lighter and throw shadows on them; a
    figure is built of its own sheets already."""
    fibres = 0.012 * canvas.tooth(1.7) + 0.010 * canvas.streaks(20, canvas.length(0.02), 1.6)
    if canvas.cover is None:
        canvas.colour = flatten(canvas.colour, look.colours)
        grey, reach = canvas.colour.convert("L"), max(round(canvas.length(look.size)), 2)
        before = moved(shares(blur(grey, reach * 0.45)), reach, reach // 2)
        fibres = fibres - np.clip((shares(grey) - before) * 1.8 - 0.08, 0, 0.3)
    bright = luma(canvas.read())
    cut = np.clip((moved(bright, 1, 1) - bright) * 1.5 - 0.06, 0, 0.2)
    canvas.write(canvas.read() * (1 + fibres + cut)[..., None])


def model_clay(canvas: Canvas, look: Look) -> None:
    """Everything rounded and pressed: each piece swells, shines softly, and bears fingerprints."""
    canvas.colour = blur(canvas.colour, canvas.length(0.0014))
    prints = np.sin(canvas.clouds(5, 1) * 46) * ramp(canvas.clouds(5, 1), 1.0, 1.6)
    pressed = 0.22 * canvas.clouds(16, 2) + 0.035 * prints
    step = max(round(canvas.length(0.002)), 1)
    slope = _towards_light(_swell(canvas, look) + pressed, step)
    pixels = canvas.read() * (1 + np.clip(slope * 1.5, -0.45, 0.25))[..., None]
    shine = np.clip(slope - 0.05, 0, 0.3) * 1.1
    canvas.write(pixels + (1 - pixels) * shine[..., None])


def _swell(canvas: Canvas, look: Look) -> Floats:
    """A height map: 1 in the middle of each piece of colour, lower towards its edges."""
    edges = blur(canvas.colour, 1.2).filter(ImageFilter.FIND_EDGES).convert("L")
    edges = edges.point([min(max(level - 10, 0) * 9, 255) for level in range(256)])
    if canvas.cover is not None:
        edges.paste(255, (0, 0), canvas.cover.filter(ImageFilter.FIND_EDGES))
    return 1 - np.clip(shares(blur(edges, canvas.length(look.size))) * 2, 0, 1)


def _towards_light(height: Floats, step: int) -> Floats:
    """How much the ground rises away from the light, which comes from the upper left."""
    return height - moved(height, step, step)
