"""The sheet a figure is built on: shapes in order, in units of which a figure is about 90 tall."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np

from imaging.painters.sketch.shapes import XY, Points, mirror, rotate, stroke

RGB = tuple[int, int, int]


@dataclass(slots=True, eq=False)
class Part:
    """One painted shape.

    ``line``: width of its outline; ``shade``: how strongly light models it (0 flat, 1 full);
    ``inside``: it shows only within that part; ``cast``: how dark its shadow on what lies beneath;
    ``soft``: blur of its edge; ``light``: it adds light instead of covering; ``fade``: its colour below.
    """

    points: Points
    colour: RGB
    line: float = 0.55
    shade: float = 1.0
    inside: Part | None = None
    cast: float = 0.3
    soft: float = 0.0
    alpha: float = 1.0
    light: bool = False
    fade: RGB | None = None
    texture: float = 1.0


@dataclass
class Sheet:
    """Collects parts from back to front. Shapes may be added under a turn, a shift or a scale."""

    parts: list[Part] = field(default_factory=list)
    _turns: list[tuple[float, XY]] = field(default_factory=list)
    _shrink: list[tuple[float, float, XY]] = field(default_factory=list)

    def add(self, points: Points, colour: RGB, **style: object) -> Part:
        """Paint a shape over what is there."""
        part = Part(self._placed(points), colour, **style)  # type: ignore[arg-type]
        self.parts.append(part)
        return part

    def flat(self, points: Points, colour: RGB, **style: object) -> Part:
        """Paint a shape without outline, modelling or shadow: a marking, a detail."""
        return self.add(points, colour, **{"line": 0.0, "shade": 0.0, "cast": 0.0, **style})

    def pair(self, points: Points, colour: RGB, x: float = 50.0, **style: object) -> tuple[Part, Part]:
        """A shape and its mirror image about x."""
        return self.add(points, colour, **style), self.add(mirror(points, x), colour, **style)

    def ink(self, points: Sequence[XY], width: float, colour: RGB, **style: object) -> Part:
        """A drawn line, thinner at its ends."""
        widths = [width * 0.35, width, width * 0.35]
        return self.flat(stroke(points, widths), colour, **{"texture": 0.0, **style})

    def glow(self, x: float, y: float, radius: float, colour: RGB, alpha: float = 0.6) -> None:
        """A round of light that fades outwards."""
        angle = np.linspace(0, 2 * np.pi, 24, endpoint=False)
        ring = np.stack([x + radius * 0.5 * np.cos(angle), y + radius * 0.5 * np.sin(angle)], axis=1)
        self.flat(ring, colour, soft=radius * 0.36, alpha=alpha, light=True, texture=0.0)

    @contextmanager
    def turned(self, degrees: float, about: XY) -> Iterator[None]:
        """Everything added inside is turned clockwise about a point."""
        self._turns.append((degrees, about))
        yield
        self._turns.pop()

    @contextmanager
    def scaled(self, sx: float, sy: float, about: XY) -> Iterator[None]:
        """Everything added inside is stretched about a point."""
        self._shrink.append((sx, sy, about))
        yield
        self._shrink.pop()

    def _placed(self, points: Points) -> Points:
        for sx, sy, about in reversed(self._shrink):
            points = (points - about) * (sx, sy) + about
        for degrees, about in reversed(self._turns):
            points = rotate(points, degrees, about)
        return points

    def bounds(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom of all that covers."""
        solid = [part for part in self.parts if not part.light]
        pad = 0.6
        low = np.min([p.points.min(axis=0) - p.soft * 2 for p in solid], axis=0) - pad
        high = np.max([p.points.max(axis=0) + p.soft * 2 for p in solid], axis=0) + pad
        return float(low[0]), float(low[1]), float(high[0]), float(high[1])
