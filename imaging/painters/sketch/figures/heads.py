"""Animal heads round (50, 37): their outline, the markings on it, the muzzle before it."""

from __future__ import annotations

# Coordinates are read as rows of points.
# fmt: off
from imaging.painters.sketch.colour import RGB, darker, lighter, mix
from imaging.painters.sketch.face import INK, draw_eyes, draw_mouth
from imaging.painters.sketch.hero import Hero
from imaging.painters.sketch.shapes import Points, egg, ellipse, polygon, smooth, stroke
from imaging.painters.sketch.sheet import Part, Sheet

X, Y = 50.0, 37.0
#: Muzzles that bring their own mouth.
OWN_MOUTH = {"frog", "dragon", "being", "trunk", "snout", "cow"}
MOUTH_AT = {"fox": 9.4, "dog": 9.4, "cat": 8.2, "koala": 10.2, "sheep": 9.4, "soft": 8.4}


def head_outline(tufted: bool, rx: float, ry: float, heavy: float) -> Points:
    """A head; ``tufted`` ones have pointed cheeks."""
    if not tufted:
        return egg(X, Y, rx, ry, heavy)
    side = [(X + rx * 0.42, Y - ry * 0.93), (X + rx * 0.86, Y - ry * 0.5), (X + rx * 1.0, Y + ry * 0.02),
            (X + rx * 1.27, Y + ry * 0.46), (X + rx * 1.04, Y + ry * 0.52), (X + rx * 1.02, Y + ry * 0.76),
            (X + rx * 0.74, Y + ry * 0.78), (X + rx * 0.36, Y + ry * 1.0)]  # fmt: skip
    other = [(2 * X - px, py) for px, py in reversed(side)]
    return smooth([(X, Y - ry), *side, (X, Y + ry * 1.04), *other], steps=8)


def _hang_ears(s: Sheet, hero: Hero) -> None:
    ear = smooth([(39, 23.5), (33, 22), (28, 28), (26.6, 38), (28.5, 45.5), (33, 45.5), (35.4, 38),
        (36.4, 30)])
    s.pair(ear, darker(mix(hero.body, (120, 74, 50), 0.3), 0.22))


def fox_mask(s: Sheet, hero: Hero, head: Part) -> None:
    """Pale cheeks that leave the brow and the bridge of the nose coloured."""
    cheek = smooth([(50, 46.5), (46.5, 41), (40, 38.8), (32, 41), (22, 44), (30, 56), (42, 58), (50, 58)])
    s.pair(cheek, hero.second, inside=head, line=0.0, shade=0.35, cast=0.0)


def tabby(s: Sheet, hero: Hero, head: Part) -> None:
    dark = darker(hero.body, 0.28)
    for path, width in (([(50, 20), (50, 27)], 2.2), ([(44.5, 20.5), (46, 26)], 1.9),
        ([(55.5, 20.5), (54, 26)], 1.9)):
        s.flat(stroke(path, [width * 0.6, width, 0.5]), dark, inside=head, alpha=0.75)
    for side in (-1, 1):
        for y in (39.5, 43.5):
            s.flat(stroke([(50 + side * 21, y - 1), (50 + side * 14.6, y)], [2, 0.5]), dark, inside=head,
                alpha=0.7)


def patch_eye(s: Sheet, hero: Hero, head: Part) -> None:
    s.flat(ellipse(58.5, 36.5, 7.6, 8.6, 12), darker(hero.body, 0.3), inside=head, soft=0.5, alpha=0.75)
    s.flat(smooth([(47.8, 19), (52.2, 19), (52.6, 34), (54.5, 44), (45.5, 44), (47.4, 34)]), hero.second,
        inside=head,
           soft=0.3)
    _hang_ears(s, hero)


def panda_eyes(s: Sheet, hero: Hero, head: Part) -> None:
    s.flat(ellipse(41.2, 38.2, 5.8, 6.8, 28), hero.second, inside=head, soft=0.3)
    s.flat(ellipse(58.8, 38.2, 5.8, 6.8, -28), hero.second, inside=head, soft=0.3)


