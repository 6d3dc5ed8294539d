"""Brushes that build: sheets of cut paper, and clay."""

from __future__ import annotations

import numpy as np
from PIL import ImageFilter

from imaging.painters.sketch.canvas import Canvas, blur, flatten, shares, to_image
from imaging.painters.sketch.colour import Floats
from imaging.styles.look import Look


def lay_sheets(canvas: Canvas, look: Look) -> None:
    """Sheets of coloured paper: fibres, a bright cut edge to the light and a shadow beneath the other."""
    flat = flatten(canvas.colour, look.colours or 20)
    canvas.colour = flat
    height = _plateaus(canvas, canvas.length(look.size * 0.2))
    edge = np.clip(_towards_light(height, 1) * 1.6, -0.3, 0.3)
    fibres = 0.016 * canvas.tooth(1.7) + 0.012 * canvas.streaks(20, canvas.length(0.02), 1.6)
    canvas.write(canvas.read() * (1 + edge + fibres)[..., None])


def model_clay(canvas: Canvas, look: Look) -> None:
    """Everything rounded and pressed: each coloured piece swells, shines softly, and bears fingerprints."""
    canvas.colour = flatten(canvas.colour, look.colours or 24)
    height = _plateaus(canvas, canvas.length(look.size))
    prints = 0.05 * np.sin(canvas.clouds(8, 2) * 22) * np.clip(canvas.clouds(4, 1) - 0.4, 0, 1)
    bumps = shares(blur(to_image(0.5 + 0.12 * canvas.clouds(26, 2)), canvas.length(0.002)))
    slope = _towards_light(
        height * 0.9 + bumps * 0.5 + prints * 0.1, max(round(canvas.length(look.size * 0.3)), 1)
    )
    pixels = canvas.read() * (1 + np.clip(slope * 1.8, -0.5, 0.3))[..., None]
    shine = np.clip(slope - 0.2, 0, 1) ** 1.5 * 0.9
    canvas.write(pixels + (1 - pixels) * np.clip(shine, 0, 0.5)[..., None])


def _plateaus(canvas: Canvas, round_by: float) -> Floats:
    """A height map: 1 in the middle of each flat piece of colour, 0 at its edges."""
    edges = canvas.colour.filter(ImageFilter.FIND_EDGES).convert("L")
    if canvas.cover is not None:
        rim = canvas.cover.filter(ImageFilter.FIND_EDGES)
        edges.paste(255, (0, 0), rim)
    valley = shares(blur(edges.point([min(level * 6, 255) for level in range(256)]), round_by))
    return 1 - np.clip(valley * 2.4, 0, 1)


def _towards_light(height: Floats, step: int) -> Floats:
    """How much the ground rises away from the light, which comes from the upper left."""
    return height - np.roll(height, (step, step), (0, 1))
