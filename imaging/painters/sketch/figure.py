"""Paints a hero: reads the words, builds the sheet, renders it on a transparent ground."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from PIL import Image

from imaging.painters.sketch.figures import birds, odd, sea
from imaging.painters.sketch.figures.beasts import BEASTS, draw_beast
from imaging.painters.sketch.figures.people import CALLINGS, draw_person
from imaging.painters.sketch.figures.things import OUTLINES, draw_thing
from imaging.painters.sketch.hero import Hero, read_hero
from imaging.painters.sketch.paper import paper_grain
from imaging.painters.sketch.render import fit_sheet, render
from imaging.painters.sketch.sheet import Sheet
from imaging.styles.look import Look
from imaging.types import ImageRequest

#: Who draws which kind.
DRAWN_BY: dict[str, Callable[[Sheet, Hero], None]] = {
    **dict.fromkeys(BEASTS, draw_beast),
    **dict.fromkeys(CALLINGS, draw_person),
    **dict.fromkeys(OUTLINES, draw_thing),
    **dict.fromkeys(("owl", "penguin", "bird"), birds.draw_bird),
    **dict.fromkeys(("bee", "butterfly", "ladybird"), odd.draw_insect),
    **dict.fromkeys(("horse", "unicorn"), odd.draw_horse),
    "whale": sea.draw_whale, "fish": sea.draw_fish, "octopus": sea.draw_octopus, "robot": odd.draw_robot,
    "ghost": odd.draw_ghost, "snowman": odd.draw_snowman, "treefolk": odd.draw_treefolk,
    "snail": odd.draw_snail,
}  # fmt: skip

#: How much of the frame's height a figure takes.
FILL = {"small": 0.72, "large": 1.0}
NORMAL_FILL = 0.9


def paint_figure(
    request: ImageRequest, look: Look, rng: random.Random, on_progress: Callable[[int, int], None]
) -> tuple[Image.Image, dict[str, Any]]:
    """An RGBA picture of the hero whom the prompt describes, and what was read from it."""
    hero = read_hero(request.prompt, rng)
    sheet = Sheet()
    DRAWN_BY[hero.kind](sheet, hero)
    size = (request.width, request.height)
    fit = fit_sheet(sheet, *size, FILL.get(hero.size, NORMAL_FILL))
    steps = len(sheet.parts)
    grain = paper_grain(size, request.seed)
    image = render(sheet, fit, size, grain, look, lambda done: on_progress(done, steps))
    on_progress(steps, steps)
    return image, hero.as_json()
