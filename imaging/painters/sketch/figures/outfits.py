"""What people wear from the neck to the hem: one function an outfit."""

from __future__ import annotations

# Coordinates are read as rows of points.
# fmt: off
from collections.abc import Callable

from imaging.painters.sketch.colour import darker, lighter, mix
from imaging.painters.sketch.dress import GOLD
from imaging.painters.sketch.hero import Hero
from imaging.painters.sketch.shapes import XY, ellipse, polygon, smooth, soften, stroke
from imaging.painters.sketch.sheet import Sheet


def _dress(s: Sheet, hero: Hero) -> None:
    c = hero.cloth
    cloth = s.add(smooth([(44.5, 48.5), (41, 52), (42.6, 62), (36, 74), (33, 82), (42, 84.6), (50, 85.2),
        (58, 84.6), (67, 82), (64, 74), (57.4, 62),
                          (59, 52), (55.5, 48.5), (50, 50.5)]), c, fade=darker(c, 0.1))
    for fold in (-8, 1, 9):
        s.ink([(50 + fold * 0.5, 66), (50 + fold, 84)], 0.5, darker(c, 0.4), inside=cloth)
    s.flat(stroke([(30, 80.6), (50, 83.4), (70, 80.6)], [2.2, 2.2, 2.2]), lighter(c, 0.5), inside=cloth)
    s.flat(stroke([(40, 62.6), (50, 64), (60, 62.6)], [2.2, 2.4, 2.2]), darker(hero.cloth2, 0.05),
        inside=cloth, line=0.3)
    s.pair(smooth([(50, 51.4), (44.5, 48.4), (43, 52.6), (47, 55)]), (252, 248, 238), line=0.4, cast=0.12)


def _gown(s: Sheet, hero: Hero) -> None:
    c = hero.cloth
    cloth = s.add(smooth([(44.5, 48.5), (40.5, 52), (42, 62), (35, 76), (31, 91), (40, 93.6), (50, 94.2),
        (60, 93.6), (69, 91), (65, 76), (58, 62),
                          (59.5, 52), (55.5, 48.5), (50, 50.5)]), c, fade=darker(c, 0.16))
    s.flat(smooth([(47.5, 51), (52.5, 51), (53.5, 64), (58, 94), (42, 94), (46.5, 64)]), lighter(c, 0.38),
        inside=cloth, shade=0.3)
    for fold in (-13, -9.4, 9.4, 13):
        s.ink([(50 + fold * 0.45, 66), (50 + fold, 92)], 0.5, darker(c, 0.4), inside=cloth)
    s.flat(stroke([(28, 89.4), (50, 92.6), (72, 89.4)], [2.0, 2.0, 2.0]), GOLD, inside=cloth, shade=0.3)
    s.flat(stroke([(40, 63), (50, 64.8), (60, 63)], [2.2, 2.4, 2.2]), GOLD, inside=cloth, line=0.3)


def _torso(hem: float, flare: float) -> list[XY]:
    return [(45, 48.5), (40.5, 51.6), (40, 60), (40.4 - flare, hem), (50, hem + 2), (59.6 + flare, hem),
        (60, 60), (59.5, 51.6), (55, 48.5),
            (50, 50.4)]


def _shirt(s: Sheet, hero: Hero) -> None:
    c = hero.worn("sweater", hero.cloth)
    cloth = s.add(smooth(_torso(75, 0.4)), c)
    for y in (57, 62, 67):
        s.flat(stroke([(38, y), (50, y + 1.4), (62, y)], [1.7, 1.7, 1.7]), lighter(c, 0.55), inside=cloth,
            alpha=0.85)
    s.add(smooth([(45.4, 47.8), (50, 49.6), (54.6, 47.8), (54.6, 50.4), (50, 52.4), (45.4, 50.4)]),
        darker(c, 0.12), line=0.4)


