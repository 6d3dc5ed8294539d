"""What a hero wears on the head."""

from __future__ import annotations

# Coordinates are read as rows of points.
# fmt: off
from imaging.painters.sketch.colour import RGB, darker, lighter
from imaging.painters.sketch.hero import Hero
from imaging.painters.sketch.shapes import ellipse, polygon, smooth, soften, star, stroke
from imaging.painters.sketch.sheet import Sheet

GOLD: RGB = (240, 198, 86)


def draw_hat(s: Sheet, hero: Hero, x: float, y: float, wide: float) -> None:
    """The hat the words name, its brim at (x, y), the head ``wide`` to each side there."""
    hats = {
        "wizard": (_pointed, (84, 70, 140)), "crown": (_crown, GOLD), "tophat": (_top_hat, (62, 56, 74)),
        "straw": (_brimmed, (234, 200, 128)), "hat": (_brimmed, hero.cloth2),
        "beret": (_beret, (190, 64, 66)),
        "beanie": (_beanie, hero.cloth2), "cap": (_cap, hero.cloth2), "captain": (_captains, hero.cloth2),
        "wreath": (_wreath, (116, 160, 92)),
        "bow": (_bow, (222, 96, 120)), "goggles": (_goggles, (140, 96, 64)),
        "helmet": (_helmet, (172, 182, 196)),
        "tricorn": (_tricorn, (64, 56, 70)),
        "hood": (_hood, hero.worn("cloak", hero.cloth)),
    }  # fmt: skip
    if hero.hat in hats:
        draw, colour = hats[hero.hat]
        draw(s, x, y, wide, hero.hat_colour or colour)


def _pointed(s: Sheet, x: float, y: float, w: float, colour: RGB) -> None:
    cone = s.add(smooth([(x - w * 0.84, y + 1), (x - w * 0.5, y - 12), (x - w * 0.05, y - 24),
        (x + w * 0.5, y - 32),
                         (x + w * 0.92, y - 29), (x + w * 0.58, y - 25.5), (x + w * 0.56, y - 14),
                         (x + w * 0.84, y + 1)]),
                 colour)
    s.add(smooth([(x - w * 1.7, y + 2.5), (x - w * 0.9, y - 1.4), (x, y - 2.2), (x + w * 0.9, y - 1.4),
        (x + w * 1.7, y + 2.5),
                  (x + w * 0.8, y + 4.6), (x, y + 5.4), (x - w * 0.8, y + 4.6)]), colour)
    s.flat(smooth([(x - w * 0.85, y - 1.6), (x, y + 0.8), (x + w * 0.85, y - 1.6), (x + w * 0.8, y - 5.6),
        (x, y - 3.4),
                   (x - w * 0.8, y - 5.6)]), GOLD, inside=cone, shade=0.5)
    s.flat(star(x - 2, y - 11, 2.5), (250, 226, 140))
    s.flat(star(x + 3.6, y - 19, 1.7), (250, 226, 140))


def _crown(s: Sheet, x: float, y: float, w: float, colour: RGB) -> None:
    w *= 0.66
    outline = polygon((x - w, y + 3.4), (x - w * 1.18, y - 8.5), (x - w * 0.55, y - 3.4), (x, y - 11.5),
        (x + w * 0.55, y - 3.4),
                      (x + w * 1.18, y - 8.5), (x + w, y + 3.4))
    s.add(soften(outline, 0.08, 2), colour)
    s.ink([(x - w * 1.02, y + 0.8), (x, y + 1.8), (x + w * 1.02, y + 0.8)], 0.8, darker(colour, 0.35))
    for dx, dy in ((-1.18, -9), (0, -12), (1.18, -9)):
        s.add(ellipse(x + w * dx, y + dy, 1.5, 1.5), lighter(colour, 0.35), line=0.35, cast=0.0)
    s.add(ellipse(x, y - 3.4, 1.7, 2.1), (206, 66, 84), line=0.35, cast=0.0)
    s.pair(ellipse(x - w * 0.62, y - 0.6, 1.1, 1.2), (90, 160, 200), x=x, line=0.3, cast=0.0)


