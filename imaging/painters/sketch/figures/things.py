"""Made and grown things that came alive: each an outline with a face, arms and small shoes."""

from __future__ import annotations

# Coordinates are read as rows of points.
# fmt: off
import math
from collections.abc import Callable

from imaging.painters.sketch.colour import darker, lighter, mix
from imaging.painters.sketch.dress import cloak_back, cloak_front, draw_hat, draw_held, draw_scarf
from imaging.painters.sketch.face import draw_cheeks, draw_eyes, draw_glasses, draw_mouth
from imaging.painters.sketch.hero import Hero
from imaging.painters.sketch.shapes import XY, egg, ellipse, polygon, smooth, soften, star, stroke
from imaging.painters.sketch.sheet import Sheet

#: The thing's outline and what is on it; gives back the top of its head, for a hat.
Outline = Callable[[Sheet, Hero], float]


def draw_thing(s: Sheet, hero: Hero) -> None:
    """The thing from back to front."""
    cloak_back(s, hero, 50, 52, 90, 16)
    _legs(s, hero)
    _arm(s, hero, 1)
    top = OUTLINES[hero.kind](s, hero)
    cloak_front(s, hero, 50, 70, 17)
    _arm(s, hero, -1)
    draw_cheeks(s, hero, 50, 61, 11.5, 3.2)
    draw_eyes(s, hero, 50, 54.5, 7.6, 3.7)
    if "glasses" in hero.wears:
        draw_glasses(s, 50, 54.5, 7.6, 5.8, hero.wears["glasses"] or (110, 78, 60))
    draw_mouth(s, hero, 50, 61.5, 3.6)
    draw_scarf(s, hero, 50, 70, 17)
    draw_hat(s, hero, 50, top + 4, 12)


def _legs(s: Sheet, hero: Hero) -> None:
    shoe = hero.worn("boots", mix(hero.cloth, (120, 76, 60), 0.35))
    for side in (-1, 1):
        s.add(stroke([(50 + side * 7, 78), (50 + side * 7.6, 90)], [3.6, 3.4]), darker(hero.body, 0.35),
            line=0.45)
        s.add(egg(50 + side * 9.2, 91, 5.8, 3.6, 0.1), shoe)


def _arm(s: Sheet, hero: Hero, side: int) -> None:
    start = (50 + side * 17, 62.0)
    path: list[XY] = [start, (50 + side * 26, 69), (50 + side * 27, 77)]
    if side < 0 and hero.holds:
        path = [start, (50 + side * 27, 66), (50 + side * 30, 57)]
        draw_held(s, hero, *path[-1])
    elif (side < 0 and hero.pose in {"joy", "smile"}) or hero.pose in {"joy", "wonder"}:
        path = [start, (50 + side * 28, 60), (50 + side * 31, 49)]
    elif hero.pose == "shy":
        path = [start, (50 + side * 22, 70), (50 + side * 7, 71)]
    s.add(stroke(path, [3.6, 3.6, 3.4]), darker(hero.body, 0.3), line=0.45)
    s.add(ellipse(*path[-1], 3.7, 3.6), (252, 248, 240), line=0.5)


def _star(s: Sheet, hero: Hero) -> float:
    s.glow(50, 54, 46, hero.second, 0.4)
    body = s.add(star(50, 56, 36, inner=0.52), hero.body, fade=darker(hero.body, 0.06))
    s.flat(star(50, 57, 27, inner=0.55), lighter(hero.body, 0.28), inside=body, soft=1.6, alpha=0.6)
    return 24.0


def _moon(s: Sheet, hero: Hero) -> float:
    s.glow(50, 54, 46, hero.second, 0.4)
    body = s.add(ellipse(50, 55, 27, 27), hero.body)
    for x, y, r in ((34, 42, 4), (66, 44, 3), (68, 68, 4.4), (33, 68, 2.6), (52, 36, 2.4)):
        s.flat(ellipse(x, y, r, r * 0.86), darker(hero.body, 0.14), inside=body, shade=-0.5)
    return 28.0


def _sun(s: Sheet, hero: Hero) -> float:
    s.glow(50, 54, 48, hero.second, 0.45)
    rays = []
    for k in range(28):
        angle = math.pi * k / 14
        reach = 35 if k % 2 else 28
        rays.append((50 + reach * math.cos(angle), 55 + reach * math.sin(angle)))
    s.add(smooth(rays, steps=5), darker(mix(hero.body, (240, 130, 60), 0.4), 0.02))
    s.add(ellipse(50, 55, 25, 25), hero.body)
    return 26.0


def _cloud(s: Sheet, hero: Hero) -> float:
    puffs = [(27, 74), (20, 66), (22, 56), (31, 50), (34, 40), (45, 34), (57, 36), (64, 43), (74, 45),
        (81, 55), (80, 67), (72, 75), (62, 77), (50, 78), (38, 77)]
    s.add(smooth(puffs), hero.body, fade=hero.second)
    return 36.0


