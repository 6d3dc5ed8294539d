"""Eyes with life in them, mouths, cheeks: what makes a figure someone."""

from __future__ import annotations

# Coordinates are read as rows of points.
# fmt: off
from imaging.painters.sketch.colour import RGB, darker, lighter, mix
from imaging.painters.sketch.hero import Hero
from imaging.painters.sketch.shapes import ellipse, smooth, stroke
from imaging.painters.sketch.sheet import Sheet

INK: RGB = (52, 34, 42)
WHITE: RGB = (255, 252, 246)


def draw_eyes(s: Sheet, hero: Hero, x: float, y: float, gap: float, size: float, *,
    white: bool = False) -> None:
    """Two eyes of that radius, ``gap`` from the middle. ``white``: with a white round the iris."""
    gaze = {"shy": (-0.22, 0.16), "sad": (0.0, 0.18), "wonder": (0.05, -0.2), "brave": (0.12, 0.0)}
    look = gaze.get(hero.pose, (0.06, 0.0))
    for side in (-1, 1):
        ex = x + side * gap
        if hero.pose in {"sleepy"}:
            _closed(s, ex, y + size * 0.25, size, 1)
        elif hero.pose == "joy" and not white:
            _closed(s, ex, y + size * 0.2, size, -1)
        else:
            _eye(s, hero, ex, y, size, look, white)
    _brows(s, hero, x, y - size * 1.75, gap, size)


def _eye(s: Sheet, hero: Hero, x: float, y: float, size: float, look: tuple[float, float],
    white: bool) -> None:
    tall = 1.22 if hero.pose != "wonder" else 1.34
    ball = s.flat(ellipse(x, y, size, size * tall), WHITE if white else INK, line=0.0)
    ix, iy = x + look[0] * size * 0.7, y + look[1] * size * 0.7 + (size * 0.08 if white else 0)
    wide = 0.8 if white else 0.9
    iris = s.flat(
        ellipse(ix, iy, size * wide, size * tall * (0.84 if white else 0.9)),
        darker(hero.eyes, 0.55), fade=lighter(hero.eyes, 0.28), inside=ball, texture=0.0,
    )  # fmt: skip
    s.flat(ellipse(ix, iy - size * 0.08, size * 0.5, size * 0.66), (28, 20, 30), inside=iris, texture=0.0)
    s.flat(ellipse(x - size * 0.3, y - size * 0.46, size * 0.34, size * 0.38), WHITE, texture=0.0)
    s.flat(ellipse(x + size * 0.34, y + size * 0.5, size * 0.17, size * 0.17), WHITE, alpha=0.85, texture=0.0)
    if white:
        lid = [(x - size * 1.12, y - size * 0.1), (x - size * 0.6, y - size * 1.02),
            (x, y - size * tall * 1.02)]
        lid += [(x + size * 0.6, y - size * 1.02), (x + size * 1.12, y - size * 0.1)]
        s.ink(lid, size * 0.34, INK)


def _closed(s: Sheet, x: float, y: float, size: float, down: int) -> None:
    """A closed eye: a bow downwards asleep, upwards laughing."""
    arc = [(x - size, y), (x - size * 0.5, y + down * size * 0.55), (x, y + down * size * 0.72)]
    arc += [(x + size * 0.5, y + down * size * 0.55), (x + size, y)]
    s.ink(arc, size * 0.36, INK)


def _brows(s: Sheet, hero: Hero, x: float, y: float, gap: float, size: float) -> None:
    tilt = {"sad": -0.42, "shy": -0.3, "brave": 0.42, "wonder": -0.1}.get(hero.pose, 0.0)
    lift = {"wonder": -0.35, "brave": 0.3}.get(hero.pose, 0.0) * size
    if not tilt and hero.kind not in _BROWED:
        return
    for side in (-1, 1):
        inner = (x + side * (gap - size * 0.75), y + tilt * size + lift)
        outer = (x + side * (gap + size * 0.85), y - tilt * size * 0.5 + lift + size * 0.12)
        middle = ((inner[0] + outer[0]) / 2, (inner[1] + outer[1]) / 2 - size * 0.3)
        s.ink([inner, middle, outer], size * 0.3, mix(INK, hero.hair, 0.35))


