"""What grows: firs, leafy trees, palms, grass, flowers, mushrooms, cacti."""

from __future__ import annotations

# Coordinates are read as rows of points.
# fmt: off
import math

from imaging.painters.sketch.colour import RGB, darker, lighter, mix, vary
from imaging.painters.sketch.scenes.stage import Stage
from imaging.painters.sketch.shapes import smooth

TRUNK: RGB = (104, 74, 58)
FLOWERS: tuple[RGB, ...] = (
    (240, 110, 120), (250, 210, 96), (250, 246, 236), (170, 130, 214), (244, 150, 90), (236, 132, 180),
)  # fmt: skip


def draw_fir(stage: Stage, x: float, y: float, height: float, tone: RGB) -> None:
    """A fir with its foot at (x, y): tiers of drooping boughs. Height: a fraction of the shorter side."""
    pen, rng = stage.pen, stage.rng
    cx, cy = stage.px(x, y)
    h = stage.size(height)
    pen.rectangle((cx - h * 0.022, cy - h * 0.14, cx + h * 0.022, cy), fill=darker(tone, 0.4))
    tiers = 6
    lean = 1 if stage.sun[0] > x else -1
    for k in range(tiers):
        t = k / tiers
        top = cy - h * (0.12 + 0.88 * (k + 1.25) / (tiers + 0.25))
        low = cy - h * (0.08 + 0.84 * t)
        wide = h * 0.27 * (1 - t) ** 0.85 + h * 0.035
        boughs = [(cx, top)]
        for s in range(1, 6):
            u = s / 5
            boughs.append((cx + wide * u, top + (low - top) * u**0.8 + h * 0.012 * rng.uniform(-1, 1)))
            boughs.append((cx + wide * (u - 0.1), top + (low - top) * u**0.8 - h * 0.012))
        boughs.append((cx, low + h * 0.012))
        other = [(2 * cx - px + h * rng.uniform(-0.006, 0.006), py) for px, py in reversed(boughs[1:-1])]
        pen.polygon([*boughs, *other], fill=darker(tone, 0.16 * (1 - t)))
        flank = [(cx, top), (cx + lean * wide * 0.86, low - h * 0.01), (cx + lean * wide * 0.3, low),
            (cx + lean * wide * 0.08, low - h * 0.03)]
        pen.polygon(flank, fill=(*lighter(tone, 0.16), 110))


def draw_forest(stage: Stage, y: float, height: float, tone: RGB, *, firs: bool, spread: float = 1.0) -> None:
    """A row of trees with their feet along y, the tone fading to mist below."""
    rng = stage.rng
    step = height * (0.2 if firs else 0.34) * spread
    x = -0.05
    while x < 1.05:
        h = height * rng.uniform(0.68, 1.18)
        foot = y + rng.uniform(-0.008, 0.012)
        shade = vary(tone, rng, 0.5)
        if firs:
            draw_fir(stage, x, foot, h, shade)
        else:
            draw_tree(stage, x, foot, h, shade, dabs=44)
        x += step * rng.uniform(0.6, 1.4)


