"""Those who fit no family: robots, ghosts, snowmen, tree folk, horses, unicorns, snails, insects."""

from __future__ import annotations

# Coordinates are read as rows of points.
# fmt: off
import math

from imaging.painters.sketch.colour import darker, lighter, mix
from imaging.painters.sketch.dress import (
    cloak_back,
    cloak_front,
    draw_hat,
    draw_held,
    draw_scarf,
    draw_wings,
)  # fmt: skip
from imaging.painters.sketch.face import draw_cheeks, draw_eyes, draw_glasses, draw_mouth
from imaging.painters.sketch.hero import Hero
from imaging.painters.sketch.shapes import XY, egg, ellipse, polygon, smooth, soften, stroke
from imaging.painters.sketch.sheet import Sheet


def _specs(s: Sheet, hero: Hero, x: float, y: float, gap: float, size: float) -> None:
    if "glasses" in hero.wears:
        draw_glasses(s, x, y, gap, size, hero.wears["glasses"] or (110, 78, 60))


def draw_robot(s: Sheet, hero: Hero) -> None:
    """Rounded boxes, jointed arms, a lamp on top and a heart of light."""
    c, dark, light = hero.body, darker(hero.body, 0.35), lighter(hero.body, 0.35)
    cloak_back(s, hero, 50, 54, 93, 16)
    for side in (-1, 1):
        x = 50 + side * 8
        for y in (80, 84):
            s.add(ellipse(x, y, 4.6, 2.8), dark, line=0.45)
        s.add(soften(polygon((x - 7.4, 87), (x + 7.4, 87), (x + 8.4, 94), (x - 8.4, 94)), 0.22), c)
    raised = bool(hero.holds) or hero.pose in {"joy", "smile"}
    arms: list[list[XY]] = [[(66, 58), (75, 63), (74, 74)], [(34, 58), (24, 60), (19, 50)] if raised
        else [(34, 58), (25, 63), (26, 74)]]
    for path in arms:
        s.add(stroke(path, [5.4, 5, 5]), dark)
        for t in (0.3, 0.6):
            jx = path[0][0] + (path[1][0] - path[0][0]) * t
            s.add(ellipse(jx, path[0][1] + (path[1][1] - path[0][1]) * t, 3, 3.6), light, line=0.35, cast=0.0)
    body = s.add(soften(polygon((32, 52), (68, 52), (66, 81), (34, 81)), 0.2), c)
    s.add(soften(polygon((40, 58), (60, 58), (60, 74), (40, 74)), 0.2), light, line=0.45, shade=0.5)
    s.glow(50, 65.6, 10, hero.second, 0.7)
    s.add(smooth([(50, 71), (44.6, 65.6), (45.4, 61.6), (48.4, 61), (50, 63.2), (51.6, 61), (54.6, 61.6),
        (55.4, 65.6)]), hero.second, line=0.4)
    for px, py in ((36.4, 56.0), (63.6, 56.0), (37.0, 77.4), (63.0, 77.4)):
        s.flat(ellipse(px, py, 1.1, 1.1), dark, inside=body)
    if hero.holds:
        draw_held(s, hero, 19, 50)
    for path in arms:
        hand = path[-1]
        s.add(ellipse(*hand, 4.4, 4.3), c)
    cloak_front(s, hero, 50, 53, 16)
    with s.turned({"shy": 6, "wonder": -6, "sad": 6}.get(hero.pose, 3), (50, 50)):
        s.add(stroke([(50, 22), (50, 12)], [2, 1.8]), dark, line=0.45)
        s.glow(50, 9.6, 9, hero.second, 0.7)
        s.add(ellipse(50, 10, 3.2, 3.2), hero.second)
        s.pair(soften(polygon((26, 31), (31, 31), (31, 42), (26, 42)), 0.25), dark)
        s.add(soften(polygon((30, 20), (70, 20), (71.6, 50), (28.4, 50)), 0.22), c)
        s.add(soften(polygon((34, 26), (66, 26), (67, 46), (33, 46)), 0.22), (48, 58, 78), shade=0.4)
        for side in (-1, 1):
            x = 50 + side * 8
            s.glow(x, 34, 8, (150, 236, 255), 0.55)
            eye = s.flat(ellipse(x, 34, 4, 4.4 if hero.pose != "sleepy" else 1.4), (170, 240, 255),
                texture=0.0)
            s.flat(ellipse(x - 1.2, 32.4, 1.3, 1.3), (255, 255, 255), inside=eye)
        bend = -1.6 if hero.pose == "sad" else 1.8
        s.ink([(45.6, 40.6), (50, 40.6 + bend), (54.4, 40.6)], 1.2, (170, 240, 255))
        draw_cheeks(s, hero, 50, 40, 12.6, 2.2)
        _specs(s, hero, 50, 34, 8, 6)
        draw_hat(s, hero, 50, 22, 15)
    draw_scarf(s, hero, 50, 51, 15)


