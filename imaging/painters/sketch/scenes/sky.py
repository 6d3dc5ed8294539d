"""Skies: the gradient, sun or moon, stars, clouds, aurora, rainbow."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from imaging.painters.sketch.colour import RGB, lighter, mix
from imaging.painters.sketch.paper import cloud_noise
from imaging.painters.sketch.scenes.stage import Stage


def paint_sky(
    stage: Stage, weather: set[str], *, lamp: str = "sun", clouds: float = 0.5, depth: float = 1.25
) -> None:
    """The whole backdrop. ``lamp``: sun, moon or none; ``clouds``: how many, 0 to 1."""
    _gradient(stage, depth)
    if stage.palette.night and not weather & {"storm", "fog"}:
        draw_stars(stage, 260, stage.horizon)
    if "aurora" in weather:
        _aurora(stage)
    if lamp == "moon":
        draw_moon(stage)
    elif lamp == "sun":
        _sun(stage)
    if weather & {"storm", "rain", "cloudy"}:
        _overcast(stage)
    elif clouds:
        draw_clouds(stage, clouds)
    if "rainbow" in stage.details:
        _rainbow(stage)


def _gradient(stage: Stage, depth: float) -> None:
    """Top to horizon, warmer round the light, in broad strokes."""
    w, h = stage.width // 4, stage.height // 4
    y = np.linspace(0, 1, h, dtype=np.float32)[:, None] / max(stage.horizon * depth * 0.8, 0.1)
    x = np.linspace(0, 1, w, dtype=np.float32)[None, :]
    strokes = cloud_noise((w, h), stage.noise, (2.5, 9), 3) * 0.05
    down = np.clip(y + strokes, 0, 1)
    top, middle, low = (np.array(c, dtype=np.float32) for c in stage.palette.sky)
    upper = np.clip(down / 0.55, 0, 1)[..., None]
    lower = np.clip((down - 0.55) / 0.45, 0, 1)[..., None]
    sky = np.where(lower > 0, middle + (low - middle) * lower, top + (middle - top) * upper)
    sx, sy = stage.sun
    ratio = stage.width / stage.height
    far = np.sqrt(((x - sx) * ratio) ** 2 + (np.linspace(0, 1, h, dtype=np.float32)[:, None] - sy) ** 2)
    warm = np.clip(1 - far / 0.75, 0, 1)[..., None] ** 2 * (0.28 if stage.palette.night else 0.5)
    sky = sky + (np.array(stage.palette.light, dtype=np.float32) - sky) * warm
    small = Image.fromarray(np.clip(sky, 0, 255).astype(np.uint8))
    stage.image.paste(small.resize(stage.image.size, Image.Resampling.BICUBIC))


def draw_stars(stage: Stage, count: int, floor: float) -> None:
    """Small, some larger with a glow, fewer towards the horizon."""
    pen, rng = stage.pen, stage.rng
    for _ in range(count):
        x, y = rng.random(), rng.random() ** 1.35 * floor
        r = stage.size(0.0009 + 0.0022 * rng.random() ** 4)
        tone = rng.choice(((255, 255, 255), (255, 244, 214), (214, 228, 255)))
        cx, cy = stage.px(x, y)
        pen.ellipse((cx - r, cy - r, cx + r, cy + r), fill=(*tone, rng.randint(120, 250)))
    for _ in range(9):
        x, y = rng.random(), rng.random() * floor * 0.75
        cx, cy = stage.px(x, y)
        stage.glow(x, y, 0.018, (200, 214, 255), 0.8)
        arm = stage.size(rng.uniform(0.004, 0.009))
        stage.pen.line((cx - arm, cy, cx + arm, cy), fill=(255, 255, 255, 190), width=1)
        stage.pen.line((cx, cy - arm, cx, cy + arm), fill=(255, 255, 255, 190), width=1)


def draw_moon(stage: Stage) -> None:
    """A moon with a halo: full, or a crescent."""
    x, y = stage.sun
    r = stage.size(stage.rng.uniform(0.042, 0.06))
    light = stage.palette.light
    stage.glow(x, y, 0.46, mix(light, (150, 170, 230), 0.5), 0.36)
    stage.glow(x, y, 0.17, light, 0.5)
    cx, cy = stage.px(x, y)
    if stage.rng.random() < 0.45:
        size = int(r * 2.6)
        mask = Image.new("L", (size * 2, size * 2))
        pen = ImageDraw.Draw(mask)
        pen.ellipse((size - r * 1.15, size - r * 1.15, size + r * 1.15, size + r * 1.15), fill=255)
        pen.ellipse((size - r * 0.55, size - r * 1.25, size + r * 1.55, size + r * 0.85), fill=0)
        stage.image.paste(lighter(light, 0.3), (int(cx) - size, int(cy) - size), mask)
        return
    stage.pen.ellipse((cx - r, cy - r, cx + r, cy + r), fill=(*lighter(light, 0.2), 255))
    for dx, dy, s in ((-0.3, -0.25, 0.24), (0.28, 0.1, 0.3), (-0.1, 0.42, 0.18), (0.36, -0.42, 0.13)):
        q = r * s
        px, py = cx + dx * r, cy + dy * r
        stage.pen.ellipse(
            (px - q, py - q * 0.9, px + q, py + q * 0.9), fill=(*mix(light, (160, 164, 190), 0.5), 120)
        )


def _sun(stage: Stage) -> None:
    x, y = stage.sun
    light = stage.palette.light
    stage.glow(x, y, 0.6, light, 0.42)
    stage.glow(x, y, 0.2, lighter(light, 0.4), 0.7)
    cx, cy = stage.px(x, y)
    r = stage.size(0.042)
    stage.pen.ellipse((cx - r, cy - r, cx + r, cy + r), fill=(*lighter(light, 0.65), 245))


def draw_clouds(stage: Stage, amount: float) -> None:
    """Heaped clouds, lit above and cool beneath, smaller towards the horizon."""
    rng = stage.rng
    for _ in range(round(2 + amount * 6)):
        far = rng.random()
        y = stage.horizon * (0.12 + 0.72 * far)
        _cloud(stage, rng.uniform(-0.05, 1.05), y, (0.34 - 0.22 * far) * rng.uniform(0.7, 1.2))


def _cloud(stage: Stage, x: float, y: float, wide: float) -> None:
    """One cloud: the same puffs thrice, each time higher and lighter."""
    rng, p = stage.rng, stage.palette
    w, h = int(stage.width * wide), int(stage.width * wide * 0.42)
    if w < 16 or h < 8:
        return
    puffs = []
    for step in range(16):
        u = step / 15
        lift = math.sin(math.pi * u) ** 0.8
        puffs.append((u, 0.8 - lift * rng.uniform(0.1, 0.42), 0.06 + 0.13 * lift * rng.uniform(0.6, 1.2)))
    shade = mix(p.sky[1], p.haze, 0.5)
    body = mix(p.haze, (255, 252, 246), 0.1 if p.night else 0.5)
    lit = mix(p.light, (255, 255, 255), 0.25) if not p.night else mix(p.haze, p.light, 0.34)
    left, top = int(x * stage.width - w / 2), int(y * stage.height - h * 0.7)
    for tone, rise, scale, alpha in ((shade, 0.0, 1.0, 150), (body, 0.05, 0.86, 150), (lit, 0.1, 0.62, 165)):
        mask = Image.new("L", (w // 2, h // 2))
        pen = ImageDraw.Draw(mask)
        for u, v, r in puffs:
            cx, cy, q = (0.12 + 0.76 * u) * w / 2, (v - rise) * h / 2, r * scale * w / 2
            pen.ellipse((cx - q, cy - q * 0.8, cx + q, cy + q * 0.62), fill=alpha)
        mask = mask.filter(ImageFilter.GaussianBlur(max(w * 0.008, 0.8))).resize(
            (w, h), Image.Resampling.BICUBIC
        )
        stage.image.paste(tone, (left, top, left + w, top + h), mask)


def _overcast(stage: Stage) -> None:
    """A ceiling of heavy cloud."""
    top, middle, _ = stage.palette.sky
    w, h = stage.width // 6, stage.height // 6
    heaps = cloud_noise((w, h), stage.noise, (3, 5), 4)
    rows = np.linspace(0, 1, h, dtype=np.float32)[:, None] / stage.horizon
    for tone, level in ((mix(top, (20, 22, 34), 0.35), 0.1), (mix(middle, (240, 244, 250), 0.18), 0.55)):
        cover = np.clip((heaps - level) * 1.1, 0, 1) * np.clip(1.1 - rows, 0, 1) * 190
        mask = Image.fromarray(cover.astype(np.uint8)).resize(stage.image.size, Image.Resampling.BICUBIC)
        stage.image.paste(tone, (0, 0, *stage.image.size), mask)


def _aurora(stage: Stage) -> None:
    """Curtains of light that wave across the sky."""
    w, h = stage.width // 4, stage.height // 4
    x = np.linspace(0, 1, w, dtype=np.float32)[None, :]
    y = np.linspace(0, 1, h, dtype=np.float32)[:, None]
    sky = np.asarray(stage.image.resize((w, h), Image.Resampling.BOX), dtype=np.float32)
    folds: tuple[RGB, ...] = ((90, 255, 190), (90, 220, 255), (190, 120, 255))
    for index, tone in enumerate(folds):
        phase = stage.rng.uniform(0, 6.3)
        foot = (
            stage.horizon * (0.62 - 0.13 * index)
            + 0.05 * np.sin(x * 7 + phase)
            + 0.03 * np.sin(x * 17 + phase * 2)
        )
        height = 0.30 + 0.08 * np.sin(x * 11 + phase)
        up = (foot - y) / height
        ray = 0.62 + 0.38 * np.sin(x * 90 + 6 * np.sin(x * 13 + phase)) * np.sin(x * 37 + phase)
        light = np.where(up > 0, np.exp(-up * 2.6), np.exp(up * 26)) * ray * 0.62
        sky = sky + (255 - sky) * (np.array(tone, dtype=np.float32) / 255) * light[..., None]
    small = Image.fromarray(np.clip(sky, 0, 255).astype(np.uint8))
    stage.image.paste(small.resize(stage.image.size, Image.Resampling.BICUBIC))


def _rainbow(stage: Stage) -> None:
    bands = ((232, 84, 84), (242, 160, 80), (246, 226, 110), (120, 204, 130), (96, 160, 226), (150, 110, 206))
    mask = Image.new("RGBA", (stage.width // 2, stage.height // 2))
    pen = ImageDraw.Draw(mask)
    cx, cy, radius = mask.width * 0.42, mask.height * stage.horizon * 1.15, mask.width * 0.44
    for i, tone in enumerate(bands):
        r = radius - i * mask.width * 0.011
        pen.arc((cx - r, cy - r, cx + r, cy + r), 180, 360, fill=(*tone, 105), width=max(mask.width // 75, 2))
    soft = mask.filter(ImageFilter.GaussianBlur(mask.width / 300)).resize(
        stage.image.size, Image.Resampling.BICUBIC
    )
    stage.image.paste(soft, (0, 0), soft)
