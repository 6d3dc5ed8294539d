"""Birds: owls, penguins and all the others, upright, with wings for arms."""

from __future__ import annotations

# Coordinates are read as rows of points.
# fmt: off
from imaging.painters.sketch.colour import RGB, darker, lighter, mix
from imaging.painters.sketch.dress import cloak_back, cloak_front, draw_hat, draw_held, draw_scarf
from imaging.painters.sketch.face import draw_cheeks, draw_eyes, draw_glasses
from imaging.painters.sketch.hero import Hero
from imaging.painters.sketch.shapes import egg, ellipse, polygon, smooth, soften, stroke
from imaging.painters.sketch.sheet import Sheet

BEAK: RGB = (244, 168, 66)


def draw_bird(s: Sheet, hero: Hero) -> None:
    """The bird from back to front."""
    cloak_back(s, hero, 50, 50, 92, 17)
    _tail(s, hero)
    _feet(s)
    body = s.add(smooth([(50, 18), (62, 20.6), (69.4, 30), (70.6, 44), (73, 60), (70, 78), (60, 88), (50, 90),
        (40, 88), (30, 78), (27, 60), (29.4, 44),
                         (30.6, 30), (38, 20.6)]), hero.body)
    belly = s.flat(egg(50, 68, 15.4, 19, 0.1), hero.second, inside=body, shade=0.5, soft=0.3)
    if hero.kind == "owl":
        for row in range(4):
            for k in range(5 - row % 2):
                x, y = 41 + k * 4.6 + (row % 2) * 2.3, 60 + row * 5.6
                s.ink([(x - 1.6, y), (x, y + 2), (x + 1.6, y)], 0.75, darker(hero.second, 0.4), inside=belly)
    cloak_front(s, hero, 50, 51, 17)
    _wings(s, hero)
    _face(s, hero)
    draw_scarf(s, hero, 50, 51.5, 18)
    draw_hat(s, hero, 50, 23.5, 13.5)


def _tail(s: Sheet, hero: Hero) -> None:
    for k, turn in enumerate((-14, 4, 22)):
        with s.turned(turn, (58, 80)):
            s.add(smooth([(56, 76), (66, 78), (80, 84), (82, 88), (76, 90), (62, 88)]),
                darker(hero.body, 0.1 + 0.08 * k))


def _feet(s: Sheet) -> None:
    for side in (-1, 1):
        for toe in (-3.4, 0, 3.4):
            s.add(stroke([(50 + side * 8, 88), (50 + side * 8 + toe, 93)], [3.2, 3.6]), BEAK, line=0.45)


def _wings(s: Sheet, hero: Hero) -> None:
    colour = hero.wears.get("wings") or darker(hero.body, 0.1)
    raised = bool(hero.holds) or hero.pose in {"joy", "smile"}
    right = smooth([(68, 50), (73, 54), (76.4, 64), (75, 75), (70.6, 82), (67, 74), (66, 62)])
    s.add(right, colour)
    for step in (0.0, 4.6):
        s.ink([(69.5, 62 + step), (72, 68 + step), (71, 74 + step * 0.8)], 0.55, darker(colour, 0.35))
    if raised:
        if hero.holds:
            draw_held(s, hero, 20, 49)
        s.add(smooth([(33, 50), (26, 50), (17, 44.5), (13.6, 48.6), (16, 55), (22, 61), (31, 64)]), colour)
        for step in (0, 4.4):
            s.ink([(27, 55 + step), (22, 53.4 + step), (18, 50.6 + step * 0.8)], 0.55, darker(colour, 0.35))
    else:
        s.add(smooth([(32, 50), (27, 54), (23.6, 64), (25, 75), (29.4, 82), (33, 74), (34, 62)]), colour)


def _face(s: Sheet, hero: Hero) -> None:
    if hero.kind == "owl":
        s.pair(smooth([(34, 28), (30.6, 18), (33, 12.6), (40, 18.6), (46, 22)]), hero.body)
        s.pair(ellipse(41, 35.6, 10.6, 10.4), hero.second, line=0.4, cast=0.1)
        draw_eyes(s, hero, 50, 35.4, 8.8, 5.4, white=False)
        if "glasses" in hero.wears:
            draw_glasses(s, 50, 35.4, 8.9, 7.6, hero.wears["glasses"] or (110, 78, 60))
        s.add(soften(polygon((46.8, 40.4), (53.2, 40.4), (50, 47.4)), 0.16), BEAK, line=0.45)
        return
    if hero.kind == "penguin":
        for side in (-1, 1):
            s.flat(ellipse(50 + side * 8, 36, 9.6, 10), hero.second, shade=0.3)
        s.flat(ellipse(50, 43, 11, 7), hero.second)
    else:
        crest = ([(48, 19), (43, 12), (45.6, 9.6), (50, 15)], [(50, 18.6), (50, 8), (53.4, 6.6), (54.4, 16)])
        for feather in crest:
            s.add(smooth(feather), lighter(hero.body, 0.12), cast=0.1)
        s.flat(egg(50, 43, 13, 10, 0.05), mix(hero.second, hero.body, 0.25), soft=0.8)
    draw_cheeks(s, hero, 50, 43, 12.4, 3.2)
    draw_eyes(s, hero, 50, 35.6, 8.4, 3.5)
    if "glasses" in hero.wears:
        draw_glasses(s, 50, 35.6, 8.4, 5.8, hero.wears["glasses"] or (110, 78, 60))
    s.add(soften(polygon((46.4, 42), (53.6, 42), (50, 48.4)), 0.18), darker(BEAK, 0.18), line=0.45)
    s.add(smooth([(44.6, 41), (50, 37.8), (55.4, 41), (50, 44.4)]), BEAK, line=0.45)
