"""What stands and hangs in rooms, and the lamplight on it."""

from __future__ import annotations

# Coordinates are read as rows of points.
# fmt: off
from imaging.painters.sketch.colour import RGB, darker, lighter, mix, vary
from imaging.painters.sketch.scenes.stage import Stage

WOOD: RGB = (138, 94, 64)
BOOKS: tuple[RGB, ...] = (
    (160, 66, 62), (74, 104, 140), (92, 126, 88), (206, 160, 84), (122, 82, 126), (196, 120, 84),
    (226, 208, 170), (68, 84, 98),
)  # fmt: skip
CROCKERY: tuple[RGB, ...] = (
    (240, 236, 226), (126, 164, 186), (214, 120, 92), (236, 196, 110), (140, 172, 130),
)  # fmt: skip
LAMP: RGB = (255, 206, 122)
FLOOR = 0.74


def lamplit(stage: Stage, colour: RGB) -> RGB:
    """Rooms are lamp-lit: warmer than outside, never as dark as the night."""
    r, g, b = (max(t, 0.62) for t in stage.palette.tint)
    warm = (min(r * 1.04, 1.05), g * 0.97, b * 0.9)
    red, green, blue = (min(round(c * t), 255) for c, t in zip(colour, warm, strict=True))
    return red, green, blue


def box(stage: Stage, x0: float, y0: float, x1: float, y1: float, colour: RGB, alpha: int = 255) -> None:
    """An upright rectangle, in fractions."""
    (a, b), (c, d) = stage.px(x0, y0), stage.px(x1, y1)
    stage.pen.rectangle((a, b, max(c, a), max(d, b)), fill=(*colour, alpha))


def draw_shelves(stage: Stage, x0: float, x1: float, y0: float, y1: float, rows: int) -> None:
    rng = stage.rng
    wood = lamplit(stage, darker(WOOD, 0.1))
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
            tone = lamplit(stage, vary(rng.choice(BOOKS), rng, 1.4))
            box(stage, x, floor - 0.012 - tall, x + thick, floor - 0.012, tone)
            box(stage, x, floor - 0.012 - tall, x + thick * 0.3, floor - 0.012, lighter(tone, 0.25), 110)
            if thick > 0.012:
                for band in (0.18, 0.8):
                    box(stage, x, floor - 0.012 - tall * band - 0.004, x + thick, floor - 0.012 - tall * band,
                        (232, 196, 112), 190)
            x += thick + 0.0016
        box(stage, x0, floor - 0.014, x1, floor + 0.004, wood)
        box(stage, x0, floor - 0.014, x1, floor - 0.009, lighter(wood, 0.3))
    for x in (x0, (x0 + x1) / 2, x1 - 0.016):
        box(stage, x, y0, x + 0.016, y1, wood)
        box(stage, x, y0, x + 0.005, y1, lighter(wood, 0.22))


