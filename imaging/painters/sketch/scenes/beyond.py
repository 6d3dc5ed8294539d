"""Places off the map: space, the deep sea, the land above the clouds."""

from __future__ import annotations

# Coordinates are read as rows of points.
# fmt: off
import math

import numpy as np
from PIL import Image, ImageDraw

from imaging.painters.sketch.colour import RGB, darker, lighter, mix, turn_hue, vary
from imaging.painters.sketch.paper import cloud_noise
from imaging.painters.sketch.scenes import land, plants, sky, weather
from imaging.painters.sketch.scenes.reading import Setting
from imaging.painters.sketch.scenes.stage import Stage

DEEP: RGB = (10, 12, 38)


def paint_space_sky(stage: Stage, setting: Setting) -> None:
    """Nebulae in two or three colours, stars, planets."""
    rng = stage.rng
    w, h = stage.width // 4, stage.height // 4
    base = np.ones((h, w, 1), dtype=np.float32) * np.array(DEEP, dtype=np.float32)
    tones = list(setting.colours[:2]) or [rng.choice(((150, 70, 170), (60, 110, 200), (200, 80, 120)))]
    tones.append(turn_hue(tones[0], rng.choice((-0.14, 0.16))))
    for tone in tones:
        cloud = np.clip(cloud_noise((w, h), stage.noise, (2.6, 2.4), 5) * 0.55 + 0.12, 0, 1) ** 1.6
        base = base + (255 - base) * cloud[..., None] * (np.array(tone, dtype=np.float32) / 255) * 0.55
    small = Image.fromarray(np.clip(base, 0, 255).astype(np.uint8))
    stage.image.paste(small.resize(stage.image.size, Image.Resampling.BICUBIC))
    sky.draw_stars(stage, 520, 0.95)
    side = rng.choice((0.24, 0.76))
    draw_planet(stage, side, 0.26, 0.15, rng.random() < 0.7 or "planet" in setting.details)
    draw_planet(stage, 1 - side + rng.uniform(-0.08, 0.08), 0.38, 0.05, False)
    draw_planet(stage, rng.uniform(0.4, 0.6), 0.13, 0.028, False)


