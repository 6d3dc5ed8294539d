"""What a hero holds: the thing stands at the hand (x, y), drawn before the hand closes over it."""

from __future__ import annotations

# Coordinates are read as rows of points.
# fmt: off
from imaging.painters.sketch.colour import RGB, darker, lighter, mix
from imaging.painters.sketch.hero import Hero
from imaging.painters.sketch.shapes import ellipse, polygon, smooth, soften, star, stroke
from imaging.painters.sketch.sheet import Sheet

WOOD: RGB = (140, 96, 64)
STEEL: RGB = (206, 214, 226)
GOLD: RGB = (238, 196, 92)
GLOW: RGB = (255, 214, 120)


def draw_held(s: Sheet, hero: Hero, x: float, y: float) -> None:
    """The thing the words put in the hero's hand."""
    colour = hero.held_colour
    things = {
        "lantern": (_lantern, (112, 84, 66)), "brush": (_brush, (72, 132, 206)),
        "book": (_book, (150, 60, 70)),
        "sword": (_sword, STEEL), "flower": (_flower, (238, 120, 140)), "balloon": (_balloon, (222, 80, 84)),
        "umbrella": (_umbrella, (204, 78, 78)), "wand": (_wand, (112, 78, 60)), "staff": (_staff, WOOD),
        "star": (_star, (252, 218, 110)), "key": (_key, GOLD), "cup": (_cup, (234, 230, 220)),
        "net": (_net, (240, 240, 235)),
        "flag": (_flag, (208, 76, 70)), "violin": (_violin, (176, 98, 54)),
        "telescope": (_telescope, (186, 138, 76)),
        "basket": (_basket, (198, 150, 92)), "candle": (_candle, (250, 240, 220)), "fish": (_rod, WOOD),
        "heart": (_heart, (224, 72, 92)), "shield": (_shield, (82, 112, 168)),
    }  # fmt: skip
    if hero.holds in things:
        draw, natural = things[hero.holds]
        draw(s, x, y, colour or natural)


def _lantern(s: Sheet, x: float, y: float, colour: RGB) -> None:
    s.ink([(x, y), (x - 2.6, y + 3), (x - 2.6, y + 5)], 0.9, colour)
    cx, cy = x - 2.6, y + 13
    s.glow(cx, cy, 26, GLOW, 0.7)
    s.add(smooth([(cx - 4.4, cy - 6), (cx + 4.4, cy - 6), (cx + 5, cy + 6), (cx - 5, cy + 6)]),
        (255, 222, 130), fade=(255, 180, 80),
          shade=0.4)
    s.flat(ellipse(cx, cy + 1, 2.2, 4), (255, 250, 220), soft=0.5)
    for dx in (-4.2, 0, 4.2):
        s.ink([(cx + dx, cy - 6), (cx + dx * 1.1, cy), (cx + dx, cy + 6)], 0.7, darker(colour, 0.3))
    s.add(soften(polygon((cx - 5.4, cy - 6), (cx - 2, cy - 9.4), (cx + 2, cy - 9.4), (cx + 5.4, cy - 6)),
        0.12), colour)
    s.add(stroke([(cx - 4.8, cy + 7), (cx + 4.8, cy + 7)], [2.6, 2.6]), colour)


def _brush(s: Sheet, x: float, y: float, colour: RGB) -> None:
    with s.turned(-16, (x, y)):
        s.add(stroke([(x, y + 12), (x, y - 12)], [1.8, 2.4]), (196, 138, 84), line=0.45)
        s.add(stroke([(x, y - 11), (x, y - 15)], [2.6, 3.4], round_end=False), STEEL, line=0.45)
        s.add(smooth([(x - 2.2, y - 14.6), (x - 2.8, y - 19), (x - 0.6, y - 24.5), (x + 2.6, y - 19),
            (x + 2.2, y - 14.6)]), colour,
              line=0.45)
        s.glow(x, y - 21, 8, lighter(colour, 0.5), 0.5)