def draw_ghost(s: Sheet, hero: Hero) -> None:
    """A sheet of light with a wavering hem."""
    s.glow(50, 54, 50, hero.second, 0.34)
    cloak_back(s, hero, 50, 46, 90, 18)
    hem = [(28, 92), (34, 86), (40, 93), (47, 87), (54, 94), (60, 87), (67, 93), (72, 86), (79, 90)]
    s.add(smooth([(24, 74), (25, 48), (30, 28), (40, 17.6), (50, 15), (60, 17.6), (70, 28), (75, 48),
        (77, 74), *reversed(hem)]), hero.body, fade=hero.second,
          alpha=0.93)
    if hero.holds:
        draw_held(s, hero, 15, 49)
    s.add(smooth([(28, 52), (20, 56), (12, 50), (13.6, 45), (20, 46), (28, 44)]), hero.body)
    s.add(smooth([(72, 52), (80, 58), (86, 55), (85, 50), (79, 49), (72, 44)]), hero.body)
    cloak_front(s, hero, 50, 56, 21)
    draw_cheeks(s, hero, 50, 47, 12, 3.6)
    draw_eyes(s, hero, 50, 39, 8, 4.2)
    _specs(s, hero, 50, 39, 8, 6.4)
    draw_mouth(s, hero, 50, 48, 3.8)
    draw_scarf(s, hero, 50, 57, 20)
    draw_hat(s, hero, 50, 22, 14)


def draw_snowman(s: Sheet, hero: Hero) -> None:
    for arm in ([(66, 56), (80, 48), (89, 42)], [(34, 56), (20, 50), (12, 42)]):
        s.add(stroke(arm, [2.6, 2.2, 1.4]), (112, 80, 62), line=0.45)
    twigs: list[list[XY]] = [[(83, 46), (88, 48)], [(17, 47), (11, 49)], [(15, 44.6), (16, 38)]]
    for path in twigs:
        s.add(stroke(path, [1.6, 1.0]), (112, 80, 62), line=0.4)
    cloak_back(s, hero, 50, 48, 94, 17)
    s.add(egg(50, 77, 24, 18, 0.06), hero.body, fade=(214, 226, 246))
    s.add(egg(50, 56, 17.6, 14, 0.06), hero.body, fade=(220, 230, 248))
    for y in (53, 60, 70):
        s.add(ellipse(50, y, 1.7, 1.7), (64, 58, 68), line=0.3)
    if hero.holds:
        draw_held(s, hero, 13, 43)
    s.add(egg(50, 33, 15.4, 14, 0.04), hero.body)
    draw_cheeks(s, hero, 50, 37.6, 9.6, 2.8)
    draw_eyes(s, hero, 50, 31, 6, 2.7)
    _specs(s, hero, 50, 31, 6, 4.8)
    s.add(smooth([(49, 34), (50.6, 37.4), (41, 39.4), (36.6, 39)]), hero.second, line=0.45)
    draw_mouth(s, hero, 51.6, 41, 3.6)
    cloak_front(s, hero, 50, 48, 17)
    draw_scarf(s, hero, 50, 45, 13)
    draw_hat(s, hero, 50, 21.6, 12.4)
    if not hero.hat:
        s.add(ellipse(50, 21.4, 18, 3.2), (70, 62, 82))
        s.add(soften(polygon((39, 7), (61, 7), (60, 21), (40, 21)), 0.1), (70, 62, 82))
        s.flat(stroke([(40, 17.6), (50, 18.6), (60, 17.6)], [3, 3, 3]), (206, 70, 70))


def draw_treefolk(s: Sheet, hero: Hero) -> None:
    """A trunk with roots for feet, boughs for arms, and a crown of leaves."""
    bark, leaf = hero.body, hero.second
    for path in ([(62, 58), (76, 54), (84, 42)], [(38, 58), (24, 54), (16, 44)], [(78, 52), (88, 52)],
        [(22, 52), (12, 54)]):
        s.add(stroke(path, [6.6, 4.6, 2.4]), bark)
    for x, y, r in ((86, 38, 6.4), (92, 51, 4), (13, 41, 6.4), (9, 54, 4)):
        _leaf_clump(s, x, y, r, leaf)
    if hero.holds:
        draw_held(s, hero, 17, 45)
    trunk = s.add(smooth([(36, 36), (64, 36), (65, 56), (68, 76), (78, 90), (70, 94), (60, 90), (54, 94),
        (46, 94), (40, 90), (30, 94), (22, 90), (32, 76),
                          (35, 56)]), bark, fade=darker(bark, 0.16))
    for path in ([(40, 70), (41, 80), (38, 90)], [(60, 68), (60, 80), (63, 90)],
        [(50, 74), (49, 84), (50, 92)]):
        s.ink(path, 0.7, darker(bark, 0.45), inside=trunk)
    for x, y, r in ((26, 32, 13), (74, 32, 13), (36, 20, 14), (64, 20, 14), (50, 13, 14), (50, 28, 16)):
        _leaf_clump(s, x, y, r, leaf)
    draw_cheeks(s, hero, 50, 59, 10.6, 3)
    draw_eyes(s, hero, 50, 52, 7, 3.5)
    _specs(s, hero, 50, 52, 7, 5.6)
    s.add(ellipse(50, 57.4, 2.2, 1.8), darker(bark, 0.25), line=0.4, cast=0.1)
    draw_mouth(s, hero, 50, 62, 3.8)
    draw_scarf(s, hero, 50, 68, 15)
    draw_hat(s, hero, 50, 7, 13)


