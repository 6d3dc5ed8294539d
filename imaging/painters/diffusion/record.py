"""What is kept with a picture, so that it can be painted again."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import diffusers
import torch
import transformers
from PIL import Image

from imaging.painters.diffusion.calling import Sheet
from imaging.painters.diffusion.families import Recipe
from imaging.painters.wording import Wording
from imaging.types import ImageResult, PaintingError

logger = logging.getLogger(__name__)

#: Raised with every change of the pixels that the same words, seed and recipe give.
PAINTER_VERSION = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What has to be the same for a picture to come out the same, besides its own parameters."""

    model: str
    revision: str
    pipeline: str
    dtype: str
    device: str
    compiled: bool
    painter_version: int = PAINTER_VERSION
    torch: str = str(torch.__version__)
    diffusers: str = diffusers.__version__
    transformers: str = transformers.__version__

    def check(self, parameters: Mapping[str, Any]) -> None:
        """Raise `PaintingError` where a picture with these parameters was painted by another painter."""
        for name, mine in asdict(self).items():
            if parameters.get(name) != mine:
                raise PaintingError(
                    f"The picture cannot be painted again as it was: its {name} was "
                    f"{parameters.get(name)}, and that of the painter is {mine}.",
                    transient=False,
                )

    def record(self, sheet: Sheet, image: Image.Image, pipeline: Any) -> ImageResult:
        """The result for a finished picture."""
        request, told, recipe = sheet.request, sheet.wording, sheet.recipe
        if told.dropped or told.negative_dropped:
            lengths = len(told.dropped), len(told.negative_dropped)
            logger.warning("dropped %d characters of a prompt and %d of its negative", *lengths)
        return ImageResult(
            image=_crop(image, request.width, request.height),
            model=self.model,
            request=request,
            prompt=told.prompt,
            seed=sheet.seed,
            negative_prompt=told.negative_prompt,
            parameters={
                **asdict(self),
                "prompt": told.prompt,
                "negative_prompt": told.negative_prompt,
                "prompt_dropped": told.dropped,
                "negative_prompt_dropped": told.negative_dropped,
                "seed": sheet.seed,
                "width": sheet.width,
                "height": sheet.height,
                "tiled": sheet.tiled,
                "steps": recipe.steps,
                "guidance": recipe.guidance,
                "schedule": recipe.scheduler,
                "scheduler": type(pipeline.scheduler).__name__,
            },
        )


def recall(parameters: Mapping[str, Any]) -> tuple[Wording, int, Recipe, bool]:
    """The words, the seed and the recipe of a picture, and whether it was decoded in tiles, from its
    parameters."""
    told = Wording(
        parameters["prompt"],
        parameters["negative_prompt"],
        parameters["prompt_dropped"],
        parameters["negative_prompt_dropped"],
    )
    recipe = Recipe(parameters["steps"], parameters["guidance"], parameters["schedule"])
    return told, parameters["seed"], recipe, parameters["tiled"]


def _crop(image: Image.Image, width: int, height: int) -> Image.Image:
    """Cut the middle out, where the picture is larger than was asked."""
    left, top = (image.width - width) // 2, (image.height - height) // 2
    return image.crop((left, top, left + width, top + height))
