"""Clothes and wings for every upright figure; hats and things held have rooms of their own."""

from __future__ import annotations

# Coordinates are read as rows of points.
# fmt: off
from imaging.painters.sketch.colour import RGB, darker, lighter, mix
from imaging.painters.sketch.hats import draw_hat
from imaging.painters.sketch.held import draw_held
from imaging.painters.sketch.hero import Hero
from imaging.painters.sketch.shapes import Points, ellipse, polygon, smooth, stroke
from imaging.painters.sketch.sheet import Part, Sheet

__all__ = [
    "cloak_back", "cloak_front", "draw_hat", "draw_held", "draw_scarf", "draw_wings", "garment", "sleeve_of",
]  # fmt: skip

#: Garments with sleeves, the outermost first.
SLEEVED = ("coat", "robe", "suit", "spacesuit", "sweater", "dress")
GOLD: RGB = (236, 194, 92)


def cloak_back(s: Sheet, hero: Hero, x: float, top: float, floor: float, wide: float) -> None:
    """The part of a cloak that falls behind the figure."""
    if "cloak" not in hero.wears:
        return
    colour = hero.worn("cloak", hero.cloth)
    low = floor - 3
    sway = 3.0
    outline = smooth([
        (x - wide * 0.62, top - 3), (x - wide * 1.2, top + 12), (x - wide * 1.62, low - 8),
        (x - wide * 1.66, low),
        (x - wide * 1.1, low + 1.6), (x - wide * 0.5, low - 0.6), (x, low + 1.2), (x + wide * 0.6, low - 0.8),
        (x + wide * 1.2, low + 1.4), (x + wide * 1.78 + sway, low - 1.5), (x + wide * 1.6 + sway, low - 10),
        (x + wide * 1.2, top + 12), (x + wide * 0.62, top - 3),
    ])  # fmt: skip
    cloak = s.add(outline, colour, fade=darker(colour, 0.22))
    s.flat(smooth([(x - wide * 0.9, top), (x - wide * 1.25, low - 4), (x, low - 3), (x + wide * 1.3, low - 4),
                   (x + wide * 0.9, top)]), darker(mix(colour, hero.cloth2, 0.3), 0.35), inside=cloak,
                   soft=0.8, alpha=0.6)
    for fold in (-1.32, 1.34):
        s.ink([(x + wide * fold * 0.72, top + 10), (x + wide * fold * 0.95, top + 22),
            (x + wide * fold, low - 2)], 0.6,
              darker(colour, 0.45), inside=cloak)
    if hero.hat == "hood":
        s.add(smooth([(x - wide * 0.9, top + 2), (x - wide * 0.7, top - 6), (x + wide * 0.7, top - 6),
                      (x + wide * 0.9, top + 2)]), colour)


def cloak_front(s: Sheet, hero: Hero, x: float, top: float, wide: float) -> None:
    """A cloak's collar over both shoulders, and its clasp."""
    if "cloak" not in hero.wears:
        return
    colour = hero.worn("cloak", hero.cloth)
    flap = smooth([(x - 1, top - 2), (x - wide * 0.7, top - 2.4), (x - wide * 0.98, top + 6),
        (x - wide * 0.92, top + 12),
                   (x - wide * 0.55, top + 8.5), (x - 2, top + 3.4)])
    s.pair(flap, colour, x=x)
    s.add(ellipse(x, top + 1.6, 1.9, 1.9), GOLD, line=0.4)


