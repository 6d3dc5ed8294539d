"""Hair behind and before a person's head at (50, 33), and beards."""

from __future__ import annotations

# Coordinates are read as rows of points.
# fmt: off
import math

from imaging.painters.sketch.colour import darker, lighter
from imaging.painters.sketch.hero import Hero
from imaging.painters.sketch.shapes import ellipse, mirror, smooth, stroke
from imaging.painters.sketch.sheet import Sheet


def draw_back_hair(s: Sheet, hero: Hero) -> None:
    """What falls behind the shoulders."""
    c = darker(hero.hair, 0.12)
    if hero.hair_style == "long":
        s.add(smooth([(50, 14.6), (62, 17), (68.4, 27), (69, 42), (70.6, 54), (67, 63), (60, 61), (50, 63),
            (40, 61), (33, 63), (29.4, 54), (31, 42),
                      (31.6, 27), (38, 17)]), c)
    elif hero.hair_style == "pony":
        s.add(smooth([(58, 17), (68, 14.6), (75, 22), (75.6, 36), (71, 46), (68, 40), (68, 30), (62, 25)]), c)
        s.add(ellipse(63, 18.6, 2.6, 2.6), (220, 90, 100), line=0.45)
    elif hero.hair_style == "bun":
        s.add(ellipse(50, 13.4, 7, 6.4), c)
        s.ink([(45.4, 13), (50, 10.4), (54.4, 13.4)], 0.5, darker(c, 0.4))
    elif hero.hair_style == "curly":
        for k in range(15):
            angle = math.pi * (0.86 + 1.28 * k / 14)
            s.add(ellipse(50 + 17.4 * math.cos(angle), 31.6 + 15.4 * math.sin(angle), 5.4, 5.2), c, cast=0.1)
    elif hero.hair_style == "braids":
        for side in (-1, 1):
            for k in range(6):
                s.add(ellipse(50 + side * (16.6 + k * 0.45), 40 + k * 4.2, 3.5 - k * 0.16, 2.9), hero.hair,
                    cast=0.15)
            s.add(stroke([(50 + side * 19, 63.8), (50 + side * 19.4, 66.2)], [3.4, 2]), (216, 84, 96),
                line=0.4)


def draw_front_hair(s: Sheet, hero: Hero) -> None:
    """A cap of hair with a fringe; nothing for the bald."""
    if hero.hair_style == "bald" or (hero.kind == "knight" and hero.hat == "helmet"):
        return
    if hero.hair_style == "curly":
        for k in range(9):
            angle = math.pi * (1.06 + 0.88 * k / 8)
            s.add(ellipse(50 + 13.4 * math.cos(angle), 29.6 + 11.6 * math.sin(angle), 4.9, 4.5), hero.hair,
                cast=0.1)
        return
    sides = 40.0 if hero.hair_style in {"long", "short", "pony"} else 36.0
    if hero.kind in {"boy", "man", "old_man", "king", "pirate", "wizard", "child", "elf", "astronaut"}:
        fringe = [(65.6, 35), (63.6, 29), (60.6, 25.6), (58, 30), (54, 25.8), (51, 30.4), (46.4, 25.2),
            (43, 29.6), (39.4, 27), (36.6, 30.6), (34.4, 35)]
        top = [(33, 28), (36.6, 18.6), (43, 14), (47, 15.6), (51, 12.4), (57, 14), (63.4, 18.6), (67, 28)]
        cap = smooth([*top, *fringe], steps=7)
    else:
        right = [(66.6, sides), (64.4, 34), (61.4, 27.4), (54, 23.6), (47, 20.8)]
        left = [(44, 24.6), (38.6, 28.6), (36, 34), (33.4, sides)]
        cap = smooth([(32.6, 29), (37, 18.4), (44, 14.6), (50, 13.8), (57, 14.8), (63.4, 18.6), (67.4, 29),
            *right, *left], steps=8)
    hair = s.add(cap, hero.hair)
    shine = stroke([(39.6, 21.6), (44, 18.2), (49.4, 17.2)], [0.6, 2.0, 0.6])
    s.flat(shine, lighter(hero.hair, 0.45), inside=hair, alpha=0.7, soft=0.2)
    for path in ([(47, 15.4), (42, 19), (37.4, 26)], [(49, 15.4), (57, 18.6), (63, 26)]):
        s.ink(path, 0.42, darker(hero.hair, 0.4), inside=hair, alpha=0.8)


def draw_beard(s: Sheet, hero: Hero) -> None:
    """A full one: long for wizards and the old; with a moustache over the mouth."""
    c = hero.wears.get("beard") or hero.hair
    drop = {"wizard": 22.0, "old_man": 11.0}.get(hero.kind, 6.0)
    beard = smooth([(35, 35.6), (37.6, 40.4), (44, 42.4), (50, 42), (56, 42.4), (62.4, 40.4), (65, 35.6),
        (64.4, 44), (60.6, 49.6), (55, 49 + drop * 0.7),
                    (50, 50 + drop), (45, 49 + drop * 0.7), (39.4, 49.6), (35.6, 44)])
    part = s.add(beard, c)
    for dx in (-6, -2, 2, 6):
        s.ink([(50 + dx, 46.5), (50 + dx * 0.9, 49 + drop * 0.4), (50 + dx * 0.5, 49 + drop * 0.75)], 0.45,
            darker(c, 0.3), inside=part)
    s.flat(ellipse(50, 44.6, 2.1, 0.95), (150, 74, 70))
    half = smooth([(50, 41), (45, 40.2), (40.4, 43.4), (44.6, 44.4), (50, 43.2)])
    s.add(half, lighter(c, 0.1), line=0.4, cast=0.12)
    s.add(mirror(half, 50), lighter(c, 0.1), line=0.4, cast=0.12)
