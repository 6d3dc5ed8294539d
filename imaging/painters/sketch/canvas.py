"""The canvas that a style's brushes go over, and the sums that they share."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageFilter

from imaging.painters.sketch.colour import Floats
from imaging.painters.sketch.paper import cloud_noise

#: How bright each channel looks (Rec. 709).
LUMA = np.array([0.2126, 0.7152, 0.0722], dtype=np.float32)


@dataclass
class Canvas:
    """``colour`` (RGB) lies everywhere, also where a figure is not; ``cover`` (L) is the figure's outline in
    whole levels, None for a scene, which fills its frame."""

    colour: Image.Image
    cover: Image.Image | None
    noise: np.random.Generator

    @property
    def size(self) -> tuple[int, int]:
        return self.colour.size

    def length(self, share: float, least: float = 1.0) -> float:
        """A share of the shorter side in pixels."""
        return max(share * min(self.size), least)

    def read(self) -> Floats:
        return shares(self.colour)

    def write(self, pixels: Floats) -> None:
        self.colour = to_image(pixels)

    def clouds(self, cells: float, octaves: int = 2) -> Floats:
        """Smooth noise of about unit spread, so many cells across; worked out at half the size."""
        width, height = self.size
        down = cells * height / width
        small = cloud_noise((width // 2, height // 2), self.noise, (cells, down), octaves)
        return resize(small, self.size)

    def tooth(self, grain: float = 2.0) -> Floats:
        """The paper's roughness, of about unit spread, in grains of so many pixels."""
        width, height = self.size
        across, down = max(round(width / grain), 2), max(round(height / grain), 2)
        return resize(self.noise.standard_normal((down, across), dtype=np.float32), self.size)

    def streaks(self, degrees: float, long: float, thin: float) -> Floats:
        """Noise drawn out in one direction, of about unit spread; lengths in pixels."""
        width, height = self.size
        side = math.ceil(math.hypot(width, height))
        fibres = (max(round(side / thin), 2), max(round(side / long), 2))
        small = Image.fromarray(self.noise.standard_normal(fibres, dtype=np.float32), "F")
        turned = small.resize((side, side), Image.Resampling.BILINEAR).rotate(degrees)
        left, top = (side - width) // 2, (side - height) // 2
        return np.asarray(turned.crop((left, top, left + width, top + height)))


def moved(plane: Floats, down: int, right: int) -> Floats:
    """The plane shifted by so many pixels; what comes in at the edge repeats it."""
    height, width = plane.shape[:2]
    rows = np.clip(np.arange(height) - down, 0, height - 1)
    columns = np.clip(np.arange(width) - right, 0, width - 1)
    return plane[rows][:, columns]


def stretch(canvas: Canvas) -> Floats:
    """How bright each pixel is, with the darkest few of the picture at 0 and the brightest few at 1."""
    bright = luma(canvas.read())
    seen = bright if canvas.cover is None else bright[np.asarray(canvas.cover) > 127]
    low, high = np.quantile(seen[..., ::7], (0.02, 0.97)) if seen.size else (0.0, 1.0)
    return np.clip((bright - low) / max(high - low, 0.1), 0, 1)


def shares(image: Image.Image) -> Floats:
    """An image's bytes as 0 to 1."""
    return np.asarray(image, dtype=np.float32) / np.float32(255)


def to_image(pixels: Floats) -> Image.Image:
    """0 to 1 as bytes: an RGB, or an L of a plane."""
    return Image.fromarray((np.clip(pixels, 0, 1) * 255 + 0.5).astype(np.uint8))


def resize(plane: Floats, size: tuple[int, int]) -> Floats:
    image = Image.fromarray(plane, "F").resize(size, Image.Resampling.BICUBIC)
    return np.asarray(image, dtype=np.float32)


def blur(image: Image.Image, radius: float) -> Image.Image:
    """A Gaussian blur; a wide one is worked out on a smaller picture."""
    factor = max(int(radius / 3), 1)
    if factor == 1:
        return image.filter(ImageFilter.GaussianBlur(radius))
    small = image.reduce(factor).filter(ImageFilter.GaussianBlur(radius / factor))
    return small.resize(image.size, Image.Resampling.BICUBIC)


def luma(pixels: Floats) -> Floats:
    bright: Floats = pixels @ LUMA
    return bright


def ramp(values: Floats, low: float, high: float) -> Floats:
    """0 at ``low`` and below, 1 at ``high`` and above, smooth between."""
    part = np.clip((values - low) / (high - low), 0, 1)
    smooth: Floats = part * part * (3 - 2 * part)
    return smooth


def blend(below: Floats, above: Floats, cover: Floats | float) -> Floats:
    """Lay one over the other; a plane covers all three channels."""
    part = cover[..., None] if isinstance(cover, np.ndarray) and cover.ndim == 2 else cover
    mixed: Floats = below + (above - below) * part
    return mixed


def flatten(image: Image.Image, colours: int) -> Image.Image:
    """Flat areas of so many colours, with soft edges. The colours are chosen on a smaller picture."""
    small = image.reduce(max(min(image.size) // 512, 1))
    small = small.filter(ImageFilter.GaussianBlur(max(min(image.size) / 1200, 0.5)))
    palette = small.reduce(max(min(small.size) // 224, 1)).quantize(colours, Image.Quantize.MAXCOVERAGE, 1)
    flat = small.quantize(palette=palette, dither=Image.Dither.NONE).convert("RGB")
    return flat.filter(ImageFilter.GaussianBlur(0.5)).resize(image.size, Image.Resampling.BICUBIC)


def soften(plane: Floats, rounds: int) -> Floats:
    """A box blur of three by three, some times over, of numbers that no byte holds."""
    for _ in range(rounds):
        edged = np.pad(plane, 1, mode="edge")
        rows = edged[:-2] + edged[1:-1] + edged[2:]
        plane = (rows[:, :-2] + rows[:, 1:-1] + rows[:, 2:]) / 9
    return plane
