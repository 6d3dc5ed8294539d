"""What falls, drifts and shines before a scene, and the last touches: bloom, wobble of the hand, paper."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from imaging.painters.sketch.colour import RGB, mix
from imaging.painters.sketch.paper import cloud_noise
from imaging.painters.sketch.scenes.stage import Stage

#: How far the hand wobbles, as a share of the shorter side.
WOBBLE = 0.0022


def draw_rain(stage: Stage) -> None:
    pen, rng = stage.pen, stage.rng
    tone = mix(stage.palette.haze, (240, 246, 255), 0.5)
    for _ in range(330):
        x, y, near = rng.uniform(-0.1, 1.05), rng.uniform(-0.05, 1.0), rng.random() ** 2
        cx, cy = stage.px(x, y)
        length = stage.size(0.022 + 0.05 * near)
        pen.line(
            (cx, cy, cx - length * 0.26, cy + length),
            fill=(*tone, round(60 + 70 * near)),
            width=max(round(stage.size(0.0022) * (0.5 + near)), 1),
        )
    stage.veil(0.5, 0.95, stage.palette.haze, 0.3)


def draw_lightning(stage: Stage) -> None:
    """A forked flash from the clouds to the horizon."""
    rng = stage.rng
    x = rng.choice((rng.uniform(0.12, 0.32), rng.uniform(0.68, 0.88)))
    stage.glow(x, stage.horizon * 0.4, 0.5, (190, 206, 255), 0.5)
    bolt = [(x, 0.03)]
    while bolt[-1][1] < stage.horizon:
        bolt.append((bolt[-1][0] + rng.uniform(-0.034, 0.034), bolt[-1][1] + rng.uniform(0.025, 0.06)))
    fork = [bolt[len(bolt) // 2]]
    for _ in range(4):
        fork.append((fork[-1][0] + rng.uniform(0.0, 0.045), fork[-1][1] + rng.uniform(0.02, 0.05)))
    for line, width in ((bolt, 0.006), (fork, 0.0035)):
        points = [stage.px(*p) for p in line]
        stage.pen.line(
            points, fill=(206, 218, 255, 120), width=max(round(stage.size(width * 2.4)), 2), joint="curve"
        )
        stage.pen.line(
            points, fill=(255, 255, 255, 245), width=max(round(stage.size(width)), 1), joint="curve"
        )


def draw_snowfall(stage: Stage) -> None:
    flakes = Image.new("L", stage.image.size)
    pen, rng = ImageDraw.Draw(flakes), stage.rng
    for _ in range(420):
        near = rng.random() ** 3
        x, y = stage.px(rng.random(), rng.random())
        r = stage.size(0.0014 + 0.0052 * near)
        pen.ellipse((x - r, y - r, x + r, y + r), fill=round(120 + 120 * rng.random()))
    stage.image.paste(
        (255, 255, 255), (0, 0, *stage.image.size), flakes.filter(ImageFilter.GaussianBlur(0.8))
    )


def draw_fireflies(stage: Stage, colour: RGB = (255, 232, 140), count: int = 34) -> None:
    rng = stage.rng
    for _ in range(count):
        x, y = rng.random(), rng.uniform(stage.horizon * 0.7, 0.97)
        stage.glow(x, y, rng.uniform(0.012, 0.034), colour, rng.uniform(0.5, 1.0))
        cx, cy = stage.px(x, y)
        r = stage.size(0.0022)
        stage.pen.ellipse((cx - r, cy - r, cx + r, cy + r), fill=(255, 252, 226, 235))


def draw_rays(stage: Stage, strength: float = 0.3) -> None:
    """Beams from the light through leaves or clouds."""
    w, h = stage.width // 4, stage.height // 4
    sx, sy = stage.sun
    y, x = np.mgrid[0:h, 0:w].astype(np.float32)
    dx, dy = x / w - sx, y / h - (sy - 0.25)
    angle = np.arctan2(dx, dy)
    waves = sum(np.sin(angle * k + stage.rng.uniform(0, 6)) for k in (11, 23, 41)) / 3
    beams = np.clip(waves - 0.12, 0, 1) * np.clip(dy * 2.4, 0, 1) * np.clip(1.15 - dy, 0, 1) * strength
    light = beams[..., None] * np.array(stage.palette.light, dtype=np.float32)
    small = Image.fromarray(np.clip(light, 0, 255).astype(np.uint8))
    stage.image = ImageChops.screen(stage.image, small.resize(stage.image.size, Image.Resampling.BICUBIC))


def draw_birds(stage: Stage) -> None:
    rng, pen = stage.rng, stage.pen
    x0, y0 = rng.uniform(0.2, 0.6), stage.horizon * rng.uniform(0.25, 0.5)
    tone = (*mix(stage.palette.sky[0], (24, 24, 44), 0.6), 190)
    for _ in range(7):
        cx, cy = stage.px(x0 + rng.uniform(-0.14, 0.14), y0 + rng.uniform(-0.07, 0.07))
        r = stage.size(rng.uniform(0.008, 0.017))
        wing = [
            (cx - r, cy - r * 0.34),
            (cx - r * 0.5, cy - r * 0.5),
            (cx, cy),
            (cx + r * 0.5, cy - r * 0.5),
            (cx + r, cy - r * 0.34),
        ]
        pen.line(wing, fill=tone, width=max(round(r * 0.2), 1), joint="curve")


def bring_to_size(stage: Stage, size: tuple[int, int]) -> Image.Image:
    """To the final size: light that blooms, edges that wobble, corners that darken, paper that shows."""
    drawn = Image.fromarray(_wobbled(np.asarray(stage.image), stage.noise))
    pixels = np.asarray(
        _bloom(drawn.resize(size, Image.Resampling.BOX), stage.look.bloom), dtype=np.float32
    ).copy()
    width, height = size
    x = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    corner = 1 - 0.2 * stage.look.corners * np.clip((x * x + y * y) / 2 - 0.18, 0, 1)
    tooth = stage.noise.standard_normal((height // 2, width // 2), dtype=np.float32)
    paper = np.asarray(Image.fromarray(tooth, "F").resize(size, Image.Resampling.BICUBIC)) * stage.look.grain
    pixels *= (corner * (1 + 0.010 * paper))[..., None]
    pixels += paper[..., None] * 0.8
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def _bloom(image: Image.Image, strength: float) -> Image.Image:
    """Bright places spill softly over their edges."""
    small = image.reduce(6)
    bright = small.point([max(0, round((level - 170) * 1.25)) for level in range(256)] * 3)
    spill = bright.filter(ImageFilter.GaussianBlur(max(image.size) / 6 / 26))
    spill = spill.point([min(round(level * 0.42 * strength), 255) for level in range(256)] * 3)
    return ImageChops.screen(image, spill.resize(image.size, Image.Resampling.BICUBIC))


def _wobbled(pixels: NDArray[np.uint8], noise: np.random.Generator) -> NDArray[np.uint8]:
    """Shift every pixel a little along smooth noise, so that no edge is a ruler's."""
    height, width = pixels.shape[:2]
    reach = WOBBLE * min(width, height)
    shift_x = cloud_noise((width, height), noise, (22, 22), 2) * reach * 0.6
    shift_y = cloud_noise((width, height), noise, (22, 22), 2) * reach * 0.6
    columns = np.clip(np.arange(width, dtype=np.float32)[None, :] + shift_x, 0, width - 1).astype(np.intp)
    rows = np.clip(np.arange(height, dtype=np.float32)[:, None] + shift_y, 0, height - 1).astype(np.intp)
    moved: NDArray[np.uint8] = pixels.reshape(-1, 3)[rows * width + columns]
    return moved
