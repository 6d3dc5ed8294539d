"""Dry brushes: gouache in flat shapes, coloured pencil, chalk. The paper shows between their strokes."""

from __future__ import annotations

import numpy as np

from imaging.painters.sketch.brushes.pen import find_lines
from imaging.painters.sketch.canvas import Canvas, blend, blur, flatten, luma, ramp, shares
from imaging.painters.sketch.colour import as_floats, rgb
from imaging.styles.look import Look


def lay_flats(canvas: Canvas, look: Look) -> None:
    """Opaque paint in few flat tones; where one passes into another, the dry bristles leave their marks."""
    bristles = canvas.streaks(12, canvas.length(look.size * 5), canvas.length(look.size * 0.16, 1.5))
    sponge = canvas.tooth(2.5) * 0.5
    pixels = canvas.read() + (0.035 * (bristles + sponge))[..., None]
    canvas.write(pixels.astype(np.float32))
    canvas.colour = flatten(canvas.colour, look.colours or 16)
    paper = as_floats(rgb(look.paper))
    bare = ramp(bristles + sponge, 2.1, 2.9) * 0.35
    canvas.write(blend(canvas.read(), paper, bare))


def draw_crayon(canvas: Canvas, look: Look) -> None:
    """Coloured pencil: strokes of the colour itself, denser the darker it is, in two directions."""
    pixels, paper = canvas.read(), as_floats(rgb(look.paper))
    soft = shares(blur(canvas.colour, canvas.length(0.004)))
    depth = 1 - soft.min(axis=2) * 0.62 - luma(soft) * 0.38
    thin = canvas.length(look.size * 0.25, 1.3)
    one = canvas.streaks(48, canvas.length(look.size * 6), thin)
    two = canvas.streaks(68, canvas.length(look.size * 5), thin)
    tooth = canvas.tooth(1.8)
    first = ramp(one * 0.7 + tooth * 0.45 + depth * 4.4, 0.1, 1.9)
    second = ramp(two * 0.7 + tooth * 0.4 + depth * 4.4, 2.2, 4.2)
    strong = np.clip(1 - (1 - pixels) * 1.12, 0, 1)
    drawn = blend(np.broadcast_to(paper, pixels.shape), strong, first * 0.86)
    canvas.write(blend(drawn, strong * np.float32(0.8), second * 0.55))


def draw_chalk(canvas: Canvas, look: Look) -> None:
    """Chalk on a dark ground: it holds to the paper's ridges, thick where it is bright; edges are drawn."""
    pixels, paper = canvas.read(), as_floats(rgb(look.paper))
    ridges = (
        canvas.tooth(2.2) * 0.6
        + canvas.streaks(55, canvas.length(look.size * 6), canvas.length(look.size * 0.3, 2)) * 0.6
    )
    tone = luma(shares(blur(canvas.colour, canvas.length(0.003))))
    held = 0.5 + 0.5 * ramp(ridges + tone * 5.2, 0.2, 2.6)
    dusty = pixels * np.float32(0.86) + np.float32(0.12)
    drawn = blend(np.broadcast_to(paper, pixels.shape), dusty, held)
    edges = find_lines(canvas.colour, canvas.length(look.size * 0.32, 1.5)) * ramp(ridges, -1.0, 0.4)
    canvas.write(blend(drawn, np.clip(dusty * 0.5 + 0.52, 0, 1), edges * 0.7))
