"""Paints a setting: reads the words, chooses the light, then paints from far to near."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import numpy as np
from PIL import Image

from imaging.painters.sketch.scenes import beyond, cave, indoors, outdoors
from imaging.painters.sketch.scenes.palette import choose_palette
from imaging.painters.sketch.scenes.reading import Setting, read_setting
from imaging.painters.sketch.scenes.stage import Stage
from imaging.painters.sketch.scenes.weather import bring_to_size
from imaging.styles.look import Look
from imaging.types import ImageRequest

#: The longest side that is painted on; the result is brought to the size asked for.
PAINTED_SIDE = 1408


def paint_scene(
    request: ImageRequest, look: Look, rng: random.Random, on_progress: Callable[[int, int], None]
) -> tuple[Image.Image, dict[str, Any]]:
    """An RGB picture of the place that the prompt describes, and what was read from it."""
    setting = read_setting(request.prompt, rng)
    stage = set_stage(request, look, setting, rng)
    strokes = plan(setting)
    for done, stroke in enumerate(strokes):
        on_progress(done, len(strokes) + 1)
        stroke(stage, setting)
    on_progress(len(strokes), len(strokes) + 1)
    image = bring_to_size(stage, (request.width, request.height))
    on_progress(len(strokes) + 1, len(strokes) + 1)
    return image, setting.as_json()


def set_stage(request: ImageRequest, look: Look, setting: Setting, rng: random.Random) -> Stage:
    """An empty stage with the setting's light."""
    scale = min(PAINTED_SIDE / max(request.width, request.height), 2.0)
    palette = choose_palette(
        setting.time, set(setting.weather), list(setting.moods), list(setting.colours), rng
    )
    low = setting.time in {"dawn", "golden", "dusk"}
    side = rng.choice((rng.uniform(0.16, 0.36), rng.uniform(0.64, 0.84)))
    return Stage(
        width=round(request.width * scale),
        height=round(request.height * scale),
        rng=rng,
        noise=np.random.default_rng(rng.getrandbits(32)),
        palette=palette,
        look=look,
        details=set(setting.details),
        horizon=rng.uniform(0.54, 0.6),
        sun=(side, rng.uniform(0.4, 0.48) if low else rng.uniform(0.13, 0.24)),
    )


def plan(setting: Setting) -> list[Callable[[Stage, Setting], None]]:
    """What is painted, in order: far, middle, near, air."""
    if setting.inside == "cave":
        return [cave.paint_cave, indoors.paint_room_air]
    if setting.inside:
        return [indoors.paint_walls, indoors.paint_furniture, indoors.paint_room_air]
    if "underwater" in setting.places:
        return [beyond.paint_underwater_back, beyond.paint_underwater_near, outdoors.paint_magic]
    if "space" in setting.places:
        return [beyond.paint_space_sky, beyond.paint_space_ground, outdoors.paint_magic]
    if "clouds" in setting.places:
        return [
            outdoors.paint_backdrop,
            beyond.paint_cloud_land,
            outdoors.paint_landmarks,
            beyond.paint_cloud_ground,
            outdoors.paint_air,
        ]
    return [
        outdoors.paint_backdrop, outdoors.paint_far, outdoors.paint_middle, outdoors.paint_landmarks,
        outdoors.paint_near, outdoors.paint_frame, outdoors.paint_air,
    ]  # fmt: skip