def _top_hat(s: Sheet, x: float, y: float, w: float, colour: RGB) -> None:
    s.add(smooth([(x - w * 1.22, y + 1), (x, y - 2), (x + w * 1.22, y + 1), (x + w * 0.8, y + 3.8),
        (x, y + 4.8),
                  (x - w * 0.8, y + 3.8)]), colour)
    tube = s.add(smooth([(x - w * 0.72, y + 1.6), (x - w * 0.68, y - 8), (x - w * 0.8, y - 17.5),
        (x, y - 19.4),
                         (x + w * 0.8, y - 17.5), (x + w * 0.68, y - 8), (x + w * 0.72, y + 1.6),
                         (x, y + 3)]), colour)
    s.flat(stroke([(x - w, y - 2.6), (x, y - 0.8), (x + w, y - 2.6)], [4, 4, 4]), (190, 70, 74), inside=tube,
        shade=0.4)


def _brimmed(s: Sheet, x: float, y: float, w: float, colour: RGB) -> None:
    s.add(ellipse(x, y + 1.6, w * 1.72, 4.4), colour)
    dome = s.add(smooth([(x - w * 0.86, y + 1), (x - w * 0.78, y - 7), (x - w * 0.4, y - 11.6),
        (x + w * 0.4, y - 11.6),
                         (x + w * 0.78, y - 7), (x + w * 0.86, y + 1), (x, y + 3)]), colour)
    s.flat(stroke([(x - w, y - 1.6), (x, y + 0.4), (x + w, y - 1.6)], [3.2, 3.2, 3.2]),
        darker((190, 78, 70), 0.1), inside=dome,
           shade=0.4)
    for side in (-1.3, -1.05, 1.05, 1.3):
        s.ink([(x + w * side, y + 0.4), (x + w * side * 1.1, y + 2.6)], 0.4, darker(colour, 0.3), alpha=0.7)


def _tricorn(s: Sheet, x: float, y: float, w: float, colour: RGB) -> None:
    s.add(smooth([(x - w * 0.8, y), (x - w * 0.6, y - 9), (x, y - 12), (x + w * 0.6, y - 9),
        (x + w * 0.8, y)]), colour)
    s.add(smooth([(x - w * 1.5, y - 6.6), (x - w * 0.8, y - 2.6), (x, y - 7.4), (x + w * 0.8, y - 2.6),
        (x + w * 1.5, y - 6.6), (x + w * 0.95, y + 3),
                  (x, y + 5), (x - w * 0.95, y + 3)]), darker(colour, 0.12))
    s.ink([(x - w * 1.4, y - 6), (x - w * 0.8, y - 1.6), (x, y - 6), (x + w * 0.8, y - 1.6),
        (x + w * 1.4, y - 6)], 0.9, GOLD)
    s.flat(ellipse(x, y - 0.6, 2.6, 2.4), (250, 246, 234))
    for side in (-1, 1):
        s.flat(ellipse(x + side, y - 0.8, 0.7, 0.8), colour)


def _beret(s: Sheet, x: float, y: float, w: float, colour: RGB) -> None:
    s.add(stroke([(x + 1, y - 7), (x + 2.4, y - 10.6)], [1.8, 1.2]), colour, line=0.45)
    s.add(smooth([(x - w * 0.92, y + 1.4), (x - w * 1.22, y - 3.4), (x - w * 0.6, y - 8.6),
        (x + w * 0.4, y - 8.6),
                  (x + w * 1.1, y - 3.6), (x + w * 0.94, y + 1.2), (x, y - 1)]), colour)


def _beanie(s: Sheet, x: float, y: float, w: float, colour: RGB) -> None:
    s.add(ellipse(x, y - 13.4, 4, 3.8), lighter(colour, 0.7))
    s.add(smooth([(x - w * 1.02, y + 3), (x - w * 0.86, y - 6), (x - w * 0.4, y - 11.6),
        (x + w * 0.4, y - 11.6),
                  (x + w * 0.86, y - 6), (x + w * 1.02, y + 3)]), colour)
    band = s.add(smooth([(x - w * 1.1, y + 3.6), (x - w * 1.04, y - 1.4), (x, y - 3.2),
        (x + w * 1.04, y - 1.4),
                         (x + w * 1.1, y + 3.6), (x, y + 2)]), lighter(colour, 0.5))
    for step in (-0.75, -0.45, -0.15, 0.15, 0.45, 0.75):
        s.ink([(x + w * step, y - 3), (x + w * step, y + 3)], 0.5, darker(colour, 0.1), inside=band)


