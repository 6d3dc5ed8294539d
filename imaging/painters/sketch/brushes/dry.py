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
    bristles = bristles + canvas.tooth(2.5) * 0.5
    canvas.write(canvas.read() + (0.014 * bristles)[..., None])
    canvas.colour = flatten(canvas.colour, look.colours)
    bare = ramp(bristles, 1.9, 2.7) * 0.3
    canvas.write(blend(canvas.read(), as_floats(rgb(look.paper)), bare))


def draw_crayon(canvas: Canvas, look: Look) -> None:
    """Coloured pencil: strokes of the colour itself, denser the darker it is, in two directions."""
    pixels, paper = canvas.read(), as_floats(rgb(look.paper))
    soft = shares(blur(canvas.colour, canvas.length(0.004)))
    depth = 1 - soft.min(axis=2) * 0.62 - luma(soft) * 0.38
    thin, long = canvas.length(look.size * 0.2, 1.2), canvas.length(look.size * 4)
    tooth = canvas.tooth(1.7) * 0.4
    first = ramp(canvas.streaks(38, long, thin) * 0.5 + tooth + depth * 4.6, -0.4, 2.0)
    second = ramp(canvas.streaks(24, long, thin) * 0.6 + tooth + depth * 4.4, 1.9, 4.2)
    strong = np.clip(1 - (1 - pixels) * 1.15, 0, 1)
    drawn = blend(paper * np.float32(0.75) + strong * np.float32(0.25), strong, first * 0.92)
    canvas.write(blend(drawn, strong * np.float32(0.76), second * 0.55))


def draw_chalk(canvas: Canvas, look: Look) -> None:
    """Chalk on a dark ground, smudged in one direction: the ground shows a little in its ridges, least where
    it is bright; the edges are drawn in light."""
    pixels, paper = canvas.read(), as_floats(rgb(look.paper))
    streaks = canvas.streaks(16, canvas.length(look.size * 3.5), canvas.length(look.size * 0.4, 1.8))
    ridges = canvas.tooth(canvas.length(0.0022, 1.6)) * 0.5 + streaks * 0.4
    held = 0.74 + 0.26 * ramp(ridges + luma(pixels) * 1.5, -0.9, 1.1)
    dusty = (pixels * np.float32(0.84) + np.float32(0.15)) * (1 + np.float32(0.035) * streaks)[..., None]
    drawn = blend(np.broadcast_to(paper, pixels.shape), dusty, held)
    edges = find_lines(canvas.colour, canvas.length(look.size * 0.3, 1.5)) * ramp(ridges, -0.8, 0.6)
    canvas.write(blend(drawn, dusty * np.float32(0.45) + np.float32(0.52), edges * 0.6))