def tiger_stripes(s: Sheet, hero: Hero, head: Part) -> None:
    ink = (70, 48, 46)
    for path in ([(50, 21), (50, 28.5)], [(44, 21), (45.5, 27)], [(56, 21), (54.5, 27)], [(29, 36), (36, 38)],
                 [(71, 36), (64, 38)], [(29.5, 42), (36.5, 42.5)], [(70.5, 42), (63.5, 42.5)]):
        s.flat(stroke(path, [2.6, 1.9, 0.4]), ink, inside=head)


def spots(s: Sheet, hero: Hero, head: Part) -> None:
    for x, y, r in ((44, 24.5, 1.3), (50, 23, 1.5), (56, 24.5, 1.3), (47, 28, 1.0), (53, 28, 1.0),
        (33.5, 40, 1.3),
                    (66.5, 40, 1.3), (36, 44.5, 1.2), (64, 44.5, 1.2), (37.5, 28.5, 1.3), (62.5, 28.5, 1.3)):
        s.flat(ellipse(x, y, r * 1.15, r), darker(hero.body, 0.62), inside=head)


def bandit(s: Sheet, hero: Hero, head: Part) -> None:
    fox_mask(s, hero, head)
    for side in (-1, 1):
        s.flat(smooth([(50 + side * 2.6, 37), (50 + side * 9, 32.6), (50 + side * 17, 37),
            (50 + side * 22, 45),
                       (50 + side * 12, 43.6), (50 + side * 4, 42)]), (66, 60, 72), inside=head, soft=0.3)
        s.flat(stroke([(50 + side * 5, 31.4), (50 + side * 12, 29.4), (50 + side * 18, 34)], [1, 2.6, 1]),
            hero.second,
               inside=head)


def heart_face(s: Sheet, hero: Hero, head: Part) -> None:
    heart = smooth([(50, 31.5), (45, 28.5), (38, 30.5), (36.5, 37), (38, 45), (44, 51), (50, 52), (56, 51),
        (62, 45),
                    (63.5, 37), (62, 30.5), (55, 28.5)])
    s.flat(heart, hero.second, inside=head, shade=0.4, soft=0.25)


def hedgehog_face(s: Sheet, hero: Hero, head: Part) -> None:
    s.flat(egg(50, 39, 16, 13, 0.12), hero.second, inside=head, shade=0.6)
    s.flat(polygon((39, 26), (43, 31), (46, 26), (50, 32), (54, 26), (57, 31), (61, 26), (50, 20)), hero.body,
        inside=head)
    s.pair(ellipse(36, 30.5, 3.6, 3.4), hero.second)


def cow_patch(s: Sheet, hero: Hero, head: Part) -> None:
    s.flat(smooth([(54, 21), (63, 24), (68, 32), (65, 42), (57.5, 43), (54, 35)]), hero.second, inside=head)


def fawn_dots(s: Sheet, hero: Hero, head: Part) -> None:
    for x, y in ((45.5, 25), (50, 23.6), (54.5, 25), (47.6, 28.2), (52.4, 28.2)):
        s.flat(ellipse(x, y, 1.1, 1.0), lighter(hero.second, 0.4), inside=head)


def draw_muzzle(s: Sheet, hero: Hero, kind: str, head: Part, nose: RGB) -> None:
    """The front of the face: what carries nose and mouth."""
    if kind == "trunk":
        return _trunk(s, hero)
    if kind == "frog":
        return _wide_mouth(s, hero)
    if kind == "being":
        return _being_face(s, hero)
    if kind == "dragon":
        return _dragon_snout(s, hero, head)
    if kind in {"snout", "cow"}:
        return _flat_snout(s, hero, kind)
    if kind == "koala":
        s.add(ellipse(X, Y + 5, 3.6, 5.0), (66, 60, 70), line=0.4)
        s.flat(ellipse(X - 1.2, Y + 2.6, 1.1, 1.4), (220, 220, 230), alpha=0.5)
        return None
    if kind == "sheep":
        s.add(egg(X, Y + 3, 11.6, 12.6, 0.0), hero.second)
        s.flat(smooth([(40, 28), (44, 32), (47, 29), (50, 33), (53, 29), (56, 32), (60, 28), (56, 21),
            (44, 21)]), hero.body,
               shade=0.6)
    if kind == "dog":
        s.add(egg(X, Y + 7.6, 9.0, 6.6, 0.1), hero.second, line=0.0, cast=0.12, shade=0.7)
    elif kind in {"cat", "soft"}:
        s.flat(egg(X, Y + 8, 8.2, 5.6, 0.1), hero.second, shade=0.5, soft=0.3)
    size = {"dog": 3.0, "fox": 2.6}.get(kind, 2.0)
    at = Y + {"dog": 3.8, "fox": 5.4}.get(kind, 5.2)
    s.add(smooth([(X - size, at - size * 0.55), (X, at - size * 0.75), (X + size, at - size * 0.55),
                  (X + size * 0.6, at + size * 0.45), (X, at + size * 0.85),
                  (X - size * 0.6, at + size * 0.45)]), nose,
          line=0.0, cast=0.12, shade=0.6)
    s.flat(ellipse(X - size * 0.35, at - size * 0.28, size * 0.32, size * 0.2), (255, 250, 244), alpha=0.75)
    return None


