"""Reads a hero's description into what the painter draws."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from imaging.painters.sketch import figure_words as known
from imaging.painters.sketch.colour import RGB, luma, vary
from imaging.painters.sketch.words import Reading, read

#: What a kind looks like when no colour is named: body, second colour (belly, markings).
NATURAL: dict[str, tuple[RGB, RGB]] = {
    "fox": ((226, 122, 56), (252, 238, 218)), "cat": ((222, 152, 86), (252, 238, 216)),
    "dog": ((196, 142, 92), (246, 228, 200)), "bear": ((152, 102, 68), (216, 172, 128)),
    "panda": ((246, 243, 238), (58, 54, 64)), "rabbit": ((212, 190, 170), (252, 242, 232)),
    "mouse": ((174, 164, 168), (240, 226, 220)), "wolf": ((134, 142, 158), (232, 232, 234)),
    "lion": ((232, 180, 98), (250, 230, 190)), "tiger": ((240, 150, 62), (254, 240, 218)),
    "leopard": ((236, 186, 104), (252, 238, 210)), "elephant": ((152, 164, 182), (190, 196, 208)),
    "monkey": ((148, 98, 68), (238, 204, 170)), "koala": ((156, 164, 176), (228, 228, 232)),
    "raccoon": ((138, 136, 146), (232, 228, 226)), "squirrel": ((190, 106, 60), (250, 226, 196)),
    "pig": ((244, 176, 178), (252, 212, 206)), "sheep": ((248, 242, 230), (92, 80, 84)),
    "cow": ((246, 240, 232), (96, 74, 70)), "deer": ((192, 132, 84), (248, 228, 200)),
    "hedgehog": ((128, 96, 80), (244, 220, 188)), "frog": ((122, 178, 84), (232, 238, 182)),
    "otter": ((136, 98, 76), (226, 198, 166)), "turtle": ((136, 178, 104), (234, 222, 164)),
    "dragon": ((86, 164, 124), (246, 226, 170)), "dinosaur": ((116, 176, 116), (236, 236, 180)),
    "horse": ((172, 116, 78), (92, 62, 52)), "unicorn": ((248, 244, 248), (222, 146, 196)),
    "owl": ((160, 120, 88), (246, 228, 198)), "penguin": ((66, 74, 100), (250, 246, 238)),
    "bird": ((92, 150, 206), (250, 230, 196)), "whale": ((88, 134, 182), (232, 238, 240)),
    "fish": ((242, 150, 68), (254, 228, 170)), "octopus": ((206, 108, 132), (246, 190, 190)),
    "snail": ((222, 190, 146), (190, 118, 84)), "bee": ((248, 204, 84), (78, 62, 60)),
    "butterfly": ((108, 88, 132), (236, 142, 92)), "ladybird": ((84, 70, 84), (214, 66, 54)),
    "robot": ((156, 184, 196), (240, 186, 92)), "ghost": ((240, 242, 252), (190, 204, 236)),
    "snowman": ((248, 250, 253), (226, 128, 60)), "treefolk": ((136, 98, 70), (112, 164, 84)),
    "star": ((250, 212, 96), (255, 240, 178)), "moon": ((248, 226, 150), (255, 244, 204)),
    "sun": ((250, 192, 74), (255, 232, 150)), "cloud": ((240, 244, 252), (200, 214, 238)),
    "teapot": ((96, 154, 178), (248, 236, 214)), "cup": ((226, 140, 120), (250, 236, 214)),
    "mushroom": ((206, 72, 60), (250, 236, 212)), "pumpkin": ((236, 138, 52), (108, 138, 70)),
    "cactus": ((110, 166, 104), (240, 140, 160)), "flower": ((244, 190, 76), (150, 96, 60)),
    "lamp": ((204, 150, 80), (255, 226, 140)), "book": ((150, 64, 72), (250, 238, 210)),
    "clock": ((176, 122, 78), (252, 244, 222)), "candle": ((248, 236, 210), (255, 196, 92)),
    "house": ((240, 220, 184), (188, 88, 70)), "balloon": ((222, 88, 88), (255, 220, 200)),
    "leaf": ((146, 178, 84), (206, 216, 130)), "egg": ((250, 236, 214), (220, 170, 140)),
}  # fmt: skip

SKINS: tuple[RGB, ...] = (
    (250, 220, 196), (246, 208, 178), (226, 176, 136), (198, 144, 104), (150, 102, 74), (116, 78, 58),
)  # fmt: skip
HAIRS: tuple[RGB, ...] = (
    (92, 60, 46), (58, 44, 48), (148, 88, 52), (206, 120, 62), (230, 190, 112), (46, 44, 58),
)  # fmt: skip
CLOTH: tuple[RGB, ...] = (
    (196, 84, 70), (74, 118, 160), (92, 138, 104), (222, 166, 76), (128, 96, 158), (60, 128, 136),
    (206, 118, 138), (110, 86, 118),
)  # fmt: skip
PEOPLE = {
    "girl", "boy", "child", "woman", "man", "old_woman", "old_man", "princess", "queen", "king", "knight",
    "witch", "wizard", "pirate", "astronaut", "fairy", "elf", "mermaid", "angel",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Hero:
    """Who is drawn. Colours are RGB; ``wears`` and ``holds`` map a thing to its colour, None if unnamed."""

    kind: str
    known_kind: bool
    body: RGB
    second: RGB
    eyes: RGB
    hair: RGB
    hair_style: str
    skin: RGB
    cloth: RGB
    cloth2: RGB
    wears: Mapping[str, RGB | None]
    hat: str
    hat_colour: RGB | None
    holds: str
    held_colour: RGB | None
    pose: str
    size: str
    shape: str
    body_named: bool

    def worn(self, thing: str, otherwise: RGB) -> RGB:
        """A garment's named colour, or another."""
        return self.wears.get(thing) or otherwise

    def as_json(self) -> dict[str, Any]:
        """What was read, for the image's record."""
        return {
            "kind": self.kind, "body": list(self.body), "second": list(self.second),
            "wears": sorted(self.wears), "hat": self.hat, "holds": self.holds, "pose": self.pose,
            "size": self.size, "hair": self.hair_style, "shape": self.shape,
        }  # fmt: skip


