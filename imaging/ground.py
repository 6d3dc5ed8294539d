"""Tells a plain ground from the figure before it, by the colours along the picture's border."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from imaging.lab import Floats
from imaging.masks import Flags, grow

#: How many standard deviations of the ground's own noise a pixel may be off and still be ground.
LIMIT = 3.6
#: The least noise (L*, a*, b*) that is reckoned with: rounding, and what JPEG leaves.
LEAST_NOISE = (0.8, 0.9, 0.9)
#: A hole is no smaller than this share of the picture: smaller ones are the white of an eye.
SMALLEST_HOLE = 0.0004
#: A pixel is ground also where it is this much fainter than the strongest one within so many pixels.
FAINT, CLEAR, RINGS = 0.25, 0.08, 5
#: Strands are this thin; between them, gaps are up to this share of the picture; crossed so often.
STRAND, LARGEST_GAP, GAP_ROUNDS = 4, 0.004, 6


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """What is ground, the colour (L*a*b*) it has or would have everywhere, its usual noise (ΔE),
    the share of the border that it takes, and each pixel's distance from it in units of the noise."""

    mask: Flags
    colour: Floats
    noise: float
    border: float
    distance: Floats


def find_ground(lab: Floats) -> Ground:
    """Lay a curved plane through the border's colours, see what fits it, and follow that inwards, twice."""
    rim = _rim(lab.shape)
    terms = _terms(lab.shape)
    plane, fits = _fit(terms, lab, rim)
    whiten, noise = _whitening((lab - plane)[fits])
    distance = _distance(lab - plane, whiten)
    mask = _connected(_like(distance), rim)
    for _ in range(2):
        sure = grow(mask, -2, cv2.MORPH_RECT) & (distance < LIMIT)
        if sure.mean() < 0.02:
            break
        plane, fits = _fit(terms, lab, sure)
        plane = plane + _spread(lab - plane, fits)
        whiten, noise = _whitening((lab - plane)[fits])
        distance = _distance(lab - plane, whiten)
        mask = _connected(_like(distance), rim)
    mask = _with_holes(mask, distance)
    mask = ~_without_specks(~mask, distance)
    return Ground(mask, plane, noise, float(mask[rim].mean()), distance)


def _rim(shape: tuple[int, ...]) -> Flags:
    edge = max(2, round(min(shape[:2]) * 0.012))
    rim = np.ones(shape[:2], dtype=bool)
    rim[edge:-edge, edge:-edge] = False
    return rim


def _terms(shape: tuple[int, ...]) -> Floats:
    """1, x, y, x², xy, y² of every pixel."""
    y, x = np.mgrid[-1 : 1 : shape[0] * 1j, -1 : 1 : shape[1] * 1j].astype(np.float32)
    return np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=-1)