def _book(s: Sheet, x: float, y: float, colour: RGB) -> None:
    with s.turned(-12, (x, y)):
        s.add(soften(polygon((x - 9, y - 9), (x + 3, y - 9), (x + 3, y + 7), (x - 9, y + 7)), 0.08), colour)
        s.flat(soften(polygon((x - 7.8, y + 4.4), (x + 2.8, y + 4.4), (x + 2.8, y + 6.2), (x - 7.8, y + 6.2)),
            0.1), (250, 240, 214))
        s.flat(star(x - 3, y - 2.4, 3), GOLD)


def _sword(s: Sheet, x: float, y: float, colour: RGB) -> None:
    with s.turned(-14, (x, y)):
        blade = s.add(polygon((x - 2.2, y - 4), (x - 1.9, y - 27), (x, y - 32), (x + 1.9, y - 27),
            (x + 2.2, y - 4)), colour)
        s.flat(stroke([(x - 0.4, y - 6), (x - 0.2, y - 27)], [0.9, 0.6]), (255, 255, 255), inside=blade,
            alpha=0.8)
        s.add(stroke([(x - 6, y - 4), (x + 6, y - 4)], [2.4, 2.4]), GOLD)
        s.add(stroke([(x, y - 3), (x, y + 5)], [2.6, 2.6]), (112, 72, 54))
        s.add(ellipse(x, y + 6, 1.9, 1.9), GOLD, line=0.4)


def _flower(s: Sheet, x: float, y: float, colour: RGB) -> None:
    s.add(stroke([(x, y + 8), (x - 0.4, y - 2), (x - 2, y - 12)], [1.3, 1.4, 1.2]), (96, 148, 84), line=0.4)
    s.add(smooth([(x - 0.4, y - 2), (x + 4.4, y - 6.4), (x + 6, y - 4), (x + 2, y - 1)]), (112, 168, 94),
        line=0.4)
    for turn in range(6):
        with s.turned(turn * 60, (x - 2, y - 14)):
            s.add(ellipse(x - 2, y - 17.6, 2.5, 3.4), colour, line=0.4, cast=0.12)
    s.add(ellipse(x - 2, y - 14, 2.3, 2.3), (248, 208, 92), line=0.4)


def _balloon(s: Sheet, x: float, y: float, colour: RGB) -> None:
    s.ink([(x, y + 2), (x - 3, y - 12), (x - 2, y - 24)], 0.55, (90, 74, 80))
    s.add(polygon((x - 3.6, y - 22.5), (x - 0.4, y - 22.5), (x - 2, y - 25.5)), darker(colour, 0.1), line=0.4)
    ball = s.add(smooth([(x - 2, y - 24), (x - 9, y - 30), (x - 12, y - 38), (x - 8, y - 46),
        (x - 2, y - 48.5), (x + 4, y - 46),
                         (x + 8, y - 38), (x + 5, y - 30)]), colour)
    s.flat(ellipse(x - 6.4, y - 41, 1.8, 3.6, 24), (255, 255, 255), inside=ball, alpha=0.75, soft=0.3)


def _umbrella(s: Sheet, x: float, y: float, colour: RGB) -> None:
    s.add(stroke([(x, y - 34), (x, y + 9), (x - 1.6, y + 12.6), (x - 4, y + 10.6)], [1.5, 1.6, 1.6, 1.4]),
        WOOD, line=0.4)
    dome = s.add(smooth([(x - 21, y - 21), (x - 16, y - 32), (x - 6, y - 38), (x, y - 39), (x + 6, y - 38),
        (x + 16, y - 32),
                         (x + 21, y - 21), (x + 14, y - 23.4), (x + 7, y - 20.6), (x, y - 23),
                         (x - 7, y - 20.6), (x - 14, y - 23.4)]),
                 colour)
    for rib in (-7, 7):
        s.flat(smooth([(x, y - 39), (x + rib * 0.9, y - 31), (x + rib, y - 20.4), (x + rib * 2, y - 23),
            (x + rib * 1.6, y - 32)]),
               lighter(colour, 0.45), inside=dome, shade=0.4)
    s.add(stroke([(x, y - 39), (x, y - 42.6)], [1.8, 1]), WOOD, line=0.4)