def draw_scarf(s: Sheet, hero: Hero, x: float, y: float, wide: float) -> None:
    """Wound round the neck, one end falling to the front; a bow tie or necklace otherwise."""
    if "scarf" in hero.wears:
        colour = hero.worn("scarf", hero.cloth2)
        tail = smooth([(x + 4, y), (x + 9, y + 3), (x + 11, y + 12), (x + 12.5, y + 18), (x + 7, y + 19),
            (x + 5, y + 10)])
        end = s.add(tail, darker(colour, 0.08))
        for step in (11.5, 14.5):
            s.flat(stroke([(x + 3, y + step), (x + 14, y + step - 0.8)], [1.1, 1.1]), lighter(colour, 0.5),
                inside=end)
        band = s.add(smooth([(x - wide, y - 2.4), (x - wide * 0.4, y), (x + wide * 0.4, y),
            (x + wide, y - 2.4),
                             (x + wide * 0.98, y + 2.6), (x + wide * 0.4, y + 5.4), (x - wide * 0.4, y + 5.4),
                             (x - wide * 0.98, y + 2.6)]), colour)
        for step in (-0.6, -0.2, 0.2, 0.6):
            s.flat(stroke([(x + wide * step, y - 3), (x + wide * step * 0.9, y + 7)], [1.2, 1.2]),
                lighter(colour, 0.45),
                   inside=band, alpha=0.8)
    elif "bowtie" in hero.wears or "suit" in hero.wears:
        colour = hero.worn("bowtie", (190, 60, 64))
        s.pair(smooth([(x, y + 2.5), (x - 6, y - 0.6), (x - 6.4, y + 5.6)]), colour, x=x)
        s.add(ellipse(x, y + 2.6, 1.6, 1.7), darker(colour, 0.15), line=0.4)
    elif "necklace" in hero.wears:
        s.ink([(x - wide * 0.62, y - 0.5), (x - 4, y + 5.5), (x, y + 7), (x + 4, y + 5.5),
            (x + wide * 0.62, y - 0.5)], 0.9,
              GOLD)
        s.add(ellipse(x, y + 8.6, 2, 2.4), hero.worn("necklace", (92, 178, 190)), line=0.4)


def sleeve_of(hero: Hero) -> RGB | None:
    """The colour of the sleeves, if the figure has any."""
    for name in SLEEVED:
        if name in hero.wears:
            return _colour_of(hero, name)
    return None


def _colour_of(hero: Hero, name: str) -> RGB:
    defaults = {"spacesuit": (236, 238, 242), "suit": (64, 66, 88), "apron": (244, 234, 214),
        "armour": (168, 178, 192)}
    return hero.worn(name, defaults.get(name, hero.cloth))


def garment(s: Sheet, hero: Hero, x: float, top: float, wide: float) -> None:
    """What an animal wears on its body, over the egg from ``top`` to the hips."""
    draw = {
        "dress": _skirted, "robe": _skirted, "coat": _coat, "suit": _coat, "vest": _vest, "sweater": _sweater,
        "spacesuit": _sweater, "armour": _armour, "apron": _apron,
    }  # fmt: skip
    for name, painter in draw.items():
        if name in hero.wears:
            painter(s, x, top, wide, _colour_of(hero, name))
            break
    if "trousers" in hero.wears:
        _trousers(s, x, wide, hero.worn("trousers", hero.cloth2))
    if "belt" in hero.wears:
        colour = hero.worn("belt", (112, 74, 52))
        s.add(stroke([(x - wide * 0.98, 72), (x, 75), (x + wide * 0.98, 72)], [3.4, 3.6, 3.4]), colour,
            cast=0.15)
        s.add(ellipse(x, 75, 2.4, 2.2), GOLD, line=0.4)
    if "satchel" in hero.wears:
        colour = hero.worn("satchel", (146, 98, 64))
        s.add(stroke([(x - wide * 0.7, top + 3), (x + 2, top + 14), (x + wide * 0.9, top + 24)], [2, 2, 2]),
            colour, cast=0.2)
        s.add(smooth([(x + wide * 0.6, 73), (x + wide * 1.15, 73), (x + wide * 1.2, 82),
            (x + wide * 0.55, 82)]), colour)
        s.flat(smooth([(x + wide * 0.58, 72.6), (x + wide * 1.18, 72.6), (x + wide * 0.9, 78.4)]),
            darker(colour, 0.2),
               line=0.4)


def _body(x: float, top: float, wide: float, hem: float, flare: float) -> Points:
    low = top + hem
    return smooth([(x - wide * 0.55, top - 0.5), (x - wide * 0.86, top + 6),
        (x - wide * (0.98 + flare * 0.4), top + hem * 0.62),
                   (x - wide * (1 + flare), low), (x - wide * 0.5, low + 2.2), (x, low + 2.8),
                   (x + wide * 0.5, low + 2.2),
                   (x + wide * (1 + flare), low), (x + wide * (0.98 + flare * 0.4), top + hem * 0.62),
                   (x + wide * 0.86, top + 6), (x + wide * 0.55, top - 0.5), (x, top + 1.5)])


