"""Animals on two legs: one body, and for each animal its ears, muzzle, markings and tail."""

from __future__ import annotations

# Coordinates are read as rows of points.
# fmt: off
from collections.abc import Callable
from dataclasses import dataclass

from imaging.painters.sketch.colour import RGB, darker, lighter, luma, mix
from imaging.painters.sketch.dress import (
    cloak_back,
    cloak_front,
    draw_hat,
    draw_held,
    draw_scarf,
    draw_wings,
    garment,
    sleeve_of,
)  # fmt: skip
from imaging.painters.sketch.face import (
    draw_cheeks,
    draw_eyes,
    draw_glasses,
    draw_muzzle_mouth,
    draw_whiskers,
)
from imaging.painters.sketch.figures import ears, heads, tails
from imaging.painters.sketch.hero import Hero
from imaging.painters.sketch.shapes import XY, egg, ellipse, smooth, stroke
from imaging.painters.sketch.sheet import Part, Sheet

Trim = Callable[[Sheet, Hero], None]


@dataclass(frozen=True, slots=True)
class Beast:
    """What sets an animal apart. Sizes in sheet units."""

    ears: Trim
    tail: Trim
    muzzle: str = "soft"
    head: tuple[float, float, float] = (19.0, 16.0, 0.1)
    eye: float = 3.1
    gap: float = 8.2
    nose: RGB = (70, 46, 50)
    whiskers: bool = False
    marks: Callable[[Sheet, Hero, Part], None] | None = None
    belly: bool = True
    tufts: bool = False
    paws: str = "body"


BEASTS: dict[str, Beast] = {
    "fox": Beast(ears.pointed, tails.bushy, "fox", (19.5, 15.0, 0.16), marks=heads.fox_mask, tufts=True,
    paws="dark"),
    "wolf": Beast(ears.pointed, tails.bushy, "fox", (19.5, 15.5, 0.14), marks=heads.fox_mask, tufts=True),
    "cat": Beast(ears.pointed_wide, tails.long, "cat", (19.5, 15.0, 0.1), eye=3.5, nose=(226, 120, 122),
                 whiskers=True, marks=heads.tabby),
    "dog": Beast(ears.floppy, tails.short_up, "dog", (18.0, 16.0, 0.08), marks=heads.patch_eye),
    "bear": Beast(ears.round_ears, tails.stub, "dog", (19.0, 16.5, 0.14), eye=2.7),
    "panda": Beast(ears.round_ears, tails.stub, "soft", (19.5, 16.5, 0.14), marks=heads.panda_eyes,
    belly=False,
                   paws="dark"),
    "rabbit": Beast(ears.long_ears, tails.puff, "cat", (17.0, 15.5, 0.16), nose=(226, 132, 136),
    whiskers=True),
    "mouse": Beast(ears.big_round, tails.thin, "cat", (17.0, 14.5, 0.16), nose=(226, 122, 128),
    whiskers=True),
    "lion": Beast(ears.mane, tails.tufted, "cat", (17.5, 15.5, 0.1), nose=(150, 82, 70)),
    "tiger": Beast(ears.round_ears, tails.striped, "cat", (19.0, 15.5, 0.12), marks=heads.tiger_stripes,
                   whiskers=True, nose=(220, 120, 112)),
    "leopard": Beast(ears.round_ears, tails.long, "cat", (19.0, 15.5, 0.12), marks=heads.spots,
    whiskers=True),
    "elephant": Beast(ears.elephant_ears, tails.tufted, "trunk", (17.5, 16.5, 0.02), eye=2.7, belly=False),
    "monkey": Beast(ears.side_ears, tails.curled, "soft", (17.5, 16.0, 0.04), marks=heads.heart_face),
    "koala": Beast(ears.koala_ears, tails.none, "koala", (18.5, 15.5, 0.1)),
    "raccoon": Beast(ears.pointed_small, tails.ringed, "fox", (19.5, 14.8, 0.14), marks=heads.bandit,
    tufts=True),
    "squirrel": Beast(ears.tufted_ears, tails.squirrel, "cat", (16.5, 14.5, 0.16), nose=(96, 60, 54)),
    "pig": Beast(ears.folded, tails.curl, "snout", (18.5, 16.0, 0.12), belly=False),
    "sheep": Beast(ears.wool, tails.puff, "sheep", (15.0, 15.0, -0.06), belly=False, paws="second"),
    "cow": Beast(ears.cow_ears, tails.tufted, "cow", (16.5, 15.5, -0.04), marks=heads.cow_patch),
    "deer": Beast(ears.antlers, tails.stub, "dog", (16.5, 15.0, -0.02), marks=heads.fawn_dots),
    "hedgehog": Beast(ears.spines, tails.none, "fox", (17.0, 14.0, 0.14), marks=heads.hedgehog_face),
    "frog": Beast(ears.frog_eyes, tails.none, "frog", (20.0, 13.0, 0.14), eye=0.0),
    "otter": Beast(ears.tiny_ears, tails.thick, "dog", (18.0, 14.5, 0.08), whiskers=True),
    "turtle": Beast(ears.bare, tails.shell, "frog", (16.0, 14.0, 0.06), eye=3.2, gap=7.4),
    "dragon": Beast(ears.dragon_crest, tails.dragon, "dragon", (17.5, 15.0, 0.12), eye=3.6, gap=8.4,
    paws="claws"),
    "dinosaur": Beast(ears.plates, tails.thick, "dragon", (17.0, 14.5, 0.14), eye=3.3, paws="claws"),
    "monster": Beast(ears.sprouts, tails.puff, "being", (20.0, 17.0, 0.14), eye=4.0, gap=8.6, tufts=True),
}

