"""The stage a scene is painted on: pixels, light and the strokes that all scenery shares."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from imaging.painters.sketch.colour import RGB, darker, lighter
from imaging.painters.sketch.paper import cloud_noise
from imaging.painters.sketch.scenes.palette import Palette
from imaging.styles.look import Look

Floats = NDArray[np.float32]
XY = tuple[float, float]


@dataclass
class Stage:
    """Pixels (``width`` × ``height``), with places given as fractions: x of the width, y of the height.

    ``horizon``: where the sky ends; ``sun``: where the light stands; ``details``: the small things to paint.
    """

    width: int
    height: int
    rng: random.Random
    noise: np.random.Generator
    palette: Palette
    look: Look
    details: set[str]
    horizon: float = 0.58
    sun: XY = (0.7, 0.24)
    image: Image.Image = field(init=False)
    _wash: Image.Image = field(init=False)

    def __post_init__(self) -> None:
        self.image = Image.new("RGB", (self.width, self.height))
        broad = cloud_noise((self.width // 4, self.height // 4), self.noise, (5, 14), 3)
        levels = np.clip(128 + broad * 58, 0, 255).astype(np.uint8)
        self._wash = Image.fromarray(levels).resize(self.image.size, Image.Resampling.BICUBIC)

    @property
    def pen(self) -> ImageDraw.ImageDraw:
        """Draws straight onto the pixels; a colour's fourth value is its opacity."""
        return ImageDraw.Draw(self.image, "RGBA")

    def px(self, x: float, y: float) -> XY:
        return x * self.width, y * self.height

    def size(self, fraction: float) -> float:
        """A length in pixels, as a fraction of the shorter side."""
        return fraction * min(self.width, self.height)

    def mask(self) -> tuple[Image.Image, ImageDraw.ImageDraw]:
        """An empty mask, and a pen for it."""
        mask = Image.new("L", self.image.size)
        return mask, ImageDraw.Draw(mask)

    def wash(
        self, mask: Image.Image, top: RGB, bottom: RGB, y0: float = 0.0, y1: float = 1.0, rough: float = 0.10
    ) -> None:
        """Lay paint through a mask, from ``top`` at y0 to ``bottom`` at y1, lighter and darker in pools."""
        box = mask.getbbox()
        if box is None:
            return
        left, low, right, high = box
        if self.look.lift:
            self._darken_beneath(mask, box)
        rows = (np.arange(low, high) / self.height - y0) / max(y1 - y0, 1e-6)
        part = np.clip(rows, 0, 1)[:, None]
        column = np.array(top) + (np.array(bottom) - np.array(top)) * part
        light = _strip(column + (np.array((255, 250, 238)) - column) * rough, right - left)
        dark = _strip(column + (np.array((26, 20, 46)) - column) * rough, right - left)
        paint = Image.composite(light, dark, self._wash.crop(box))
        self.image.paste(paint, (left, low), mask.crop(box))

    def _darken_beneath(self, mask: Image.Image, box: tuple[int, int, int, int]) -> None:
        """The shadow of a shape that stands off from what is behind: below it, and away from the light."""
        reach = max(round(self.size(0.02)), 4)
        left, top = max(box[0] - 2 * reach, 0), max(box[1] - 2 * reach, 0)
        area = (left, top, min(box[2] + 2 * reach, self.width), min(box[3] + 2 * reach, self.height))
        size = (area[2] - left, area[3] - top)
        shape = mask.crop(area).reduce(4).filter(ImageFilter.GaussianBlur(reach / 6))
        away = round(reach / 5) if self.sun[0] < 0.5 else -round(reach / 5)
        moved = Image.new("L", shape.size)
        moved.paste(shape, (away // 4, -reach // 16))
        shadow = moved.resize(size, Image.Resampling.BILINEAR).point(
            [round(level * self.look.lift) for level in range(256)]
        )
        self.image.paste(darker(self.palette.haze, 0.86), (left, top), shadow)

    def shape(self, points: Sequence[XY], top: RGB, bottom: RGB | None = None, rough: float = 0.10) -> None:
        """A filled outline (fractions) in one paint, or in two from its top to its bottom."""
        mask, pen = self.mask()
        pen.polygon([self.px(*p) for p in points], fill=255)
        ys = [y for _, y in points]
        self.wash(mask, top, bottom or top, min(ys), max(ys), rough)

    def glow(self, x: float, y: float, radius: float, colour: RGB, strength: float = 1.0) -> None:
        """Add a round of light; ``radius`` is a fraction of the shorter side."""
        reach = max(int(self.size(radius)), 2)
        grid = np.linspace(-1, 1, 49, dtype=np.float32)
        distance = np.sqrt(grid[:, None] ** 2 + grid[None, :] ** 2)
        fall = np.clip(1 - distance, 0, 1) ** 2.2 * strength
        patch = (fall[..., None] * np.array(colour, dtype=np.float32)).clip(0, 255).astype(np.uint8)
        light = Image.fromarray(patch).resize((reach * 2, reach * 2), Image.Resampling.BICUBIC)
        cx, cy = self.px(x, y)
        left, top = int(cx) - reach, int(cy) - reach
        box = (
            max(left, 0),
            max(top, 0),
            min(left + 2 * reach, self.width),
            min(top + 2 * reach, self.height),
        )
        if box[0] >= box[2] or box[1] >= box[3]:
            return
        part = light.crop((box[0] - left, box[1] - top, box[2] - left, box[3] - top))
        self.image.paste(ImageChops.screen(self.image.crop(box), part), box[:2])

    def veil(self, y0: float, y1: float, colour: RGB, strength: float) -> None:
        """A bank of mist, thickest in its middle."""
        rows = np.arange(self.height) / self.height
        middle, half = (y0 + y1) / 2, (y1 - y0) / 2
        bank = np.clip(1 - ((rows - middle) / half) ** 2, 0, 1) ** 1.5
        drift = cloud_noise((self.width // 8, self.height // 8), self.noise, (3, 8), 2) * 0.3 + 0.8
        small = np.clip(bank[::8][: drift.shape[0], None] * drift[: len(bank[::8])] * strength * 255, 0, 255)
        mask = Image.fromarray(small.astype(np.uint8)).resize(self.image.size, Image.Resampling.BILINEAR)
        top, low = max(int(y0 * self.height) - 8, 0), min(int(y1 * self.height) + 8, self.height)
        if top < low:
            area = (0, top, self.width, low)
            self.image.paste(colour, area, mask.crop(area))

    def blot(
        self, x: float, y: float, rx: float, ry: float, colour: RGB, alpha: float, soft: float = 0.35
    ) -> None:
        """A soft round of colour, for shadows and pools of light (radii: fractions of width and height)."""
        w, h = max(int(rx * self.width), 2), max(int(ry * self.height), 2)
        small = Image.new("L", (64, 64))
        edge = 32 * soft
        ImageDraw.Draw(small).ellipse((edge, edge, 63 - edge, 63 - edge), fill=round(255 * alpha))
        small = small.filter(ImageFilter.GaussianBlur(edge * 0.6))
        mask = small.resize((2 * w, 2 * h), Image.Resampling.BICUBIC)
        cx, cy = self.px(x, y)
        self.image.paste(colour, (int(cx) - w, int(cy) - h, int(cx) + w, int(cy) + h), mask)

    def leaves(self, x: float, y: float, rx: float, ry: float, colour: RGB, count: int, leaf: float) -> None:
        """A crown of leaf dabs, lit from the sun's side. Sizes are fractions of the shorter side."""
        pen, rng = self.pen, self.rng
        cx, cy = self.px(x, y)
        wide, high, dab = self.size(rx), self.size(ry), max(self.size(leaf) * 0.74, 1.6)
        toward = -1.0 if self.sun[0] < x else 1.0
        dabs = []
        for _ in range(round(count * 1.8)):
            u, v = rng.gauss(0, 0.44), rng.gauss(0, 0.44)
            dabs.append((toward * u * 0.5 - v + rng.uniform(-0.35, 0.35), u, v))
        under = darker(colour, 0.3)
        for u, v, r in ((0, 0.05, 0.62), (-0.4, 0.2, 0.42), (0.4, 0.18, 0.44), (0.02, -0.35, 0.46)):
            px, py = cx + u * wide, cy + v * high
            pen.ellipse((px - r * wide, py - r * high, px + r * wide, py + r * high), fill=(*under, 235))
        for light, u, v in sorted(dabs):
            tone = (
                lighter(colour, min(light * 0.24, 0.42))
                if light > 0
                else darker(colour, min(-light * 0.3, 0.5))
            )
            px, py, r = cx + u * wide, cy + v * high, dab * rng.uniform(0.6, 1.3)
            pen.ellipse((px - r, py - r * 0.72, px + r, py + r * 0.72), fill=(*tone, 225))


def _strip(column: NDArray[np.float64], width: int) -> Image.Image:
    """A column of colours drawn out to a width."""
    pixels = np.clip(column, 0, 255).astype(np.uint8)[:, None, :]
    return Image.fromarray(pixels).resize((width, len(column)), Image.Resampling.NEAREST)
