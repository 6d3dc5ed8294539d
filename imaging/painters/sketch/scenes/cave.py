"""Caves: rock all round, an opening full of light, crystals that glow."""

from __future__ import annotations

# Coordinates are read as rows of points.
# fmt: off
import math

from PIL import Image, ImageFilter

from imaging.painters.sketch.colour import RGB, darker, lighter, mix, vary
from imaging.painters.sketch.scenes import land, weather
from imaging.painters.sketch.scenes.reading import Setting
from imaging.painters.sketch.scenes.stage import Stage
from imaging.painters.sketch.shapes import smooth


def paint_cave(stage: Stage, setting: Setting) -> None:
    """Rock all round, an opening full of light, crystals that glow."""
    rng = stage.rng
    p = stage.palette
    tone = setting.colours[0] if setting.colours else rng.choice(((84, 190, 220), (170, 120, 230),
        (110, 220, 170)))
    rock = mix((74, 66, 88), tone, 0.14)
    full = Image.new("L", stage.image.size, 255)
    stage.wash(full, p.sky[1], p.sky[2], 0.1, 0.62, rough=0.06)
    stage.glow(0.5, 0.4, 0.6, p.light if not p.night else mix(p.light, tone, 0.4), 0.5)
    land.draw_hills(stage, mix((96, 130, 120), p.sky[1], 0.3), 2, 0.62, 0.1, far=0.7)
    for depth, reach in ((0.55, 0.2), (0.3, 0.29), (0.08, 0.39)):
        _rock_ring(stage, reach, mix(darker(rock, 0.1), mix(p.haze, tone, 0.4), depth))
    line = land.ridge(stage, 0.75, 0.04, cells=3, rough=0.2)
    stage.shape(land.skyline(line, 1.02), lighter(mix(rock, p.light, 0.2), 0.08), darker(rock, 0.2),
        rough=0.16)
    stage.blot(0.5, 0.84, 0.4, 0.12, mix(p.light, tone, 0.4), 0.32, soft=0.9)
    for x, y, size in ((0.1, 0.86, 0.2), (0.9, 0.84, 0.22), (0.2, 0.79, 0.11), (0.81, 0.78, 0.1),
        (0.04, 0.74, 0.13), (0.96, 0.96, 0.16)):
        _crystals(stage, x, y, size, vary(tone, rng, 1.5))
    weather.draw_fireflies(stage, lighter(tone, 0.3), 22)


def _rock_ring(stage: Stage, reach: float, tone: RGB) -> None:
    """A rough frame of rock with a hole in the middle; larger ``reach`` is a wider hole, nearer to us."""
    mask, pen = stage.mask()
    pen.rectangle((0, 0, stage.width, stage.height), fill=255)
    hole = []
    for k in range(22):
        angle = 2 * math.pi * k / 22
        r = stage.rng.uniform(0.88, 1.12)
        hole.append(stage.px(0.5 + math.cos(angle) * reach * 1.12 * r,
            0.52 + math.sin(angle) * reach * 1.16 * r))
    pen.polygon(smooth(hole, steps=6).ravel().tolist(), fill=0)
    mask = mask.filter(ImageFilter.GaussianBlur(stage.size(0.0016)))
    stage.wash(mask, darker(tone, 0.3), lighter(tone, 0.08), 0, 0.9, rough=0.2)


def _crystals(stage: Stage, x: float, y: float, size: float, tone: RGB) -> None:
    stage.glow(x, y - size * 0.4, size * 1.5, tone, 0.5)
    for lean, tall, wide in ((-0.5, 0.62, 0.16), (0.46, 0.7, 0.16), (-0.18, 0.9, 0.18), (0.14, 1.0, 0.2)):
        cx, cy = stage.px(x + lean * size * 0.3, y)
        h, w = stage.size(size * tall), stage.size(size * wide)
        tip = (cx + lean * h * 0.7, cy - h)
        left, right = (cx - w + lean * h * 0.5, cy - h * 0.74), (cx + w + lean * h * 0.5, cy - h * 0.74)
        stage.pen.polygon([(cx - w * 0.7, cy), left, tip, right, (cx + w * 0.7, cy)], fill=(*tone, 245))
        stage.pen.polygon([(cx, cy), (tip[0] + w * 0.1, cy - h * 0.7), tip, right, (cx + w * 0.7, cy)],
            fill=(*darker(tone, 0.3), 190))
        stage.pen.polygon([(cx - w * 0.6, cy), left, tip, (cx - w * 0.2, cy)],
            fill=(*lighter(tone, 0.5), 120))