def _trunk(s: Sheet, hero: Hero) -> None:
    draw_mouth(s, hero, X + 5.5, Y + 10.5, 2.6)
    s.add(stroke([(X, Y + 3), (X - 0.6, Y + 13), (X - 5, Y + 20), (X - 11, Y + 18.5)], [10, 8.6, 7.2, 6]),
        hero.body)
    for y in (7.0, 10.4, 13.8):
        s.ink([(X - 3.4, Y + y), (X - 0.4, Y + y + 0.9), (X + 2.8, Y + y)], 0.5, darker(hero.body, 0.4))


def _wide_mouth(s: Sheet, hero: Hero) -> None:
    if hero.kind == "frog":
        draw_eyes(s, hero, X, 25.4, 11.5, 4.3, white=False)
    for side in (-1, 1):
        s.flat(ellipse(X + side * 1.7, Y + 2.6, 0.6, 0.5), darker(hero.body, 0.55))
    draw_mouth(s, hero, X, Y + 6.2, 6.4)


def _being_face(s: Sheet, hero: Hero) -> None:
    s.flat(egg(X, Y + 3.4, 14.4, 11.4, 0.08), hero.second, soft=0.5, shade=0.4)
    s.add(ellipse(X, Y + 5.6, 1.7, 1.3), mix(darker(hero.body, 0.5), (150, 70, 70), 0.4), line=0.0, cast=0.1)
    draw_mouth(s, hero, X, Y + 9.4, 3.4)


def _dragon_snout(s: Sheet, hero: Hero, head: Part) -> None:
    s.add(egg(X, Y + 8.4, 11.6, 7.2, 0.06), lighter(hero.body, 0.1), line=0.0, cast=0.16, shade=0.9)
    for side in (-1, 1):
        s.flat(ellipse(X + side * 3.4, Y + 5.2, 1.05, 0.8, side * 24), darker(hero.body, 0.6))
    draw_mouth(s, hero, X, Y + 10.6, 4.2)
    if hero.pose != "joy":
        s.add(polygon((X + 1.9, Y + 12.0), (X + 3.5, Y + 11.7), (X + 2.8, Y + 13.6)), (255, 250, 238),
            line=0.3, cast=0.0)
    for x, y in ((X, Y - 10.5), (X - 3.4, Y - 8.6), (X + 3.4, Y - 8.6)):
        s.flat(ellipse(x, y, 1.5, 1.2), lighter(hero.body, 0.26), inside=head, alpha=0.8)


def _flat_snout(s: Sheet, hero: Hero, kind: str) -> None:
    pink = mix(hero.body, (240, 150, 150), 0.55) if kind == "pig" else mix((240, 176, 170), hero.body, 0.15)
    wide = 10.6 if kind == "cow" else 6.2
    s.add(egg(X, Y + (9 if kind == "cow" else 6), wide, 6.6 if kind == "cow" else 4.4, 0.1), pink, cast=0.15)
    for side in (-1, 1):
        s.flat(ellipse(X + side * wide * 0.36, Y + 6.2, 0.95, 1.3), INK, alpha=0.8)
    draw_mouth(s, hero, X, Y + (11.6 if kind == "cow" else 12.4), 3.2)