HEAD = (50.0, 37.0)


def draw_beast(s: Sheet, hero: Hero) -> None:
    """The animal from back to front: tail, body, clothes, arms, head."""
    beast = BEASTS[hero.kind]
    wide = {"round": 1.16, "slim": 0.88}.get(hero.shape, 1.0)
    beast.tail(s, hero)
    if hero.kind == "dragon" or "wings" in hero.wears:
        draw_wings(s, hero, 50, 58)
    cloak_back(s, hero, 50, 54, 94, 17 * wide)
    _legs(s, hero, beast, wide)
    _trunk(s, hero, beast, wide)
    garment(s, hero, 50, 52, 17 * wide)
    cloak_front(s, hero, 50, 54, 17 * wide)
    _far_arm(s, hero, beast, wide)
    _near_arm(s, hero, beast, wide)
    tilt = {"shy": 6, "wonder": -5, "sad": 5, "brave": -2}.get(hero.pose, 3)
    with s.turned(tilt, (50, 50)):
        _head(s, hero, beast)
    draw_scarf(s, hero, 50, 53.5, 13.5)


def _limb_colour(hero: Hero, beast: Beast) -> RGB:
    if beast.paws == "dark":
        return hero.second if hero.kind == "panda" else mix(darker(hero.body, 0.62), (70, 44, 40), 0.3)
    return hero.second if beast.paws == "second" else hero.body


def _legs(s: Sheet, hero: Hero, beast: Beast, wide: float) -> None:
    colour = _limb_colour(hero, beast)
    shoe = hero.worn("boots", darker(hero.cloth2, 0.1)) if "boots" in hero.wears else colour
    for side in (-1, 1):
        x = 50 + side * 8.6 * wide
        s.add(stroke([(x, 76), (x + side * 0.8, 88)], [12.5, 11]), colour)
        foot = s.add(egg(x + side * 1.4, 90.4, 7.4, 4.2, 0.12), shoe)
        if "boots" in hero.wears:
            s.add(stroke([(x + side * 0.8, 83), (x + side * 0.9, 88)], [11.6, 11.6]), shoe, cast=0.0)
            s.flat(stroke([(x - 4.6, 82.6), (x + side * 0.8, 83.4), (x + 6, 82.6)], [2.2, 2.6, 2.2]),
                lighter(shoe, 0.3))
        elif beast.paws == "claws":
            for toe in (-3.4, 0, 3.4):
                s.add(ellipse(x + side * 1.6 + toe, 92.6, 1.25, 1.9), (250, 240, 214), line=0.3, cast=0.0)
        else:
            for toe in (-2, 2):
                s.ink([(x + side * 1.6 + toe, 90.2), (x + side * 1.6 + toe, 93)], 0.5,
                    darker(foot.colour, 0.5))


