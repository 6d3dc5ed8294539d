"""sRGB bytes to CIE 1976 L*a*b* (D65) and back, on whole pictures at once."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]


def to_lab(pixels: Bytes) -> Floats:
    """Height × width × 3 of sRGB bytes to the same of L* (0–100), a*, b*."""
    lab = cv2.cvtColor(pixels.astype(np.float32) / np.float32(255), cv2.COLOR_RGB2LAB)
    return np.asarray(lab, dtype=np.float32)


def from_lab(lab: Floats) -> Bytes:
    """The way back; what sRGB cannot show is clipped."""
    pixels = cv2.cvtColor(lab, cv2.COLOR_LAB2RGB) * np.float32(255) + np.float32(0.5)
    return np.clip(pixels, 0, 255).astype(np.uint8)
