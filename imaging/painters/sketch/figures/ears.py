"""Ears, horns and manes: all that frames an animal's head at (50, 37), drawn before it."""

from __future__ import annotations

# Coordinates are read as rows of points.
# fmt: off
import math

from imaging.painters.sketch.colour import RGB, darker, lighter, mix
from imaging.painters.sketch.hero import Hero
from imaging.painters.sketch.shapes import Points, ellipse, mirror, polygon, smooth, soften, stroke
from imaging.painters.sketch.sheet import Sheet

X, Y = 50.0, 37.0
PINK: RGB = (240, 160, 156)


def _ear(s: Sheet, outline: Points, inner: Points, colour: RGB, inside: RGB) -> None:
    for left, deep in zip(s.pair(outline, colour), (inner, mirror(inner, X)), strict=True):
        s.flat(deep, inside, inside=left, shade=0.35, soft=0.25)


def _inner(hero: Hero) -> RGB:
    return mix(hero.second, PINK, 0.45)


def pointed(s: Sheet, hero: Hero) -> None:
    dark = darker(hero.body, 0.5) if hero.kind == "fox" else hero.body
    _ear(s, smooth([(33, 33), (30.5, 21), (31.5, 11), (39, 15), (46, 24), (42, 32)]),
         smooth([(35.5, 30), (33.5, 21), (34, 15.5), (39, 18.5), (43.5, 25), (41, 31)]),
         mix(hero.body, dark, 0.35),
         _inner(hero))


def pointed_wide(s: Sheet, hero: Hero) -> None:
    _ear(s, smooth([(32, 36), (30, 26), (30.5, 14.5), (37, 18), (46, 24.5), (42, 34)]),
         smooth([(34.5, 32), (33, 25), (33.4, 19), (37, 21.5), (42.5, 26), (40, 32)]), hero.body,
         _inner(hero))


def pointed_small(s: Sheet, hero: Hero) -> None:
    _ear(s, smooth([(33, 32), (31, 22), (34, 17), (41, 20), (45, 26), (41, 32)]),
         smooth([(35, 30), (34, 23), (36, 20.5), (40, 23), (42, 28)]), hero.body, lighter(hero.second, 0.2))


def tufted_ears(s: Sheet, hero: Hero) -> None:
    _ear(s, smooth([(36, 30), (34, 20), (33.5, 11), (38.5, 16), (44, 24), (42, 31)]),
         smooth([(37.5, 27), (36.5, 20), (38.5, 18.5), (42, 26)]), darker(hero.body, 0.12), _inner(hero))


def round_ears(s: Sheet, hero: Hero) -> None:
    colour = hero.second if hero.kind == "panda" else hero.body
    _ear(s, ellipse(35.5, 24.5, 6.2, 6.0), ellipse(36.2, 25.4, 3.7, 3.6), colour,
         mix(colour, lighter(hero.second, 0.1), 0.0 if hero.kind == "panda" else 0.8))


def big_round(s: Sheet, hero: Hero) -> None:
    _ear(s, ellipse(33, 22.5, 11, 10.6), ellipse(33.8, 23.6, 7.6, 7.4), hero.body,
        mix(hero.second, PINK, 0.75))


def side_ears(s: Sheet, hero: Hero) -> None:
    _ear(s, ellipse(31.2, 36, 6.4, 6.6), ellipse(31.8, 36.3, 3.9, 4.2), hero.body, hero.second)


def tiny_ears(s: Sheet, hero: Hero) -> None:
    _ear(s, ellipse(34, 27, 3.9, 3.7), ellipse(34.5, 27.6, 2.2, 2.1), hero.body, darker(hero.body, 0.25))


def koala_ears(s: Sheet, hero: Hero) -> None:
    ruff = smooth([(38, 24), (32, 18.5), (26, 21), (21.5, 26), (22, 32.5), (27, 37), (34, 36), (38, 31)])
    _ear(s, ruff, ellipse(29.5, 28.6, 5.4, 5.4, 30), hero.body, mix(hero.second, PINK, 0.25))


def long_ears(s: Sheet, hero: Hero) -> None:
    tall = ellipse(42, 12.5, 5.2, 15.5, -9)
    _ear(s, tall, ellipse(42, 13.5, 3.0, 12, -9), hero.body, mix(hero.second, PINK, 0.6))


def floppy(s: Sheet, hero: Hero) -> None:
    """Behind the head at the top; they hang over its sides, so they are drawn with the markings."""


def elephant_ears(s: Sheet, hero: Hero) -> None:
    fan = smooth([(38, 27), (30, 20), (20, 20), (13.5, 28), (14.5, 40), (21, 49), (30, 50), (37, 45)])
    deep = smooth([(37, 30), (30, 24.5), (22, 25), (18, 31), (19, 39.5), (24, 45.5), (31, 46), (37, 42)])
    _ear(s, fan, deep, hero.body, mix(hero.second, PINK, 0.4))


def folded(s: Sheet, hero: Hero) -> None:
    _ear(s, smooth([(34, 29), (30, 22), (31, 16), (39, 18.5), (45, 24), (41, 30)]),
         smooth([(35, 27), (33, 22), (35, 20), (40, 24)]), hero.body, darker(hero.body, 0.12))


