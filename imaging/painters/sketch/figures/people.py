"""People of all ages and callings, three heads tall: body and clothes here, hair in its own room."""

from __future__ import annotations

# Coordinates are read as rows of points.
# fmt: off
from dataclasses import dataclass, replace

from imaging.painters.sketch.colour import RGB, darker, lighter, mix
from imaging.painters.sketch.dress import (
    GOLD,
    cloak_back,
    cloak_front,
    draw_hat,
    draw_held,
    draw_scarf,
    draw_wings,
)  # fmt: skip
from imaging.painters.sketch.face import draw_cheeks, draw_eyes, draw_glasses, draw_mouth
from imaging.painters.sketch.figures.hair import draw_back_hair, draw_beard, draw_front_hair
from imaging.painters.sketch.figures.outfits import OUTFITS
from imaging.painters.sketch.hero import Hero
from imaging.painters.sketch.shapes import XY, egg, ellipse, polygon, smooth, soften, stroke
from imaging.painters.sketch.sheet import Sheet

HEAD: XY = (50.0, 33.0)


@dataclass(frozen=True, slots=True)
class Calling:
    """What someone of a kind wears where the words name nothing: an outfit and things on top of it."""

    outfit: str = "trousers"
    hat: str = ""
    hat_colour: RGB | None = None
    extra: tuple[tuple[str, RGB | None], ...] = ()
    holds: str = ""
    cloth: RGB | None = None


CALLINGS: dict[str, Calling] = {
    "girl": Calling("dress"), "boy": Calling(), "child": Calling("overalls"), "woman": Calling("dress"),
    "man": Calling("coat"),
    "old_woman": Calling("dress", extra=(("glasses", None), ("cloak", (150, 110, 140)))),
    "old_man": Calling("coat", extra=(("beard", None),)),
    "princess": Calling("gown", "crown", cloth=(232, 142, 172)),
    "queen": Calling("gown", "crown", extra=(("cloak", (150, 44, 66)),), cloth=(128, 70, 140)),
    "king": Calling("robe", "crown", extra=(("cloak", (176, 44, 52)), ("beard", None)), cloth=(78, 92, 158)),
    "knight": Calling("armour", "helmet", holds="sword", cloth=(172, 182, 196)),
    "witch": Calling("robe", "wizard", (70, 54, 96), holds="staff", cloth=(88, 66, 122)),
    "wizard": Calling("robe", "wizard", (62, 78, 150), extra=(("beard", None),), holds="staff",
    cloth=(62, 78, 150)),
    "pirate": Calling("coat", "tricorn", extra=(("belt", None),), holds="sword", cloth=(150, 52, 52)),
    "astronaut": Calling("spacesuit", cloth=(238, 240, 244)),
    "fairy": Calling("dress", "wreath", extra=(("wings", None),), holds="wand", cloth=(146, 196, 128)),
    "elf": Calling("coat", extra=(("belt", None),), cloth=(84, 138, 84)),
    "mermaid": Calling("tail", cloth=(56, 160, 156)),
    "angel": Calling("robe", extra=(("wings", None),), cloth=(248, 244, 232)),
}  # fmt: skip

#: Words for garments, and the outfit each makes.
WORDS_FOR = {"dress": "dress", "robe": "robe", "armour": "armour", "spacesuit": "spacesuit", "coat": "coat",
    "suit": "coat",
           "apron": "overalls", "sweater": "trousers", "vest": "coat", "trousers": "trousers"}  # fmt: skip


def draw_person(s: Sheet, hero: Hero) -> None:
    """Someone from back to front: wings, cloak, hair, body, arms, head."""
    calling = CALLINGS[hero.kind]
    hero = _dressed(hero, calling)
    outfit = "tail" if hero.kind == "mermaid" else next((WORDS_FOR[g] for g in WORDS_FOR if g in hero.wears),
        calling.outfit)
    if outfit == "dress" and hero.kind in {"queen", "princess"}:
        outfit = "gown"
    if "wings" in hero.wears:
        draw_wings(s, hero, 50, 56)
    cloak_back(s, hero, 50, 50, 93, 11.5)
    tilt = {"shy": 6, "wonder": -5, "sad": 5, "brave": -2}.get(hero.pose, 3)
    with s.turned(tilt, (50, 48)):
        draw_back_hair(s, hero)
    _legs(s, hero, outfit)
    _clothes(s, hero, outfit)
    cloak_front(s, hero, 50, 50, 11.5)
    _arms(s, hero, outfit)
    draw_scarf(s, hero, 50, 47, 9.5)
    with s.turned(tilt, (50, 48)):
        _head(s, hero)