def _wand(s: Sheet, x: float, y: float, colour: RGB) -> None:
    with s.turned(-18, (x, y)):
        s.add(stroke([(x, y + 6), (x, y - 14)], [1.9, 1.3]), colour, line=0.4)
        s.glow(x, y - 17, 11, (255, 236, 160), 0.75)
        s.add(star(x, y - 17, 4.2), (255, 232, 140), line=0.4)


def _staff(s: Sheet, x: float, y: float, colour: RGB) -> None:
    path = [(x, y + 33), (x - 0.6, y + 10), (x, y - 12), (x - 3, y - 22), (x + 1, y - 27), (x + 4, y - 22.5)]
    s.add(stroke(path, [2, 2.6, 2.8, 3, 2.6, 1.6]), colour)
    s.glow(x, y - 22, 9, (170, 226, 255), 0.7)
    s.add(ellipse(x, y - 22, 2.5, 2.5), (190, 236, 255), line=0.35)


def _star(s: Sheet, x: float, y: float, colour: RGB) -> None:
    s.glow(x - 1, y - 8, 18, (255, 232, 150), 0.6)
    s.add(star(x - 1, y - 8, 8.4, turn=8), colour)
    s.flat(ellipse(x - 3, y - 10.4, 1.5, 1.1), (255, 255, 245), alpha=0.9)


def _key(s: Sheet, x: float, y: float, colour: RGB) -> None:
    s.add(stroke([(x, y + 5), (x, y - 13)], [2, 2]), colour, line=0.45)
    for dy in (-12, -8.6):
        s.add(stroke([(x, y + dy), (x - 4, y + dy)], [1.9, 1.9]), colour, line=0.4)
    s.add(ellipse(x, y + 8, 4.2, 4), colour)
    s.flat(ellipse(x, y + 8, 1.8, 1.7), darker(colour, 0.6))


def _cup(s: Sheet, x: float, y: float, colour: RGB) -> None:
    s.add(stroke([(x + 3, y - 6), (x + 7, y - 5), (x + 3.4, y - 0.4)], [1.6, 1.6, 1.6]), colour, line=0.4)
    s.add(smooth([(x - 5.4, y - 8), (x + 4.4, y - 8), (x + 3.4, y + 2), (x - 4.4, y + 2)]), colour)
    s.flat(ellipse(x - 0.5, y - 8.2, 4.6, 1.2), (120, 78, 56))
    for dx in (-2.4, 1.4):
        s.ink([(x + dx, y - 11), (x + dx + 1.6, y - 14), (x + dx - 0.4, y - 17)], 0.8, (250, 248, 244),
            alpha=0.7)


def _net(s: Sheet, x: float, y: float, colour: RGB) -> None:
    s.add(stroke([(x + 3, y + 16), (x - 4, y - 18)], [1.7, 1.7]), WOOD, line=0.4)
    s.add(smooth([(x - 12, y - 22), (x - 10, y - 36), (x - 4, y - 38), (x + 1, y - 30), (x + 3, y - 21)]),
        colour, alpha=0.7, line=0.4)
    s.add(stroke([(x - 12, y - 22), (x - 4, y - 18.4), (x + 3.4, y - 22), (x - 4, y - 25), (x - 12, y - 22)],
        [1.2, 1.2]), WOOD, line=0.35)


def _flag(s: Sheet, x: float, y: float, colour: RGB) -> None:
    s.add(stroke([(x, y + 14), (x, y - 30)], [1.8, 1.6]), WOOD, line=0.4)
    s.add(smooth([(x, y - 29), (x - 8, y - 31), (x - 20, y - 27), (x - 19, y - 18), (x - 9, y - 19.4),
        (x, y - 16)]), colour)


