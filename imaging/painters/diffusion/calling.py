"""One call of a pipeline: several pictures of one size side by side, each under its own watch and seed."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

import torch
from PIL import Image

from imaging.painters.diffusion.families import Family, Recipe
from imaging.painters.diffusion.previews import foresee, show
from imaging.painters.wording import Wording
from imaging.types import ImageRequest, ImageResult, PainterBroken, PaintingError, PictureWithheld, Watch

logger = logging.getLogger(__name__)

#: A preview after so many steps; sooner where there are few.
PREVIEW_EVERY = 5


@dataclass(slots=True, kw_only=True)
class Sheet:
    """A picture in the making. ``width`` and ``height`` are multiples of the model's grid."""

    request: ImageRequest
    watch: Watch
    wording: Wording
    chunks: int
    width: int
    height: int
    seed: int
    recipe: Recipe
    tiled: bool
    result: ImageResult | Exception | None = None

    @property
    def size(self) -> tuple[int, int]:
        return self.width, self.height

    @property
    def shape(self) -> tuple[int, int, int, Recipe, bool]:
        """What all pictures of a call have in common."""
        return self.width, self.height, self.chunks, self.recipe, self.tiled

    @property
    def outcome(self) -> ImageResult | Exception:
        assert self.result is not None  # noqa: S101, every way through a call sets it
        return self.result


class BlankPicture(PaintingError):
    """A picture of one colour, which is what comes of numbers that overflowed (NaN)."""

    def __init__(self) -> None:
        super().__init__("The image model painted a blank picture, twice.", transient=False)


#: Pictures that are not handed over; another seed may give one that is.
Unfit = PictureWithheld | BlankPicture


class AllStopped(Exception):
    """Nobody wants any of the pictures of a call any more."""


def call(
    pipeline: Any, family: Family, sheets: list[Sheet], embeddings: dict[str, torch.Tensor]
) -> list[Image.Image | Unfit]:
    """Denoise and decode; in the sheets' order, a picture for each, or why it cannot be shown.

    The noise is drawn on the CPU, so that a seed means the same on every device and in any company.

    Raises:
        AllStopped: every watch raised; what they raised stands in the sheets.
    """
    overseer, recipe = Overseer(family, sheets), sheets[0].recipe
    pipeline.vae.use_tiling = sheets[0].tiled
    try:
        output = pipeline(
            **embeddings,
            width=sheets[0].width,
            height=sheets[0].height,
            num_inference_steps=recipe.steps,
            guidance_scale=recipe.guidance,
            generator=[torch.Generator("cpu").manual_seed(sheet.seed) for sheet in sheets],
            callback_on_step_end=overseer,
        )
    except BaseException:
        pipeline.maybe_free_model_hooks()  # as the pipeline does when it comes to its end
        raise
    flags = getattr(output, "nsfw_content_detected", None) or [False] * len(sheets)
    return [
        _judge(image.convert("RGB"), flagged) for image, flagged in zip(output.images, flags, strict=True)
    ]


def understand(error: Exception) -> Exception:
    """Put what a pipeline raised into words: a full card, a broken one, or a fault as it is."""
    said = str(error)
    # Libraries beside torch's own allocator take room too, and say ALLOC_FAILED where there is none.
    if isinstance(error, torch.OutOfMemoryError) or "out of memory" in said or "ALLOC_FAILED" in said:
        return PaintingError(
            "The graphics card ran out of memory while it painted. End other programs that use it, "
            "or set IMAGE_MODEL to a smaller model or IMAGE_SIZE to a smaller size.",
            transient=True,
        )
    if "STATUS_NOT_SUPPORTED" in said:  # the card is well, and a worker that starts anew meets it again
        return error
    faults = ("CUDA error", "cuDNN error", "CUDNN_STATUS", "CUBLAS_STATUS", "device-side assert")
    if isinstance(error, torch.AcceleratorError) or any(fault in said for fault in faults):
        return PainterBroken("The graphics card failed while it painted. The painter starts anew.")
    return error


class Overseer:
    """Passes each step on to those who watch; their pictures are painted on when others are stopped."""

    def __init__(self, family: Family, sheets: list[Sheet]) -> None:
        self._family = family
        self._sheets = sheets
        self._before: torch.Tensor | None = None

    def __call__(
        self, pipeline: Any, step: int, timestep: Any, tensors: dict[str, torch.Tensor]
    ) -> dict[str, torch.Tensor]:
        done, total = step + 1, pipeline.num_timesteps  # some schedulers take a step more than they are asked
        for sheet in self._wanted():
            try:
                sheet.watch.on_progress(done, total)
            except Exception as stopped:
                sheet.result = stopped
        if not self._wanted():
            raise AllStopped
        if done < total and done % max(1, min(PREVIEW_EVERY, total // 4)) == 0:
            self._preview(pipeline, tensors["latents"])
        self._before = tensors["latents"]
        return tensors

    def _wanted(self) -> list[Sheet]:
        return [sheet for sheet in self._sheets if sheet.result is None]

    def _preview(self, pipeline: Any, latents: torch.Tensor) -> None:
        seen = foresee(pipeline.scheduler, self._before, latents)
        if self._family == "flux":
            seen = pipeline._unpack_latents(
                seen, self._sheets[0].height, self._sheets[0].width, pipeline.vae_scale_factor
            )
        # The checker looks at what is finished alone: until then there is no telling what is to be seen.
        blurred = getattr(pipeline, "safety_checker", None) is not None
        for sheet, preview in zip(self._sheets, show(self._family, seen, blurred=blurred), strict=True):
            if sheet.result is None:
                try:
                    sheet.watch.on_preview(preview)
                except Exception as error:  # a picture is not lost for want of its preview
                    logger.warning("a preview could not be handed over: %s", type(error).__name__)


def _judge(image: Image.Image, flagged: bool) -> Image.Image | Unfit:
    if flagged:
        return PictureWithheld()
    return BlankPicture() if image.getcolors(maxcolors=1) else image