def _skirted(s: Sheet, x: float, top: float, wide: float, colour: RGB) -> None:
    cloth = s.add(_body(x, top, wide, 32, 0.22), colour, fade=darker(colour, 0.12))
    _hem(s, cloth, x, top + 31, wide * 1.2, lighter(colour, 0.45))
    for fold in (-0.55, 0.1, 0.62):
        s.ink([(x + wide * fold * 0.7, top + 17), (x + wide * fold, top + 31)], 0.55, darker(colour, 0.4),
            inside=cloth)


def _hem(s: Sheet, cloth: Part, x: float, y: float, wide: float, colour: RGB) -> None:
    s.flat(stroke([(x - wide, y), (x, y + 2.6), (x + wide, y)], [2.0, 2.0, 2.0]), colour, inside=cloth,
        shade=0.3)


def _coat(s: Sheet, x: float, top: float, wide: float, colour: RGB) -> None:
    cloth = s.add(_body(x, top, wide, 27, 0.12), colour)
    s.flat(polygon((x - 5, top - 1), (x + 5, top - 1), (x + 0.6, top + 9), (x - 0.6, top + 9)),
        (250, 244, 230), inside=cloth)
    s.ink([(x, top + 9), (x, top + 18), (x + 0.4, top + 30)], 0.7, darker(colour, 0.5), inside=cloth)
    s.pair(smooth([(x - 0.6, top + 10.5), (x - 5.4, top - 1.5), (x - 8.4, top + 1), (x - 6, top + 7.5)]),
        lighter(colour, 0.14),
           x=x, line=0.45, cast=0.12)
    for y in (13.5, 18.5, 23.5):
        s.add(ellipse(x + 2.6, top + y, 1.05, 1.05), GOLD, line=0.3, cast=0.0)
    _hem(s, cloth, x, top + 26.6, wide * 1.1, darker(colour, 0.2))


def _vest(s: Sheet, x: float, top: float, wide: float, colour: RGB) -> None:
    half = smooth([(x - 2, top + 25), (x - wide * 0.75, top + 23), (x - wide * 1.03, top + 15),
        (x - wide * 0.9, top + 5),
                   (x - wide * 0.5, top - 0.5), (x - 4.6, top + 4), (x - 1.6, top + 12)])
    s.pair(half, colour, x=x)
    for y in (14, 18.5, 23):
        s.add(ellipse(x - 3.4, top + y, 1.0, 1.0), GOLD, line=0.3, cast=0.0)


def _sweater(s: Sheet, x: float, top: float, wide: float, colour: RGB) -> None:
    cloth = s.add(_body(x, top, wide, 23, 0.04), colour)
    s.flat(stroke([(x - wide * 1.1, top + 22.6), (x, top + 25.2), (x + wide * 1.1, top + 22.6)],
        [3.4, 3.4, 3.4]),
           darker(colour, 0.16), inside=cloth, shade=0.3)
    for y in (8.5, 12.5):
        s.flat(stroke([(x - wide * 1.1, top + y - 1), (x, top + y + 1.4), (x + wide * 1.1, top + y - 1)],
            [1.5, 1.5, 1.5]),
               lighter(colour, 0.55), inside=cloth, alpha=0.9)


def _armour(s: Sheet, x: float, top: float, wide: float, colour: RGB) -> None:
    cloth = s.add(_body(x, top, wide, 23, 0.06), colour)
    s.ink([(x, top + 2), (x, top + 12), (x, top + 25)], 0.7, darker(colour, 0.5), inside=cloth)
    for y in (15, 19.5):
        s.ink([(x - wide, top + y - 1), (x, top + y + 1.6), (x + wide, top + y - 1)], 0.6,
            darker(colour, 0.45), inside=cloth)
    s.pair(ellipse(x - wide * 0.82, top + 6, 5.4, 4.8, -18), lighter(colour, 0.16), x=x)
    s.flat(stroke([(x - wide * 0.5, top + 5), (x - wide * 0.6, top + 12)], [0.8, 2.2]), (255, 255, 255),
        inside=cloth, alpha=0.55)


def _apron(s: Sheet, x: float, top: float, wide: float, colour: RGB) -> None:
    s.pair(stroke([(x - wide * 0.45, top + 8), (x - wide * 0.5, top)], [2, 2]), colour, x=x, line=0.45)
    cloth = s.add(smooth([(x - wide * 0.5, top + 7), (x, top + 8), (x + wide * 0.5, top + 7),
        (x + wide * 0.72, top + 17),
                          (x + wide * 0.78, top + 30), (x, top + 32.5), (x - wide * 0.78, top + 30),
                          (x - wide * 0.72, top + 17)]), colour)
    s.flat(smooth([(x - 6, top + 19), (x + 6, top + 19), (x + 5, top + 26), (x, top + 27),
        (x - 5, top + 26)]),
           lighter(colour, 0.25), inside=cloth, line=0.4)