def read_hero(text: str, rng: random.Random) -> Hero:
    """Find the hero in a description; what it leaves open, the seed decides."""
    reading = read(text)
    kind, kind_at = _kind(reading, rng)
    wears = _things(reading, known.CLOTHES)
    hat, hat_colour = _first(reading, known.HATS)
    holds, held_colour = _first(reading, known.HELD, but=kind_at)
    body, second, body_named = _body_colours(reading, kind, kind_at, rng)
    cloth = _cloth(wears, reading, rng) if kind in PEOPLE else rng.choice(CLOTH)
    return Hero(
        kind=kind,
        known_kind=kind_at >= 0,
        body=body,
        second=second,
        eyes=_near(reading, known.EYES) or _eye_colour(rng),
        hair=_near(reading, known.HAIR) or _hair_colour(kind, rng),
        hair_style=_hair_style(reading, kind, rng),
        skin=_skin(reading, rng),
        cloth=cloth,
        cloth2=_second_cloth(cloth, rng),
        wears=wears,
        hat=hat,
        hat_colour=hat_colour,
        holds=holds,
        held_colour=held_colour,
        pose=_first(reading, known.POSES)[0] or rng.choice(("smile", "smile", "wonder")),
        size=_first(reading, known.SIZES)[0],
        shape=_first(reading, known.SHAPES)[0],
        body_named=body_named,
    )


def _kind(reading: Reading, rng: random.Random) -> tuple[str, int]:
    """The first someone named; else the first thing; else a storybook being."""
    found = reading.find(known.KINDS, skip_owners=True)
    beings = [(kind, at) for kind, at in found if kind not in known.THINGS and kind != "monster"]
    someone = [(kind, at) for kind, at in beings if not _is_pronoun(reading, at)]
    for group in (someone, [f for f in found if f[0] == "monster"], _held_apart(reading, found), beings):
        if group:
            return group[0]
    return "monster", -1


