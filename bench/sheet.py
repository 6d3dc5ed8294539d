"""`python -m bench.sheet OUT.png`: twenty-four merges in every style, to be looked at."""

from __future__ import annotations

import sys
from itertools import cycle
from pathlib import Path

import numpy as np
from PIL import Image

from imaging.merge import merge
from imaging.painters.sketch import SketchPainter
from imaging.styles import STYLES
from imaging.types import ImageRequest, Subject

ACROSS, DOWN, WIDTH, HEIGHT = 4, 6, 384, 288
HEROES = (
    "a shy dragon with emerald scales, wearing a yellow raincoat",
    "a brave girl with red hair and a blue cloak",
    "an old wizard with a long beard and a staff", "a brown bear with a green scarf",
    "a white rabbit in a red waistcoat", "a silver robot with rust-red knees",
)  # fmt: skip
PLACES = (
    "a castle on a hill by the sea, clear night full of stars",
    "a village in a green valley, a bright afternoon",
    "a deep forest at dawn", "a snowy mountain pass", "a desert at golden evening",
    "a cobbled square in a city at dusk", "a library full of books",
)  # fmt: skip


def make_sheet() -> Image.Image:
    """Figures of the sketch painter, every second one on a plain ground, as a diffusion model gives it."""
    sheet = Image.new("RGB", (ACROSS * WIDTH, DOWN * HEIGHT))
    rng, styles, heroes, places = np.random.default_rng(5), cycle(STYLES), cycle(HEROES), cycle(PLACES)
    for place in range(ACROSS * DOWN):
        style = next(styles)
        hero, setting = paint("character", next(heroes), style), paint("background", next(places), style)
        if place % 2:
            hero = lay_on_ground(hero, rng)
        merged = merge(setting, hero).image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
        sheet.paste(merged, (place % ACROSS * WIDTH, place // ACROSS * HEIGHT))
    return sheet


def paint(subject: Subject, prompt: str, style: str) -> Image.Image:
    width, height = (768, 768) if subject == "character" else (1024, 768)
    request = ImageRequest(subject=subject, prompt=prompt, style=style, seed=7, width=width, height=height)
    return SketchPainter().paint(request).image


def lay_on_ground(figure: Image.Image, rng: np.random.Generator) -> Image.Image:
    """On light grey, with a little noise."""
    ground = Image.new("RGB", figure.size, (214, 212, 208))
    ground.paste(figure, mask=figure)
    pixels = np.asarray(ground, dtype=np.float32) + rng.normal(0, 2, (*figure.size[::-1], 1))
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


if __name__ == "__main__":
    make_sheet().save(Path(sys.argv[1]))
