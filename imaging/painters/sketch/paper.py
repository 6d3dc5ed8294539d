"""The paper that everything is painted on: its grain, and the pooling of watercolour."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Floats = NDArray[np.float32]


def cloud_noise(
    size: tuple[int, int], rng: np.random.Generator, cells: tuple[float, float], octaves: int = 3
) -> Floats:
    """Smooth noise of about unit spread: ``cells`` across and down; octaves twice as fine, half as strong."""
    width, height = size
    total = np.zeros((height, width), dtype=np.float32)
    fine = Image.Resampling.BILINEAR if max(cells) > 20 else Image.Resampling.BICUBIC
    for octave in range(octaves):
        across = max(2, round(cells[0] * 2**octave))
        down = max(2, round(cells[1] * 2**octave))
        small = Image.fromarray(rng.standard_normal((down, across), dtype=np.float32), "F")
        total += np.asarray(small.resize((width, height), fine)) * 0.5**octave
    return total


def paper_grain(size: tuple[int, int], seed: int) -> Floats:
    """Watercolour that pooled here and dried there, on rough paper: height × width, about unit spread."""
    rng = np.random.default_rng(seed % 2**32)
    width, height = size
    pools = cloud_noise(size, rng, (10, 12), 2)
    tooth = rng.standard_normal((height // 2, width // 2), dtype=np.float32)
    rough = Image.fromarray(tooth, "F").resize((width, height), Image.Resampling.BICUBIC)
    grain: Floats = pools * np.float32(0.8) + np.asarray(rough, dtype=np.float32) * np.float32(0.26)
    return grain
