"""Rooms: a wall with a window on the hour of the day, what the room is for, and a floor to stand on."""

from __future__ import annotations

import math

from PIL import Image

from imaging.painters.sketch.colour import RGB, darker, lighter, mix, vary
from imaging.painters.sketch.scenes import land, weather
from imaging.painters.sketch.scenes.reading import Setting
from imaging.painters.sketch.scenes.stage import Stage
from imaging.painters.sketch.shapes import smooth

WOOD: RGB = (138, 94, 64)
BOOKS: tuple[RGB, ...] = (
    (160, 66, 62), (74, 104, 140), (92, 126, 88), (206, 160, 84), (122, 82, 126), (196, 120, 84), (226, 208, 170), (68, 84, 98),
)  # fmt: skip
LAMP: RGB = (255, 206, 122)
FLOOR = 0.74


def box(stage: Stage, x0: float, y0: float, x1: float, y1: float, colour: RGB, alpha: int = 255) -> None:
    """An upright rectangle, in fractions."""
    (a, b), (c, d) = stage.px(x0, y0), stage.px(x1, y1)
    stage.pen.rectangle((a, b, max(c, a), max(d, b)), fill=(*colour, alpha))


def paint_walls(stage: Stage, setting: Setting) -> None:
    """The wall, its window, and a wooden floor."""
    wall = {"library": (150, 112, 88), "kitchen": (232, 204, 160), "room": (198, 160, 150)}[setting.inside]
    if setting.colours:
        wall = mix(wall, setting.colours[0], 0.4)
    wall = _lit(stage, wall)
    full = Image.new("L", stage.image.size, 255)
    stage.wash(full, darker(wall, 0.28), lighter(wall, 0.06), 0, FLOOR, rough=0.09)
    if setting.inside != "library":
        for k in range(13):
            x = k / 12
            box(stage, x - 0.006, 0, x + 0.006, FLOOR - 0.1, lighter(wall, 0.16), 50)
        box(stage, 0, FLOOR - 0.11, 1, FLOOR, darker(wall, 0.2))
        box(stage, 0, FLOOR - 0.118, 1, FLOOR - 0.105, lighter(wall, 0.2))


def _lit(stage: Stage, colour: RGB) -> RGB:
    """Rooms are lamp-lit: warmer than outside, never as dark as the night."""
    r, g, b = (max(t, 0.62) for t in stage.palette.tint)
    warm = (min(r * 1.04, 1.05), g * 0.97, b * 0.9)
    red, green, blue = (min(round(c * t), 255) for c, t in zip(colour, warm, strict=True))
    return red, green, blue


def paint_window(stage: Stage, setting: Setting, x: float, y: float, wide: float, high: float, arched: bool) -> None:
    """A window on the sky outside, with bars and a sill."""
    p = stage.palette
    frame = _lit(stage, lighter(WOOD, 0.1))
    edge = 0.014
    ratio = stage.width / stage.height

    def outline(grow: float) -> list[tuple[float, float]]:
        left, right, low, top = x - wide - grow, x + wide + grow, y + high + grow * ratio, y - high - grow * ratio
        if not arched:
            return [(left, top), (right, top), (right, low), (left, low)]
        middle = y - high * 0.45
        arch = [(x + (right - x) * math.cos(a), middle - (middle - top) * math.sin(a)) for a in [math.pi * k / 18 for k in range(19)]]
        return [(right, low), *arch, (left, low)]

    stage.shape(outline(edge), frame, darker(frame, 0.2))
    stage.shape(outline(0), p.sky[0], p.sky[2], rough=0.04)
    if p.night:
        for _ in range(34):
            sx, sy = x + stage.rng.uniform(-0.9, 0.9) * wide, y + stage.rng.uniform(-0.75, 0.6) * high
            cx, cy = stage.px(sx, sy)
            r = stage.size(stage.rng.uniform(0.0008, 0.0024))
            stage.pen.ellipse((cx - r, cy - r, cx + r, cy + r), fill=(255, 250, 230, 220))
    mx, my = x + wide * 0.35, y - high * 0.3
    cx, cy = stage.px(mx, my)
    r = stage.size(0.028)
    stage.pen.ellipse((cx - r, cy - r, cx + r, cy + r), fill=(*lighter(p.light, 0.3), 240))
    stage.glow(mx, my, 0.16, p.light, 0.5)
    hill = [(x - wide, y + high), (x - wide, y + high * 0.55), (x - wide * 0.4, y + high * 0.36), (x + wide * 0.2, y + high * 0.6), (x + wide, y + high * 0.44), (x + wide, y + high)]
    stage.shape(hill, p.at((96, 130, 120), 0.5), p.at((70, 104, 100), 0.4))
    for bar in (-0.33, 0.33):
        box(stage, x + wide * bar - 0.004, y - high, x + wide * bar + 0.004, y + high, frame)
    for bar in (-0.35, 0.3):
        box(stage, x - wide, y + high * bar - 0.005, x + wide, y + high * bar + 0.005, frame)
    box(stage, x - wide - 0.03, y + high + 0.012, x + wide + 0.03, y + high + 0.034, lighter(frame, 0.12))
    if not p.night:
        beam = [(x - wide, y + high), (x + wide, y + high), (x + wide + 0.2, 1.0), (x - wide + 0.16, 1.0)]
        stage.pen.polygon([stage.px(*q) for q in beam], fill=(*p.light, 30))


