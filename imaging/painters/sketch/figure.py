"""Paints a hero: reads the words, builds the sheet, renders it on a transparent ground."""

from __future__ import annotations

import random
from typing import Any

from PIL import Image

from imaging.painters.sketch.figures.beasts import BEASTS, draw_beast
from imaging.painters.sketch.hero import Hero, read_hero
from imaging.painters.sketch.paper import paper_grain
from imaging.painters.sketch.render import fit_sheet, render
from imaging.painters.sketch.sheet import Sheet
from imaging.types import ImageRequest, Progress

#: How much of the frame's height a figure takes.
FILL = {"small": 0.72, "large": 1.0}
NORMAL_FILL = 0.9


def paint_figure(
    request: ImageRequest, rng: random.Random, on_progress: Progress
) -> tuple[Image.Image, dict[str, Any]]:
    """An RGBA picture of the hero whom the prompt describes, and what was read from it."""
    hero = read_hero(request.prompt, rng)
    sheet = Sheet()
    draw_hero(sheet, hero)
    size = (request.width, request.height)
    fit = fit_sheet(sheet, *size, FILL.get(hero.size, NORMAL_FILL))
    steps = len(sheet.parts)
    image = render(sheet, fit, size, paper_grain(size, request.seed), lambda done: on_progress(done, steps))
    on_progress(steps, steps)
    return image, hero.as_json()


def draw_hero(sheet: Sheet, hero: Hero) -> None:
    """Find the family that draws this kind."""
    draw_beast(sheet, hero)
