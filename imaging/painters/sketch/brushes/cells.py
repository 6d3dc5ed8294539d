"""Pictures of many small pieces: pixels, and glass in lead."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageFilter

from imaging.painters.sketch.brushes.pen import enclose
from imaging.painters.sketch.canvas import Canvas, blend, blur, luma, ramp, resize, shares, to_image
from imaging.painters.sketch.colour import Floats, as_floats, rgb
from imaging.styles.look import Look

#: Thresholds of an ordered dither (Bayer, 1973), −0.5 to 0.5.
BAYER = np.array(
    [[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]], dtype=np.float32
) / 16 - np.float32(0.47)


def set_pixels(canvas: Canvas, look: Look) -> None:
    """Squares of few colours, dithered where one passes into another; a figure has a dark edge."""
    side = _pixel_side(canvas, look)
    grid = (canvas.size[0] // side, canvas.size[1] // side)
    small = canvas.colour.resize(grid, Image.Resampling.BOX).filter(ImageFilter.UnsharpMask(1, 60, 0))
    dither = np.tile(BAYER, (grid[1] // 4 + 1, grid[0] // 4 + 1))[: grid[1], : grid[0]]
    dithered = to_image((shares(small) + 0.055 * dither[..., None]).astype(np.float32))
    palette = small.quantize(look.colours or 32, Image.Quantize.MAXCOVERAGE, 2)
    small = dithered.quantize(palette=palette, dither=Image.Dither.NONE).convert("RGB")
    if canvas.cover is not None:
        cover = canvas.cover.resize(grid, Image.Resampling.BOX).point([0] * 118 + [255] * 138)
        edge = ImageChops.subtract(cover, _shrink(cover))
        small.paste(Image.eval(small, lambda level: round(level * 0.34)), (0, 0), edge)
        canvas.cover = cover.resize(canvas.size, Image.Resampling.NEAREST)
    canvas.colour = small.resize(canvas.size, Image.Resampling.NEAREST)


def _pixel_side(canvas: Canvas, look: Look) -> int:
    """The side of a square that goes into both of the picture's sides without rest."""
    both, wanted = math.gcd(*canvas.size), canvas.length(look.size)
    return min((n for n in range(1, both + 1) if both % n == 0), key=lambda n: abs(math.log(n / wanted)))


def _shrink(cover: Image.Image) -> Image.Image:
    """Without the squares that have an empty neighbour beside, above or below."""
    shrunk = cover
    for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
        shrunk = ImageChops.darker(shrunk, ImageChops.offset(cover, dx, dy))
    return shrunk


def lead_glass(canvas: Canvas, look: Look) -> None:
    """Panes of one colour each, lit from behind, held by lead; fine things are painted on the glass."""
    factor = max(min(canvas.size) // 224, 1)
    small = shares(canvas.colour.reduce(factor))
    features = small * np.float32(12)
    if canvas.cover is not None:
        features = np.dstack([features, shares(canvas.cover.reduce(factor)) * np.float32(24)])
    panes, inside = _cut_panes(features, max(look.size * min(small.shape[:2]), 4))
    tones = to_image(_mean_of(small, panes)).resize(canvas.size, Image.Resampling.BICUBIC)
    depth = resize(inside, canvas.size)
    fine = luma(canvas.read()) / np.maximum(luma(shares(blur(canvas.colour, canvas.length(0.015)))), 0.05)
    lit = 0.86 + 0.3 * ramp(depth, 0.0, 3.0) + 0.05 * canvas.clouds(24, 2)
    glass = shares(tones) * (lit * np.clip(0.4 + 0.6 * fine, 0.3, 1.2))[..., None]
    # A figure is held by the lead round it: within, it would run across its face.
    lead = 1 - ramp(depth, 0.45, 0.95)
    if canvas.cover is not None:
        lead = enclose(canvas, canvas.cover, canvas.length(look.size * 0.2))
    canvas.write(blend(glass, as_floats(rgb(look.ink_colour)), lead))


def _cut_panes(features: Floats, side: float) -> tuple[NDArray[np.intp], Floats]:
    """The pane of each pixel, by number, and how many pixels it lies from the pane's edge (up to a few).

    Superpixels about so wide (Achanta et al., "SLIC", 2012): each pixel joins the nearest of the nine seeds
    round it, near in place and in features, and each seed moves to the middle of its own.
    """
    height, width = features.shape[:2]
    down, across = max(round(height / side), 1), max(round(width / side), 1)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    points = np.dstack([x / np.float32(side), y / np.float32(side), features])
    row, column = (y * down / height).astype(np.intp), (x * across / width).astype(np.intp)
    panes = row * across + column
    near = second = np.zeros_like(x)
    for _ in range(5):
        seeds = _centres(points, panes, down * across)
        near, second = np.full_like(x, np.inf), np.full_like(x, np.inf)
        for dy in (-1, 0, 1):
            for dx in (-1, 0, 1):
                pane = np.clip(row + dy, 0, down - 1) * across + np.clip(column + dx, 0, across - 1)
                far = ((points - seeds[pane]) ** 2).sum(axis=2)
                second = np.where(far < near, near, np.where(pane == panes, second, np.minimum(second, far)))
                panes = np.where(far < near, pane, panes)
                near = np.minimum(near, far)
    gap = np.sqrt(second) - np.sqrt(near)
    slope = np.hypot(*np.gradient(gap)) + np.float32(0.02)
    return panes, np.clip(gap / slope, 0, 6)


def _centres(points: Floats, panes: NDArray[np.intp], count: int) -> Floats:
    """The mean of each pane's points; a pane without any stays far from everything."""
    flat = panes.ravel()
    sizes = np.bincount(flat, minlength=count)
    sums = [np.bincount(flat, points[..., i].ravel(), count) for i in range(points.shape[2])]
    means = np.where(sizes > 0, np.array(sums) / np.maximum(sizes, 1), 1e3)
    return means.T.astype(np.float32)


def _mean_of(colours: Floats, panes: NDArray[np.intp]) -> Floats:
    """Each pixel in its pane's mean colour."""
    return _centres(colours, panes, int(panes.max()) + 1)[panes]