def paint_floor(stage: Stage, setting: Setting) -> None:
    """Boards towards the eye, and a round rug where the hero stands."""
    wood = _lit(stage, (166, 114, 76) if setting.inside != "kitchen" else (190, 138, 98))
    stage.shape([(0, FLOOR), (1, FLOOR), (1, 1.01), (0, 1.01)], darker(wood, 0.16), lighter(wood, 0.05), rough=0.14)
    for k in range(-14, 15):
        a, b = stage.px(0.5 + k * 0.055, FLOOR), stage.px(0.5 + k * 0.13, 1.01)
        stage.pen.line((*a, *b), fill=(*darker(wood, 0.35), 130), width=max(int(stage.size(0.0025)), 1))
    rug = _lit(stage, setting.colours[0] if setting.colours else stage.rng.choice(((168, 70, 74), (78, 106, 138), (96, 122, 88))))
    for grow, tone in ((1.0, darker(rug, 0.15)), (0.9, lighter(rug, 0.42)), (0.84, rug), (0.5, lighter(rug, 0.2)), (0.44, rug)):
        cx, cy = stage.px(0.5, 0.895)
        w, h = 0.36 * grow * stage.width, 0.085 * grow * stage.height
        stage.pen.ellipse((cx - w, cy - h, cx + w, cy + h), fill=(*tone, 235))


def paint_library(stage: Stage, setting: Setting) -> None:
    """Shelves to the ceiling on both sides of an arched window, a ladder, hanging lamps."""
    paint_window(stage, setting, 0.5, 0.34, 0.105, 0.25, arched=True)
    for x0, x1 in ((-0.01, 0.345), (0.655, 1.01)):
        _shelves(stage, x0, x1, 0.0, FLOOR + 0.012, 5)
    paint_floor(stage, setting)
    _ladder(stage, stage.rng.choice((0.21, 0.8)))
    for x, y in ((0.36, 0.2), (0.64, 0.2)):
        _hanging_lamp(stage, x, y)
    for x in (0.07, 0.93):
        _book_pile(stage, x, 0.93)


def _shelves(stage: Stage, x0: float, x1: float, y0: float, y1: float, rows: int) -> None:
    rng = stage.rng
    wood = _lit(stage, darker(WOOD, 0.1))
    box(stage, x0, y0, x1, y1, darker(wood, 0.55))
    high = (y1 - y0) / rows
    for row in range(rows):
        floor = y0 + high * (row + 1)
        x = x0 + 0.012
        while x < x1 - 0.02:
            thick = rng.uniform(0.009, 0.02)
            if rng.random() < 0.08:
                x += thick * 2.2
                continue
            tall = high * rng.uniform(0.58, 0.82)
            tone = _lit(stage, vary(rng.choice(BOOKS), rng, 1.4))
            box(stage, x, floor - 0.012 - tall, x + thick, floor - 0.012, tone)
            box(stage, x, floor - 0.012 - tall, x + thick * 0.3, floor - 0.012, lighter(tone, 0.25), 110)
            if thick > 0.012:
                for band in (0.18, 0.8):
                    box(stage, x, floor - 0.012 - tall * band - 0.004, x + thick, floor - 0.012 - tall * band, (232, 196, 112), 190)
            x += thick + 0.0016
        box(stage, x0, floor - 0.014, x1, floor + 0.004, wood)
        box(stage, x0, floor - 0.014, x1, floor - 0.009, lighter(wood, 0.3))
    for x in (x0, (x0 + x1) / 2, x1 - 0.016):
        box(stage, x, y0, x + 0.016, y1, wood)
        box(stage, x, y0, x + 0.005, y1, lighter(wood, 0.22))


