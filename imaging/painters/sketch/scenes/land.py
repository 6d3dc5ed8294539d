"""Land and water: ridges, mountains, hills, dunes, the ground a hero stands on, seas and lakes."""

from __future__ import annotations

# Coordinates are read as rows of points.
# fmt: off
import numpy as np

from imaging.painters.sketch.colour import RGB, darker, lighter, mix
from imaging.painters.sketch.paper import Floats
from imaging.painters.sketch.scenes.stage import XY, Stage


def ridge(stage: Stage, base: float, rise: float, *, cells: int, rough: float, count: int = 240) -> Floats:
    """A skyline: heights (fractions) at evenly spread x. ``rough`` 0 is a soft hill, 1 a broken crag."""
    x = np.linspace(0, 1, count)
    line = np.zeros(count)
    strength, total = 1.0, 0.0
    for octave in range(5):
        knots = cells * 2**octave + 2
        values = stage.noise.random(knots)
        at = np.linspace(0, 1, knots)
        if rough > 0.5 and octave < 2:
            layer = np.interp(x, at, values)
        else:
            fine = np.interp(x, at, values)
            layer = np.convolve(np.pad(fine, 12, mode="edge"), np.hanning(25) / np.hanning(25).sum(),
                mode="valid")
        line += layer * strength
        total += strength
        strength *= 0.28 + 0.22 * rough
    heights: Floats = (base - rise * line / total).astype(np.float32)
    return heights


def peaks(stage: Stage, base: float, rise: float, *, count: int, points: int = 300) -> Floats:
    """A range of pointed peaks: heights (fractions) at evenly spread x."""
    rng = stage.rng
    x = np.linspace(-0.01, 1.01, points)
    line = np.zeros(points)
    for k in range(count):
        at = (k + 0.5 + rng.uniform(-0.38, 0.38)) / count
        tall = rng.uniform(0.55, 1.0) if k % 2 else rng.uniform(0.35, 0.75)
        left, right = rng.uniform(2.2, 3.4) * count / 5, rng.uniform(2.2, 3.4) * count / 5
        line = np.maximum(line, tall - np.where(x < at, (at - x) * left, (x - at) * right))
    for octave, strength in ((9, 0.13), (22, 0.07), (50, 0.035)):
        knots = stage.noise.random(octave * 2)
        line = line + (np.interp(x, np.linspace(0, 1, len(knots)), knots) - 0.5) * strength
    heights: Floats = (base - rise * np.maximum(line, 0.02)).astype(np.float32)
    return heights


def skyline(line: Floats, floor: float) -> list[XY]:
    """A ridge as a closed outline down to ``floor``."""
    xs = np.linspace(-0.01, 1.01, len(line))
    return [*((float(x), float(y)) for x, y in zip(xs, line, strict=True)), (1.01, floor), (-0.01, floor)]


def draw_hills(stage: Stage, colour: RGB, layers: int, low: float, rise: float, far: float = 0.78) -> None:
    """Soft hills, one behind the other, from the horizon down to ``low``."""
    for i in range(layers):
        depth = far * (1 - i / max(layers, 1))
        base = stage.horizon + (low - stage.horizon) * (i + 0.6) / layers
        line = ridge(stage, base, rise * (1 - 0.3 * i / layers), cells=2 + i, rough=0.0)
        tone = stage.palette.at(colour, depth)
        stage.shape(skyline(line, base + 0.16), lighter(tone, 0.1), mix(tone, stage.palette.haze, 0.25))


def draw_mountains(stage: Stage, colour: RGB, *, snow: bool, base: float, height: float) -> None:
    """Two or three ranges, the nearer ones darker, with a lit and a shaded side to each peak."""
    for i, depth in enumerate((0.66, 0.44, 0.26)):
        line = peaks(stage, base - 0.01 + 0.015 * i, height * (1.12 - 0.34 * i), count=4 + i)
        tone = stage.palette.at(colour, depth)
        stage.shape(skyline(line, base + 0.06), tone, mix(tone, stage.palette.haze, 0.55))
        _facets(stage, line, base, tone, snow and i < 2)
        stage.veil(base - 0.09, base + 0.08, stage.palette.haze, 0.42)


