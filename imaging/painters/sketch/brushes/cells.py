"""Pictures of many small pieces: pixels, and glass in lead."""

from __future__ import annotations

import itertools
import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageFilter

from imaging.painters.sketch.brushes.pen import enclose, find_lines
from imaging.painters.sketch.canvas import Canvas, blend, blur, luma, ramp, resize, shares, soften, to_image
from imaging.painters.sketch.colour import Floats, as_floats, rgb
from imaging.styles.look import Look

#: Thresholds of an ordered dither (Bayer, 1973), −0.5 to 0.5.
BAYER = np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]]) / 16 - 0.47


def set_pixels(canvas: Canvas, look: Look) -> None:
    """Squares of few colours, dithered where one passes into another; a figure has a dark edge."""
    side = _pixel_side(canvas, look)
    grid = (canvas.size[0] // side, canvas.size[1] // side)
    small = canvas.colour.resize(grid, Image.Resampling.BOX).filter(ImageFilter.UnsharpMask(1, 60, 0))
    dither = np.tile(BAYER, (grid[1] // 4 + 1, grid[0] // 4 + 1))[: grid[1], : grid[0]].astype(np.float32)
    dithered = to_image(shares(small) + dither[..., None] * np.float32(0.04))
    palette = small.quantize(look.colours, Image.Quantize.MAXCOVERAGE, 2)
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
    """Panes of one colour each, lit from behind, held by lead; fine things are painted on the glass.

    A figure's outlines are its lead: a border between panes would run across the face.
    """
    small = canvas.colour.reduce(max(min(canvas.size) // 224, 1)).filter(ImageFilter.GaussianBlur(1.8))
    panes = _cut_panes(shares(small) * np.float32(10), max(look.size * min(small.size), 4))
    tones = _mean_of(shares(small), panes)
    glass = shares(to_image(tones).resize(canvas.size, Image.Resampling.BICUBIC))
    lit = np.float32(1) + np.float32(0.07) * canvas.clouds(24, 2)
    if canvas.cover is None:
        border = _find_borders(panes, tones)
        lead = ramp(resize(border, canvas.size), 0.3, 0.5)
        lit = lit + np.float32(0.08) - np.float32(0.5) * resize(soften(border, 6), canvas.size)
        near = luma(shares(blur(canvas.colour, canvas.length(0.015))))
        fine = luma(canvas.read()) / np.maximum(near, np.float32(0.05))
        glass *= np.clip(np.float32(0.4) + np.float32(0.6) * fine, 0.3, 1.7)[..., None]
    else:
        lead = np.maximum(
            find_lines(canvas.colour, canvas.length(0.0035)), enclose(canvas, canvas.length(0.009))
        )
        glass = blend(canvas.read(), glass, 0.3)
    canvas.write(blend(glass * lit[..., None], as_floats(rgb(look.ink_colour)), lead))


def _find_borders(panes: NDArray[np.intp], tones: Floats) -> Floats:
    """On both sides of the border between two panes, softened: 1 where their tones differ much, less where
    they hardly do."""
    border = np.zeros(panes.shape, dtype=np.float32)
    for axis, step in itertools.product((0, 1), (1, -1)):
        unlike = np.abs(tones - np.roll(tones, step, axis)).max(axis=2)
        weight = 0.52 + 0.48 * ramp(unlike, 0.03, 0.14)
        border = np.maximum(border, weight * (panes != np.roll(panes, step, axis)))
    border[[0, -1]] = border[:, [0, -1]] = 1
    return soften(border.astype(np.float32), 1)


def _cut_panes(features: Floats, side: float) -> NDArray[np.intp]:
    """The number of each pixel's pane: superpixels about so wide (Achanta et al., "SLIC", 2012).

    Each pixel joins the nearest of the nine seeds round it, near in place and in features, and each seed
    moves to the middle of its own.
    """
    height, width = features.shape[:2]
    down, across = max(round(height / side), 1), max(round(width / side), 1)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    points = np.dstack([x / np.float32(side), y / np.float32(side), features])
    row, column = (y * down / height).astype(np.intp), (x * across / width).astype(np.intp)
    panes = row * across + column
    for _ in range(5):
        seeds = _centres(points, panes, down * across)
        nearest = np.full_like(x, np.inf)
        for dy, dx in itertools.product((-1, 0, 1), repeat=2):
            pane = np.clip(row + dy, 0, down - 1) * across + np.clip(column + dx, 0, across - 1)
            far = ((points - seeds[pane]) ** 2).sum(axis=2)
            panes = np.where(far < nearest, pane, panes)
            nearest = np.minimum(nearest, far)
    return panes


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