def _trousers(s: Sheet, x: float, wide: float, colour: RGB) -> None:
    s.add(smooth([(x - wide * 1.0, 73), (x, 76), (x + wide * 1.0, 73), (x + wide * 1.02, 82),
        (x + wide * 0.9, 88),
                  (x + 2, 87.5), (x, 84.5), (x - 2, 87.5), (x - wide * 0.9, 88), (x - wide * 1.02, 82)]),
                  colour)


def draw_wings(s: Sheet, hero: Hero, x: float, y: float) -> None:
    """Bat wings for dragons, gauze for fairies and insects, feathers for all others."""
    colour = hero.wears.get("wings")
    if hero.kind in {"dragon", "dinosaur"}:
        _skin_wings(s, x, y, colour or darker(hero.body, 0.08), hero.second)
    elif hero.kind in {"fairy", "bee", "elf"}:
        _gauze_wings(s, x, y, colour or (206, 232, 244))
    else:
        _feather_wings(s, x, y, colour or (250, 244, 232))


def _skin_wings(s: Sheet, x: float, y: float, bone: RGB, skin: RGB) -> None:
    web = smooth([(x - 10, y + 2), (x - 18, y - 12), (x - 27, y - 23), (x - 40, y - 26), (x - 45, y - 12),
        (x - 44, y + 2),
                  (x - 38, y - 2), (x - 35, y + 8), (x - 29, y + 3), (x - 25, y + 13), (x - 18, y + 9),
                  (x - 10, y + 14)],
                 steps=8)
    for part in s.pair(web, mix(skin, bone, 0.3), x=x, fade=mix(skin, bone, 0.62)):
        side = 1 if part.points[:, 0].mean() > x else -1
        for tip in ((-44, 2), (-35, 8), (-25, 13)):
            s.ink([(x - side * 27 * -1, y - 23), (x + side * (-tip[0] * 0.5 + 15), y + tip[1] * 0.4 - 9),
                   (x - side * tip[0], y + tip[1])], 0.9, darker(bone, 0.3), inside=part)
    arm = stroke([(x - 9, y + 4), (x - 18, y - 12), (x - 27, y - 23), (x - 41, y - 27)], [5, 4, 3.6, 1.4])
    s.pair(arm, bone, x=x)


def _gauze_wings(s: Sheet, x: float, y: float, colour: RGB) -> None:
    for outline in ([(x - 4, y + 2), (x - 14, y - 22), (x - 30, y - 30), (x - 38, y - 20), (x - 34, y - 4),
        (x - 20, y + 3)],
                    [(x - 4, y + 3), (x - 20, y + 4), (x - 32, y + 10), (x - 31, y + 21), (x - 20, y + 22),
                    (x - 9, y + 13)]):
        for part in s.pair(smooth(outline), lighter(colour, 0.25), x=x, fade=colour, alpha=0.82, line=0.5,
            cast=0.0):
            cx, cy = part.points.mean(axis=0)
            s.flat(ellipse(float(cx), float(cy), 6, 5), lighter(colour, 0.75), inside=part, soft=1.6,
                alpha=0.8)
            s.ink([(x, y + 2), ((x + float(cx)) / 2, (y + float(cy)) / 2 - 1), (float(cx), float(cy))], 0.5,
                  darker(colour, 0.3), alpha=0.6)


def _feather_wings(s: Sheet, x: float, y: float, colour: RGB) -> None:
    for reach, drop, shade in ((36, 16, 0.16), (30, 12, 0.06), (23, 7, 0.0)):
        outline = [(x - 6, y), (x - reach * 0.6, y - 18), (x - reach, y - 22), (x - reach * 1.08, y - 12)]
        for step in range(5):
            fx = x - reach * (1.02 - step * 0.19)
            outline += [(fx - 1.5, y + drop * (0.2 + step * 0.2) - 2),
                (fx + 2.4, y + drop * (0.1 + step * 0.2) - 4)]
        s.pair(smooth(outline, steps=6), darker(colour, shade), x=x, cast=0.2)
