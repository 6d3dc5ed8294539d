"""What the sketch painter, the merge and the files cost."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image

from imaging.cutting import cut_out
from imaging.merge import merge
from imaging.painters.sketch import SketchPainter
from imaging.types import ImageRequest, Subject

ROUNDS = 8
HERO = "a shy dragon with midnight-blue scales and silver wings, wearing a red scarf"
SETTING = "a castle on a hill by the sea, pine forest, clear night full of stars, a silver moon"


def measure() -> list[dict[str, Any]]:
    """Median milliseconds of each, with another seed each time."""
    from stories.pictures import COPY_WIDTHS, encode, encode_copy

    painter = SketchPainter()

    def paint(subject: Subject, prompt: str, width: int, height: int) -> Callable[[int], Any]:
        return lambda seed: (
            painter.paint(
                ImageRequest(subject=subject, prompt=prompt, seed=seed, width=width, height=height)
            ).image
        )

    setting, hero = paint("background", SETTING, 1024, 768), paint("character", HERO, 768, 768)
    ground, figure = setting(1), hero(1)

    def make_scene(seed: int) -> None:
        scene = merge(ground, figure).image
        files = [encode(scene), *(encode_copy(scene, width) for width in (*COPY_WIDTHS, scene.width))]
        with tempfile.TemporaryDirectory() as folder:
            for number, data in enumerate(files):
                (Path(folder) / f"{number}.webp").write_bytes(data)

    return [
        clock("setting 512x512", paint("background", SETTING, 512, 512)),
        clock("setting 1024x1024", paint("background", SETTING, 1024, 1024)),
        clock("hero 512x512", paint("character", HERO, 512, 512)),
        clock("hero 1024x1024", paint("character", HERO, 1024, 1024)),
        clock("merge 1024x768", lambda seed: merge(ground, figure)),
        clock("encode 1024x768, lossless WebP", lambda seed: encode(ground)),
        clock("scene and all its files, ours", make_scene),
        clock("the plain way: PNG files in between", lambda seed: make_scene_plainly(ground, figure)),
    ]


def make_scene_plainly(ground: Image.Image, figure: Image.Image) -> None:
    """Each step reads what the one before it wrote, as PNG by default: the picture, its mask, the resized
    parts, and both side by side. No light, no shadow, no copies."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)

        def pass_on(picture: Image.Image, file: str) -> Image.Image:
            picture.save(folder / file)
            with Image.open(folder / file) as read:
                return read.copy()

        setting, hero = pass_on(ground, "setting.png"), pass_on(figure, "hero.png")
        mask = pass_on(cut_out(hero).figure.getchannel("A"), "mask.png")
        half = (512, 768)
        setting = pass_on(setting.resize(half, Image.Resampling.LANCZOS), "setting-part.png")
        hero = pass_on(hero.resize(half, Image.Resampling.LANCZOS), "hero-part.png")
        mask = pass_on(mask.resize(half, Image.Resampling.LANCZOS), "mask-part.png")
        scene = Image.new("RGB", (1024, 768))
        scene.paste(setting, (0, 0))
        scene.paste(hero, (512, 0), mask)
        scene.save(folder / "scene.png")


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
