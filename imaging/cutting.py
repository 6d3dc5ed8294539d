"""Cuts a figure out of its picture: by its transparency, or from a plain ground by colour."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from imaging.lab import to_lab

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]

#: The longest side on which the ground is told from the figure; the edge is then drawn in full size.
WORKING_SIDE = 512
#: The least and greatest distance (ΔE*76) from the border's colour at which a pixel is the figure's.
NEAREST, FARTHEST = 7.0, 26.0
#: Shares of the picture between which a figure is believable.
SMALLEST, LARGEST = 0.01, 0.92


def cut_out(image: Image.Image) -> tuple[Image.Image, float]:
    """The figure alone, RGBA of the same size, and how sure the cut is (0–1).

    A picture with transparency keeps it. Otherwise the ground is what differs little, in L*a*b*, from
    a plane laid through the border's colours and is connected with the border; the edge is 1–3 px soft,
    and its pixels take the figure's inner colours, so that no rim of the old ground remains. Where the
    border is not plain, the figure is guessed as a soft oval, at a confidence of 0.1.
    """
    if _has_alpha(image):
        figure = image.convert("RGBA")
        return figure, _alpha_confidence(np.asarray(figure.getchannel("A")))
    picture = image.convert("RGB")
    ground, sureness = _find_ground(picture)
    share = 1 - float(ground.mean())
    if not SMALLEST < share < LARGEST or sureness < 0.2:
        return _oval(picture), 0.1
    alpha = _soft_edge(ground, picture.size)
    return _clean_rim(picture, alpha), round(sureness, 3)


def _has_alpha(image: Image.Image) -> bool:
    if "A" not in image.getbands() and "transparency" not in image.info:
        return False
    alpha = np.asarray(image.convert("RGBA").getchannel("A"))
    return bool(alpha.min() < 250)


def _alpha_confidence(alpha: NDArray[np.uint8]) -> float:
    """Full where the figure is of believable size and its frame is empty."""
    share = float((alpha > 127).mean())
    frame = np.concatenate([alpha[0], alpha[:, 0], alpha[:, -1]])
    empty = 1 - float((frame > 127).mean())
    return round(empty, 3) if SMALLEST < share < LARGEST else 0.2


def _find_ground(picture: Image.Image) -> tuple[Flags, float]:
    """Which pixels (in working size) are ground, and how clearly they differ from the rest."""
    small = picture.copy()
    small.thumbnail((WORKING_SIDE, WORKING_SIDE), Image.Resampling.BOX)
    lab = to_lab(np.asarray(small))
    plane, noise = _border_plane(lab)
    distance = np.sqrt(((lab - plane) ** 2).sum(axis=-1))
    limit = float(np.clip(noise * 3 + 4, NEAREST, FARTHEST))
    like = distance < limit
    ground = _connected(like)
    border = np.concatenate([ground[0], ground[-1], ground[:, 0], ground[:, -1]])
    figure = distance[~ground]
    contrast = float(np.median(figure)) / limit if figure.size else 0.0
    plain = 1 - min(noise / FARTHEST, 1.0)
    return ground, float(border.mean() * plain * min(contrast / 2, 1.0))


def _border_plane(lab: Floats) -> tuple[Floats, float]:
    """A colour for every pixel, from a plane fitted to the border's, and the border's usual distance from it.

    Fitted twice: the second time without what the first fit missed most (a tail or hat at the edge).
    """
    height, width, _ = lab.shape
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    ramp = np.stack([np.ones_like(x), x / width - 0.5, y / height - 0.5], axis=-1)
    rim = np.zeros((height, width), dtype=bool)
    edge = max(2, round(min(height, width) * 0.015))
    rim[:edge] = rim[-edge:] = rim[:, :edge] = rim[:, -edge:] = True
    points, colours = ramp[rim], lab[rim]
    keep = np.ones(len(points), dtype=bool)
    error = np.zeros(len(points), dtype=np.float32)
    fit = np.zeros((3, 3), dtype=np.float32)
    for _ in range(2):
        fit = np.linalg.lstsq(points[keep], colours[keep], rcond=None)[0].astype(np.float32)
        error = np.sqrt(((colours - points @ fit) ** 2).sum(axis=-1))
        keep = error <= np.quantile(error, 0.8)
    return ramp @ fit, float(np.quantile(error, 0.75))


def _connected(like: Flags) -> Flags:
    """The part of ``like`` that hangs together with the border.

    Runs along rows, then along columns, are taken whole as soon as one of their pixels is reached;
    this settles after about as many rounds as the ground has bends.
    """
    reached = np.zeros_like(like)
    reached[0], reached[-1] = like[0], like[-1]
    reached[:, 0], reached[:, -1] = like[:, 0], like[:, -1]
    rows, columns = _runs(like), _runs(like.T)
    for _ in range(200):
        before = int(reached.sum())
        reached = _spread(reached, rows) & like
        reached = (_spread(reached.T, columns) & like.T).T
        if int(reached.sum()) == before:
            break
    return reached


def _runs(like: Flags) -> NDArray[np.intp]:
    """A number for each stretch of equal pixels along each row."""
    change = np.ones(like.shape, dtype=bool)
    change[:, 1:] = like[:, 1:] != like[:, :-1]
    numbers: NDArray[np.intp] = np.cumsum(change.ravel()).reshape(like.shape) - 1
    return numbers


def _spread(reached: Flags, runs: NDArray[np.intp]) -> Flags:
    hit = np.zeros(int(runs[-1, -1]) + 1, dtype=bool)
    hit[runs[reached]] = True
    spread: Flags = hit[runs]
    return spread


def _soft_edge(ground: Flags, size: tuple[int, int]) -> Image.Image:
    """The figure's alpha in full size: drawn in by about a pixel, then softened."""
    figure = Image.fromarray((~ground * 255).astype(np.uint8))
    figure = figure.filter(ImageFilter.MedianFilter(3)).resize(size, Image.Resampling.BICUBIC)
    soft = np.asarray(figure.filter(ImageFilter.GaussianBlur(0.9)), dtype=np.float32)
    return Image.fromarray(np.clip((soft - 128) * 1.9 + 96, 0, 255).astype(np.uint8))


def _clean_rim(picture: Image.Image, alpha: Image.Image) -> Image.Image:
    """Give the pixels of the edge the colours just inside it."""
    core = alpha.point([0] * 250 + [255] * 6).filter(ImageFilter.MinFilter(3))
    inside = np.asarray(core, dtype=np.float32)[..., None] / 255
    pixels = np.asarray(picture, dtype=np.float32)
    premultiplied = Image.fromarray((pixels * inside).astype(np.uint8))
    spread = np.asarray(premultiplied.filter(ImageFilter.GaussianBlur(2.2)), dtype=np.float32)
    weight = np.asarray(core.filter(ImageFilter.GaussianBlur(2.2)), dtype=np.float32)[..., None] / 255
    inner = np.where(weight > 0.02, spread / np.maximum(weight, 0.02), pixels)
    cleaned = np.where(inside > 0.5, pixels, inner)
    figure = Image.fromarray(np.clip(cleaned, 0, 255).astype(np.uint8))
    figure.putalpha(alpha)
    return figure


def _oval(picture: Image.Image) -> Image.Image:
    """The middle of the picture, fading out at its edge."""
    width, height = picture.size
    mask = Image.new("L", (128, 128))
    ImageDraw.Draw(mask).ellipse((18, 12, 110, 122), fill=255)
    figure = picture.copy()
    figure.putalpha(
        mask.filter(ImageFilter.GaussianBlur(8)).resize((width, height), Image.Resampling.BICUBIC)
    )
    return figure
