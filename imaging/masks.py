"""Masks: which pixels of a picture are meant."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.bool_]


def grow(flags: Flags, by: int, shape: int = cv2.MORPH_ELLIPSE) -> Flags:
    """A mask wider by so many pixels, or narrower."""
    kernel = cv2.getStructuringElement(shape, (2 * abs(by) + 1, 2 * abs(by) + 1))
    change = cv2.dilate if by > 0 else cv2.erode
    return change(flags.astype(np.uint8), kernel).astype(bool)
