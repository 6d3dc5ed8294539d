"""What a painter is shown before somebody waits for it, so that nothing is compiled while they do."""

from __future__ import annotations

from itertools import product

from imaging.types import ImageRequest

#: A hero and a scene, as shares of a square's sides. The compiler takes what it saw vary for variable: after
#: two sizes, two counts and two lengths of text it has programs for others as well.
SHAPES = ((1.0, 1.0), (4 / 3, 1.0))


def list_warm_ups(
    side: int, most_together: int, *, reads_chunks: bool
) -> list[tuple[ImageRequest, int, int]]:
    """Requests, how many pictures of each, and by how many chunks their text is to be longer than it is."""
    sizes = [fit(side, *shape) for shape in SHAPES]
    counts, longer = sorted({1, most_together}), (0, 1) if reads_chunks else (0,)
    return [(_ask(*size), count, more) for more, size, count in product(longer, sizes, counts)]


def fit(side: int, width: float, height: float) -> tuple[int, int]:
    """The size of this shape with the area of a square, in steps of 8, no smaller than can be asked."""
    scale = side / (width * height) ** 0.5
    return max(64, round(width * scale / 8) * 8), max(64, round(height * scale / 8) * 8)


def _ask(width: int, height: int) -> ImageRequest:
    return ImageRequest(subject="background", prompt="a meadow", seed=0, width=width, height=height)
