"""Light: where a scene's comes from, and a figure lit by it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image

from imaging.lab import Bytes, Floats, from_lab, to_lab

#: How far the figure's colours go towards the scene's, and by how much at most (L*, and a* or b*).
STRENGTH, MOST_LIGHT, MOST_COLOUR = 0.34, 11.0, 8.0
#: A figure is never darkened below this mean L*: a hero is seen, also at night.
DARKEST = 40.0


@dataclass(frozen=True, slots=True)
class Lamp:
    """Where the scene's light comes from (−1 left … 1 right), and its colour (RGB 0–255)."""

    side: float
    colour: Floats


def find_lamp(scene: Image.Image) -> Lamp:
    """The centre and mean colour of the scene's brightest twentieth."""
    small = np.asarray(scene.resize((48, 36), Image.Resampling.BOX), dtype=np.float32)
    grey = small.mean(axis=-1)
    bright = grey >= np.quantile(grey, 0.95)
    side = float(np.nonzero(bright)[1].mean()) / 23.5 - 1
    return Lamp(float(np.clip(side * 1.6, -1, 1)), small[bright].mean(axis=0))


def match_light(figure: Image.Image, scene: Image.Image, corner: tuple[int, int], lamp: Lamp) -> Image.Image:
    """Shift the figure's mean and spread towards the scene round it, then light it from the lamp's side."""
    pixels = np.asarray(figure)
    solid = np.where(pixels[..., 3] > 127, np.uint8(255), np.uint8(0))
    if not solid.any():
        return figure
    lab = to_lab(pixels[..., :3])
    mean, spread = (own.ravel() for own in cv2.meanStdDev(lab, mask=solid))
    around = to_lab(np.asarray(look_around(scene, figure, corner)))
    goal_mean, goal_spread = (goal.ravel() for goal in cv2.meanStdDev(around))
    most = np.array([MOST_LIGHT, MOST_COLOUR, MOST_COLOUR])
    shift = np.clip((goal_mean - mean) * STRENGTH, -most, most)
    shift[0] = max(shift[0], min(DARKEST - mean[0], 18.0)) if mean[0] + shift[0] < DARKEST else shift[0]
    ratio = np.clip(1 + (goal_spread / (spread + 1e-3) - 1) * STRENGTH * 0.5, 0.9, 1.08)
    lab *= ratio.astype(np.float32)
    lab += (mean * (1 - ratio) + shift).astype(np.float32)
    lab[..., 0] += _relief(figure.size, lamp)
    lit = _light_rim(from_lab(lab), pixels[..., 3], lamp)
    return Image.fromarray(np.dstack([lit, pixels[..., 3]]), "RGBA")


def look_around(scene: Image.Image, figure: Image.Image, corner: tuple[int, int]) -> Image.Image:
    """The part of the scene that the figure stands before, a little wider, at a small size."""
    margin = figure.width // 4
    box = (
        max(corner[0] - margin, 0), max(corner[1], 0),
        min(corner[0] + figure.width + margin, scene.width), min(corner[1] + figure.height, scene.height),
    )  # fmt: skip
    if box[0] >= box[2] or box[1] >= box[3]:
        box = (0, 0, *scene.size)
    return scene.resize((64, 48), Image.Resampling.BOX, box=box)


def _relief(size: tuple[int, int], lamp: Lamp) -> Floats:
    """Added L*: brighter towards the lamp and the sky, darker at the feet."""
    width, height = size
    across = np.linspace(-1, 1, width, dtype=np.float32)[None, :] * lamp.side * 3.0
    down = np.linspace(1.6, -3.2, height, dtype=np.float32)[:, None]
    relief: Floats = across + down
    return relief


def _light_rim(pixels: Bytes, alpha: Bytes, lamp: Lamp) -> Bytes:
    """A thin edge of the lamp's colour on the side that faces it."""
    reach = max(round(pixels.shape[0] * 0.010), 2)
    move = np.array([[1, 0, round(-reach * lamp.side)], [0, 1, reach]], dtype=np.float32)
    inner = cv2.warpAffine(alpha, move, alpha.shape[::-1], flags=cv2.INTER_NEAREST)
    rim = np.asarray(cv2.GaussianBlur(cv2.subtract(alpha, inner), (0, 0), reach * 0.45))
    lit, edge = pixels.copy(), rim > 0
    own, strength = lit[edge].astype(np.float32), rim[edge][:, None] * np.float32(0.42 / 255)
    lit[edge] = own + (np.maximum(lamp.colour, own) - own) * strength
    return lit