def _teapot(s: Sheet, hero: Hero) -> float:
    s.add(stroke([(70, 46), (86, 46), (88, 62), (72, 70)], [4.6, 5, 5, 4.6]), hero.body)
    s.add(smooth([(32, 66), (20, 62), (15, 50), (9, 45), (14, 41.5), (22, 46), (27, 53), (34, 54)]),
        hero.body)
    body = s.add(egg(50, 57, 25, 24, 0.12), hero.body)
    s.flat(stroke([(22, 72), (50, 76), (78, 72)], [3, 3, 3]), hero.second, inside=body, shade=0.4)
    s.add(smooth([(35, 36), (42, 30), (50, 28.4), (58, 30), (65, 36), (50, 39)]), lighter(hero.body, 0.12))
    s.add(ellipse(50, 26, 4, 3.6), hero.second)
    for dx in (-3, 3):
        s.ink([(9 + dx, 38), (11 + dx, 33), (8 + dx, 28)], 1.1, (255, 255, 255), alpha=0.75)
    return 28.0


def _cup(s: Sheet, hero: Hero) -> float:
    s.add(stroke([(70, 46), (84, 48), (82, 64), (70, 66)], [4.4, 4.6, 4.4]), hero.body)
    body = s.add(smooth([(26, 38), (50, 40), (74, 38), (72, 58), (66, 76), (50, 80), (34, 76), (28, 58)]),
        hero.body)
    s.flat(stroke([(24, 70), (50, 74), (76, 70)], [3, 3, 3]), hero.second, inside=body)
    s.add(ellipse(50, 38, 24, 5), lighter(hero.body, 0.3))
    s.flat(ellipse(50, 38.6, 20, 3.6), (124, 80, 56))
    for dx in (-8, 0, 8):
        s.ink([(50 + dx, 32), (53 + dx, 26), (49 + dx, 20)], 1.2, (255, 255, 255), alpha=0.75)
    return 34.0


def _mushroom(s: Sheet, hero: Hero) -> float:
    s.add(smooth([(36, 46), (64, 46), (66, 62), (70, 78), (50, 82), (30, 78), (34, 62)]), hero.second)
    cap = s.add(smooth([(16, 46), (22, 28), (36, 17), (50, 14.6), (64, 17), (78, 28), (84, 46), (68, 50),
        (50, 48), (32, 50)]), hero.body)
    for x, y, r in ((36, 30, 5), (54, 24, 4.2), (67, 36, 4.8), (26, 41, 3), (50, 38, 3), (77, 44, 2.6)):
        s.flat(ellipse(x, y, r, r * 0.86), lighter(hero.second, 0.4), inside=cap, shade=0.5)
    return 15.0


def _pumpkin(s: Sheet, hero: Hero) -> float:
    s.add(stroke([(50, 36), (51, 28), (57, 23)], [6, 5, 3.6]), darker(hero.second, 0.1))
    for x, wide in ((28, 13), (72, 13), (36, 15), (64, 15), (50, 17)):
        s.add(ellipse(x, 57, wide, 23), hero.body, cast=0.2)
    s.add(smooth([(52, 34), (60, 27), (70, 30), (64, 36)]), hero.second, line=0.45)
    return 33.0


def _cactus(s: Sheet, hero: Hero) -> float:
    s.add(smooth([(34, 42), (36, 28), (44, 19), (50, 17.6), (56, 19), (64, 28), (66, 42), (66, 78), (50, 82),
        (34, 78)]), hero.body)
    for x in (41, 59):
        s.ink([(x, 26), (x - (50 - x) * 0.14, 46), (x, 80)], 0.55, darker(hero.body, 0.35))
    for x, y in ((39, 36), (61, 34), (38, 70), (62, 72), (50, 26), (50, 76)):
        s.ink([(x - 1.2, y - 1), (x, y), (x + 1.2, y - 1)], 0.5, (250, 246, 226))
    s.add(star(56, 18, 6, inner=0.6), hero.second)
    s.add(ellipse(56, 18, 1.8, 1.8), (250, 220, 120), line=0.3)
    return 19.0


def _flower(s: Sheet, hero: Hero) -> float:
    for k in range(12):
        with s.turned(k * 30 + 8, (50, 52)):
            s.add(ellipse(50, 28, 8, 13), hero.body, cast=0.15, fade=darker(hero.body, 0.14))
    s.add(ellipse(50, 54, 20, 19.6), mix(hero.second, (250, 220, 160), 0.45))
    return 22.0


def _lamp(s: Sheet, hero: Hero) -> float:
    s.glow(50, 54, 46, hero.second, 0.5)
    s.add(stroke([(38, 28), (42, 16), (58, 16), (62, 28)], [2.4, 2.4]), hero.body)
    glass = s.add(soften(polygon((32, 36), (68, 36), (72, 74), (28, 74)), 0.12), hero.second,
        fade=(255, 196, 96), shade=0.4)
    s.flat(ellipse(50, 55, 13, 16), (255, 250, 222), inside=glass, soft=3, alpha=0.8)
    s.add(soften(polygon((28, 37), (40, 26), (60, 26), (72, 37)), 0.14), hero.body)
    s.add(soften(polygon((26, 73), (74, 73), (71, 80), (29, 80)), 0.14), hero.body)
    return 27.0


