"""Outlines as arrays of points (N × 2, x to the right, y down), in a figure's own units."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
XY = tuple[float, float]


def ellipse(x: float, y: float, rx: float, ry: float, turn: float = 0.0, count: int = 56) -> Points:
    """An ellipse, turned clockwise by degrees."""
    angle = np.linspace(0, 2 * math.pi, count, endpoint=False)
    flat = np.stack([rx * np.cos(angle), ry * np.sin(angle)], axis=1)
    return rotate(flat, turn) + np.array((x, y))


def egg(x: float, y: float, rx: float, ry: float, heavy: float = 0.2) -> Points:
    """An ellipse that is wider below (``heavy`` > 0) or above (< 0)."""
    angle = np.linspace(0, 2 * math.pi, 72, endpoint=False)
    wide = 1 + heavy * np.sin(angle)
    return np.stack([x + rx * wide * np.cos(angle), y + ry * np.sin(angle)], axis=1)


def smooth(points: Sequence[XY], *, closed: bool = True, steps: int = 12) -> Points:
    """A centripetal-free Catmull-Rom spline through the points (Catmull and Rom, 1974)."""
    p = np.asarray(points, dtype=np.float64)
    if closed:
        before, after, after2 = np.roll(p, 1, 0), np.roll(p, -1, 0), np.roll(p, -2, 0)
        start = p
    else:
        start = p[:-1]
        before = np.vstack([p[:1], p[:-2]])
        after = p[1:]
        after2 = np.vstack([p[2:], p[-1:]])
    t = np.linspace(0, 1, steps, endpoint=False)[None, :, None]
    a, b, c, d = (q[:, None, :] for q in (before, start, after, after2))
    curve = 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
    flat = curve.reshape(-1, 2)
    return flat if closed else np.vstack([flat, p[-1:]])


def stroke(points: Sequence[XY], widths: Sequence[float], *, round_end: bool = True) -> Points:
    """A limb or brush stroke along a spline; the widths are spread evenly along it."""
    spine = smooth(points, closed=False) if len(points) > 2 else np.asarray(points, dtype=np.float64)
    if len(points) == 2:
        spine = spine[0] + (spine[1] - spine[0]) * np.linspace(0, 1, 8)[:, None]
    ahead = np.gradient(spine, axis=0)
    ahead /= np.maximum(np.linalg.norm(ahead, axis=1, keepdims=True), 1e-9)
    side = np.stack([-ahead[:, 1], ahead[:, 0]], axis=1)
    half = np.interp(np.linspace(0, 1, len(spine)), np.linspace(0, 1, len(widths)), widths)[:, None] / 2
    left, right = _without_loops(spine + side * half, ahead), _without_loops(spine - side * half, ahead)
    ends = [_cap(spine[-1], ahead[-1], side[-1], half[-1, 0])] if round_end else []
    starts = [_cap(spine[0], -ahead[0], -side[0], half[0, 0])] if round_end else []
    return np.vstack([left, *ends, right[::-1], *starts])


def _without_loops(edge: Points, ahead: Points) -> Points:
    """Leave out the stretches of a stroke's edge that run backwards at the inside of a tight bend."""
    kept = [0]
    for i in range(1, len(edge)):
        if (edge[i] - edge[kept[-1]]) @ ahead[i] > 0:
            kept.append(i)
    return edge[kept]


def _cap(at: Points, ahead: Points, side: Points, radius: float) -> Points:
    angle = np.linspace(0, math.pi, 10)[1:-1, None]
    return at + radius * (np.cos(angle) * side + np.sin(angle) * ahead)


def polygon(*points: XY) -> Points:
    """Straight edges."""
    return np.asarray(points, dtype=np.float64)


def star(x: float, y: float, radius: float, rays: int = 5, inner: float = 0.5, turn: float = 0.0) -> Points:
    """A star with rounded rays."""
    angle = np.linspace(0, 2 * math.pi, rays * 2, endpoint=False) - math.pi / 2 + math.radians(turn)
    reach = np.where(np.arange(rays * 2) % 2, radius * inner, radius)
    corners = np.stack([x + reach * np.cos(angle), y + reach * np.sin(angle)], axis=1)
    return soften(corners, 0.28)


def soften(corners: Points, share: float = 0.25, rounds: int = 2) -> Points:
    """Round a closed polygon's corners by cutting them (Chaikin, 1974)."""
    p = np.asarray(corners, dtype=np.float64)
    for _ in range(rounds):
        after = np.roll(p, -1, 0)
        p = np.stack([p + (after - p) * share, after + (p - after) * share], axis=1).reshape(-1, 2)
    return p


def tufts(outline: Points, start: float, stop: float, count: int, depth: float) -> Points:
    """Turn a stretch of a closed outline (0 to 1 along its points) into pointed tufts of fur."""
    n = len(outline)
    first, last = int(start * n), int(stop * n)
    middle = outline.mean(axis=0)
    at = np.linspace(first, last, count * 2 + 1).round().astype(int)
    teeth = outline[at % n].copy()
    out = teeth[1::2] - middle
    teeth[1::2] += out / np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-9) * depth + (
        0,
        depth * 0.35,
    )
    rest = outline[np.arange(last + 1, first + n) % n]
    return np.vstack([teeth, rest])


def rotate(points: Points, degrees: float, about: XY = (0.0, 0.0)) -> Points:
    """Turn clockwise (y points down)."""
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    turned: Points = (points - about) @ np.array([[c, s], [-s, c]]) + about
    return turned


def mirror(points: Points, x: float) -> Points:
    """The same shape on the other side of a vertical line."""
    return np.stack([2 * x - points[:, 0], points[:, 1]], axis=1)