def draw_planet(stage: Stage, x: float, y: float, r: float, ringed: bool) -> None:
    """A banded ball, lit from the light's side, with or without a ring."""
    tone = vary(stage.rng.choice(((224, 150, 96), (110, 160, 214), (196, 120, 176), (226, 196, 130),
        (120, 190, 170))), stage.rng, 1.5)
    size = max(int(stage.size(r)), 6)
    g = np.linspace(-1, 1, size * 2, dtype=np.float32)
    xx, yy = g[None, :], g[:, None]
    inside = np.clip((1 - np.sqrt(xx**2 + yy**2)) * size * 0.7, 0, 1)
    bands = np.sin(yy * 9 + 0.6 * np.sin(xx * 2.5) + cloud_noise((size * 2, size * 2), stage.noise, (2, 4),
        2) * 0.5)
    direction = -0.6 if stage.sun[0] < x else 0.6
    light = np.clip(0.62 + xx * direction - yy * 0.5, 0.1, 1.15)
    colour = np.array(tone, dtype=np.float32) * (1 + 0.13 * bands[..., None]) * light[..., None]
    ball = Image.fromarray(np.clip(colour, 0, 255).astype(np.uint8))
    cx, cy = stage.px(x, y)
    stage.glow(x, y, r * 1.7, tone, 0.35)
    ring = _ring(size, lighter(tone, 0.35)) if ringed else None
    left, top = int(cx) - size, int(cy) - size
    if ring:
        stage.image.paste(ring, (int(cx) - ring.width // 2, int(cy) - ring.height // 2), ring)
    stage.image.paste(ball, (left, top), Image.fromarray((inside * 255).astype(np.uint8)))
    if ring:
        front = ring.copy()
        ImageDraw.Draw(front).polygon([(0, 0), (front.width, 0), (front.width, front.height * 0.36),
            (0, front.height * 0.62)], fill=(0, 0, 0, 0))
        stage.image.paste(front, (int(cx) - ring.width // 2, int(cy) - ring.height // 2), front)


def _ring(size: int, tone: RGB) -> Image.Image:
    wide = int(size * 4.2)
    ring = Image.new("RGBA", (wide, wide))
    pen = ImageDraw.Draw(ring)
    for k, alpha in enumerate((150, 90, 190, 120)):
        rx, ry = wide * (0.48 - 0.035 * k), wide * (0.11 - 0.009 * k)
        pen.ellipse((wide / 2 - rx, wide / 2 - ry, wide / 2 + rx, wide / 2 + ry),
            outline=(*darker(tone, 0.1 * (k % 2)), alpha), width=max(int(size * 0.09), 1))
    return ring.rotate(14, Image.Resampling.BICUBIC)


def paint_space_ground(stage: Stage, setting: Setting) -> None:
    """The cratered soil of a small moon, its edge lit."""
    rng = stage.rng
    tone = mix((132, 126, 160), stage.palette.sky[1], 0.25)
    back = land.ridge(stage, 0.74, 0.13, cells=4, rough=0.5)
    stage.shape(land.skyline(back, 1.02), mix(tone, DEEP, 0.3), mix(tone, DEEP, 0.6))
    line = land.ridge(stage, 0.79, 0.03, cells=2, rough=0.0)
    stage.shape(land.skyline(line, 1.02), lighter(tone, 0.26), darker(tone, 0.3), rough=0.16)
    pen = stage.pen
    for _ in range(17):
        t = rng.random()
        x, y = rng.random(), 0.81 + 0.18 * t
        cx, cy = stage.px(x, y)
        r = stage.size(0.008 + 0.035 * t) * rng.uniform(0.6, 1.3)
        pen.ellipse((cx - r * 1.6, cy - r * 0.5, cx + r * 1.6, cy + r * 0.5),
            fill=(*lighter(tone, 0.34), 200))
        pen.ellipse((cx - r * 1.5, cy - r * 0.42, cx + r * 1.5, cy + r * 0.5),
            fill=(*darker(tone, 0.34), 235))
        pen.ellipse((cx - r * 1.3, cy - r * 0.16, cx + r * 1.3, cy + r * 0.5),
            fill=(*darker(tone, 0.14), 235))
    land.draw_rocks(stage, (150, 146, 176), [(0.07, 0.9, 0.05), (0.93, 0.87, 0.045), (0.86, 0.92, 0.024)])
    stage.veil(0.68, 0.86, mix(stage.palette.light, (150, 150, 230), 0.5), 0.16)


def paint_underwater_back(stage: Stage, setting: Setting) -> None:
    """Blue light from above, fading into the deep; far rocks and weed."""
    rng = stage.rng
    night = stage.palette.night
    top, low = ((44, 96, 160), (8, 28, 66)) if night else ((126, 214, 226), (18, 84, 138))
    mask = Image.new("L", stage.image.size, 255)
    stage.wash(mask, top, low, 0, 0.85, rough=0.08)
    stage.sun = (rng.uniform(0.35, 0.65), 0.0)
    stage.glow(stage.sun[0], -0.02, 0.75, (190, 244, 240), 0.5)
    weather.draw_rays(stage, 0.34)
    for depth, base, rise in ((0.72, 0.72, 0.26), (0.48, 0.78, 0.2)):
        line = land.ridge(stage, base, rise, cells=4, rough=0.4)
        stage.shape(land.skyline(line, 1.02), mix((52, 92, 120), low, depth * 0.5),
            mix((30, 66, 104), low, depth))
    for _ in range(3):
        _shoal(stage, rng.uniform(0.15, 0.85), rng.uniform(0.16, 0.5), mix(low, (255, 190, 110), 0.45))


def _shoal(stage: Stage, x: float, y: float, tone: RGB) -> None:
    rng = stage.rng
    way = rng.choice((-1, 1))
    for _ in range(6):
        cx, cy = stage.px(x + rng.uniform(-0.08, 0.08), y + rng.uniform(-0.05, 0.05))
        r = stage.size(rng.uniform(0.008, 0.015))
        stage.pen.ellipse((cx - r, cy - r * 0.5, cx + r, cy + r * 0.5), fill=(*tone, 220))
        stage.pen.polygon([(cx - way * r * 0.7, cy), (cx - way * r * 1.6, cy - r * 0.5),
            (cx - way * r * 1.6, cy + r * 0.5)], fill=(*tone, 220))


def paint_underwater_near(stage: Stage, setting: Setting) -> None:
    """Sand with ripples, corals, weed and bubbles."""
    rng = stage.rng
    dim = 0.55 if stage.palette.night else 0.85
    sand = mix((18, 84, 138), (236, 216, 170), dim)
    line = land.ridge(stage, 0.77, 0.05, cells=2, rough=0.0)
    stage.shape(land.skyline(line, 1.02), sand, darker(sand, 0.25), rough=0.14)
    for _ in range(34):
        t = rng.random()
        cx, cy = stage.px(rng.random(), 0.8 + 0.2 * t)
        r = stage.size(0.03 + 0.06 * t)
        stage.pen.arc((cx - r, cy - r * 0.16, cx + r, cy + r * 0.16), 190, 350,
            fill=(*darker(sand, 0.2), 120), width=max(int(stage.size(0.003)), 1))
    for x in (0.27, 0.73, 0.19, 0.82, 0.1, 0.9, 0.02, 0.98, 0.05, 0.95):
        foot = 0.79 + abs(x - 0.5) * 0.34 + rng.uniform(-0.02, 0.03)
        tone = mix((18, 84, 138), rng.choice(((232, 110, 120), (240, 160, 90), (190, 110, 190),
            (240, 196, 110), (120, 200, 170))), dim)
        (_coral if rng.random() < 0.65 else _weed)(stage, x + rng.uniform(-0.02, 0.02), foot,
            rng.uniform(0.3, 0.75) * abs(x - 0.5) + 0.05, tone)
    for _ in range(46):
        x, y = rng.choice((rng.gauss(0.14, 0.07), rng.gauss(0.86, 0.07))), rng.uniform(0.05, 0.95)
        cx, cy = stage.px(x, y)
        r = stage.size(rng.uniform(0.003, 0.011))
        stage.pen.ellipse((cx - r, cy - r, cx + r, cy + r), fill=(220, 246, 250, 46),
            outline=(235, 252, 255, 170), width=max(int(r * 0.2), 1))


def _coral(stage: Stage, x: float, y: float, height: float, tone: RGB) -> None:
    def grow(px: float, py: float, angle: float, length: float, wide: float) -> None:
        ex, ey = px + math.sin(angle) * length, py - math.cos(angle) * length
        shade = lighter(tone, 0.25 * (1 - wide / stage.size(0.03)))
        stage.pen.line((px, py, ex, ey), fill=shade, width=max(int(wide), 2))
        q = wide / 2
        stage.pen.ellipse((ex - q, ey - q, ex + q, ey + q), fill=shade)
        if wide > stage.size(0.008):
            for turn in (-0.5, 0.45):
                grow(ex, ey, angle + turn + stage.rng.uniform(-0.2, 0.2), length * 0.74, wide * 0.72)

    cx, cy = stage.px(x, y)
    grow(cx, cy, stage.rng.uniform(-0.15, 0.15), stage.size(height) * 0.34, stage.size(0.026))


def _weed(stage: Stage, x: float, y: float, height: float, tone: RGB) -> None:
    green = mix(tone, (60, 150, 110), 0.75)
    for k in range(5):
        px, py = stage.px(x + (k - 2) * 0.012, y)
        h = stage.size(height) * stage.rng.uniform(0.8, 1.5)
        phase = stage.rng.uniform(0, 6)
        left, right = [], []
        for step in range(13):
            t = step / 12
            cx, cy = px + math.sin(t * 6 + phase) * h * 0.07, py - h * t
            w = stage.size(0.009) * (1 - t * 0.85)
            left.append((cx - w, cy))
            right.append((cx + w, cy))
        stage.pen.polygon([*left, *reversed(right)], fill=(*(lighter(green, 0.14) if k % 2
            else darker(green, 0.14)), 240))


def paint_cloud_land(stage: Stage, setting: Setting) -> None:
    """Floating islands over a sea of clouds."""
    rng = stage.rng
    for x, y, wide, depth in ((rng.uniform(0.08, 0.24), 0.4, 0.1, 0.55),
        (rng.uniform(0.76, 0.9), 0.3, 0.13, 0.42), (rng.uniform(0.42, 0.6), 0.22, 0.06, 0.66)):
        _floating_island(stage, x, y, wide, depth)
    for row, depth in enumerate((0.8, 0.55, 0.3, 0.1)):
        y = stage.horizon + 0.03 + 0.07 * row
        _bank(stage, y, depth, 0.035 + 0.022 * row)


def _floating_island(stage: Stage, x: float, y: float, wide: float, depth: float) -> None:
    rock, grass = stage.palette.at((146, 120, 116), depth), stage.palette.at((120, 168, 92), depth)
    under = [(x + wide * u, y + wide * d) for u, d in ((1.0, 0.0), (0.72, 0.4), (0.5, 0.5), (0.3, 1.05),
        (0.06, 1.35), (-0.14, 0.9), (-0.42, 0.74), (-0.64, 0.36), (-1.0, 0.0))]
    stage.shape([(x - wide, y), (x + wide, y), *under[1:-1]], lighter(rock, 0.1), darker(rock, 0.25))
    top = [(x - wide * 1.04, y + 0.006), (x - wide * 0.6, y - wide * 0.16), (x, y - wide * 0.22),
        (x + wide * 0.6, y - wide * 0.14), (x + wide * 1.04, y + 0.006), (x + wide * 0.3, y + wide * 0.13),
           (x - wide * 0.4, y + wide * 0.1)]
    stage.shape(top, lighter(grass, 0.15), darker(grass, 0.1))
    plants.draw_tree(stage, x + wide * 0.3, y - wide * 0.1, wide * 0.95,
        stage.palette.at((86, 140, 84), depth), dabs=60)
    plants.draw_fir(stage, x - wide * 0.42, y - wide * 0.08, wide * 0.8,
        stage.palette.at((66, 116, 88), depth))


def _bank(stage: Stage, y: float, depth: float, puff: float) -> None:
    """A row of cloud tops."""
    rng, p = stage.rng, stage.palette
    white = mix(p.at((255, 252, 250), 0.0), p.haze, depth * 0.8)
    mask, pen = stage.mask()
    pen.rectangle((0, int((y + puff * 0.5) * stage.height), stage.width, stage.height), fill=255)
    x = -0.05
    while x < 1.08:
        cx, cy = stage.px(x, y + puff * 0.6)
        r = stage.size(puff) * rng.uniform(0.7, 1.7)
        pen.ellipse((cx - r * 1.25, cy - r, cx + r * 1.25, cy + r), fill=255)
        x += puff * rng.uniform(0.7, 1.3)
    stage.wash(mask, lighter(mix(white, p.light, 0.25), 0.2), mix(white, p.sky[1], 0.4), y - puff, y + 0.2,
        rough=0.05)


def paint_cloud_ground(stage: Stage, setting: Setting) -> None:
    """A grassy edge of the island from which we look."""
    land.draw_ground(stage, (116, 164, 90), 0.79, bumps=0.03)
    plants.draw_grass(stage, 0.8, stage.palette.at((116, 164, 90), 0.05), 300)
    plants.draw_flowers(stage, 0.79, list(setting.colours), 60)
    plants.draw_bushes(stage, stage.palette.at((84, 134, 84), 0.05))
