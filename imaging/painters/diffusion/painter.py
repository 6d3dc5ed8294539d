"""The diffusion painter itself: words, embeddings, calls of the pipeline, results."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import torch
from PIL import Image

from imaging.painters.diffusion.calling import AllStopped, Sheet, Unfit, call, understand
from imaging.painters.diffusion.encoding import Encoder, gather
from imaging.painters.diffusion.families import Recipe, find_recipe, takes_negatives
from imaging.painters.diffusion.loading import load, make_scheduler, refuse
from imaging.painters.diffusion.placing import (
    choose_device,
    choose_place,
    compile_models,
    count_together,
    name_device,
    settle,
)
from imaging.painters.diffusion.record import Origin, recall
from imaging.painters.diffusion.room import Room
from imaging.painters.diffusion.warming import list_warm_ups
from imaging.painters.options import PainterOptions
from imaging.painters.wording import Wording, word
from imaging.types import (
    UNWATCHED,
    ImageRequest,
    ImageResult,
    PainterBroken,
    PaintingError,
    Watch,
)

logger = logging.getLogger(__name__)

#: From a seed to that of the second try, for a picture that could not be shown.
SECOND_TRY = 7919
#: Requests whose words are kept: those that wait are looked at again and again.
WORDED = 512


class DiffusionPainter:
    """Paints with a text-to-image pipeline of the diffusers library, loaded once.

    Args:
        image_model: a local folder in the diffusers layout, or a model's id on the hub. Weights are
            read from safetensors alone, and code that comes with a model is never run.
        options: what the settings change of the model's recipe.

    Raises:
        PaintingError: the model cannot be loaded; transient where the hub or the card may yet mend.
    """

    #: The folder's name or the hub id: what is stored with each image.
    model: str
    #: The side in pixels of the squares that the model was trained on.
    native_side: int | None
    #: At the best, of the size that it paints best.
    most_together: int

    def __init__(self, image_model: str, options: PainterOptions | None = None) -> None:
        options = options or PainterOptions()
        device = choose_device()
        loaded = load(image_model, device, options.dtype)
        self.model = loaded.name
        self._image_model, self._pipeline, self._family = image_model, loaded.pipeline, loaded.family
        self._own_scheduler = self._pipeline.scheduler
        self._recipe = find_recipe(self._family, self._pipeline, self.model, options)
        make_scheduler(image_model, self._family, self._own_scheduler, self._recipe.scheduler)
        self._negatives = takes_negatives(self._family, self._pipeline, self._recipe)
        self._encoder = Encoder(self._pipeline, self._family)
        self._word = lru_cache(WORDED)(self._find_words)
        self.native_side = side = self._find_native_side()
        self._place = choose_place(self._pipeline, device)
        try:
            settle(self._pipeline, self._place)
        except torch.OutOfMemoryError as error:
            raise refuse(image_model, "the graphics card has no room for it", transient=True) from error
        self._origin = Origin(
            model=self.model,
            revision=loaded.revision,
            pipeline=type(self._pipeline).__name__,
            dtype=str(loaded.dtype).removeprefix("torch."),
            device=name_device(device),
            compiled=options.compile,
        )
        self.most_together = count_together(self._family, self._place, options.batch, side)
        self._room = Room(self.most_together)
        if options.compile:
            compile_models(self._pipeline)
        if options.compile or device == "cuda":
            self._warm_up()

    def fits(self, request: ImageRequest, other: ImageRequest) -> bool:
        """Whether both have one size and one recipe, and are read by CLIP in as many chunks."""
        if self._find_size(request) != self._find_size(other):
            return False  # which is told at once, and words take a while
        one, two = (self._try_to_prepare(it, UNWATCHED) for it in (request, other))
        return isinstance(one, Sheet) and isinstance(two, Sheet) and one.shape == two.shape

    def count_together(self, request: ImageRequest) -> int:
        """How many pictures of this request's size the card had room for lately."""
        return self._room.count(self._find_size(request))

    def paint(self, request: ImageRequest, watch: Watch = UNWATCHED) -> ImageResult:
        """Paint one picture, RGB, of the size asked for: `paint_together`, alone."""
        return _hand_over(self.paint_together([request], [watch])[0])

    def paint_together(
        self, requests: Sequence[ImageRequest], watches: Sequence[Watch]
    ) -> list[ImageResult | Exception]:
        """Paint requests side by side, as many at once as have room. A stopped one is painted on while others
        want theirs, and thrown away; one that cannot be shown is tried once more with another seed."""
        prepared = [
            self._try_to_prepare(request, watch) for request, watch in zip(requests, watches, strict=True)
        ]
        self._paint_twice([it for it in prepared if isinstance(it, Sheet)])
        return [it.outcome if isinstance(it, Sheet) else it for it in prepared]

    def _prepare(self, request: ImageRequest, watch: Watch) -> Sheet:
        """Find the words for a request, and the size on the grid of the latents that holds it.

        Raises:
            PaintingError: it asks for a picture once more, and that was painted by another model, by other
                weights or another version of it, on another device or by other libraries.
        """
        if request.again:
            self._origin.check(request.again)
            told, seed, recipe, tiled = recall(request.again)
            return replace(self._lay_out(request, watch, told, recipe), seed=seed, tiled=tiled)
        # Neither the seed nor the size has a part in the words.
        told = self._word(replace(request, seed=0, width=64, height=64, again=None))
        return self._lay_out(request, watch, told, self._recipe)

    def _find_words(self, request: ImageRequest) -> Wording:
        return word(request, self._encoder.reader, negatives=self._negatives)

    def _try_to_prepare(self, request: ImageRequest, watch: Watch) -> Sheet | Exception:
        try:
            return self._prepare(request, watch)
        except Exception as error:  # one that cannot be worded does not keep the others from being painted
            return error

    def _lay_out(self, request: ImageRequest, watch: Watch, told: Wording, recipe: Recipe) -> Sheet:
        width, height = self._find_size(request)
        return Sheet(
            request=request,
            watch=watch,
            wording=told,
            chunks=self._encoder.count_chunks(told.prompt, told.negative_prompt),
            width=width,
            height=height,
            seed=request.seed,
            recipe=recipe,
            tiled=self._place.tiled,
        )

    def _find_size(self, request: ImageRequest) -> tuple[int, int]:
        """What is painted, which is on the grid of the latents and may be larger than what was asked."""
        # Transformers take the latents in 2 x 2 patches.
        grid = self._pipeline.vae_scale_factor * (2 if hasattr(self._pipeline, "transformer") else 1)
        return -(-request.width // grid) * grid, -(-request.height // grid) * grid

    def _paint_twice(self, sheets: list[Sheet]) -> None:
        """Paint, and what cannot be shown once more with another seed."""
        self._paint_by_shape(sheets)
        unfit = [sheet for sheet in sheets if isinstance(sheet.result, Unfit)]
        for sheet in unfit:
            sheet.seed = (sheet.seed + SECOND_TRY) % 2**31
            sheet.result = None
        self._paint_by_shape(unfit)

    def _paint_by_shape(self, sheets: list[Sheet]) -> None:
        for shape in dict.fromkeys(sheet.shape for sheet in sheets):
            alike = [sheet for sheet in sheets if sheet.shape == shape]
            while alike:
                count = self._room.count(alike[0].size)
                together, alike = alike[:count], alike[count:]
                self._paint_at_once(together)

    def _paint_at_once(self, sheets: list[Sheet]) -> None:
        """Paint in one call. What goes wrong with several is tried in halves, and then hits one alone."""
        failure = None
        try:
            for sheet, image in zip(sheets, self._call(sheets), strict=True):
                sheet.result = sheet.result or self._finish(sheet, image)
        except AllStopped:
            return
        except Exception as error:
            failure = _explain(error, len(sheets))
        if failure is None:
            self._room.was_enough(sheets[0].size, len(sheets))
            return
        # Outside of the handler, whose traceback holds the tensors that are to be freed.
        wanted = [sheet for sheet in sheets if sheet.result is None]
        if isinstance(failure, PainterBroken) or len(sheets) == 1:
            for sheet in wanted:
                sheet.result = failure
        if isinstance(failure, PainterBroken):
            return
        if self._place.device == "cuda":
            torch.cuda.empty_cache()
        if isinstance(failure, PaintingError) and len(sheets) > 1:
            self._room.was_short(sheets[0].size, len(sheets))
        half = -(-len(sheets) // 2)
        for part in (wanted[:half], wanted[half:]):
            if any(sheet.result is None for sheet in part):
                self._paint_at_once(part)

    def _call(self, sheets: list[Sheet]) -> list[Image.Image | Unfit]:
        recipe = sheets[0].recipe
        # A fresh scheduler: one that was stopped half way remembers it.
        self._pipeline.scheduler = make_scheduler(
            self._image_model, self._family, self._own_scheduler, recipe.scheduler
        )
        encode = self._encoder.encode
        embeddings = gather([encode(sheet.wording.prompt, sheet.chunks) for sheet in sheets])
        if takes_negatives(self._family, self._pipeline, recipe):
            negatives = [encode(sheet.wording.negative_prompt, sheet.chunks) for sheet in sheets]
            embeddings |= gather(negatives, "negative_")
        return call(self._pipeline, self._family, sheets, embeddings)

    def _finish(self, sheet: Sheet, image: Image.Image | Unfit) -> ImageResult | Exception:
        if not isinstance(image, Image.Image):
            return image
        try:
            return self._origin.record(sheet, image, self._pipeline)
        except Exception as error:  # the others of its call are done
            return _explain(error, 1)

    def _find_native_side(self) -> int:
        denoiser = getattr(self._pipeline, "unet", None) or self._pipeline.transformer
        latent = denoiser.config.get("sample_size")
        return latent * self._pipeline.vae_scale_factor if isinstance(latent, int) else self._recipe.side

    def _warm_up(self) -> None:
        """Let kernels be loaded, and compiled for all that is going to be painted, before somebody waits."""
        reads_chunks = self._encoder.reader.most_chunks > 1
        warm_ups = list_warm_ups(self._find_native_side(), self.most_together, reads_chunks=reads_chunks)
        for request, count, longer in warm_ups if self._origin.compiled else warm_ups[:1]:
            sheet = self._prepare(request, UNWATCHED)
            brief = replace(sheet, recipe=replace(self._recipe, steps=2), chunks=sheet.chunks + longer)
            sheets = [replace(brief) for _ in range(count)]
            self._paint_at_once(sheets)
            outcome = sheets[0].outcome
            if isinstance(outcome, PainterBroken):
                raise outcome
            if not isinstance(outcome, (ImageResult, PaintingError)):
                mend = "; IMAGE_COMPILE needs a C compiler" if self._origin.compiled else ""
                said = str(outcome).strip().partition("\n")[0][:300]
                raise refuse(self._image_model, f"it cannot paint ({said}){mend}") from outcome


def _explain(error: Exception, pictures: int) -> Exception:
    """What went wrong in words; what there are none for is noted."""
    failure = understand(error)
    if failure is error:
        # Its place and not its message, which may quote a prompt.
        place = "".join(traceback.format_tb(error.__traceback__))
        logger.error("%s over %d pictures\n%s", type(error).__name__, pictures, place)
    return failure.with_traceback(None)


def _hand_over(outcome: ImageResult | Exception) -> ImageResult:
    if isinstance(outcome, Exception):
        raise outcome
    return outcome
