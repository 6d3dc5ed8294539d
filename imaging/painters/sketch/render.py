"""Paints a sheet's parts onto pixels: light from the upper left, outlines, soft shadows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from imaging.painters.sketch.canvas import soften
from imaging.painters.sketch.colour import as_floats, ink_of, lit_of, shadow_of
from imaging.painters.sketch.shapes import Points
from imaging.painters.sketch.sheet import Part, Sheet
from imaging.styles.look import Look

Floats = NDArray[np.float32]

#: Masks are drawn this much larger and averaged down: 16 levels of an edge.
FINE = 4
#: Where the light comes from (x, y), a unit vector.
LIGHT = (-0.5, -0.866)
#: The longest side of the small picture on which light and shadow are worked out.
SHADE_SIDE = 72


@dataclass(frozen=True, slots=True)
class Fit:
    """From a sheet's units to pixels."""

    scale: float
    dx: float
    dy: float

    def pixels(self, points: Points) -> Points:
        placed: Points = points * self.scale + (self.dx, self.dy)
        return placed


@dataclass(frozen=True, slots=True)
class Box:
    """A window of the canvas, in whole pixels."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def size(self) -> tuple[int, int]:
        return self.right - self.left, self.bottom - self.top


def fit_sheet(sheet: Sheet, width: int, height: int, fill: float) -> Fit:
    """Scale so that the figure fills that share of the frame; its feet stand a little above the edge."""
    left, top, right, bottom = sheet.bounds()
    scale = min(0.94 * height * fill / (bottom - top), 0.92 * width * min(fill + 0.1, 1) / (right - left))
    floor = height * 0.965
    return Fit(scale, width / 2 - scale * (left + right) / 2, floor - scale * bottom)


def render(
    sheet: Sheet, fit: Fit, size: tuple[int, int], texture: Floats, look: Look, tell: Callable[[int], None]
) -> Image.Image:
    """Paint all parts from back to front: RGBA. ``tell`` hears the number of parts done."""
    width, height = size
    canvas = np.zeros((height, width, 4), dtype=np.float32)
    for done, part in enumerate(sheet.parts):
        tell(done)
        _paint(canvas, part, fit, texture, look)
    alpha = canvas[..., 3:]
    colour = canvas[..., :3] / np.maximum(alpha, 1e-4)
    pixels = np.concatenate([np.clip(colour, 0, 1), np.clip(alpha, 0, 1)], axis=2)
    return Image.fromarray((pixels * 255 + 0.5).astype(np.uint8), "RGBA")


def _paint(canvas: Floats, part: Part, fit: Fit, texture: Floats, look: Look) -> None:
    points = fit.pixels(part.points)
    soft = part.soft * fit.scale
    line = max(part.line * look.outline * fit.scale, 1.0) if part.line * look.outline else 0.0
    box = _window(points, canvas.shape, pad=line * 2 + soft * 3 + 2 + part.cast * 4 * fit.scale)
    if box is None:
        return
    mask = _mask(points, box, soft)
    if part.inside is not None:
        mask = mask * _mask(fit.pixels(part.inside.points), box, 0)
    view = canvas[box.top : box.bottom, box.left : box.right]
    if part.light:
        _lighten(view, mask * part.alpha * _edge_fade(box, canvas.shape), part)
        return
    if part.cast * look.cast:
        _darken_beneath(view, mask, min(part.cast * look.cast, 0.8), fit.scale)
    if line:
        edge = _outline(points, box, line) * part.alpha
        _cover(view, edge, as_floats(ink_of(part.colour)))
    grain = texture[box.top : box.bottom, box.left : box.right, None] * part.texture
    _cover(view, mask * part.alpha, _modelled(part, mask, grain * look.grain, look))


def _window(points: Points, shape: tuple[int, ...], pad: float) -> Box | None:
    low = np.floor(points.min(axis=0) - pad).astype(int)
    high = np.ceil(points.max(axis=0) + pad).astype(int)
    left, top = max(int(low[0]), 0), max(int(low[1]), 0)
    right, bottom = min(int(high[0]), shape[1]), min(int(high[1]), shape[0])
    return Box(left, top, right, bottom) if left < right and top < bottom else None


def _mask(points: Points, box: Box, soft: float) -> Floats:
    """How much of each pixel the outline covers, 0 to 1."""
    fine = 1 if soft > 2 else FINE
    width, height = box.size
    big = Image.new("L", (width * fine, height * fine))
    corners = ((points - (box.left, box.top)) * fine).ravel().tolist()
    ImageDraw.Draw(big).polygon(corners, fill=255)
    small = big if fine == 1 else big.reduce(fine)
    if soft:
        small = small.filter(ImageFilter.GaussianBlur(soft))
    return _shares(small)


def _shares(mask: Image.Image) -> Floats:
    """A mask's bytes as 0 to 1."""
    shares: Floats = np.asarray(mask, dtype=np.float32) / np.float32(255)
    return shares