_BROWED = {"girl", "boy", "child", "woman", "man", "old_man", "old_woman", "king", "queen", "princess",
    "knight"}


def draw_cheeks(s: Sheet, hero: Hero, x: float, y: float, gap: float, size: float) -> None:
    """A blush; a deep one for the shy."""
    strength = 0.62 if hero.pose in {"shy", "joy"} else 0.4
    for side in (-1, 1):
        s.flat(
            ellipse(x + side * gap, y, size, size * 0.66), (242, 110, 104),
            soft=size * 0.34, alpha=strength, texture=0.0,
        )  # fmt: skip


def draw_mouth(s: Sheet, hero: Hero, x: float, y: float, size: float) -> None:
    """A mouth of that half width, for the pose."""
    if hero.pose == "joy":
        grin = smooth([(x - size, y - size * 0.1), (x, y + size * 0.1), (x + size, y - size * 0.1),
                       (x + size * 0.62, y + size * 0.85), (x, y + size * 1.15),
                       (x - size * 0.62, y + size * 0.85)])
        hole = s.flat(grin, (104, 36, 44), line=0.4)
        s.flat(ellipse(x, y + size * 1.0, size * 0.55, size * 0.42), (236, 120, 120), inside=hole)
        return
    if hero.pose == "wonder":
        s.flat(ellipse(x, y + size * 0.35, size * 0.36, size * 0.44), (110, 44, 50), line=0.4)
        return
    bend = {"sad": -0.5, "shy": 0.3, "brave": 0.28, "sleepy": 0.22}.get(hero.pose, 0.52)
    wide = {"shy": 0.55, "sad": 0.7, "sleepy": 0.6}.get(hero.pose, 1.0) * size
    skew = 0.22 * size if hero.pose == "brave" else 0.0
    s.ink([(x - wide, y + skew), (x - wide * 0.5, y + bend * size * 0.8), (x, y + bend * size),
           (x + wide * 0.5, y + bend * size * 0.8 - skew * 0.4), (x + wide, y - skew)], size * 0.24 + 0.25,
           INK)


def draw_muzzle_mouth(s: Sheet, hero: Hero, x: float, y: float, size: float) -> None:
    """An animal's mouth beneath its nose: a short line down and two bows, open when it laughs."""
    s.ink([(x, y - size * 0.6), (x, y)], size * 0.2 + 0.2, INK)
    bend = -0.5 if hero.pose == "sad" else 0.5
    if hero.pose == "joy":
        tongue = smooth([(x - size * 0.7, y + size * 0.2), (x, y + size * 0.1),
            (x + size * 0.7, y + size * 0.2),
                         (x + size * 0.4, y + size * 1.1), (x, y + size * 1.3),
                         (x - size * 0.4, y + size * 1.1)])
        hole = s.flat(tongue, (112, 40, 46), line=0.35)
        s.flat(ellipse(x, y + size * 1.15, size * 0.4, size * 0.4), (240, 128, 128), inside=hole)
    for side in (-1, 1):
        s.ink([(x, y), (x + side * size * 0.5, y + bend * size * 0.8),
            (x + side * size, y + bend * size * 0.25)],
              size * 0.2 + 0.22, INK)


def draw_whiskers(s: Sheet, x: float, y: float, gap: float, length: float) -> None:
    for side in (-1, 1):
        for lift in (-0.3, 0.05, 0.4):
            s.ink([(x + side * gap, y + lift * 2), (x + side * (gap + length * 0.5), y + lift * 4 - 0.4),
                   (x + side * (gap + length), y + lift * 7)], 0.34, mix(INK, WHITE, 0.35),
                   alpha=0.8)  # fmt: skip


def draw_glasses(s: Sheet, x: float, y: float, gap: float, size: float, colour: RGB) -> None:
    """Round ones: the rims are drawn, the glass only catches light."""
    for side in (-1, 1):
        ex = x + side * gap
        ring = [(float(px), float(py)) for px, py in ellipse(ex, y, size, size, count=16)]
        s.flat(ellipse(ex, y, size, size), (226, 240, 250), alpha=0.18, texture=0.0)
        s.flat(stroke([*ring, ring[0]], [0.85, 0.85], round_end=False), colour)
    s.ink([(x - gap + size, y), (x, y - size * 0.25), (x + gap - size, y)], 0.7, colour)