def _coat(s: Sheet, hero: Hero) -> None:
    c = hero.worn("vest", hero.worn("coat", hero.cloth))
    cloth = s.add(smooth(_torso(81, 3.4)), c, fade=darker(c, 0.14))
    s.flat(polygon((46, 47), (54, 47), (50.8, 60), (49.2, 60)), (250, 244, 230), inside=cloth)
    s.pair(smooth([(49.6, 61), (45, 47.8), (42.4, 50.4), (44.4, 57)]), lighter(c, 0.16), line=0.4, cast=0.12)
    s.ink([(50, 60), (50, 70), (50.3, 83)], 0.6, darker(c, 0.5), inside=cloth)
    for y in (64, 69, 74):
        s.add(ellipse(52, y, 0.95, 0.95), GOLD, line=0.28, cast=0.0)


def _overalls(s: Sheet, hero: Hero) -> None:
    s.add(smooth(_torso(70, 0)), lighter(hero.cloth2, 0.55))
    c = hero.worn("apron", hero.cloth)
    s.pair(stroke([(45, 58), (43.6, 49.6)], [2.2, 2]), c, line=0.4, cast=0.12)
    s.add(smooth([(44, 57), (56, 57), (58.6, 65), (60.4, 76), (50, 78), (39.6, 76), (41.4, 65)]), c)
    s.flat(smooth([(46.4, 61), (53.6, 61), (53, 66.4), (50, 67.4), (47, 66.4)]), lighter(c, 0.14), line=0.4)


def _plate(s: Sheet, hero: Hero) -> None:
    c = hero.cloth
    s.add(smooth([(41, 68), (59, 68), (61.5, 79), (50, 81), (38.5, 79)]),
        darker(mix(c, hero.cloth2, 0.8), 0.1))
    chest = s.add(smooth(_torso(69, 0.6)), c)
    s.ink([(50, 51), (50.6, 60), (50, 70)], 0.6, darker(c, 0.5), inside=chest)
    s.flat(stroke([(44, 53), (43, 60)], [0.8, 1.9]), (255, 255, 255), inside=chest, alpha=0.7)
    s.flat(ellipse(54.6, 57.6, 2.2, 2.4), hero.cloth2 if hero.cloth2 != c else GOLD, line=0.35)
    s.add(stroke([(40, 68.6), (50, 70.2), (60, 68.6)], [2.6, 2.8, 2.6]), (110, 76, 56), line=0.4)


def _spacesuit(s: Sheet, hero: Hero) -> None:
    c = hero.cloth
    s.add(soften(polygon((37, 49), (63, 49), (63, 72), (37, 72)), 0.2), darker(c, 0.24))
    s.add(smooth(_torso(77, 2.4)), c)
    s.add(soften(polygon((44, 57), (56, 57), (56, 66), (44, 66)), 0.2), darker(c, 0.2), line=0.4)
    for x, tone in ((46.6, (222, 80, 76)), (50, (248, 204, 90)), (53.4, (92, 168, 206))):
        s.add(ellipse(x, 60, 1.2, 1.2), tone, line=0.25, cast=0.0)
    s.ink([(45.6, 63.6), (50, 63.6), (54.4, 63.6)], 0.7, (96, 106, 124))
    s.flat(stroke([(38, 73), (50, 74.6), (62, 73)], [2, 2, 2]), (234, 124, 66), line=0.3)


def _shell_top(s: Sheet, hero: Hero) -> None:
    s.add(smooth(_torso(68, 0.6)), hero.skin)
    s.pair(smooth([(50, 58), (45, 53.4), (40.6, 57), (43, 62), (48.6, 62.4)]),
        mix(hero.cloth2, (214, 130, 190), 0.6), line=0.45, cast=0.15)


OUTFITS: dict[str, Callable[[Sheet, Hero], None]] = {
    "dress": _dress, "gown": _gown, "robe": _gown, "coat": _coat, "overalls": _overalls, "armour": _plate,
    "spacesuit": _spacesuit, "tail": _shell_top, "trousers": _shirt,
}