def _edge_fade(box: Box, shape: tuple[int, ...]) -> Floats:
    """0 at the frame, 1 a tenth of it further in: a glow ends softly, it is not cut off."""
    height, width = shape[:2]
    x, y = np.arange(box.left, box.right), np.arange(box.top, box.bottom)
    across = np.clip(np.minimum(x, width - 1 - x) / (0.1 * width), 0, 1)
    down = np.clip(np.minimum(y, height - 1 - y) / (0.1 * height), 0, 1)
    fade: Floats = (down[:, None] * across[None, :]).astype(np.float32)
    return fade


def _outline(points: Points, box: Box, line: float) -> Floats:
    """A pen line round the outline, heavier on the side away from the light."""
    width, height = box.size
    big = Image.new("L", (width * FINE, height * FINE))
    draw = ImageDraw.Draw(big)
    at = (points - (box.left, box.top)) * FINE
    shifted = (at + np.array(LIGHT) * -0.35 * line * FINE).ravel().tolist()
    draw.polygon(shifted, fill=255)
    ring = [*map(tuple, at), tuple(at[0]), tuple(at[1])]
    draw.line(ring, fill=255, width=max(round(line * FINE), 1), joint="curve")
    return _shares(big.reduce(FINE))


def _modelled(part: Part, mask: Floats, grain: Floats, look: Look) -> Floats:
    """The part's colour in light and shadow, with the paper's grain: height × width × 3."""
    base = np.broadcast_to(as_floats(part.colour), (*mask.shape, 3))
    if part.fade is not None:
        rows = np.flatnonzero(mask.any(axis=1))
        first, last = (rows[0], rows[-1]) if len(rows) else (0, 1)
        down = np.clip((np.arange(mask.shape[0]) - first) / max(last - first, 1), 0, 1)
        down = down.astype(np.float32)[:, None, None]
        base = base + (as_floats(part.fade) - base) * down
    if part.shade:
        light = _light(mask)[..., None] * part.shade * look.shade
        if look.cel:
            light = 0.4 * _step(light, 0.5) - 0.62 * _step(-light, 0.2)
        base = base + (lit_of(base) - base) * np.clip(light, 0, 1)
        base = base + (shadow_of(base) - base) * np.clip(-light, 0, 1)
    grained: Floats = base * (1 + 0.055 * grain)
    return grained


def _step(light: Floats, at: float) -> Floats:
    """From 0 to 1 at a brightness, over a narrow edge: how film cels are shaded."""
    step: Floats = np.clip((light - at) / 0.12 + 0.5, 0, 1)
    return step


def _light(mask: Floats) -> Floats:
    """Where a rounded body of this outline is turned to the light (+) or away from it (−), −1 to 1.

    The blurred mask is taken as a height field, its slope along the light as the shade.
    """
    height, width = mask.shape
    factor = max(1, max(height, width) // SHADE_SIDE)
    small = Image.fromarray((mask * 255).astype(np.uint8)).reduce(factor)
    thick = float(np.sqrt(np.asarray(small, dtype=np.float32).mean() / 255)) * min(small.size)
    radius = max(thick * 0.2, 1.0)
    pad = int(radius * 2) + 1
    frame = Image.new("L", (small.width + 2 * pad, small.height + 2 * pad))
    frame.paste(small, (pad, pad))
    hill = np.asarray(frame.filter(ImageFilter.GaussianBlur(radius)), dtype=np.float32) / np.float32(255)
    down, right = np.gradient(hill)
    slope = (right * -LIGHT[0] + down * -LIGHT[1]) * radius * 2.1
    inner = soften(np.asarray(slope, dtype=np.float32)[pad:-pad, pad:-pad], 2)
    image = Image.fromarray(inner, "F")
    return np.asarray(image.resize((width, height), Image.Resampling.BICUBIC), dtype=np.float32)


def _darken_beneath(view: Floats, mask: Floats, strength: float, scale: float) -> None:
    """The soft shadow that a part throws on what is already painted."""
    shift = max(round(0.9 * scale), 1)
    moved = np.zeros_like(mask)
    moved[shift:, shift // 2 :] = mask[:-shift, : mask.shape[1] - shift // 2]
    small = Image.fromarray((moved * 255).astype(np.uint8)).reduce(2)
    small = small.filter(ImageFilter.GaussianBlur(max(0.65 * scale / 2, 0.5)))
    shadow = _shares(small.resize(mask.shape[::-1], Image.Resampling.BILINEAR))
    tint = np.array([1.0, 1.0, 0.72], dtype=np.float32) * strength
    view[..., :3] *= 1 - shadow[..., None] * tint


def _cover(view: Floats, mask: Floats, colour: Floats) -> None:
    cover = mask[..., None]
    view[..., :3] = view[..., :3] * (1 - cover) + colour * cover
    view[..., 3] = view[..., 3] * (1 - mask) + mask


def _lighten(view: Floats, mask: Floats, part: Part) -> None:
    """Add light, also beyond the figure's edge."""
    glow = as_floats(part.colour) * mask[..., None]
    view[..., :3] = 1 - (1 - view[..., :3]) * (1 - glow)
    view[..., 3] = 1 - (1 - view[..., 3]) * (1 - mask * 0.85)
