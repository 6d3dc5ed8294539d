"""Colour sums. An RGB is three whole numbers 0 to 255; arrays of floats run from 0 to 1."""

from __future__ import annotations

import colorsys
import random

import numpy as np
from numpy.typing import NDArray

RGB = tuple[int, int, int]
Floats = NDArray[np.float32]

_WARM = np.array([1.0, 0.96, 0.84], dtype=np.float32)
_COOL = np.array([0.56, 0.47, 0.66], dtype=np.float32)


def rgb(text: str) -> RGB:
    """``#rrggbb``."""
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def mix(a: RGB, b: RGB, part: float) -> RGB:
    """From a (0) to b (1)."""
    r, g, bl = (round(x + (y - x) * part) for x, y in zip(a, b, strict=True))
    return r, g, bl


def lighter(colour: RGB, part: float) -> RGB:
    return mix(colour, (255, 250, 238), part)


def darker(colour: RGB, part: float) -> RGB:
    return mix(colour, (30, 22, 44), part)


def luma(colour: RGB) -> float:
    """How bright, 0 to 1 (Rec. 709 weights on the encoded values: good enough to compare)."""
    return (0.2126 * colour[0] + 0.7152 * colour[1] + 0.0722 * colour[2]) / 255


def vary(colour: RGB, rng: random.Random, amount: float = 1.0) -> RGB:
    """A neighbour of the colour."""
    h, lightness, s = colorsys.rgb_to_hls(*(c / 255 for c in colour))
    h = (h + rng.uniform(-0.018, 0.018) * amount) % 1
    lightness = min(max(lightness + rng.uniform(-0.04, 0.04) * amount, 0.0), 1.0)
    s = min(max(s + rng.uniform(-0.06, 0.06) * amount, 0.0), 1.0)
    r, g, b = (round(c * 255) for c in colorsys.hls_to_rgb(h, lightness, s))
    return r, g, b


def turn_hue(colour: RGB, by: float, *, lighten: float = 0.0) -> RGB:
    """The colour so far round the wheel (1.0 is once round)."""
    h, lightness, s = colorsys.rgb_to_hls(*(c / 255 for c in colour))
    r, g, b = colorsys.hls_to_rgb((h + by) % 1, min(max(lightness + lighten, 0.0), 1.0), s)
    return round(r * 255), round(g * 255), round(b * 255)


def as_floats(colour: RGB) -> Floats:
    floats: Floats = np.array(colour, dtype=np.float32) / np.float32(255)
    return floats


def ink_of(colour: RGB) -> RGB:
    """The pen for a colour's outline: a deep, warm relative of it, never plain black."""
    return mix(darker(colour, 0.72), (62, 36, 44), 0.45)


def lit_of(base: Floats) -> Floats:
    """The same paint in the sun."""
    lit: Floats = base + (_WARM - base) * 0.42
    return lit


def shadow_of(base: Floats) -> Floats:
    """The same paint in the shade: darker and cooler, never black."""
    shade: Floats = base * _COOL + 0.03
    return shade
