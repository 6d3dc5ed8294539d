"""Where a figure stands in a scene: on a line of thirds, with its feet on the ground."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

from imaging.lab import to_lab

#: Feet stand so far down from the ground line to the lower edge, within these shares of the height.
FOREGROUND, HIGHEST_FEET, LOWEST_FEET = 0.84, 0.84, 0.96
#: Between these the ground line is looked for; where there is none to see it is taken to be at the third.
LINE_FROM, LINE_TO, USUAL_LINE = 0.35, 0.8, 0.58
#: How tall a figure that fills its frame becomes, as shares of the height.
TALLEST, SHORTEST = 0.62, 0.40
#: No wider than this share of the scene.
WIDEST = 0.62


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Where the figure stands: the point between its feet, as shares of the scene's width and height from
    its upper left; its height as a share of the scene's; whether it is mirrored."""

    x: float
    y: float
    height: float
    flipped: bool = False


def choose_placement(scene: Image.Image, figure: Image.Image, filled: float) -> Placement:
    """Left or right third: where the scene is calmer and differs more in brightness from the figure.

    Painters let every figure face left, so that on the left third it is mirrored to face inwards.
    """
    height = float(np.clip(TALLEST * filled / 0.87, SHORTEST, TALLEST))
    height = min(height, WIDEST * scene.width / scene.height * figure.height / figure.width)
    small = scene.resize((48, 36), Image.Resampling.BOX)
    grey = np.asarray(small.convert("L"), dtype=np.float32)
    own = mean_luma(figure)
    third = {}
    for x in (1 / 3, 2 / 3):
        column = grey[10:33, round(x * 48) - 7 : round(x * 48) + 7]
        third[x] = abs(float(column.mean()) - own) - 0.8 * float(column.std())
    best = max(third, key=lambda x: third[x])
    line = find_ground_line(scene)
    feet = float(np.clip(line + FOREGROUND * (1 - line), HIGHEST_FEET, LOWEST_FEET))
    return Placement(x=round(best, 4), y=round(feet, 4), height=round(height, 4), flipped=best < 0.5)


def find_ground_line(scene: Image.Image) -> float:
    """Where the ground begins, as a share of the height: where most of the width changes colour."""
    rows, reach = 48, 3
    lab = to_lab(np.asarray(scene.resize((24, rows), Image.Resampling.BOX)))
    first, last = round(LINE_FROM * rows), round(LINE_TO * rows)
    change = [
        float(
            np.median(
                np.linalg.norm(lab[y - reach : y].mean(axis=0) - lab[y : y + reach].mean(axis=0), axis=1)
            )
        )
        for y in range(first, last)
    ]
    strongest = int(np.argmax(change))
    return (first + strongest) / rows if change[strongest] > 2 * np.median(change) else USUAL_LINE


def mean_luma(figure: Image.Image) -> float:
    small = figure.resize((32, 32), Image.Resampling.BOX)
    alpha = np.asarray(small.getchannel("A"), dtype=np.float32)
    grey = np.asarray(small.convert("L"), dtype=np.float32)
    return float((grey * alpha).sum() / max(float(alpha.sum()), 1.0))