def _leaf_clump(s: Sheet, x: float, y: float, r: float, colour: tuple[int, int, int]) -> None:
    dx = (1.0, 0.9, 1.06, 0.92, 0.98, 0.9, 1.04, 0.92, 1.0, 0.9)
    turn = [(k * 0.6283 + 0.2) for k in range(10)]
    s.add(smooth([(x + r * d * math.cos(t), y + r * d * 0.9 * math.sin(t)) for d,
        t in zip(dx, turn, strict=True)], steps=6), colour, cast=0.3)


def draw_horse(s: Sheet, hero: Hero) -> None:
    """On four legs, the head turned to us; a horn and a bright mane make the unicorn."""
    hair = hero.second if hero.kind == "unicorn" or not hero.body_named else darker(hero.body, 0.5)
    if hero.wears.get("beard") is None and hero.kind == "horse" and hero.body_named:
        hair = darker(hero.body, 0.5)
    c, hoof = hero.body, darker(mix(hero.body, (110, 84, 80), 0.7), 0.2)
    if "wings" in hero.wears:
        with s.scaled(0.8, 0.8, (60, 56)):
            draw_wings(s, hero, 60, 56)
    s.add(smooth([(78, 56), (88, 54), (96, 64), (94, 78), (98, 88), (90, 86), (86, 76), (82, 66)]), hair)
    for x, tone in ((51, darker(c, 0.14)), (69, darker(c, 0.14)), (44, c), (76, c)):
        s.add(stroke([(x, 66), (x - 0.6, 78), (x, 89)], [10, 7.4, 7.6]), tone)
        s.add(soften(polygon((x - 4.6, 88), (x + 4.6, 88), (x + 5.4, 94), (x - 5.4, 94)), 0.14), hoof)
    s.add(smooth([(36, 62), (44, 51), (60, 50), (76, 50), (84, 60), (80, 74), (64, 78), (46, 77), (37, 72)]),
        c)
    s.add(smooth([(34, 44), (46, 36), (54, 46), (56, 60), (48, 70), (38, 68), (34, 56)]), c, cast=0.1)
    for x, y, r in ((52, 26, 7), (57, 36, 7.4), (59, 46, 7), (58, 56, 6)):
        s.add(smooth([(x - r, y - r), (x + r * 0.6, y - r * 0.6), (x + r * 1.1, y + r * 0.6),
            (x + r * 0.2, y + r * 1.3), (x - r * 0.9, y + r * 0.4)]), hair)
    cloak_front(s, hero, 42, 58, 13)
    draw_scarf(s, hero, 42, 56, 12)
    s.add(smooth([(28, 24), (25, 13), (31, 16), (35, 23)]), c)
    s.add(smooth([(44, 23), (49, 12.6), (51, 20), (48, 26)]), c)
    s.add(smooth([(38, 17.6), (48, 21), (52.6, 30), (51, 42), (46.6, 51), (38, 55), (29.4, 51), (25, 42),
        (24, 30), (28, 21)]), c)
    s.add(egg(38, 48.6, 11.6, 8.4, 0.1), mix(c, (250, 226, 214), 0.5), line=0.0, cast=0.15, shade=0.8)
    s.pair(ellipse(33.8, 46.4, 1.1, 1.5), darker(c, 0.5), x=38, line=0.0, shade=0.0, cast=0.0)
    draw_mouth(s, hero, 38, 51.4, 4)
    draw_cheeks(s, hero, 38, 41.6, 10.4, 2.8)
    draw_eyes(s, hero, 38, 34.4, 8, 3.6)
    _specs(s, hero, 38, 34.4, 8, 5.6)
    s.add(smooth([(34, 14), (42, 13), (47, 19), (44, 27), (40, 24), (37, 30), (33, 26), (30, 22)]), hair)
    if hero.kind == "unicorn":
        s.glow(37, 4, 13, (255, 240, 190), 0.5)
        s.add(soften(polygon((34, 17), (37.4, -4), (41, 17)), 0.06), (250, 220, 130))
        for turn in (11, 6, 1.6):
            s.ink([(35.6, turn + 1.4), (37.4, turn), (39.4, turn - 0.6)], 0.5, (206, 150, 70))
    draw_hat(s, hero, 38, 19, 11)