def draw_tree(stage: Stage, x: float, y: float, height: float, tone: RGB, *, dabs: int = 150) -> None:
    """A leafy tree with its foot at (x, y)."""
    rng = stage.rng
    cx, cy = stage.px(x, y)
    h = stage.size(height)
    bark = stage.palette.at(mix(TRUNK, tone, 0.25), 0.1)
    bark = mix(bark, tone, 0.4)
    w = h * 0.05
    sway = h * rng.uniform(-0.06, 0.06)
    stage.pen.polygon([(cx - w * 1.7, cy), (cx - w * 0.8, cy - h * 0.25), (cx - w * 0.5 + sway, cy - h * 0.6),
        (cx + w * 0.5 + sway, cy - h * 0.6),
                       (cx + w * 0.8, cy - h * 0.25), (cx + w * 1.8, cy)], fill=darker(bark, 0.22))
    tx = x + sway / stage.width
    ratio = min(stage.width, stage.height) / stage.height
    flat = min(stage.width, stage.height) / stage.width
    for dx, dy, r in ((-0.2, 0.52, 0.24), (0.22, 0.54, 0.24), (0.0, 0.66, 0.3), (-0.1, 0.8, 0.22),
        (0.13, 0.78, 0.2)):
        stage.leaves(tx + dx * height * flat, y - dy * height * ratio, r * height, r * height * 0.86, tone,
            dabs // 4, height * 0.05)


def draw_trunks(stage: Stage, tone: RGB, leaf: RGB) -> None:
    """Great trees that frame the picture: trunks at both edges, a roof of leaves above."""
    rng = stage.rng
    for side in (0, 1):
        x = rng.uniform(0.015, 0.075) if side == 0 else rng.uniform(0.925, 0.985)
        half = rng.uniform(0.045, 0.065)
        inward = 1 if side == 0 else -1
        out = [(x - half * 1.0, -0.02), (x - half * 0.8, 0.4), (x - half * 1.0, 0.75), (x - half * 1.9, 0.98),
            (x + half * 1.9, 0.98),
               (x + half * 1.0, 0.78), (x + half * 0.72, 0.4), (x + half * 0.9, -0.02)]
        stage.shape(out, darker(tone, 0.1), darker(tone, 0.3), rough=0.2)
        branch = [(x, 0.3), (x + inward * 0.1, 0.2), (x + inward * 0.2, 0.13), (x + inward * 0.1, 0.16),
            (x, 0.22)]
        stage.shape(branch, darker(tone, 0.2))
        for k in range(9):
            gx = x + half * (rng.random() * 1.5 - 0.75)
            top = rng.uniform(0.1, 0.7)
            stage.pen.line([stage.px(gx, top), stage.px(gx + 0.004, top + 0.08),
                stage.px(gx - 0.002, top + 0.17)],
                           fill=(*(darker(tone, 0.45) if k % 2 else lighter(tone, 0.14)), 130),
                           width=max(int(stage.size(0.004)), 1))
        for _ in range(5):
            stage.leaves(x + inward * rng.uniform(-0.06, 0.24), rng.uniform(-0.03, 0.12), 0.15, 0.09, leaf,
                70, 0.015)
        stage.leaves(x, 0.95, 0.16, 0.07, darker(leaf, 0.2), 80, 0.014)


def draw_bushes(stage: Stage, tone: RGB, y: float = 1.0) -> None:
    """Undergrowth in both lower corners."""
    for x, r in ((0.02, 0.17), (0.13, 0.1), (0.98, 0.18), (0.88, 0.1)):
        stage.leaves(x + stage.rng.uniform(-0.02, 0.02), y, r, r * 0.62, tone, 120, 0.015)


def draw_grass(stage: Stage, top: float, tone: RGB, count: int = 420) -> None:
    """Blades, longer towards the front."""
    pen, rng = stage.pen, stage.rng
    for t in sorted(rng.random() for _ in range(count)):
        x, y = rng.random(), top + (1.02 - top) * t
        cx, cy = stage.px(x, y)
        h = stage.size(0.008 + 0.034 * t) * rng.uniform(0.6, 1.3)
        bend = h * rng.uniform(-0.4, 0.4)
        shade = lighter(tone, rng.uniform(0, 0.3)) if rng.random() < 0.6 else darker(tone,
            rng.uniform(0, 0.3))
        w = max(stage.size(0.0014 + 0.002 * t), 0.8)
        pen.polygon([(cx - w, cy), (cx + bend, cy - h), (cx + w, cy)], fill=(*shade, 200))


def draw_flowers(stage: Stage, top: float, colours: list[RGB], count: int = 120) -> None:
    """Flowers in drifts, larger towards the front, leaving the middle freer."""
    rng = stage.rng
    choice = colours or list(FLOWERS)
    for t in sorted(rng.random() for _ in range(count)):
        x, y = rng.random(), top + 0.02 + (1.0 - top) * t
        if abs(x - 0.5) < 0.24 * t and rng.random() < 0.7:
            continue
        _flower(stage, x, y, stage.size(0.0035 + 0.012 * t), stage.palette.at(rng.choice(choice),
            0.08 + 0.3 * (1 - t)))


def _flower(stage: Stage, x: float, y: float, r: float, tone: RGB) -> None:
    pen = stage.pen
    cx, cy = stage.px(x, y)
    pen.line((cx, cy, cx + r * 0.3, cy + r * 2.6), fill=(*stage.palette.at((84, 124, 70), 0.1), 200),
        width=max(int(r * 0.3), 1))
    for k in range(5):
        angle = k * 1.2566 + x * 9
        px, py = cx + math.cos(angle) * r * 0.72, cy + math.sin(angle) * r * 0.56
        pen.ellipse((px - r * 0.55, py - r * 0.46, px + r * 0.55, py + r * 0.46),
            fill=(*vary(tone, stage.rng, 0.5), 240))
    pen.ellipse((cx - r * 0.36, cy - r * 0.3, cx + r * 0.36, cy + r * 0.3),
        fill=stage.palette.at((250, 206, 90), 0.05))


def draw_palm(stage: Stage, x: float, y: float, height: float, lean: float) -> None:
    tone = stage.palette.at((84, 142, 84), 0.08)
    bark = stage.palette.at((132, 98, 70), 0.08)
    cx, cy = stage.px(x, y)
    h = stage.size(height)
    tip = (cx + lean * h * 0.32, cy - h)
    middle = (cx + lean * h * 0.07, cy - h * 0.5)
    w = h * 0.028
    stage.pen.polygon([(cx - w * 1.5, cy), (middle[0] - w, middle[1]), (tip[0] - w * 0.7, tip[1]),
        (tip[0] + w * 0.7, tip[1]), (middle[0] + w, middle[1]),
                       (cx + w * 1.5, cy)], fill=bark)
    for k in range(9):
        angle = math.pi * (1.02 + k / 8.2) + stage.rng.uniform(-0.1, 0.1)
        reach = h * 0.42 * stage.rng.uniform(0.85, 1.1)
        ex, ey = tip[0] + math.cos(angle) * reach, tip[1] + math.sin(angle) * reach * 0.62 + reach * 0.34
        bx, by = (tip[0] + ex) / 2, (tip[1] + ey) / 2 - reach * 0.22
        shade = lighter(tone, 0.16) if k % 2 else darker(tone, 0.2)
        upper = [tip, (bx, by - reach * 0.05), (ex, ey)]
        lower = [(ex - (ex - bx) * 0.4, ey - (ey - by) * 0.28), (bx, by + reach * 0.1)]
        stage.pen.polygon(smooth(upper + lower, steps=8).ravel().tolist(), fill=shade)
        stage.pen.line(smooth(upper, closed=False).ravel().tolist(), fill=(*darker(shade, 0.3), 170),
            width=max(int(h * 0.006), 1))


def draw_cactus(stage: Stage, x: float, y: float, height: float) -> None:
    tone = stage.palette.at((96, 146, 96), 0.1)
    cx, cy = stage.px(x, y)
    h = stage.size(height)
    w = h * 0.11
    for shift, shade in ((0.0, darker(tone, 0.2)), (-0.24, lighter(tone, 0.12))):
        k = 1.0 if shift == 0 else 0.5
        pen = stage.pen
        pen.rounded_rectangle((cx - w * k + shift * w, cy - h, cx + w * k + shift * w, cy), radius=w * k,
            fill=shade)
        for side, top, low in ((-1, 0.72, 0.42), (1, 0.84, 0.55)):
            ax = cx + side * w * 2.5
            pen.rounded_rectangle((min(cx, ax) - w * 0.3, cy - h * low - w * 0.7 * k, max(cx, ax) + w * 0.3,
                cy - h * low + w * 0.7 * k), radius=w * 0.6 * k, fill=shade)
            pen.rounded_rectangle((ax - w * 0.75 * k + shift * w, cy - h * top, ax + w * 0.75 * k + shift * w,
                cy - h * low + w * 0.6), radius=w * 0.7 * k, fill=shade)


def draw_mushrooms(stage: Stage, y: float) -> None:
    """Red caps with dots, in the corners."""
    rng = stage.rng
    for _ in range(6):
        x = rng.choice((rng.uniform(0.05, 0.27), rng.uniform(0.73, 0.95)))
        foot = rng.uniform(y, 0.97)
        r = stage.size(0.016 + 0.03 * (foot - y))
        cx, cy = stage.px(x, foot)
        cap = stage.palette.at((214, 74, 62), 0.05)
        stem = stage.palette.at((246, 236, 214), 0.05)
        stage.pen.rounded_rectangle((cx - r * 0.4, cy - r * 1.5, cx + r * 0.4, cy), radius=r * 0.3, fill=stem)
        stage.pen.pieslice((cx - r * 1.3, cy - r * 2.6, cx + r * 1.3, cy - r * 0.4), 180, 360, fill=cap)
        stage.pen.ellipse((cx - r * 1.3, cy - r * 1.75, cx + r * 1.3, cy - r * 1.25), fill=darker(cap, 0.2))
        for dx, dy in ((-0.6, -1.9), (0.1, -2.2), (0.7, -1.85)):
            q = r * 0.19
            stage.pen.ellipse((cx + dx * r - q, cy + dy * r - q, cx + dx * r + q, cy + dy * r + q),
                fill=(255, 250, 240))
