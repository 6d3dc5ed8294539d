"""Lines and dots: the pen, hatching, the engraver's cuts and the printer's screen."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image

from imaging.painters.sketch.canvas import (
    Canvas,
    blend,
    blur,
    flatten,
    luma,
    moved,
    ramp,
    shares,
    stretch,
    to_image,
)
from imaging.painters.sketch.colour import Floats, as_floats, rgb
from imaging.styles.look import Look


def draw_ink(canvas: Canvas, drawn: Image.Image, look: Look) -> None:
    """Pen lines along the edges of what was drawn, and round a figure.

    The lines are where a picture is darker than it is a little blurred (Winnemöller, Kyprianidis and Olsen,
    "XDoG", 2012).
    """
    wide = canvas.length(look.ink)
    lines = np.maximum(find_lines(drawn, wide), enclose(canvas, wide))
    canvas.write(blend(canvas.read(), as_floats(rgb(look.ink_colour)), lines))


def find_lines(drawn: Image.Image, wide: float) -> Floats:
    """0 to 1: how much of a line about so many pixels wide runs through each pixel."""
    near = np.asarray(blur(drawn, wide * 0.45), dtype=np.float32)
    far = np.asarray(blur(drawn, wide * 1.1), dtype=np.float32)
    return ramp((far - near).max(axis=2), 7, 16)


def enclose(canvas: Canvas, wide: float) -> Floats:
    """A line round the figure, half of it outside, where the cover is made to follow; none in a scene."""
    if canvas.cover is None:
        return np.zeros(canvas.size[::-1], dtype=np.float32)
    solid = canvas.cover.point([0] * 140 + [255] * 116)
    soft = shares(blur(solid, wide * 0.8))
    outer = ramp(soft, 0.06, 0.3)
    canvas.cover = to_image(np.maximum(shares(canvas.cover), outer))
    return outer * (1 - ramp(soft, 0.55, 0.85))


def hatch(canvas: Canvas, look: Look) -> None:
    """A thin wash in few tones, and over it pen strokes: the darker, the more directions of them."""
    tone: Floats = stretch(canvas) + np.float32(0.04) * canvas.clouds(9, 3)
    paper, ink = as_floats(rgb(look.paper)), as_floats(rgb(look.ink_colour))
    steps = [ramp(tone, level - 0.05, level + 0.05) for level in (0.18, 0.36, 0.56, 0.76)]
    washed = blend(paper * np.float32(0.5) + ink * np.float32(0.34), paper, np.mean(steps, axis=0))
    washed = blend(washed, canvas.read(), 0.18)
    apart = canvas.length(look.size, 3)
    strokes = np.zeros_like(tone)
    for degrees, darkest in ((38, 0.46), (-28, 0.28), (80, 0.14)):
        width = np.clip((darkest - tone) * 2.6, 0, 0.6)
        strokes = np.maximum(strokes, ramp(width - _rule(canvas, apart, degrees), -0.04, 0.2))
    canvas.write(blend(washed, ink, strokes * 0.85))


def _rule(canvas: Canvas, apart: float, degrees: float, bend: Floats | float = 0.0) -> Floats:
    """Ruled lines by a living hand: 0 on a line's middle, 1 midway between two."""
    width, height = canvas.size
    turn = math.radians(degrees)
    x = np.arange(width, dtype=np.float32)[None, :] * np.float32(math.sin(turn))
    y = np.arange(height, dtype=np.float32)[:, None] * np.float32(math.cos(turn))
    phase = (x + y) / np.float32(apart) + canvas.clouds(6, 2) * np.float32(0.35) + bend
    rule: Floats = np.abs(phase - np.round(phase)) * 2
    return rule


def engrave(canvas: Canvas, look: Look) -> None:
    """Printed from a cut block: black ridges that swell with the shade and bend with the form, over few flat
    colours that are printed a little beside it."""
    canvas.colour = flatten(canvas.colour, look.colours)
    form = shares(blur(canvas.colour.convert("L"), canvas.length(0.012)))
    line = _rule(canvas, canvas.length(look.size, 3.5), 12, form * 7)
    darkest = 0.5 if canvas.cover is None else 0.4  # a face is to be read
    ridges = ramp((darkest - stretch(canvas)) * 1.7 - line, -0.14, 0.14)
    paper, ink = as_floats(rgb(look.paper)), as_floats(rgb(look.ink_colour))
    worn = ramp(canvas.tooth(2.4), 1.6, 2.2) * 0.5
    printed = blend(moved(canvas.read(), 0, 2) * 0.72 + paper * np.float32(0.28), paper, worn)
    canvas.write(blend(printed, ink, ridges * (1 - worn)))


def print_dots(canvas: Canvas, look: Look) -> None:
    """A printer's screen: where the colour is shaded, dots of a deeper one, the larger the darker."""
    canvas.colour = flatten(canvas.colour, look.colours)
    pixels = canvas.read()
    apart = canvas.length(look.size, 4)
    width, height = canvas.size
    turn = math.radians(30)
    x, y = np.arange(width, dtype=np.float32)[None, :], np.arange(height, dtype=np.float32)[:, None]
    u = (x * math.cos(turn) + y * math.sin(turn)) * np.float32(math.pi / apart)
    v = (y * math.cos(turn) - x * math.sin(turn)) * np.float32(math.pi / apart)
    screen = (np.cos(u) ** 2 + np.cos(v) ** 2) / 2
    tone = luma(shares(blur(canvas.colour, apart * 0.4)))
    dots = ramp(screen - (0.28 + 0.9 * tone), -0.06, 0.06)
    light = ramp(screen - (1.9 - 1.15 * tone), -0.06, 0.06)
    deeper = pixels * np.array([0.62, 0.58, 0.74], dtype=np.float32)
    pixels = blend(pixels, deeper, dots)
    canvas.write(blend(pixels, as_floats(rgb(look.paper)), light * 0.55))