def _facets(stage: Stage, line: Floats, base: float, tone: RGB, snow: bool) -> None:
    """On each peak: the flank away from the sun, and snow down to a jagged edge."""
    count = len(line)
    reach = count // 22
    peaks = [i for i in range(reach, count - reach) if line[i] == line[i - reach : i + reach + 1].min()]
    shade = (*darker(tone, 0.26), 120)
    white = (*mix(stage.palette.at((250, 250, 255), 0.08), stage.palette.light, 0.15), 215)
    for peak in peaks:
        away = 1 if stage.sun[0] < peak / count else -1
        end = peak
        while 0 < end < count - 1 and line[end + away] >= line[end] - 0.002 and abs(end - peak) < count // 6:
            end += away
        flank = [(i / (count - 1), float(line[i])) for i in range(peak, end + away, away)]
        if len(flank) < 3:
            continue
        x0, y0 = flank[0]
        drop = flank[-1][1] - y0
        inner = [
            (x0 + away * (0.008 + 0.02 * t) + stage.rng.uniform(-0.008, 0.012), y0 + (drop + 0.05) * t)
            for t in (0.85, 0.66, 0.5, 0.32, 0.16)
        ]
        stage.pen.polygon([stage.px(*q) for q in flank + inner], fill=shade)
        if snow:
            _snow_cap(stage, line, peak, base, white)


def _snow_cap(stage: Stage, line: Floats, peak: int, base: float, white: tuple[int, int, int, int]) -> None:
    count = len(line)
    limit = line[peak] + (base - line[peak]) * stage.rng.uniform(0.3, 0.45)
    left, right = peak, peak
    while left > 0 and line[left - 1] < limit and peak - left < count // 9:
        left -= 1
    while right < count - 1 and line[right + 1] < limit and right - peak < count // 9:
        right += 1
    top = [(i / (count - 1), float(line[i])) for i in range(left, right + 1)]
    teeth = 7
    edge = []
    for k in range(teeth, -1, -1):
        i = left + (right - left) * k / teeth
        dip = (0.024 if k % 2 else 0.004) * stage.rng.uniform(0.6, 1.4)
        edge.append((i / (count - 1), float(line[round(i)]) + dip))
    stage.pen.polygon([stage.px(*q) for q in top + edge], fill=white)