def draw_snail(s: Sheet, hero: Hero) -> None:
    c = hero.body
    s.add(smooth([(14, 90), (20, 80), (30, 78), (56, 82), (78, 84), (94, 92), (80, 94), (40, 94.6),
        (20, 94.4)]), c)
    shell = s.add(ellipse(61, 62, 25, 24), hero.second)
    spiral = [(61 + (20 - 0.8 * k) * math.cos(2.6 + 0.5 * k), 62 + (20 - 0.8 * k) * math.sin(2.6 + 0.5 * k))
        for k in range(24)]
    s.flat(stroke(spiral, [2.6, 2.4, 1.4]), darker(hero.second, 0.4), inside=shell)
    s.pair(stroke([(24, 48), (18, 36), (16, 30)], [3, 2.2, 2]), c, x=29)
    s.add(smooth([(16, 60), (18, 48), (30, 43), (42, 48), (44, 62), (42, 78), (34, 88), (22, 88), (17, 76)]),
        c)
    s.pair(ellipse(16, 29, 3, 3), lighter(c, 0.3), x=29)
    draw_cheeks(s, hero, 30, 66, 9, 2.8)
    draw_eyes(s, hero, 30, 58.6, 6.4, 3.2)
    _specs(s, hero, 30, 58.6, 6.4, 5)
    draw_mouth(s, hero, 30, 66.4, 3.2)
    draw_scarf(s, hero, 30, 76, 12.5)
    draw_hat(s, hero, 30, 46, 11)


def draw_insect(s: Sheet, hero: Hero) -> None:
    """Bees, butterflies and ladybirds: big head, small body, wings to suit."""
    if hero.kind == "butterfly":
        for outline in ([(46, 58), (30, 34), (12, 26), (4, 40), (10, 58), (30, 66)],
            [(46, 64), (26, 68), (14, 80), (22, 92), (36, 88), (46, 74)]):
            for part in s.pair(smooth(outline), hero.second):
                cx, cy = part.points.mean(axis=0)
                s.flat(ellipse(float(cx), float(cy), 8, 6.6), lighter(hero.second, 0.5), inside=part,
                    line=0.3)
                s.flat(ellipse(float(cx), float(cy), 3.4, 3), hero.body, inside=part)
    elif hero.kind == "bee":
        draw_wings(s, hero, 50, 62)
    else:
        s.pair(smooth([(50, 54), (36, 52), (24, 62), (24, 78), (34, 88), (46, 86)]), hero.second)
        for x, y in ((33, 64), (67, 64), (31, 76), (69, 76), (40, 82), (60, 82)):
            s.flat(ellipse(x, y, 3, 3), (60, 46, 54))
    for side in (-1, 1):
        s.add(stroke([(50 + side * 5, 84), (50 + side * 6.4, 92)], [3, 3.4]), darker(hero.body, 0.4),
            line=0.45)
        s.add(stroke([(50 + side * 9, 66), (50 + side * 16, 70),
            (50 + side * (19 if hero.pose != "joy" else 22), 64)], [3, 2.8, 3]), darker(hero.body, 0.3),
              line=0.45)
    body = s.add(egg(50, 71, 12, 16, 0.1), hero.body)
    if hero.kind == "bee":
        for y in (66, 74, 82):
            s.flat(stroke([(34, y - 1), (50, y + 1.6), (66, y - 1)], [4, 4, 4]), hero.second, inside=body,
                shade=0.4)
    if hero.holds:
        draw_held(s, hero, 31, 64)
    for side in (-1, 1):
        s.add(stroke([(50 + side * 7, 24), (50 + side * 11, 13), (50 + side * 16, 9)], [1.5, 1.4, 1.2]),
            darker(hero.body, 0.4), line=0.4)
        s.add(ellipse(50 + side * 17, 8.6, 2.6, 2.6), hero.second, line=0.4)
    s.add(egg(50, 39, 19, 17, 0.08), lighter(hero.body, 0.12) if hero.kind == "bee"
        else mix(hero.body, (250, 226, 200), 0.35))
    draw_cheeks(s, hero, 50, 46, 11.6, 3.2)
    draw_eyes(s, hero, 50, 39.6, 8, 3.9)
    _specs(s, hero, 50, 39.6, 8, 6)
    draw_mouth(s, hero, 50, 47, 3.4)
    draw_scarf(s, hero, 50, 56, 12)
    draw_hat(s, hero, 50, 25.4, 14)