def _book(s: Sheet, hero: Hero) -> float:
    s.add(soften(polygon((26, 30), (75, 28), (77, 79), (28, 81)), 0.06), darker(hero.body, 0.25))
    s.add(soften(polygon((29, 30), (74, 29), (75, 77), (30, 78)), 0.05), hero.second, line=0.4)
    s.add(soften(polygon((24, 29), (70, 29), (70, 80), (24, 80)), 0.06), hero.body)
    s.flat(stroke([(29, 30), (29, 79)], [2.2, 2.2]), (236, 196, 96))
    s.add(smooth([(60, 29), (64.6, 29), (64.6, 42), (62.3, 39), (60, 42)]), (236, 196, 96), line=0.4)
    return 28.0


def _clock(s: Sheet, hero: Hero) -> float:
    s.pair(ellipse(38, 29, 7, 5.4, -24), (232, 190, 90))
    s.add(ellipse(50, 55, 27, 27), hero.body)
    dial = s.add(ellipse(50, 55, 22, 22), hero.second, shade=0.4)
    for k in range(12):
        angle = math.pi * k / 6
        x, y = 50 + 19 * math.sin(angle), 55 - 19 * math.cos(angle)
        s.flat(ellipse(x, y, 1.1, 1.1), darker(hero.body, 0.4), inside=dial)
    s.ink([(50, 49), (50, 43), (50, 38.6)], 1.0, darker(hero.body, 0.5))
    return 28.0


def _candle(s: Sheet, hero: Hero) -> float:
    s.glow(50, 22, 34, hero.second, 0.6)
    s.add(smooth([(44, 27), (46, 18), (50, 8), (54, 18), (56, 27), (50, 31)]), (255, 184, 76), line=0.4)
    s.flat(smooth([(47, 27), (50, 18), (53, 27), (50, 30)]), (255, 244, 196))
    s.add(smooth([(33, 36), (40, 33), (50, 34.4), (60, 33), (67, 36), (66, 78), (50, 82), (34, 78)]),
        hero.body)
    for x, y in ((36, 47), (43, 41.6), (62, 50)):
        s.add(stroke([(x, 35.6), (x, y)], [4, 3.6]), lighter(hero.body, 0.4), line=0.35, cast=0.1)
    return 34.0


def _house(s: Sheet, hero: Hero) -> float:
    s.add(soften(polygon((60, 22), (68, 22), (68, 36), (60, 36)), 0.1), darker(hero.second, 0.2))
    s.add(soften(polygon((28, 40), (72, 40), (72, 80), (28, 80)), 0.06), hero.body)
    s.add(soften(polygon((20, 45), (50, 18), (80, 45)), 0.1), hero.second)
    s.add(smooth([(45, 80), (45, 71), (50, 67.6), (55, 71), (55, 80)]), darker(hero.second, 0.35), line=0.45)
    return 22.0


def _balloon(s: Sheet, hero: Hero) -> float:
    s.add(soften(polygon((46, 81), (54, 81), (50, 75)), 0.15), darker(hero.body, 0.1))
    body = s.add(egg(50, 50, 25, 29, -0.1), hero.body)
    s.flat(ellipse(38, 34, 4, 7.6, 26), (255, 255, 255), inside=body, soft=0.8, alpha=0.7)
    return 22.0


def _leaf(s: Sheet, hero: Hero) -> float:
    s.add(stroke([(50, 30), (52, 20), (58, 14)], [4, 3.4, 2.4]), darker(hero.body, 0.3))
    leaf = s.add(smooth([(50, 26), (64, 33), (74, 48), (72, 66), (60, 78), (50, 83), (40, 78), (28, 66),
        (26, 48), (36, 33)]), hero.body)
    for side in (-1, 1):
        for y in (44, 68):
            s.ink([(50, y), (50 + side * 10, y - 3), (50 + side * 19, y - 8)], 0.5, darker(hero.body, 0.25),
                inside=leaf)
    return 28.0


def _egg(s: Sheet, hero: Hero) -> float:
    body = s.add(egg(50, 53, 24, 29, 0.12), hero.body)
    for x, y, r in ((36, 38, 2.6), (62, 36, 2.0), (66, 70, 2.8), (34, 72, 2.2), (52, 30, 1.6)):
        s.flat(ellipse(x, y, r, r), hero.second, inside=body)
    return 25.0


OUTLINES: dict[str, Outline] = {
    "star": _star, "moon": _moon, "sun": _sun, "cloud": _cloud, "teapot": _teapot, "cup": _cup,
    "mushroom": _mushroom, "pumpkin": _pumpkin,
    "cactus": _cactus, "flower": _flower, "lamp": _lamp, "book": _book, "clock": _clock, "candle": _candle,
    "house": _house, "balloon": _balloon,
    "leaf": _leaf, "egg": _egg,
}  # fmt: skip
