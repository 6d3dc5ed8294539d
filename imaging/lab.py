"""sRGB to CIE L*a*b* and back (D65; formulas of IEC 61966-2-1 and CIE 15), on whole arrays at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]

_LEVELS = np.arange(256) / 255
_LINEAR = np.where(_LEVELS <= 0.04045, _LEVELS / 12.92, ((_LEVELS + 0.055) / 1.055) ** 2.4).astype(np.float32)
_WHITE = np.array([0.95047, 1.0, 1.08883], dtype=np.float32)
_TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]],
    dtype=np.float32,
)
_FROM_XYZ = np.linalg.inv(_TO_XYZ.astype(np.float64)).astype(np.float32)
#: Encoded values for 4,096 steps of linear light: finer than the 8 bits they end in.
_STEPS = np.arange(4096) / 4095
_ENCODED = np.where(_STEPS <= 0.0031308, _STEPS * 12.92, 1.055 * _STEPS ** (1 / 2.4) - 0.055)
_ENCODED_BYTES = (_ENCODED * 255 + 0.5).astype(np.uint8)
_DELTA = 6 / 29


def to_lab(pixels: Bytes) -> Floats:
    """… × 3 of sRGB bytes to … × 3 of L* (0–100), a*, b*."""
    ratio = _LINEAR[pixels] @ _TO_XYZ.T / _WHITE
    f = np.where(ratio > _DELTA**3, np.cbrt(ratio), ratio / (3 * _DELTA**2) + 4 / 29)
    lab: Floats = np.stack(
        [116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])], axis=-1
    ).astype(np.float32)
    return lab


def from_lab(lab: Floats) -> Bytes:
    """The way back; what sRGB cannot show is clipped."""
    middle = (lab[..., 0] + 16) / 116
    f = np.stack([middle + lab[..., 1] / 500, middle, middle - lab[..., 2] / 200], axis=-1)
    ratio = np.where(f > _DELTA, f**3, 3 * _DELTA**2 * (f - 4 / 29))
    linear = (ratio * _WHITE).astype(np.float32) @ _FROM_XYZ.T
    encoded: Bytes = _ENCODED_BYTES[(np.clip(linear, 0, 1) * 4095).astype(np.intp)]
    return encoded
