"""What the sketch painter, the merge and the files cost."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

from imaging.merge import merge
from imaging.painters.sketch import SketchPainter
from imaging.types import ImageRequest, Subject

ROUNDS = 8
HERO = "a shy dragon with midnight-blue scales and silver wings, wearing a red scarf"
SETTING = "a castle on a hill by the sea, pine forest, clear night full of stars, a silver moon"


def measure() -> list[dict[str, Any]]:
    """Median milliseconds of each, with another seed each time."""
    from stories.pictures import encode

    painter = SketchPainter()

    def paint(subject: Subject, prompt: str, width: int, height: int) -> Callable[[int], Any]:
        return lambda seed: (
            painter.paint(
                ImageRequest(subject=subject, prompt=prompt, seed=seed, width=width, height=height)
            ).image
        )

    setting, hero = paint("background", SETTING, 1024, 768), paint("character", HERO, 768, 768)
    ground, figure = setting(1), hero(1)
    return [
        clock("setting 512x512", paint("background", SETTING, 512, 512)),
        clock("setting 1024x1024", paint("background", SETTING, 1024, 1024)),
        clock("hero 512x512", paint("character", HERO, 512, 512)),
        clock("hero 1024x1024", paint("character", HERO, 1024, 1024)),
        clock("merge 1024x768", lambda seed: merge(ground, figure)),
        clock("encode 1024x768, lossless WebP", lambda seed: encode(ground)),
    ]


def clock(what: str, do: Callable[[int], Any]) -> dict[str, Any]:
    took = []
    for seed in range(ROUNDS):
        began = time.perf_counter()
        do(seed)
        took.append((time.perf_counter() - began) * 1000)
    return {
        "what": what,
        "median_ms": round(statistics.median(took)),
        "most_ms": round(max(took)),
        "rounds": ROUNDS,
    }