def _cap(s: Sheet, x: float, y: float, w: float, colour: RGB) -> None:
    s.add(smooth([(x - w * 0.98, y + 2), (x - w * 1.1, y - 5), (x - w * 0.6, y - 9.6), (x + w * 0.6, y - 9.6),
        (x + w * 1.1, y - 5),
                  (x + w * 0.98, y + 2), (x, y)]), colour)
    s.add(smooth([(x - w * 0.9, y), (x, y - 2), (x + w * 0.9, y), (x + w * 1.02, y + 3.2), (x, y + 2.4),
        (x - w * 1.02, y + 3.2)]),
          darker(colour, 0.35))


def _captains(s: Sheet, x: float, y: float, w: float, colour: RGB) -> None:
    _cap(s, x, y, w, colour)
    s.flat(star(x, y - 4.6, 2.4), GOLD, line=0.3)


def _wreath(s: Sheet, x: float, y: float, w: float, colour: RGB) -> None:
    s.add(stroke([(x - w * 1.02, y + 4), (x - w * 0.5, y - 1), (x, y - 2), (x + w * 0.5, y - 1),
        (x + w * 1.02, y + 4)],
                 [3.4, 3.4, 3.4]), colour, line=0.45)
    petals = ((238, 146, 166), (250, 224, 140), (255, 250, 244), (190, 160, 220), (240, 150, 120))
    for step, petal in zip((-0.92, -0.48, 0.0, 0.48, 0.92), petals, strict=True):
        fx, fy = x + w * step, y - 2 + abs(step) ** 2 * 6.4
        s.add(star(fx, fy, 3.4, rays=5, inner=0.6), petal, line=0.35, cast=0.12)
        s.flat(ellipse(fx, fy, 1.0, 1.0), (236, 180, 70))


def _bow(s: Sheet, x: float, y: float, w: float, colour: RGB) -> None:
    bx, by = x + w * 0.62, y - 0.4
    s.pair(smooth([(bx, by), (bx - 6.6, by - 4.4), (bx - 7.2, by + 3.6)]), colour, x=bx)
    s.add(ellipse(bx, by, 1.9, 2.0), darker(colour, 0.15), line=0.4)


def _goggles(s: Sheet, x: float, y: float, w: float, colour: RGB) -> None:
    s.add(stroke([(x - w * 1.14, y + 7), (x - w * 0.5, y + 2.4), (x + w * 0.5, y + 2.4),
        (x + w * 1.14, y + 7)], [3, 3.2, 3]), colour,
          line=0.45)
    for glass in s.pair(ellipse(x - 5.4, y + 2.4, 5, 4.6), colour, x=x):
        cx, cy = glass.points.mean(axis=0)
        lens = s.flat(ellipse(float(cx), float(cy), 3.6, 3.3), (140, 196, 214), shade=0.6)
        s.flat(ellipse(float(cx) - 1.2, float(cy) - 1.2, 1.2, 0.9), (255, 255, 255), inside=lens, alpha=0.9)


def _helmet(s: Sheet, x: float, y: float, w: float, colour: RGB) -> None:
    s.add(smooth([(x + 1, y - 11), (x + 5, y - 21), (x + 14, y - 23), (x + 19, y - 16), (x + 12, y - 15),
        (x + 5, y - 9)]),
          (206, 70, 66))
    s.add(smooth([(x - w * 1.2, y + 9), (x - w * 1.14, y - 3), (x - w * 0.6, y - 10.6), (x, y - 12.4),
        (x + w * 0.6, y - 10.6),
                  (x + w * 1.14, y - 3), (x + w * 1.2, y + 9), (x + w * 0.9, y + 2.8), (x, y + 0.6),
                  (x - w * 0.9, y + 2.8)]), colour)
    s.ink([(x, y - 12), (x, y - 6), (x, y + 0.4)], 0.9, darker(colour, 0.4))
    s.flat(stroke([(x - w * 0.75, y - 5), (x - w * 0.4, y - 8.6)], [1.2, 2]), (255, 255, 255), alpha=0.7)


def _hood(s: Sheet, x: float, y: float, w: float, colour: RGB) -> None:
    """A rim of cloth round the face, higher than the head."""
    outer = [(x - w * 1.42, y + 23), (x - w * 1.52, y + 8), (x - w * 1.1, y - 5), (x, y - 10.5),
        (x + w * 1.1, y - 5), (x + w * 1.52, y + 8),
             (x + w * 1.42, y + 23)]
    inner = [(x + w * 1.12, y + 22), (x + w * 1.16, y + 10), (x + w * 0.84, y + 1.6), (x, y - 1.4),
        (x - w * 0.84, y + 1.6),
             (x - w * 1.16, y + 10), (x - w * 1.12, y + 22)]
    s.add(smooth(outer + inner, steps=8), colour)
