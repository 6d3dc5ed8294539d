"""Brushes that flow: watercolour, oil, and the light of a lens."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from imaging.painters.sketch.canvas import Canvas, blend, blur, moved, ramp, resize, shares, soften
from imaging.painters.sketch.colour import Floats, as_floats, rgb
from imaging.styles.look import Look


def wash(canvas: Canvas, look: Look) -> None:
    """Transparent paint: it pools at the edges of a wash, settles in the paper's hollows, leaves a rim bare.

    Paint is reckoned as density, the logarithm of how much of the paper's light it lets through.
    """
    paper = as_floats(rgb(look.paper))
    density = -np.log(np.clip(canvas.read() / paper, 0.03, 1))
    soft = -np.log(np.clip(shares(blur(canvas.colour, canvas.length(look.size))) / paper, 0.03, 1))
    pools = 1 + 0.16 * canvas.clouds(7, 3) + 0.07 * canvas.tooth(2.2)
    edges = np.clip(density - soft, 0, 0.5)
    density = (density * 0.86 + edges * 0.9) * np.clip(pools, 0.45, 1.6)[..., None]
    painted = paper * np.exp(-density)
    if canvas.cover is None:
        painted = blend(painted, paper, _bare_rim(canvas, look))
    canvas.write(painted)


def _bare_rim(canvas: Canvas, look: Look) -> Floats:
    """1 where a scene's paint ends before the paper does, along a ragged line."""
    width, height = canvas.size
    x, y = np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32)
    across, down = np.minimum(x, width - 1 - x)[None, :], np.minimum(y, height - 1 - y)[:, None]
    inside = np.minimum(across, down) / canvas.length(look.size) + canvas.clouds(14, 4) * 0.55
    return 1 - ramp(inside, 1.7, 2.1)


#: The goes of the oil brush: how broad and long, in `Look.size`, and how much must happen there (0 to 1).
GOES = ((1.5, 4.4, 0.0), (0.8, 2.6, 0.06), (0.4, 1.1, 0.26))


def stroke_oil(canvas: Canvas, look: Look) -> None:
    """Strokes along the forms, broad first, fine where there is much to see; the paint stands up in ridges.

    After Hertzmann, "Painterly Rendering with Curved Brush Strokes of Multiple Sizes" (1998), with straight
    strokes.
    """
    source, angles, busy = canvas.read(), *_flow(canvas)
    ridges = Image.new("L", canvas.size, 128)
    for broad, long, least in GOES:
        thick = canvas.length(look.size * broad, 1.5)
        at = _scatter(canvas, thick)
        at = at[busy[at[:, 1], at[:, 0]] >= least]
        _stroke(canvas, ridges, at, source, angles, thick, canvas.length(look.size * long))
    height = shares(ridges.filter(ImageFilter.GaussianBlur(canvas.length(0.0006, 0.5))))
    slope = height - moved(height, 1, 1) + np.float32(0.012) * canvas.tooth(1.6)
    painted = blend(canvas.read(), source, ramp(busy, 0.3, 0.75) * 0.85)  # eyes are painted with care
    canvas.write(painted * (np.float32(1) + np.clip(slope * np.float32(0.5), -0.14, 0.14))[..., None])


def _flow(canvas: Canvas) -> tuple[Floats, Floats]:
    """At each point the angle along which its form runs, and how much happens there (0 to 1)."""
    factor = max(min(canvas.size) // 128, 1)
    small = np.asarray(canvas.colour.reduce(factor).convert("L"), dtype=np.float32) / 255
    down, right = (np.asarray(slope, dtype=np.float32) for slope in np.gradient(small))
    parts: tuple[Floats, ...] = (right * right - down * down, 2 * right * down, np.hypot(right, down))
    along, across, steep = (resize(soften(part, 3), canvas.size) for part in parts)
    drift = canvas.clouds(2.5) * 1.2  # where nothing happens, the hand has its own mind
    angle = np.arctan2(across + 2e-4 * np.sin(drift), along - 2e-4 * np.cos(drift)) / 2 + math.pi / 2
    return angle, np.clip(steep * 9, 0, 1)


def _scatter(canvas: Canvas, step: float) -> NDArray[np.intp]:
    """Points (x, y) about so far apart, all over the canvas, in no order."""
    width, height = canvas.size
    x, y = np.meshgrid(np.arange(0, width, step), np.arange(0, height, step))
    at = np.stack([x.ravel(), y.ravel()], axis=1) + canvas.noise.uniform(-0.6, 0.6, (x.size, 2)) * step
    return canvas.noise.permutation(np.clip(at, 0, (width - 1, height - 1)).astype(np.intp))


def _stroke(
    canvas: Canvas, ridges: Image.Image, at: NDArray[np.intp], source: Floats, angles: Floats,
    thick: float, long: float,
) -> None:  # fmt: skip
    """One stroke at each point, in its colour there, on the picture and in the ridges."""
    x, y = at[:, 0], at[:, 1]
    turn = angles[y, x] + canvas.noise.normal(0, 0.12, len(at))
    half = np.stack([np.cos(turn), np.sin(turn)], axis=1) * (long / 2)
    ends = np.hstack([at - half, at + half]).tolist()
    tones = source[y, x] * (1 + canvas.noise.normal(0, 0.035, (len(at), 1)))
    colours = map(tuple, (np.clip(tones, 0, 1) * 255).astype(int).tolist())
    heights = canvas.noise.integers(70, 190, len(at)).tolist()
    pen, ridge, width = ImageDraw.Draw(canvas.colour), ImageDraw.Draw(ridges), max(round(thick), 1)
    for line, colour, height in zip(ends, colours, heights, strict=True):
        pen.line(line, fill=colour, width=width)
        ridge.line(line, fill=height, width=width)


def expose(canvas: Canvas, look: Look) -> None:
    """The light of a lens: what is bright glows far; a figure has a warm rim and a cool one."""
    bright = canvas.colour.point([round(max(level - 165, 0) * 1.3) for level in range(256)] * 3)
    canvas.colour = ImageChops.screen(
        canvas.colour, blur(bright, canvas.length(look.size * 3)).point(lambda v: v * 0.5)
    )
    if canvas.cover is None:
        return
    pixels, reach = canvas.read(), round(canvas.length(look.size))
    inside = shares(blur(canvas.cover, reach * 0.5))
    for way, colour, strength in ((1, (1.0, 0.82, 0.55), 0.75), (-1, (0.35, 0.62, 0.85), 0.5)):
        beyond = moved(inside, way * reach, way * reach // 2)
        rim = np.clip(inside - beyond, 0, 1) * strength
        pixels = 1 - (1 - pixels) * (1 - rim[..., None] * np.array(colour, dtype=np.float32))
    canvas.write(pixels)