def cow_ears(s: Sheet, hero: Hero) -> None:
    s.pair(stroke([(42, 26), (37, 22), (36.5, 15)], [5, 4.4, 1.6]), (240, 226, 198))
    _ear(s, ellipse(30, 31.5, 8, 4.2, 16), ellipse(30.6, 32, 5.4, 2.6, 16), hero.second, PINK)


def antlers(s: Sheet, hero: Hero) -> None:
    horn = mix((146, 104, 74), hero.second, 0.2)
    for at in ([(43, 26), (39, 16), (35.5, 6)], [(40.4, 19.5), (34.5, 16), (31.5, 10.5)],
        [(38, 13), (41.5, 9), (42, 4.5)]):
        s.pair(stroke(at, [3.4, 2.7, 1.3]), horn, line=0.45, cast=0.0)
    _ear(s, ellipse(30, 29.5, 8.2, 4.6, 24), ellipse(30.8, 30, 5.8, 2.9, 24), hero.body, _inner(hero))


def mane(s: Sheet, hero: Hero) -> None:
    colour = mix(darker(hero.body, 0.22), (164, 82, 42), 0.6)
    for reach, shade in ((26.0, darker(colour, 0.14)), (22.5, lighter(colour, 0.07))):
        rays = 13
        points = []
        for i in range(rays * 2):
            angle = math.pi * i / rays + (0.12 if reach < 25 else 0)
            r = reach if i % 2 else reach * 0.87
            points.append((X + r * math.cos(angle), Y + 0.5 + r * 0.94 * math.sin(angle)))
        s.add(smooth(points, steps=6), shade)
    _ear(s, ellipse(35.5, 24, 5.2, 5), ellipse(36, 24.8, 3, 2.9), hero.body, _inner(hero))


def wool(s: Sheet, hero: Hero) -> None:
    """A cap of curls round a dark face."""
    points = []
    for i in range(28):
        angle = 2 * math.pi * i / 28
        r = 1.0 if i % 2 else 0.88
        points.append((X + 20.5 * r * math.cos(angle), Y - 2 + 17.5 * r * math.sin(angle)))
    s.add(smooth(points, steps=6), hero.body)
    _ear(s, ellipse(29, 37, 7, 3.8, -22), ellipse(29.4, 37.2, 4.4, 2.2, -22), hero.second, PINK)


def spines(s: Sheet, hero: Hero) -> None:
    for reach, shade, shift in ((25.0, darker(hero.body, 0.28), 0.0), (21.0, hero.body, 0.11)):
        points = []
        for i in range(44):
            angle = math.pi * i / 22 + shift
            r = reach if i % 2 else reach * 0.82
            points.append((X + r * math.cos(angle), Y - 0.5 + r * 0.92 * math.sin(angle)))
        s.add(polygon(*points), shade)


def sprouts(s: Sheet, hero: Hero) -> None:
    """The storybook being's two soft horns, each with a leaf's tip."""
    if "horns" in hero.wears or not hero.known_kind:
        s.pair(stroke([(41, 25), (37, 16), (39.5, 9.5)], [5, 3.8, 2.2]), lighter(hero.second, 0.1))
        s.glow(39.5, 8.5, 5, (255, 232, 160), 0.5)
        s.glow(60.5, 8.5, 5, (255, 232, 160), 0.5)
    ears = smooth([(34, 34), (25, 29), (18.5, 30), (22, 37), (31, 41)])
    _ear(s, ears, smooth([(33, 35), (26, 31.5), (22, 32), (25, 36), (32, 39)]), hero.body, _inner(hero))


def dragon_crest(s: Sheet, hero: Hero) -> None:
    horn = mix(lighter(hero.second, 0.3), (240, 222, 180), 0.5)
    s.pair(stroke([(41, 26), (36, 17.5), (36.5, 9.5)], [6, 4.6, 1.4]), horn)
    frill = smooth([(34, 33), (24, 29.5), (17.5, 31.5), (22.5, 35.5), (19.5, 40.5), (26, 40.5), (26.5, 45),
        (34, 43)])
    _ear(s, frill, smooth([(33, 36), (26, 32.5), (22.5, 33), (26, 36.5), (24.6, 39), (33, 41)]), hero.body,
         mix(hero.second, hero.body, 0.25))


def plates(s: Sheet, hero: Hero) -> None:
    for x, y, r in ((50, 19.5, 5.6), (41.4, 21.5, 4.6), (58.6, 21.5, 4.6), (34.4, 27, 3.6), (65.6, 27, 3.6)):
        s.add(soften(polygon((x - r, y + r), (x, y - r), (x + r, y + r)), 0.18, 2),
            mix(hero.second, (236, 140, 80), 0.4))


def bare(s: Sheet, hero: Hero) -> None:
    """A bald head."""


def frog_eyes(s: Sheet, hero: Hero) -> None:
    s.pair(ellipse(38.5, 25.5, 7.2, 7.2), hero.body)