def draw_ladder(stage: Stage, x: float) -> None:
    tone = lamplit(stage, (188, 134, 84))
    width = max(int(stage.size(0.012)), 2)
    for dx in (-0.034, 0.034):
        stage.pen.line((*stage.px(x + dx * 0.72, 0.08), *stage.px(x + dx, 0.82)), fill=tone, width=width)
    for k in range(8):
        y = 0.14 + k * 0.088
        half = 0.034 * (0.72 + 0.28 * (y - 0.08) / 0.74)
        stage.pen.line((*stage.px(x - half, y), *stage.px(x + half, y)), fill=darker(tone, 0.15),
            width=max(width * 2 // 3, 1))


def draw_hanging_lamp(stage: Stage, x: float, y: float) -> None:
    cx, cy = stage.px(x, y)
    r = stage.size(0.03)
    stage.pen.line((cx, 0, cx, cy - r), fill=(70, 54, 52), width=max(int(r * 0.12), 1))
    stage.glow(x, y + 0.02, 0.34, LAMP, 0.5)
    stage.pen.ellipse((cx - r * 0.7, cy - r * 0.6, cx + r * 0.7, cy + r * 0.9), fill=(255, 240, 196))
    stage.pen.polygon([(cx - r * 1.15, cy), (cx + r * 1.15, cy), (cx + r * 0.4, cy - r),
        (cx - r * 0.4, cy - r)], fill=lamplit(stage, (128, 90, 60)))


def draw_book_pile(stage: Stage, x: float, y: float) -> None:
    rng = stage.rng
    for k in range(5):
        tone = lamplit(stage, vary(rng.choice(BOOKS), rng))
        half, dx = rng.uniform(0.04, 0.06), rng.uniform(-0.012, 0.012)
        top = y - (k + 1) * 0.023
        box(stage, x + dx - half, top, x + dx + half, top + 0.022, tone)
        box(stage, x + dx - half, top + 0.005, x + dx + half - 0.008, top + 0.012, lighter(tone, 0.3), 120)


def draw_plate_rack(stage: Stage, x0: float, x1: float) -> None:
    rng = stage.rng
    wood = lamplit(stage, WOOD)
    for y in (0.24, 0.4):
        box(stage, x0, y, x1, y + 0.016, wood)
        box(stage, x0, y, x1, y + 0.005, lighter(wood, 0.3))
        x = x0 + 0.025
        while x < x1 - 0.02:
            tone = lamplit(stage, rng.choice(CROCKERY))
            cx, cy = stage.px(x, y)
            r = stage.size(0.026) * rng.uniform(0.8, 1.15)
            if rng.random() < 0.5:
                stage.pen.ellipse((cx - r, cy - 2 * r, cx + r, cy), fill=tone)
                stage.pen.ellipse((cx - r * 0.6, cy - 1.6 * r, cx + r * 0.6, cy - 0.4 * r),
                    fill=darker(tone, 0.1))
            else:
                stage.pen.rounded_rectangle((cx - r * 0.8, cy - r * 1.7, cx + r * 0.8, cy), radius=r * 0.4,
                    fill=tone)
                stage.pen.ellipse((cx - r * 0.8, cy - r * 1.85, cx + r * 0.8, cy - r * 1.4),
                    fill=lighter(tone, 0.3))
            x += 0.052


def draw_counter(stage: Stage, x0: float, x1: float) -> None:
    wood = lamplit(stage, (176, 120, 82))
    box(stage, x0, 0.58, x1, FLOOR + 0.01, wood)
    box(stage, x0, 0.565, x1 + 0.015, 0.59, lighter(wood, 0.4))
    for k in range(3):
        x = x0 + 0.012 + k * (x1 - x0) / 3
        box(stage, x, 0.61, x + (x1 - x0) / 3 - 0.024, FLOOR - 0.01, darker(wood, 0.16))
    for x, tone in ((0.08, (206, 92, 72)), (0.15, (232, 188, 96)), (0.27, (120, 158, 112))):
        cx, cy = stage.px(x, 0.565)
        r = stage.size(0.034)
        stage.pen.ellipse((cx - r, cy - r * 1.7, cx + r, cy), fill=lamplit(stage, tone))
        stage.pen.rectangle((cx - r * 0.5, cy - r * 2.1, cx + r * 0.5, cy - r * 1.5),
            fill=lamplit(stage, darker(tone, 0.25)))


def draw_hearth(stage: Stage, x: float, wide: float) -> None:
    """A stone fireplace with a fire that lights the room."""
    rng = stage.rng
    stone = lamplit(stage, (158, 146, 142))
    half = wide / 2
    box(stage, x - half * 0.8, 0.0, x + half * 0.8, 0.42, darker(stone, 0.1))
    box(stage, x - half, 0.42, x + half, FLOOR + 0.012, stone)
    for row in range(8):
        for k in range(5):
            bx, by = x - half + (k + (row % 2) * 0.5 - 0.25) * wide / 5, 0.425 + row * 0.041
            tone = vary(stone, rng, 1.0)
            box(stage, max(bx, x - half), by, min(bx + wide / 5 - 0.005, x + half), by + 0.035, tone, 190)
    box(stage, x - half - 0.02, 0.40, x + half + 0.02, 0.43, lamplit(stage, WOOD))
    arch = [(x - half * 0.62, FLOOR + 0.012), (x - half * 0.62, 0.56), (x - half * 0.35, 0.51), (x, 0.495),
        (x + half * 0.35, 0.51), (x + half * 0.62, 0.56), (x + half * 0.62, FLOOR + 0.012)]
    stage.shape(arch, (44, 28, 32), (70, 36, 30))
    for size, tone in ((1.0, (240, 106, 48)), (0.7, (252, 168, 64)), (0.4, (255, 232, 150))):
        for dx in (-0.3, 0.05, 0.32):
            top = FLOOR - 0.15 * size * rng.uniform(0.75, 1.05) * (1.1 if dx == 0.05 else 0.8)
            fx = x + dx * half * 0.8
            w = half * 0.28 * size
            stage.pen.polygon([stage.px(*q) for q in ((fx - w, FLOOR), (fx - w * 0.8, FLOOR - 0.05 * size),
                (fx + w * 0.1, top), (fx + w * 0.75, FLOOR - 0.055 * size), (fx + w, FLOOR))], fill=tone)
    stage.glow(x, FLOOR - 0.06, 0.5, (255, 150, 70), 0.5)
    for k in range(3):
        cx, cy = stage.px(x - half * 0.6 + k * half * 0.6, 0.4)
        r = stage.size(0.02)
        stage.pen.rectangle((cx - r * 0.4, cy - r * 2, cx + r * 0.4, cy),
            fill=lamplit(stage, (244, 236, 214)))
        stage.glow(cx / stage.width, (cy - r * 2.4) / stage.height, 0.05, LAMP, 0.8)


def draw_picture(stage: Stage, x: float, y: float) -> None:
    p = stage.palette
    frame = lamplit(stage, (190, 146, 82))
    box(stage, x - 0.045, y - 0.07, x + 0.045, y + 0.07, frame)
    sky = mix(p.sky[1], (250, 240, 220), 0.5)
    box(stage, x - 0.036, y - 0.058, x + 0.036, y + 0.058, lamplit(stage, sky))
    stage.shape([(x - 0.036, y + 0.058), (x - 0.036, y + 0.02), (x - 0.01, y - 0.012), (x + 0.012, y + 0.016),
        (x + 0.036, y), (x + 0.036, y + 0.058)], lamplit(stage, (110, 146, 112)))