def _dressed(hero: Hero, calling: Calling) -> Hero:
    """The hero with what their calling adds to what the words name."""
    wears = {**dict(calling.extra), **hero.wears}
    named = any(hero.wears.get(g) for g in WORDS_FOR) or hero.body_named
    cloth = calling.cloth if calling.cloth and not named else hero.cloth
    return replace(hero, wears=wears, cloth=cloth, hat=hero.hat or calling.hat, hat_colour=hero.hat_colour
        or calling.hat_colour,
                   holds=hero.holds or calling.holds)


def _legs(s: Sheet, hero: Hero, outfit: str) -> None:
    if outfit == "tail":
        return _fish_tail(s, hero)
    bare = outfit in {"dress"}
    colour = hero.skin if bare else darker(hero.cloth, 0.3) if outfit in {"armour"} else hero.worn("trousers",
        darker(hero.cloth2, 0.15))
    colour = hero.cloth if outfit == "spacesuit" else colour
    shoe = hero.worn("boots", darker(mix(hero.cloth2, (96, 66, 52), 0.5), 0.15))
    shoe = lighter(hero.cloth, 0.2) if outfit in {"spacesuit", "armour"} else shoe
    for side in (-1, 1):
        x = 50 + side * 5.2
        s.add(stroke([(x, 73), (x + side * 0.3, 90)], [9.4, 7.6] if not bare else [6.4, 5.6]), colour)
        if "boots" in hero.wears or outfit in {"coat", "armour", "spacesuit"}:
            s.add(stroke([(x + side * 0.2, 83.5), (x + side * 0.3, 90)], [9, 8.4]), shoe, cast=0.1)
        s.add(egg(x + side * 1.2, 91.4, 5.8, 3.3, 0.1), shoe)
    return None


def _fish_tail(s: Sheet, hero: Hero) -> None:
    colour = hero.body if hero.body_named else hero.cloth
    for fin in ([(62, 84), (72, 78), (82, 77), (78, 86), (66, 90)],
        [(62, 86), (66, 94), (74, 99), (78, 92), (68, 87)]):
        s.add(smooth(fin), lighter(colour, 0.25), fade=colour)
    tail = s.add(smooth([(41.5, 66), (50, 65), (58.5, 66), (60, 74), (60, 82), (66, 86), (64, 90), (54, 91),
        (45, 86), (41, 76)]), colour,
                 fade=darker(colour, 0.15))
    for row in range(6):
        for k in range(5):
            x, y = 43 + k * 4 + (row % 2) * 2, 69.5 + row * 3.4
            s.ink([(x - 1.6, y), (x, y + 1.3), (x + 1.6, y)], 0.42, darker(colour, 0.35), inside=tail,
                alpha=0.7)
    return


def _clothes(s: Sheet, hero: Hero, outfit: str) -> None:
    s.add(stroke([(50, 44), (50, 52)], [6, 7]), hero.skin, line=0.4)
    OUTFITS[outfit](s, hero)
    if "belt" in hero.wears:
        s.add(stroke([(40, 66.5), (50, 68), (60, 66.5)], [2.8, 3, 2.8]), hero.worn("belt", (104, 70, 50)),
            line=0.45, cast=0.15)
        s.add(soften(polygon((48, 66), (52, 66), (52, 70), (48, 70)), 0.15), GOLD, line=0.4)
    if "apron" in hero.wears and outfit != "overalls":
        s.add(smooth([(45, 56), (55, 56), (58, 66), (60, 78), (40, 78), (42, 66)]),
            hero.worn("apron", (248, 240, 224)))
    if "satchel" in hero.wears:
        strap = hero.worn("satchel", (150, 102, 66))
        s.add(stroke([(43, 50), (51, 60), (59, 70)], [1.7, 1.7]), strap, line=0.4)
        s.add(smooth([(57, 69), (66, 69), (66.5, 78), (56.5, 78)]), strap)


