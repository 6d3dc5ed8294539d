"""Cuts a figure out of its picture: by its transparency, from a plain ground, or by guessing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from imaging.edges import draw_edge
from imaging.ground import LIMIT, Ground, find_ground
from imaging.lab import Bytes, Floats, from_lab, to_lab
from imaging.masks import Flags

Method = Literal["alpha", "border", "grabcut", "blend"]

#: The longest side on which the ground is told from the figure; the edge is then drawn in full size.
WORKING_SIDE = 512
#: The greatest noise (ΔE) of a ground that counts as plain, and the least share of the border it takes.
NOISIEST, LEAST_BORDER = 10.0, 0.8
#: Shares of the picture between which a figure is believable.
SMALLEST, LARGEST = 0.01, 0.92
#: GrabCut works on so long a side, in so many rounds; above this share of the border its figure is none.
GUESSING_SIDE, ROUNDS, MOST_BORDER = 256, 4, 0.35


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cutout:
    """The figure alone (RGBA, of its picture's size), how it was cut, and how sure that is (0–1)."""

    figure: Image.Image
    method: Method
    confidence: float


def cut_out(image: Image.Image) -> Cutout:
    """The figure of a picture.

    ``alpha``: the picture is transparent round it. ``border``: the ground is what fits a surface laid through
    the border's colours (`imaging.ground`); the edge is 1–3 px soft, and without the ground's colour
    (`imaging.edges`). ``grabcut``: the border is not plain, and figure and ground are told apart by
    C. Rother, V. Kolmogorov, A. Blake, "GrabCut" (2004). ``blend``: nor could that; the middle of the
    picture, fading out.
    """
    if _has_alpha(image):
        figure = image.convert("RGBA")
        return Cutout(figure=figure, method="alpha", confidence=_alpha_confidence(figure))
    picture = np.asarray(image.convert("RGB"))
    return _cut_from_plain(picture) or _cut_by_guess(picture) or _fade_out(picture)


def _has_alpha(image: Image.Image) -> bool:
    if "A" not in image.getbands() and "transparency" not in image.info:
        return False
    return bool(np.asarray(image.convert("RGBA").getchannel("A")).min() < 250)


def _alpha_confidence(figure: Image.Image) -> float:
    """Full where the figure is of believable size and its frame is empty."""
    solid = np.asarray(figure.getchannel("A")) > 127
    frame = np.concatenate([solid[0], solid[:, 0], solid[:, -1]])
    return round(1 - float(frame.mean()), 3) if SMALLEST < solid.mean() < LARGEST else 0.2


def _cut_from_plain(picture: Bytes) -> Cutout | None:
    found = find_ground(to_lab(_shrink(picture, WORKING_SIDE)))
    share = 1 - float(found.mask.mean())
    if found.noise > NOISIEST or found.border < LEAST_BORDER or not SMALLEST < share < LARGEST:
        return None
    full = picture.shape[1::-1]
    ground, figure, distance = (
        np.asarray(cv2.resize(plane, full), dtype=np.float32)
        for plane in (
            from_lab(found.colour),
            (~found.mask).astype(np.float32),
            found.distance / np.float32(LIMIT),
        )
    )
    alpha, colours = draw_edge(picture.astype(np.float32), ground, figure, distance)
    return Cutout(figure=_join(colours, alpha), method="border", confidence=_plain_confidence(found))


def _plain_confidence(found: Ground) -> float:
    """How much of the border is ground, how plain that is, and how far off the figure."""
    contrast = min(float(np.median(found.distance[~found.mask])) / (4 * LIMIT), 1.0)
    plain = 1 - 0.5 * found.noise / NOISIEST
    return round(found.border * plain * (0.5 + 0.5 * contrast), 3)


def _cut_by_guess(picture: Bytes) -> Cutout | None:
    small = _shrink(picture, GUESSING_SIDE)
    height, width = small.shape[:2]
    mask = np.full((height, width), cv2.GC_PR_BGD, dtype=np.uint8)
    centre, axes = (width // 2, round(height * 0.55)), (round(width * 0.36), round(height * 0.42))
    cv2.ellipse(mask, centre, axes, 0, 0, 360, int(cv2.GC_PR_FGD), -1)
    mask[0] = mask[:, 0] = mask[:, -1] = cv2.GC_BGD
    try:
        models = np.zeros((1, 65)), np.zeros((1, 65))
        cv2.grabCut(np.ascontiguousarray(small), mask, (0, 0, 1, 1), *models, ROUNDS, cv2.GC_INIT_WITH_MASK)
    except cv2.error:  # all of one colour: there is nothing to tell apart
        return None
    figure = _largest(np.isin(mask, (cv2.GC_FGD, cv2.GC_PR_FGD)))
    frame = np.concatenate([figure[2], figure[:, 2], figure[:, -3]])
    if not SMALLEST * 3 < figure.mean() < 0.75 or frame.mean() > MOST_BORDER:
        return None
    soft = cv2.resize(figure.astype(np.float32), picture.shape[1::-1], interpolation=cv2.INTER_CUBIC)
    alpha = np.clip(cv2.GaussianBlur(soft, (0, 0), max(picture.shape) / 400) * 1.6 - 0.3, 0, 1)
    confidence = round(0.5 * (1 - float(frame.mean())), 3)
    return Cutout(figure=_join(picture.astype(np.float32), alpha), method="grabcut", confidence=confidence)


def _largest(flags: Flags) -> Flags:
    """The largest part that hangs together, without holes of a few pixels."""
    _, names, stats, _ = cv2.connectedComponentsWithStats(flags.astype(np.uint8), connectivity=8)
    if len(stats) < 2:
        return flags
    part = (names == 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())).astype(np.uint8)
    return cv2.morphologyEx(part, cv2.MORPH_CLOSE, np.ones((5, 5), dtype=np.uint8)).astype(bool)


def _fade_out(picture: Bytes) -> Cutout:
    mask = Image.new("L", (128, 128))
    ImageDraw.Draw(mask).ellipse((18, 12, 110, 122), fill=255)
    figure = Image.fromarray(picture)
    figure.putalpha(mask.filter(ImageFilter.GaussianBlur(8)).resize(figure.size, Image.Resampling.BICUBIC))
    return Cutout(figure=figure, method="blend", confidence=0.1)


def _join(colours: Floats, alpha: Floats) -> Image.Image:
    rgba = np.dstack([colours, alpha * 255])
    return Image.fromarray((rgba + 0.5).clip(0, 255).astype(np.uint8))


def _shrink(picture: Bytes, side: int) -> Bytes:
    factor = side / max(picture.shape[:2])
    if factor >= 1:
        return picture
    small = cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    return np.asarray(small, dtype=np.uint8)
