"""Swimmers: whales, fish, octopuses. They stand on a splash, so that they can stand anywhere."""

from __future__ import annotations

# Coordinates are read as rows of points.
# fmt: off
from imaging.painters.sketch.colour import darker, lighter, mix
from imaging.painters.sketch.dress import draw_hat, draw_held, draw_scarf
from imaging.painters.sketch.face import draw_cheeks, draw_eyes, draw_glasses, draw_mouth
from imaging.painters.sketch.hero import Hero
from imaging.painters.sketch.shapes import XY, egg, ellipse, smooth, stroke
from imaging.painters.sketch.sheet import Sheet


def draw_whale(s: Sheet, hero: Hero) -> None:
    """Round and broad, its fluke in the air."""
    _splash(s, 46, 30)
    s.add(smooth([(78, 66), (84, 54), (86, 44), (80, 34), (86, 32), (92, 39), (97, 31), (102, 33), (98, 44),
        (95, 58), (88, 74)]), hero.body)
    body = s.add(smooth([(14, 64), (16, 50), (26, 39), (42, 34), (60, 37), (76, 50), (88, 62), (84, 78),
        (70, 88), (46, 91), (24, 88), (15, 78)]), hero.body)
    belly = s.flat(smooth([(10, 74), (30, 76), (54, 74), (74, 68), (90, 74), (84, 96), (10, 96)]),
        hero.second, inside=body, shade=0.4)
    for k in range(5):
        s.ink([(24 + k * 9, 78), (26 + k * 9, 84), (30 + k * 9, 91)], 0.5, darker(hero.second, 0.3),
            inside=belly)
    s.add(smooth([(58, 74), (66, 76), (72, 86), (66, 92), (58, 86)]), darker(hero.body, 0.1))
    if hero.kind == "whale" and not hero.hat:
        for side in (-1, 1):
            s.add(stroke([(44, 34), (44 + side * 3, 24), (44 + side * 9, 22), (44 + side * 11, 27)],
                [2.6, 2.8, 2.6, 1.4]), (190, 226, 244), line=0.4)
    draw_cheeks(s, hero, 36, 69, 15, 3.8)
    draw_eyes(s, hero, 36, 61, 11.6, 4.2)
    if "glasses" in hero.wears:
        draw_glasses(s, 36, 61, 11.6, 6.4, hero.wears["glasses"] or (110, 78, 60))
    draw_mouth(s, hero, 36, 69.5, 5.4)
    draw_hat(s, hero, 42, 37, 13)


def draw_fish(s: Sheet, hero: Hero) -> None:
    """A plump fish on its tail fin's tip, fins like veils."""
    _splash(s, 50, 22)
    for fin in ([(70, 62), (84, 50), (96, 46), (92, 60), (96, 74), (86, 76), (72, 70)],
        [(40, 40), (48, 24), (62, 20), (66, 30), (64, 42)],
                [(44, 82), (52, 92), (62, 93), (60, 82)]):
        s.add(smooth(fin), lighter(mix(hero.body, hero.second, 0.3), 0.12), fade=hero.body)
    body = s.add(smooth([(18, 62), (24, 46), (40, 37), (58, 40), (72, 54), (78, 64), (70, 78), (54, 86),
        (36, 86), (22, 76)]), hero.body)
    s.flat(smooth([(14, 70), (30, 74), (50, 76), (66, 74), (60, 92), (20, 92)]), hero.second, inside=body,
        soft=0.8)
    for row in range(4):
        for k in range(3):
            x, y = 54 + k * 6 + (row % 2) * 3, 52 + row * 6.4
            s.ink([(x - 2.2, y - 2), (x + 0.6, y), (x - 2.2, y + 2)], 0.5, darker(hero.body, 0.3),
                inside=body, alpha=0.8)
    s.add(smooth([(52, 66), (62, 64), (68, 72), (60, 78), (52, 74)]), lighter(hero.body, 0.15),
        fade=hero.body)
    draw_cheeks(s, hero, 36, 68, 12.4, 3.4)
    draw_eyes(s, hero, 36, 60, 9.6, 4.6)
    draw_mouth(s, hero, 36, 69, 4.2)
    draw_scarf(s, hero, 41, 79, 15)
    draw_hat(s, hero, 42, 40.5, 12)


def draw_octopus(s: Sheet, hero: Hero) -> None:
    """A great head on curling arms, one of them raised to hold something."""
    arms: list[list[XY]] = [
        [(34, 66), (20, 72), (10, 82), (14, 91), (21, 88)], [(66, 66), (80, 72), (90, 82), (86, 91),
        (79, 88)],
        [(40, 70), (30, 82), (24, 92), (32, 94)], [(60, 70), (70, 82), (76, 92), (68, 94)],
    ]  # fmt: skip
    raised: list[XY] = [(32, 60), (18, 60), (12, 52), (16, 45)] if hero.holds else [(32, 60), (18, 58),
        (12, 48), (18, 43), (21, 48)]
    if hero.holds:
        draw_held(s, hero, 16, 45)
    other: list[XY] = [(68, 60), (82, 58), (88, 50), (83, 45)]
    for path in (raised, other, *arms):
        s.add(stroke(path, [11, 8, 6, 3]), hero.body)
    for side in (-1, 1):
        s.add(stroke([(50 + side * 5, 70), (50 + side * 7, 84), (50 + side * 10, 93)], [11, 9, 6]), hero.body)
        s.flat(ellipse(50 + side * 7, 84, 1.5, 1.5), hero.second)
        s.flat(ellipse(50 + side * 10, 90, 1.2, 1.2), hero.second)
    head = s.add(egg(50, 43, 24, 27, -0.1), hero.body)
    for x, y, r in ((38, 24, 2.6), (44, 20.6, 1.7), (62, 25, 2.2), (57, 20, 1.4)):
        s.flat(ellipse(x, y, r, r * 0.8), lighter(hero.body, 0.3), inside=head, alpha=0.8)
    draw_cheeks(s, hero, 50, 56, 14, 3.8)
    draw_eyes(s, hero, 50, 47, 9.4, 4.6)
    if "glasses" in hero.wears:
        draw_glasses(s, 50, 47, 9.4, 7.0, hero.wears["glasses"] or (110, 78, 60))
    draw_mouth(s, hero, 50, 57, 4.2)
    draw_hat(s, hero, 50, 20.6, 15)
    draw_scarf(s, hero, 50, 65, 17)


def _splash(s: Sheet, x: float, half: float) -> None:
    """The water it leaps from."""
    water = (150, 206, 232)
    crest = [(x - half * 1.25, 94), (x - half * 1.3, 86), (x - half, 90), (x - half * 0.6, 85),
        (x - half * 0.2, 90), (x + half * 0.3, 85), (x + half * 0.7, 90),
             (x + half * 1.1, 85.6), (x + half * 1.3, 94), (x, 96.4)]
    s.add(smooth(crest), water, fade=(222, 242, 250), line=0.4)
    for dx, dy, r in ((-1.2, 80, 1.4), (1.24, 79.5, 1.2), (-1.35, 83, 0.9), (1.4, 83, 0.9)):
        s.add(ellipse(x + half * dx, dy, r, r * 1.2), (190, 226, 244), line=0.3, cast=0.0)
