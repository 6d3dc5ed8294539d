"""Sizes of pictures, in pixels: as settings write them, and as a painter likes them."""

from __future__ import annotations

from math import sqrt

SIDE_MIN, SIDE_MAX = 64, 2048


def parse_size(text: str) -> tuple[int, int]:
    """Read ``"1024x768"`` as (width, height).

    Raises:
        ValueError: it is not two multiples of 8 from 64 to 2048.
    """
    width, _, height = text.lower().partition("x")
    sides = (int(width), int(height)) if width.isdecimal() and height.isdecimal() else (0, 0)
    if any(side % 8 or not SIDE_MIN <= side <= SIDE_MAX for side in sides):
        raise ValueError(f"{text!r} is not WIDTHxHEIGHT in multiples of 8 from {SIDE_MIN} to {SIDE_MAX}")
    return sides


def fit_size(native_side: int, shape: tuple[int, int]) -> tuple[int, int]:
    """The size of this shape (a width to a height) with the area that a model was trained on, in steps of 8,
    within the bounds of any picture.

    Diffusion models repeat their subject above that area and blur it below.
    """
    width, height = shape
    scale = native_side / sqrt(width * height)
    scale = max(min(scale, SIDE_MAX / max(shape)), SIDE_MIN / min(shape))
    return round(width * scale / 8) * 8, round(height * scale / 8) * 8