def _fit(terms: Floats, lab: Floats, where: Flags) -> tuple[Floats, Flags]:
    """A second-order surface through the colours there, and which of them are no outliers."""
    points, colours = terms[where], lab[where]
    step = max(len(points) // 6000, 1)
    points, colours = points[::step], colours[::step]
    error = _length(colours - np.median(colours, axis=0).astype(np.float32))
    fit = np.zeros((6, 3), dtype=np.float32)
    limit = 0.0
    for share in (0.6, 0.75, 0.9):
        limit = max(float(np.quantile(error, share)), 1.0)
        limit = min(limit, max(3.5 * float(np.median(error)), 1.5))
        keep = error <= limit
        fit = _solve(points[keep], colours[keep])
        error = _length(colours - points @ fit)
    limit = max(3.5 * float(np.median(error)), 2.0)
    surface: Floats = terms @ fit
    fits: Flags = where & (_length(lab - surface) <= limit)
    return surface, fits


def _solve(points: Floats, colours: Floats) -> Floats:
    """Least squares by the normal equations: of six terms between −1 and 1 nothing is lost by them."""
    points = points.astype(np.float64)
    small = np.eye(points.shape[1]) * 1e-9
    return np.linalg.solve(points.T @ points + small, points.T @ colours).astype(np.float32)


def _spread(rest: Floats, where: Flags) -> Floats:
    """What the surface leaves there, smoothed, and fading to nothing behind the figure."""
    weight = where.astype(np.float32)
    small = (max(rest.shape[1] // 8, 8), max(rest.shape[0] // 8, 8))
    few = cv2.resize(weight, small, interpolation=cv2.INTER_AREA)
    part = cv2.resize(rest * weight[..., None], small, interpolation=cv2.INTER_AREA)
    few, part = cv2.GaussianBlur(few, (0, 0), 1.5), cv2.GaussianBlur(part, (0, 0), 1.5)
    smooth = part / (few + 0.02)[..., None]
    whole: Floats = np.asarray(cv2.resize(smooth, rest.shape[1::-1]), dtype=np.float32)
    return whole


def _whitening(rest: Floats) -> tuple[Floats, float]:
    """What turns the ground's noise into one of unit size in every direction; and its size."""
    if len(rest) < 16:
        return np.eye(3, dtype=np.float32), 99.0
    rest = rest[:: max(len(rest) // 20000, 1)]
    spread = np.cov(rest.T) + np.diag(np.square(LEAST_NOISE))
    values, vectors = np.linalg.eigh(spread)
    noise = float(np.sqrt(np.trace(spread)))
    return (vectors / np.sqrt(values)).astype(np.float32), noise


def _distance(rest: Floats, whiten: Floats) -> Floats:
    """How far off each pixel is; noise is evened out a little first."""
    even = np.asarray(cv2.GaussianBlur(rest @ whiten, (0, 0), 0.7), dtype=np.float32)
    return _length(even)


def _length(vectors: NDArray[np.floating[Any]]) -> Floats:
    """Of the last axis, which is short: a fifth of the time of `numpy.linalg.norm`."""
    length: Floats = np.sqrt(np.einsum("...c,...c->...", vectors, vectors))
    return length


def _like(distance: Floats) -> Flags:
    """What is within the noise, or far weaker than the figure beside it: JPEG rings round strong edges."""
    flags: Flags = distance < np.maximum(LIMIT, _strongest_beside(distance) * np.float32(FAINT))
    return flags


def _strongest_beside(distance: Floats) -> Floats:
    square = np.ones((2 * RINGS + 1, 2 * RINGS + 1), dtype=np.uint8)
    return np.asarray(cv2.dilate(distance, square), dtype=np.float32)


def _connected(like: Flags, rim: Flags) -> Flags:
    """The parts that reach the border."""
    _, names = cv2.connectedComponents(like.astype(np.uint8), connectivity=4)
    reached = np.zeros(names.max() + 1, dtype=bool)
    reached[np.unique(names[rim & like])] = True
    reached[0] = False
    flags: Flags = reached[names]
    return flags


def _with_holes(mask: Flags, distance: Floats) -> Flags:
    """The ground, and what shows of it through the figure: mostly just like it, and large or between strands.

    A gap between strands is small, and parted from other ground by a strand only; one after another is found.
    """
    beside = _strongest_beside(distance)
    like = (distance < np.maximum(LIMIT, beside * np.float32(FAINT))) & ~mask
    clear = distance < np.maximum(LIMIT * 0.6, beside * np.float32(CLEAR))
    count, names, stats, _ = cv2.connectedComponentsWithStats(like.astype(np.uint8), connectivity=4)
    area = stats[:, cv2.CC_STAT_AREA]
    clarity = np.bincount(names.ravel(), weights=clear.ravel(), minlength=count) / area
    is_hole = (area >= SMALLEST_HOLE * mask.size) & (clarity > 0.5)
    is_gap = (area < LARGEST_GAP * mask.size) & (clarity > 0.3)
    # A line where two of the figure's colours meet may pass for ground too, but nobody sees through it.
    core = cv2.erode(like.astype(np.uint8), np.ones((3, 3), dtype=np.uint8)).astype(bool)
    is_gap &= np.bincount(names[core], minlength=count) > 0
    is_hole[0] = is_gap[0] = False
    mask = mask | is_hole[names]
    for _ in range(GAP_ROUNDS):
        near = np.unique(names[grow(mask, STRAND, cv2.MORPH_RECT) & is_gap[names] & ~mask])
        if not near.size:
            break
        reached = np.zeros(count, dtype=bool)
        reached[near] = True
        mask = mask | reached[names]
    return mask


def _without_specks(figure: Flags, distance: Floats) -> Flags:
    """Only parts that are large, or clear."""
    count, names, stats, _ = cv2.connectedComponentsWithStats(figure.astype(np.uint8), connectivity=8)
    area = stats[:, cv2.CC_STAT_AREA].astype(np.float32)
    sums = np.bincount(names.ravel(), weights=distance.ravel(), minlength=count)
    largest = area[1:].max() if count > 1 else 0
    keep = (area >= 0.004 * largest) | ((area >= 8) & (sums / area > LIMIT * 2.2))
    keep[0] = False
    flags: Flags = keep[names]
    return flags