def _trunk(s: Sheet, hero: Hero, beast: Beast, wide: float) -> None:
    top = 52
    body = s.add(egg(50, 69, 15.4 * wide, 19.5, 0.2), hero.body)
    if not beast.belly:
        return
    belly = s.flat(egg(50, 72.5, 10.4 * wide, 14.6, 0.2), hero.second, inside=body, shade=0.5, soft=0.35)
    if beast.paws == "claws":
        for row in range(5):
            y = top + 11 + row * 5
            s.ink([(50 - 10 * wide, y), (50, y + 1.5), (50 + 10 * wide, y)], 0.5, darker(hero.second, 0.35),
                inside=belly)
    elif beast.tufts:
        chest = smooth([(42, 54), (58, 54), (57, 62), (53.5, 61.5), (52.5, 66), (50, 63.5), (47.5, 66),
            (46.5, 61.5),
                        (43, 62)])
        s.flat(chest, lighter(hero.second, 0.25), shade=0.5)


def _far_arm(s: Sheet, hero: Hero, beast: Beast, wide: float) -> None:
    """The arm on the right of the picture: at rest, or before the chest when shy."""
    skin = _limb_colour(hero, beast)
    sleeve = sleeve_of(hero)
    x = 50 + 12.4 * wide
    path: list[XY] = [(x, 58), (x + 5.4, 66), (x + 4.6, 74)]
    if hero.pose == "shy":
        path = [(x, 58), (x + 4.6, 66), (x - 5.5, 69.5)]
    elif hero.pose == "brave":
        path = [(x, 58), (x + 8.5, 65), (x + 0.8, 71)]
    elif hero.pose in {"joy", "wonder"}:
        path = [(x, 59), (x + 8, 59), (x + 12, 50)]
    _arm(s, path, skin, sleeve, beast)


def _near_arm(s: Sheet, hero: Hero, beast: Beast, wide: float) -> None:
    """The arm on the left, which holds what there is to hold."""
    skin = _limb_colour(hero, beast)
    sleeve = sleeve_of(hero)
    x = 50 - 12.4 * wide
    path: list[XY] = [(x, 58), (x - 5.4, 66), (x - 4.6, 74)]
    if hero.holds:
        path = [(x, 58.5), (x - 8, 65), (x - 11.5, 60)]
        draw_held(s, hero, *path[-1])
    elif hero.pose == "shy":
        path = [(x, 58), (x - 4.6, 66), (x + 5.5, 70.5)]
    elif hero.pose in {"joy", "smile"}:
        path = [(x, 59), (x - 8, 59), (x - 12.5, 49.5)]
    _arm(s, path, skin, sleeve, beast)


def _arm(s: Sheet, path: list[XY], skin: RGB, sleeve: RGB | None, beast: Beast) -> None:
    s.add(stroke(path, [9, 8, 7.4]), skin)
    hand = path[-1]
    if sleeve:
        s.add(stroke([path[0], path[1], _between(path[1], hand, 0.55)], [9.8, 9.4, 9]), sleeve)
    paw = s.add(ellipse(*hand, 4.1, 4.0), skin, cast=0.15)
    if luma(skin) > 0.25:
        for finger in (-1.2, 1.2):
            s.ink([(hand[0] + finger, hand[1] + 1), (hand[0] + finger, hand[1] + 3.4)], 0.42,
                darker(paw.colour, 0.5))


def _between(a: tuple[float, float], b: tuple[float, float], part: float) -> tuple[float, float]:
    return a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part


def _head(s: Sheet, hero: Hero, beast: Beast) -> None:
    x, y = HEAD
    rx, ry, heavy = beast.head
    beast.ears(s, hero)
    head = s.add(heads.head_outline(beast.tufts, rx, ry, heavy), hero.body)
    if beast.marks:
        beast.marks(s, hero, head)
    heads.draw_muzzle(s, hero, beast.muzzle, head, beast.nose)
    draw_cheeks(s, hero, x, y + 6.4, rx * 0.68, 3.4)
    if beast.eye:
        draw_eyes(s, hero, x, y + 0.6, beast.gap, beast.eye)
    if beast.muzzle not in heads.OWN_MOUTH:
        draw_muzzle_mouth(s, hero, x, y + heads.MOUTH_AT.get(beast.muzzle, 8.6), 3.0)
    if beast.whiskers:
        draw_whiskers(s, x, y + 6.5, 9.5, 10)
    if "glasses" in hero.wears:
        draw_glasses(s, x, y + 0.6, beast.gap, beast.eye * 1.75, hero.wears["glasses"] or (96, 66, 50))
    draw_hat(s, hero, x, y - ry * 0.78, rx * 0.8)