def _violin(s: Sheet, x: float, y: float, colour: RGB) -> None:
    with s.turned(-24, (x, y)):
        s.add(stroke([(x, y), (x, y - 22)], [2, 1.6]), (92, 60, 48), line=0.4)
        body = smooth([(x - 5, y + 12), (x - 6.4, y + 6), (x - 3.4, y + 1.4), (x - 4.6, y - 4), (x, y - 6.4),
            (x + 4.6, y - 4),
                       (x + 3.4, y + 1.4), (x + 6.4, y + 6), (x + 5, y + 12), (x, y + 14)])
        s.add(body, colour)
        s.ink([(x, y - 20), (x, y), (x, y + 10)], 0.5, (250, 240, 220))


def _telescope(s: Sheet, x: float, y: float, colour: RGB) -> None:
    with s.turned(-32, (x, y)):
        s.add(stroke([(x + 8, y), (x - 4, y)], [4, 4.4], round_end=False), colour)
        s.add(stroke([(x - 3, y), (x - 16, y)], [5.4, 6.4], round_end=False), lighter(colour, 0.12))
        s.add(ellipse(x - 16, y, 1.4, 3.5), (170, 214, 232), line=0.45)


def _basket(s: Sheet, x: float, y: float, colour: RGB) -> None:
    s.add(stroke([(x - 9, y + 9), (x - 6, y), (x, y - 2), (x + 6, y + 9)], [1.6, 1.6]), darker(colour, 0.15),
        line=0.4)
    for dx, fruit in ((-6, (214, 72, 62)), (-1.5, (236, 160, 70)), (3, (140, 176, 84))):
        s.add(ellipse(x + dx, y + 8.4, 3, 3), fruit, line=0.4)
    box = s.add(smooth([(x - 11, y + 9), (x + 8, y + 9), (x + 6, y + 18), (x - 9, y + 18)]), colour)
    for dy in (11.5, 14.5):
        s.ink([(x - 11, y + dy), (x - 1.5, y + dy + 0.8), (x + 8, y + dy)], 0.5, darker(colour, 0.4),
            inside=box)


def _candle(s: Sheet, x: float, y: float, colour: RGB) -> None:
    s.glow(x - 1, y - 14, 24, GLOW, 0.7)
    s.add(stroke([(x - 1, y + 2), (x - 1, y - 9)], [4, 4], round_end=False), colour)
    s.add(smooth([(x - 3, y - 11), (x - 1, y - 18), (x + 1, y - 11), (x - 1, y - 9)]), (255, 196, 84),
        line=0.3)


def _rod(s: Sheet, x: float, y: float, colour: RGB) -> None:
    s.add(stroke([(x + 5, y + 10), (x - 8, y - 20), (x - 22, y - 34)], [2.2, 1.6, 0.8]), colour, line=0.4)
    s.ink([(x - 22, y - 34), (x - 25, y - 14), (x - 24, y + 6)], 0.4, (230, 230, 235))


def _heart(s: Sheet, x: float, y: float, colour: RGB) -> None:
    s.glow(x - 1, y - 7, 13, mix(colour, (255, 220, 220), 0.5), 0.4)
    s.add(smooth([(x - 1, y + 1), (x - 8, y - 6), (x - 8, y - 12), (x - 4, y - 14), (x - 1, y - 10.6),
        (x + 2, y - 14), (x + 6, y - 12),
                  (x + 6, y - 6)]), colour)


def _shield(s: Sheet, x: float, y: float, colour: RGB) -> None:
    outline = smooth([(x - 11, y - 9), (x - 1, y - 12), (x + 9, y - 9), (x + 8, y + 4), (x - 1, y + 14),
        (x - 10, y + 4)])
    face = s.add(outline, colour)
    s.flat(stroke([(x - 1, y - 14), (x - 1, y + 16)], [3.4, 3.4]), lighter(colour, 0.6), inside=face)
    s.flat(stroke([(x - 14, y - 2), (x + 12, y - 2)], [3.4, 3.4]), lighter(colour, 0.6), inside=face)