def draw_ground(stage: Stage, colour: RGB, top: float, *, path: RGB | None = None,
    bumps: float = 0.03) -> None:
    """The near ground, lighter where the hero will stand, with an optional path leading into the scene."""
    line = ridge(stage, top, bumps, cells=3, rough=0.0)
    tone = stage.palette.at(colour, 0.1)
    stage.shape(skyline(line, 1.02), lighter(mix(tone, stage.palette.haze, 0.2), 0.12), darker(tone, 0.26),
        rough=0.14)
    _brush_strokes(stage, tone, top)
    if path is not None:
        _path(stage, path, float(line[len(line) // 2]))
    stage.blot(0.5, 0.9, 0.46, 0.12, lighter(tone, 0.3), 0.4, soft=0.9)


def _brush_strokes(stage: Stage, tone: RGB, top: float, count: int = 230) -> None:
    """Broad strokes that follow the ground, larger towards the front."""
    pen, rng = stage.pen, stage.rng
    for _ in range(count):
        t = rng.random()
        cx, cy = stage.px(rng.uniform(-0.05, 1.05), top + 0.03 + (1.0 - top) * t)
        half = stage.size(0.02 + 0.09 * t) * rng.uniform(0.5, 1.4)
        thick = stage.size(0.002 + 0.006 * t) * rng.uniform(0.6, 1.5)
        shade = lighter(tone, rng.uniform(0.1, 0.35)) if rng.random() < 0.55 else darker(tone,
            rng.uniform(0.08, 0.28))
        pen.ellipse((cx - half, cy - thick, cx + half, cy + thick), fill=(*shade, 46))


def draw_drifts(stage: Stage, colour: RGB, top: float) -> None:
    """Snow or sand heaped by the wind: crests in the light, hollows in blue shade."""
    p = stage.palette
    for i in range(3):
        t = i / 2
        y = top + 0.05 + 0.09 * i
        line = ridge(stage, y, 0.05 + 0.02 * i, cells=2 + (i % 2), rough=0.0)
        tone = p.at(colour, 0.22 * (1 - t) + 0.04)
        stage.shape(skyline(line, y + 0.3), lighter(mix(tone, p.light, 0.16), 0.16),
            mix(darker(tone, 0.16), p.sky[0], 0.16), rough=0.09)


def draw_dunes(stage: Stage, colour: RGB) -> None:
    """Dunes to the horizon, each light along its crest and in shade towards its foot."""
    for i, depth in enumerate((0.52, 0.34, 0.2, 0.08)):
        base = stage.horizon + 0.05 + 0.085 * i
        line = ridge(stage, base, 0.13, cells=2 + (i % 2), rough=0.0)
        tone = stage.palette.at(colour, depth)
        stage.shape(skyline(line, base + 0.17), lighter(tone, 0.22), darker(tone, 0.24))


def _path(stage: Stage, colour: RGB, top: float) -> None:
    rng = stage.rng
    sway = rng.uniform(0.05, 0.11) * rng.choice((-1, 1))
    left, right = [], []
    for step in range(25):
        t = step / 24
        y = top + 0.012 + (1.02 - top) * t**1.25
        middle = 0.5 + sway * np.sin(t * 4.2) * (1.1 - t) - sway * 0.2
        half = 0.012 + 0.17 * t**1.6
        left.append((middle - half, y))
        right.append((middle + half, y))
    tone = stage.palette.at(colour, 0.12)
    stage.shape([*left, *reversed(right)], mix(tone, stage.palette.haze, 0.3), lighter(tone, 0.05),
        rough=0.16)
    pen = stage.pen
    for _ in range(46):
        t = rng.random()
        y = top + 0.02 + (1.0 - top) * t**1.25
        x = 0.5 + sway * np.sin(t * 4.2) * (1.1 - t) - sway * 0.2 + rng.uniform(-1,
            1) * (0.01 + 0.15 * t**1.6)
        cx, cy = stage.px(float(x), y)
        r = stage.size(0.003 + 0.012 * t)
        shade = darker(tone, 0.18) if rng.random() < 0.5 else lighter(tone, 0.2)
        pen.ellipse((cx - r * 1.5, cy - r * 0.5, cx + r * 1.5, cy + r * 0.5), fill=(*shade, 120))


def draw_water(stage: Stage, top: float, bottom: float, colour: RGB, *, waves: float = 0.5) -> None:
    """Water from ``top`` to ``bottom``: the sky's colours in it, strokes of ripple, the light's glitter."""
    p, rng = stage.palette, stage.rng
    deep = p.at(colour, 0.05)
    stage.shape([(-0.01, top), (1.01, top), (1.01, bottom), (-0.01, bottom)], mix(p.sky[2], deep, 0.35), deep,
        rough=0.08)
    pen = stage.pen
    sx = stage.sun[0]
    for _ in range(340):
        t = rng.random() ** 1.3
        y = top + (bottom - top) * t
        x = rng.random()
        cx, cy = stage.px(x, y)
        half = stage.size(0.006 + 0.045 * t) * rng.uniform(0.5, 1.6)
        thick = max(stage.size(0.0008 + 0.0034 * t * (0.5 + waves)), 0.7)
        tone = lighter(mix(deep, p.sky[1], 0.5), 0.22) if rng.random() < 0.55 else darker(deep, 0.2)
        pen.ellipse((cx - half, cy - thick, cx + half, cy + thick), fill=(*tone, 105))
    for _ in range(120):
        t = rng.random()
        y = top + (bottom - top) * t
        x = sx + rng.gauss(0, 0.018 + 0.05 * t)
        cx, cy = stage.px(x, y)
        half = stage.size(0.005 + 0.02 * t) * rng.uniform(0.5, 1.5)
        thick = max(stage.size(0.0012 + 0.0022 * t), 0.8)
        pen.ellipse((cx - half, cy - thick, cx + half, cy + thick), fill=(*p.light, 150))
    stage.veil(top - 0.03, top + 0.05, mix(p.haze, p.sky[2], 0.5), 0.5)


def draw_waves(stage: Stage, top: float, bottom: float, colour: RGB) -> None:
    """Rolling crests with foam, nearer ones larger."""
    rng = stage.rng
    foam = (*lighter(stage.palette.at((240, 248, 250), 0.15), 0.2), 190)
    for row in range(5):
        t = (row + 0.5) / 5
        y = top + (bottom - top) * t
        line = ridge(stage, y, 0.016 + 0.04 * t, cells=3 + 2 * (5 - row), rough=0.0)
        tone = stage.palette.at(darker(colour, 0.1 + 0.06 * row), 0.3 * (1 - t))
        stage.shape(skyline(line, y + 0.09), lighter(tone, 0.16), tone)
        xs = np.linspace(-0.01, 1.01, len(line))
        deep = y - (0.012 + 0.028 * t)
        for i in range(2, len(line) - 2):
            high = (y - float(line[i])) / (y - deep)
            cx, cy = stage.px(float(xs[i]), float(line[i]))
            r = stage.size(0.0016 + 0.006 * t) * (0.4 + max(high, 0))
            stage.pen.ellipse((cx - r * 2.2, cy - r * 0.5, cx + r * 2.2, cy + r * 0.5),
                fill=(*foam[:3], round(60 + 120 * max(min(high, 1), 0))))
            if rng.random() < 0.3 * high:
                dy = stage.size(0.004 + 0.02 * t) * rng.random()
                stage.pen.ellipse((cx - r, cy + dy, cx + r * 2, cy + dy + r * 0.7), fill=(*foam[:3], 90))


def draw_shore(stage: Stage, top: float, colour: RGB) -> None:
    """A beach in the foreground, with a line of foam."""
    line = ridge(stage, top + 0.02, 0.05, cells=2, rough=0.0)
    tone = stage.palette.at(colour, 0.06)
    wet = [(x, y - 0.02) for x, y in skyline(line, 1.02)]
    stage.shape(wet, mix(tone, stage.palette.sky[1], 0.4), tone)
    foam = stage.palette.at((246, 250, 250), 0.05)
    xs = np.linspace(-0.01, 1.01, len(line))
    pts = [stage.px(float(x), float(y) - 0.019) for x, y in zip(xs, line, strict=True)]
    stage.pen.line(pts, fill=(*foam, 210), width=max(int(stage.size(0.006)), 2), joint="curve")
    stage.shape(skyline(line, 1.02), lighter(tone, 0.12), darker(tone, 0.2), rough=0.12)
    stage.blot(0.5, 0.92, 0.44, 0.1, lighter(tone, 0.3), 0.4, soft=0.9)


def draw_rocks(stage: Stage, colour: RGB, places: list[tuple[float, float, float]]) -> None:
    """Boulders at (x, y, size), lit from the sun's side."""
    for x, y, r in places:
        tone = stage.palette.at(colour, 0.08)
        corners = []
        for k in range(9):
            angle = np.pi * (1 + k / 8)
            reach = r * stage.rng.uniform(0.78, 1.12)
            corners.append((x + float(np.cos(angle)) * reach, y + float(np.sin(angle)) * reach * 0.8))
        stage.blot(x, y, r * 1.3, r * 0.3, (20, 18, 34), 0.4)
        stage.shape([*corners, (x + r, y + 0.01), (x - r, y + 0.01)], lighter(tone, 0.14), darker(tone, 0.35))
        lit = [((px - x) * 0.72 + x + (-r if stage.sun[0] < x else r) * 0.14, (py - y) * 0.66 + y - r * 0.16)
            for px, py in corners]
        stage.pen.polygon([stage.px(*q) for q in lit], fill=(*lighter(tone, 0.25), 120))
