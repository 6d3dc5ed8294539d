"""What the tests of the painter ask for, and how they look at what they get."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from PIL import Image

from imaging.types import ImageRequest, ImageResult

DRAGON = "a shy green dragon with small wings, a red scarf and a paint brush in its paw"


def ask(prompt: str = DRAGON, *, seed: int = 7, side: int = 64, **more: Any) -> ImageRequest:
    wanted: dict[str, Any] = {"subject": "character", "width": side, "height": side} | more
    return ImageRequest(prompt=prompt, seed=seed, **wanted)


def look(result: ImageResult | Exception) -> np.ndarray:
    assert isinstance(result, ImageResult), result
    return np.asarray(result.image).astype(int)


def differ(one: ImageResult | Exception, other: ImageResult | Exception) -> int:
    """The largest difference of a colour in a pixel, of 255."""
    return int(np.abs(look(one) - look(other)).max())


@dataclass
class Spy:
    """A watch that writes down what it is told, and raises what it is told to at a step."""

    raises: Exception | None = None
    at: int = 1
    preview_raises: Exception | None = None
    steps: list[tuple[int, int]] = field(default_factory=list)
    previews: list[Image.Image] = field(default_factory=list)

    def on_progress(self, done: int, total: int) -> None:
        self.steps.append((done, total))
        if self.raises and done == self.at:
            raise self.raises

    def on_preview(self, preview: Image.Image) -> None:
        self.previews.append(preview)
        if self.preview_raises:
            raise self.preview_raises


def spies(count: int) -> list[Spy]:
    return [Spy() for _ in range(count)]


def count_calls(painter: Any, change: Callable[[int, Sequence[Any]], None] | None = None) -> list[int]:
    """Write down how many pictures each call of the denoiser's pipeline is for; ``change`` may raise."""
    pipeline, sizes = painter._pipeline, []
    original = pipeline.prepare_latents

    def prepare_latents(batch_size: int, *args: Any, **kwargs: Any) -> Any:
        sizes.append(batch_size)
        if change:
            change(batch_size, args)
        return original(batch_size, *args, **kwargs)

    pipeline.prepare_latents = prepare_latents
    return sizes