def _arms(s: Sheet, hero: Hero, outfit: str) -> None:
    sleeve = {"tail": None, "overalls": lighter(hero.cloth2, 0.55), "armour": darker(hero.cloth, 0.1),
        "trousers": hero.worn("sweater", hero.cloth)}.get(
        outfit, hero.worn("coat", hero.cloth) if outfit == "coat" else hero.cloth)
    short = outfit == "dress"
    glove = lighter(hero.cloth, 0.2) if outfit in {"spacesuit", "armour"} else hero.skin
    right = {"shy": [(58.4, 52.4), (63, 60), (52.6, 64)], "brave": [(58.4, 52.4), (67, 58), (60.6, 66)],
        "joy": [(58.4, 52.4), (66, 51), (70, 42.5)],
             "wonder": [(58.4, 52.4), (66, 53), (66.5, 45)]}.get(hero.pose,
             [(58.4, 52.4), (64, 60.6), (64.4, 69)])
    left = [(41.6, 52.4), (36, 60.6), (35.6, 69)]
    if hero.holds:
        left = [(41.6, 52.4), (34.6, 59.6), (30.4, 55.4)]
        draw_held(s, hero, *left[-1])
    elif hero.pose == "shy":
        left = [(41.6, 52.4), (37, 60), (47.4, 65)]
    elif hero.pose in {"joy", "smile"}:
        left = [(41.6, 52.4), (33.6, 52.4), (30, 44)]
    for path in (right, left):
        _arm(s, path, hero.skin, sleeve, glove, short)


def _arm(s: Sheet, path: list[XY], skin: RGB, sleeve: RGB | None, glove: RGB, short: bool) -> None:
    shoulder, elbow, hand = path
    s.add(stroke(path, [5.4, 4.8, 4.2]), skin, line=0.5)
    if sleeve and short:
        s.add(stroke([shoulder, ((shoulder[0] + elbow[0]) / 2, (shoulder[1] + elbow[1]) / 2)], [8, 7.4]),
            sleeve)
    elif sleeve:
        cuff = (elbow[0] + (hand[0] - elbow[0]) * 0.66, elbow[1] + (hand[1] - elbow[1]) * 0.66)
        s.add(stroke([shoulder, elbow, cuff], [6.6, 6.4, 6.8]), sleeve)
    s.add(ellipse(*hand, 2.9, 2.8), glove, line=0.5, cast=0.15)


def _head(s: Sheet, hero: Hero) -> None:
    x, y = HEAD
    ear = smooth([(36.4, 35), (32.4, 32), (31.6, 36.4), (35.6, 40)]) if hero.kind not in {"elf",
        "fairy"} else smooth(
        [(37, 34), (30, 29.4), (25.4, 26.8), (29, 34.6), (36, 40)])
    s.pair(ear, hero.skin)
    s.add(smooth([(50, 17.6), (59.4, 19.6), (64.6, 27), (65, 35), (61.6, 43), (55, 47), (50, 47.9), (45, 47),
        (38.4, 43), (35, 35), (35.4, 27),
                  (40.6, 19.6)]), hero.skin, shade=0.8)
    draw_cheeks(s, hero, x, y + 7.2, 9.2, 2.9)
    draw_eyes(s, hero, x, y + 3.2, 6.4, 3.0, white=True)
    s.ink([(49.6, y + 6.4), (50.6, y + 7.5), (49.4, y + 7.9)], 0.55, darker(hero.skin, 0.4))
    draw_mouth(s, hero, x, y + 10.2, 2.7)
    if "beard" in hero.wears:
        draw_beard(s, hero)
    draw_front_hair(s, hero)
    if "glasses" in hero.wears:
        draw_glasses(s, x, y + 3.4, 6.4, 4.5, hero.wears["glasses"] or (110, 78, 60))
    if hero.kind == "astronaut":
        _bubble(s)
    elif hero.kind == "angel":
        _halo(s)
    draw_hat(s, hero, x, 23.6, 14.6)


def _halo(s: Sheet) -> None:
    """The angel's ring of light."""
    ring = [(50 + 9 * dx, 12 + 2.6 * dy) for dx, dy in ((-1, 0), (0, -1), (1, 0), (0, 1), (-1, 0))]
    s.glow(50, 12, 13, (255, 232, 150), 0.5)
    s.flat(stroke(ring, [1.5, 1.5]), (255, 224, 120))


def _bubble(s: Sheet) -> None:
    """The glass helmet."""
    s.add(ellipse(50, 33, 20, 19), (206, 232, 246), alpha=0.26, line=0.7, cast=0.0, shade=0.2)
    s.flat(stroke([(35.6, 27), (38.6, 21), (44, 17.4)], [1.0, 2.4, 1.0]), (255, 255, 255), alpha=0.85)
    s.add(stroke([(38.6, 48.6), (50, 51.4), (61.4, 48.6)], [3.6, 3.8, 3.6]), (220, 224, 232))