def _ladder(stage: Stage, x: float) -> None:
    tone = _lit(stage, (188, 134, 84))
    width = max(int(stage.size(0.012)), 2)
    for dx in (-0.034, 0.034):
        stage.pen.line((*stage.px(x + dx * 0.72, 0.08), *stage.px(x + dx, 0.82)), fill=tone, width=width)
    for k in range(8):
        y = 0.14 + k * 0.088
        half = 0.034 * (0.72 + 0.28 * (y - 0.08) / 0.74)
        stage.pen.line((*stage.px(x - half, y), *stage.px(x + half, y)), fill=darker(tone, 0.15), width=max(width * 2 // 3, 1))


def _hanging_lamp(stage: Stage, x: float, y: float) -> None:
    cx, cy = stage.px(x, y)
    r = stage.size(0.03)
    stage.pen.line((cx, 0, cx, cy - r), fill=(70, 54, 52), width=max(int(r * 0.12), 1))
    stage.glow(x, y + 0.02, 0.34, LAMP, 0.5)
    stage.pen.ellipse((cx - r * 0.7, cy - r * 0.6, cx + r * 0.7, cy + r * 0.9), fill=(255, 240, 196))
    stage.pen.polygon([(cx - r * 1.15, cy), (cx + r * 1.15, cy), (cx + r * 0.4, cy - r), (cx - r * 0.4, cy - r)], fill=_lit(stage, (128, 90, 60)))


def _book_pile(stage: Stage, x: float, y: float) -> None:
    rng = stage.rng
    for k in range(5):
        tone = _lit(stage, vary(rng.choice(BOOKS), rng))
        half, dx = rng.uniform(0.04, 0.06), rng.uniform(-0.012, 0.012)
        top = y - (k + 1) * 0.023
        box(stage, x + dx - half, top, x + dx + half, top + 0.022, tone)
        box(stage, x + dx - half, top + 0.005, x + dx + half - 0.008, top + 0.012, lighter(tone, 0.3), 120)


def paint_kitchen(stage: Stage, setting: Setting) -> None:
    """A window, shelves of crockery, and a hearth with a kettle."""
    paint_window(stage, setting, 0.5, 0.3, 0.11, 0.15, arched=False)
    _plate_rack(stage, 0.04, 0.33)
    _hearth(stage, 0.82, 0.26)
    _counter(stage, 0.0, 0.36)
    paint_floor(stage, setting)
    _hanging_lamp(stage, 0.34, 0.16)


def paint_room(stage: Stage, setting: Setting) -> None:
    """A window, a hearth or a bed, pictures on the wall, a bookshelf."""
    paint_window(stage, setting, 0.5, 0.33, 0.12, 0.19, arched=stage.rng.random() < 0.5)
    _hearth(stage, 0.84, 0.26)
    _shelves(stage, 0.03, 0.25, 0.28, FLOOR + 0.01, 3)
    for x, y in ((0.31, 0.26), (0.69, 0.24)):
        _picture(stage, x, y)
    paint_floor(stage, setting)
    _hanging_lamp(stage, 0.14, 0.13)


def _plate_rack(stage: Stage, x0: float, x1: float) -> None:
    rng = stage.rng
    wood = _lit(stage, WOOD)
    for y in (0.24, 0.4):
        box(stage, x0, y, x1, y + 0.016, wood)
        box(stage, x0, y, x1, y + 0.005, lighter(wood, 0.3))
        x = x0 + 0.025
        while x < x1 - 0.02:
            tone = _lit(stage, rng.choice(((240, 236, 226), (126, 164, 186), (214, 120, 92), (236, 196, 110), (140, 172, 130))))
            cx, cy = stage.px(x, y)
            r = stage.size(0.026) * rng.uniform(0.8, 1.15)
            if rng.random() < 0.5:
                stage.pen.ellipse((cx - r, cy - 2 * r, cx + r, cy), fill=tone)
                stage.pen.ellipse((cx - r * 0.6, cy - 1.6 * r, cx + r * 0.6, cy - 0.4 * r), fill=darker(tone, 0.1))
            else:
                stage.pen.rounded_rectangle((cx - r * 0.8, cy - r * 1.7, cx + r * 0.8, cy), radius=r * 0.4, fill=tone)
                stage.pen.ellipse((cx - r * 0.8, cy - r * 1.85, cx + r * 0.8, cy - r * 1.4), fill=lighter(tone, 0.3))
            x += 0.052


def _counter(stage: Stage, x0: float, x1: float) -> None:
    wood = _lit(stage, (176, 120, 82))
    box(stage, x0, 0.58, x1, FLOOR + 0.01, wood)
    box(stage, x0, 0.565, x1 + 0.015, 0.59, lighter(wood, 0.4))
    for k in range(3):
        x = x0 + 0.012 + k * (x1 - x0) / 3
        box(stage, x, 0.61, x + (x1 - x0) / 3 - 0.024, FLOOR - 0.01, darker(wood, 0.16))
    for x, tone in ((0.08, (206, 92, 72)), (0.15, (232, 188, 96)), (0.27, (120, 158, 112))):
        cx, cy = stage.px(x, 0.565)
        r = stage.size(0.034)
        stage.pen.ellipse((cx - r, cy - r * 1.7, cx + r, cy), fill=_lit(stage, tone))
        stage.pen.rectangle((cx - r * 0.5, cy - r * 2.1, cx + r * 0.5, cy - r * 1.5), fill=_lit(stage, darker(tone, 0.25)))


def _hearth(stage: Stage, x: float, wide: float) -> None:
    """A stone fireplace with a fire that lights the room."""
    rng = stage.rng
    stone = _lit(stage, (158, 146, 142))
    half = wide / 2
    box(stage, x - half * 0.8, 0.0, x + half * 0.8, 0.42, darker(stone, 0.1))
    box(stage, x - half, 0.42, x + half, FLOOR + 0.012, stone)
    for row in range(8):
        for k in range(5):
            bx, by = x - half + (k + (row % 2) * 0.5 - 0.25) * wide / 5, 0.425 + row * 0.041
            tone = vary(stone, rng, 1.0)
            box(stage, max(bx, x - half), by, min(bx + wide / 5 - 0.005, x + half), by + 0.035, tone, 190)
    box(stage, x - half - 0.02, 0.40, x + half + 0.02, 0.43, _lit(stage, WOOD))
    arch = [(x - half * 0.62, FLOOR + 0.012), (x - half * 0.62, 0.56), (x - half * 0.35, 0.51), (x, 0.495), (x + half * 0.35, 0.51), (x + half * 0.62, 0.56), (x + half * 0.62, FLOOR + 0.012)]
    stage.shape(arch, (44, 28, 32), (70, 36, 30))
    for size, tone in ((1.0, (240, 106, 48)), (0.7, (252, 168, 64)), (0.4, (255, 232, 150))):
        for dx in (-0.3, 0.05, 0.32):
            top = FLOOR - 0.15 * size * rng.uniform(0.75, 1.05) * (1.1 if dx == 0.05 else 0.8)
            fx = x + dx * half * 0.8
            w = half * 0.28 * size
            stage.pen.polygon([stage.px(*q) for q in ((fx - w, FLOOR), (fx - w * 0.8, FLOOR - 0.05 * size), (fx + w * 0.1, top), (fx + w * 0.75, FLOOR - 0.055 * size), (fx + w, FLOOR))], fill=tone)
    stage.glow(x, FLOOR - 0.06, 0.5, (255, 150, 70), 0.5)
    for k in range(3):
        cx, cy = stage.px(x - half * 0.6 + k * half * 0.6, 0.4)
        r = stage.size(0.02)
        stage.pen.rectangle((cx - r * 0.4, cy - r * 2, cx + r * 0.4, cy), fill=_lit(stage, (244, 236, 214)))
        stage.glow(cx / stage.width, (cy - r * 2.4) / stage.height, 0.05, LAMP, 0.8)


def _picture(stage: Stage, x: float, y: float) -> None:
    p = stage.palette
    frame = _lit(stage, (190, 146, 82))
    box(stage, x - 0.045, y - 0.07, x + 0.045, y + 0.07, frame)
    box(stage, x - 0.036, y - 0.058, x + 0.036, y + 0.058, _lit(stage, mix(p.sky[1], (250, 240, 220), 0.5)))
    stage.shape([(x - 0.036, y + 0.058), (x - 0.036, y + 0.02), (x - 0.01, y - 0.012), (x + 0.012, y + 0.016), (x + 0.036, y), (x + 0.036, y + 0.058)], _lit(stage, (110, 146, 112)))


def paint_cave(stage: Stage, setting: Setting) -> None:
    """Rock all round, an opening full of light, crystals that glow."""
    rng = stage.rng
    p = stage.palette
    tone = setting.colours[0] if setting.colours else rng.choice(((84, 190, 220), (170, 120, 230), (110, 220, 170)))
    rock = mix((74, 66, 88), tone, 0.14)
    full = Image.new("L", stage.image.size, 255)
    stage.wash(full, p.sky[1], p.sky[2], 0.1, 0.62, rough=0.06)
    stage.glow(0.5, 0.4, 0.6, p.light if not p.night else mix(p.light, tone, 0.4), 0.5)
    for depth, reach in ((0.55, 0.2), (0.3, 0.29), (0.08, 0.39)):
        _rock_ring(stage, reach, mix(darker(rock, 0.1), mix(p.haze, tone, 0.4), depth))
    line = land.ridge(stage, 0.75, 0.04, cells=3, rough=0.2)
    stage.shape(land.skyline(line, 1.02), lighter(mix(rock, p.light, 0.2), 0.08), darker(rock, 0.2), rough=0.16)
    stage.blot(0.5, 0.84, 0.4, 0.12, mix(p.light, tone, 0.4), 0.32, soft=0.9)
    for x, y, size in ((0.1, 0.86, 0.2), (0.9, 0.84, 0.22), (0.2, 0.79, 0.11), (0.81, 0.78, 0.1), (0.04, 0.74, 0.13), (0.96, 0.96, 0.16)):
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
        hole.append(stage.px(0.5 + math.cos(angle) * reach * 1.12 * r, 0.52 + math.sin(angle) * reach * 1.16 * r))
    pen.polygon(smooth(hole, steps=6).ravel().tolist(), fill=0)
    stage.wash(mask, darker(tone, 0.3), lighter(tone, 0.08), 0, 0.9, rough=0.2)


def _crystals(stage: Stage, x: float, y: float, size: float, tone: RGB) -> None:
    stage.glow(x, y - size * 0.4, size * 1.5, tone, 0.5)
    for lean, tall, wide in ((-0.5, 0.62, 0.16), (0.46, 0.7, 0.16), (-0.18, 0.9, 0.18), (0.14, 1.0, 0.2)):
        cx, cy = stage.px(x + lean * size * 0.3, y)
        h, w = stage.size(size * tall), stage.size(size * wide)
        tip = (cx + lean * h * 0.7, cy - h)
        left, right = (cx - w + lean * h * 0.5, cy - h * 0.74), (cx + w + lean * h * 0.5, cy - h * 0.74)
        stage.pen.polygon([(cx - w * 0.7, cy), left, tip, right, (cx + w * 0.7, cy)], fill=(*tone, 245))
        stage.pen.polygon([(cx, cy), (tip[0] + w * 0.1, cy - h * 0.7), tip, right, (cx + w * 0.7, cy)], fill=(*darker(tone, 0.3), 190))
        stage.pen.polygon([(cx - w * 0.6, cy), left, tip, (cx - w * 0.2, cy)], fill=(*lighter(tone, 0.5), 120))


ROOMS = {"library": paint_library, "kitchen": paint_kitchen, "room": paint_room}


def paint_furniture(stage: Stage, setting: Setting) -> None:
    ROOMS[setting.inside](stage, setting)


def paint_room_air(stage: Stage, setting: Setting) -> None:
    """Dust that dances in the light."""
    if "fireflies" in setting.details or "magic" in setting.moods:
        weather.draw_fireflies(stage)
    pen, rng = stage.pen, stage.rng
    for _ in range(60):
        cx, cy = stage.px(rng.random(), rng.uniform(0.1, 0.9))
        r = stage.size(rng.uniform(0.0008, 0.002))
        pen.ellipse((cx - r, cy - r, cx + r, cy + r), fill=(255, 240, 206, rng.randint(60, 150)))