def _held_apart(reading: Reading, found: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """Things that may be the hero: named at the beginning, not merely held or worn later."""
    return [(kind, at) for kind, at in found if kind in known.THINGS and at <= 14]


def _is_pronoun(reading: Reading, at: int) -> bool:
    return reading.tokens[at] in {"he", "she", "captain", "painter", "keeper", "person"}


def _things(reading: Reading, vocabulary: Mapping[str, str]) -> dict[str, RGB | None]:
    things: dict[str, RGB | None] = {}
    for thing, at in reading.find(vocabulary):
        things[thing] = things.get(thing) or reading.colour_of(at)
    return things


def _first(reading: Reading, vocabulary: Mapping[str, str], but: int = -1) -> tuple[str, RGB | None]:
    for thing, at in reading.find(vocabulary):
        if at != but:
            return thing, reading.colour_of(at)
    return "", None


def _near(reading: Reading, vocabulary: Mapping[str, str]) -> RGB | None:
    """The colour bound to any of a vocabulary's words."""
    colours = (reading.colour_of(at) for _, at in reading.find(vocabulary))
    return next((colour for colour in colours if colour), None)


def _body_colours(reading: Reading, kind: str, kind_at: int, rng: random.Random) -> tuple[RGB, RGB, bool]:
    """The colour of fur, scales or metal: bound to the body, else to the kind, else the first free one."""
    body, second = NATURAL.get(kind) or _being_colours(rng)
    named = _near(reading, known.BODY) or (reading.colour_of(kind_at) if kind_at >= 0 else None)
    named = named or _free_colour(reading)
    belly = _near(reading, known.BELLY)
    if named is None:
        return vary(body, rng), belly or second, False
    if belly is None and kind in NATURAL:
        belly = second if kind not in {"horse", "snail"} else None
    return named, belly or _pale(named), True


def _free_colour(reading: Reading) -> RGB | None:
    """The first colour that no garment, eye, hair or held thing has taken."""
    taken: set[int] = set()
    for vocabulary in (known.CLOTHES, known.HATS, known.HELD, known.EYES, known.HAIR, known.BELLY):
        for _, at in reading.find(vocabulary):
            taken.update(w for c, w in reading.colours() if w < at and reading.colour_of(at) == c)
    return next((colour for colour, at in reading.colours() if at not in taken), None)


def _being_colours(rng: random.Random) -> tuple[RGB, RGB]:
    body = rng.choice(((122, 168, 178), (176, 140, 190), (232, 160, 120), (134, 176, 128), (226, 176, 96)))
    return body, _pale(body)


def _pale(colour: RGB) -> RGB:
    r, g, b = (round(c + (t - c) * 0.62) for c, t in zip(colour, (255, 244, 224), strict=True))
    return r, g, b


def _eye_colour(rng: random.Random) -> RGB:
    return rng.choice(((92, 60, 44), (70, 110, 120), (84, 116, 70), (70, 92, 140), (130, 84, 44)))


def _hair_colour(kind: str, rng: random.Random) -> RGB:
    if kind in {"old_man", "old_woman", "wizard"}:
        return rng.choice(((232, 230, 228), (206, 206, 212)))
    if kind == "mermaid":
        return rng.choice(((202, 82, 62), (70, 150, 150), (230, 170, 110)))
    if kind == "witch":
        return rng.choice(((70, 50, 78), (178, 90, 56), (52, 48, 60)))
    return vary(rng.choice(HAIRS), rng, 0.6)


def _hair_style(reading: Reading, kind: str, rng: random.Random) -> str:
    named = _first(reading, known.HAIR_STYLES)[0]
    if named:
        return named
    if kind in {"boy", "man", "king", "pirate", "knight", "elf", "child"}:
        return rng.choice(("short", "short", "curly"))
    if kind == "old_woman":
        return "bun"
    if kind in {"old_man", "wizard", "astronaut"}:
        return "short"
    return rng.choice(("long", "long", "braids", "pony", "curly", "bun"))


def _skin(reading: Reading, rng: random.Random) -> RGB:
    """Named before "skin" or "skinned", in the words for people, not for paint."""
    tokens = reading.tokens
    for at, token in enumerate(tokens):
        if token in {"skin", "skinned", "complexion"} and at:
            if tokens[at - 1] in known.SKIN_TONES:
                return known.SKIN_TONES[tokens[at - 1]]
            return reading.colour_of(at) or rng.choice(SKINS)
    return rng.choice(SKINS)


def _cloth(wears: Mapping[str, RGB | None], reading: Reading, rng: random.Random) -> RGB:
    """The main garment's colour."""
    for garment in ("dress", "robe", "coat", "suit", "sweater", "vest", "apron", "armour"):
        if wears.get(garment):
            return wears[garment] or CLOTH[0]
    return _free_colour(reading) or vary(rng.choice(CLOTH), rng)


def _second_cloth(cloth: RGB, rng: random.Random) -> RGB:
    """A colour to go with the cloth: far from it in brightness or hue."""
    return max(rng.sample(CLOTH, 4), key=lambda c: abs(luma(c) - luma(cloth)) + abs(c[0] - cloth[0]) / 400)
