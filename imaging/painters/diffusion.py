"""The painter that asks a diffusion model: Stable Diffusion, SDXL, SD3, FLUX and their kin.

The only file in the house that knows torch. It is imported where it is used, not above, since it
takes seconds to load and is missing where only requirements.txt is installed.
"""

from __future__ import annotations

import inspect
import logging
import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from imaging.types import ImageRequest, ImageResult, PaintingError, Progress, Subject, ignore_progress

logger = logging.getLogger(__name__)

# One of these follows the name of every setting that is at fault, so that the mend is never far.
MEND = "Set IMAGE_MODEL to a diffusers folder with .safetensors weights, to a model's id on the hub, or to sketch."


@dataclass(frozen=True, slots=True)
class Recipe:
    """How many denoising steps a family of models wants, and how hard it is pulled to the prompt."""

    steps: int
    guidance: float


#: By a word in the pipeline's class or the model's name; the first that is found counts. The figures
#: are those of the model cards. Distilled models (the first three) were trained to do without guidance.
RECIPES = {
    "schnell": Recipe(steps=4, guidance=0.0),
    "turbo": Recipe(steps=4, guidance=0.0),
    "lightning": Recipe(steps=4, guidance=0.0),
    "fluxpipeline": Recipe(steps=28, guidance=3.5),
    "stablediffusion3": Recipe(steps=28, guidance=4.5),
    "stablediffusionxl": Recipe(steps=30, guidance=5.0),
    "stablediffusion": Recipe(steps=30, guidance=7.5),
}


@dataclass(frozen=True, slots=True)
class Frame:
    """The words around a description, and those to keep away from."""

    prompt: str
    negative_prompt: str


#: A character is cut out later by the colour along the picture's border, which must therefore be plain.
FRAMES: dict[Subject, Frame] = {
    "character": Frame(
        "full body picture of one character, whole figure from head to feet, plain light grey background: {}",
        "scenery, busy background, shadow on the wall, cropped, cut off, close-up, crowd, text, watermark",
    ),
    "background": Frame(
        "wide view of an empty place, no people, no animals: {}",
        "people, person, figure, animal, face, text, watermark",
    ),
}

#: What a pipeline must understand to be painted with, watched and stopped.
NEEDED = {"prompt", "width", "height", "num_inference_steps", "guidance_scale", "generator", "callback_on_step_end"}


class DiffusionPainter:
    """Paints with a text-to-image pipeline of the diffusers library, loaded once.

    Args:
        image_model: a local folder in the diffusers layout, or a model's id on the hub. Weights are
            read from safetensors alone, and code that comes with a model is never run.

    Raises:
        PaintingError: the model cannot be loaded; transient where the hub or the card may yet mend.
    """

    #: The folder's name or the hub id: what is stored with each image.
    model: str
    #: The side in pixels of the squares that the model was trained on, where it tells.
    native_side: int | None

    def __init__(self, image_model: str) -> None:
        folder = Path(image_model).expanduser()
        self.model = folder.resolve().name if folder.is_dir() else image_model
        self._device, self._dtype = _choose_device()
        self._pipeline = _load(image_model, self._device, self._dtype)
        self._parameters = inspect.signature(self._pipeline.__call__).parameters
        if missing := NEEDED - self._parameters.keys():
            raise PaintingError(
                f"IMAGE_MODEL is “{image_model}”, but its pipeline ({type(self._pipeline).__name__}) takes no "
                f"{', '.join(sorted(missing))}. {MEND}",
                transient=False,
            )
        self._recipe = self._choose_recipe()
        self.native_side = self._find_native_side()

    def paint(self, request: ImageRequest, on_progress: Progress = ignore_progress) -> ImageResult:
        """Paint one picture, RGB, of the size asked for.

        The noise is drawn on the CPU, so that a seed means the same on every device.

        Raises:
            PaintingError: the card is full, or the picture was refused by the model's safety checker or
                came out blank. All may pass; the last two only with another seed.
            PaintingStopped: ``on_progress`` raised it, between two denoising steps.
        """
        # 1. Fit the words to the text encoders.
        prompts, dropped = self._fit_prompts(request)
        negative_prompt = self._fit_negative_prompt(request)

        # 2. Fit the size to the grid of the latents; what is too much is cut off at the end.
        grid = self._find_grid()
        width, height = (-(-side // grid) * grid for side in (request.width, request.height))

        # 3. Denoise and decode.
        image = self._denoise(
            **prompts,
            **({"negative_prompt": negative_prompt} if negative_prompt else {}),
            width=width,
            height=height,
            num_inference_steps=self._recipe.steps,
            guidance_scale=self._recipe.guidance,
            generator=_seed(request.seed),
            callback_on_step_end=_watch(on_progress),
        )

        # 4. Hand it over, with all that it takes to paint it again.
        return ImageResult(
            image=_crop(image, request.width, request.height),
            model=self.model,
            request=request,
            parameters={
                "prompt": prompts["prompt"],
                "prompt_dropped": dropped,
                "negative_prompt": negative_prompt,
                "seed": request.seed,
                "width": width,
                "height": height,
                "steps": self._recipe.steps,
                "guidance": self._recipe.guidance,
                **self._describe(),
            },
        )

    def _choose_recipe(self) -> Recipe:
        name = f"{type(self._pipeline).__name__} {self.model}".lower()
        own = Recipe(self._parameters["num_inference_steps"].default, self._parameters["guidance_scale"].default)
        return next((recipe for word, recipe in RECIPES.items() if word in name), own)

    def _find_native_side(self) -> int | None:
        unet = getattr(self._pipeline, "unet", None)
        latent_side = unet.config.sample_size if unet else getattr(self._pipeline, "default_sample_size", None)
        return latent_side * self._pipeline.vae_scale_factor if isinstance(latent_side, int) else None

    def _find_grid(self) -> int:
        """Return what each side must be a multiple of: transformers take the latents in 2 x 2 patches."""
        patch: int = 2 if hasattr(self._pipeline, "transformer") else 1
        return patch * getattr(self._pipeline, "vae_scale_factor", 8)

    def _fit_prompts(self, request: ImageRequest) -> tuple[dict[str, str], dict[str, str]]:
        """Return what each text encoder is told, and what it had to be spared, by the pipeline's arguments.

        An encoder reads only so many tokens (CLIP 77) and the pipeline cuts the rest off where it falls.
        Here the end of the description gives way instead, clause by clause.
        """
        frame = FRAMES[request.subject].prompt
        prompts, dropped = {"prompt": frame.format(request.prompt)}, {}
        for name, fits in self._encoders():
            kept, rest = _shorten(request.prompt, lambda text, fits=fits: fits(frame.format(text)))
            prompts[name] = frame.format(kept)
            if rest:
                dropped[name] = rest
                logger.warning(
                    "%s of the image model takes no more: %d of %d characters of the description dropped",
                    name,
                    len(rest),
                    len(request.prompt),
                )
        return prompts, dropped

    def _fit_negative_prompt(self, request: ImageRequest) -> str:
        """Return what to keep away from, or nothing where the model has no ear for it.

        Without guidance there is no second, negative pass; FLUX and others with a ``true_cfg_scale`` have
        their guidance distilled into the model.
        """
        deaf = "negative_prompt" not in self._parameters or "true_cfg_scale" in self._parameters
        if deaf or self._recipe.guidance <= 1:
            return ""
        words = ", ".join(filter(None, (FRAMES[request.subject].negative_prompt, request.negative_prompt)))
        for _, fits in self._encoders():
            words, _ = _shorten(words, fits)
        return words

    def _encoders(self) -> Iterator[tuple[str, Callable[[str], bool]]]:
        """Give, for each text encoder, the name of its prompt argument and whether it can take a text whole.

        ``tokenizer_2`` reads ``prompt_2``, and so on, in every pipeline of the library. The bound is the
        tokenizer's (CLIP) or the pipeline's ``max_sequence_length`` (T5 and language models).
        """
        bound = self._parameters.get("max_sequence_length")
        for part, tokenizer in self._pipeline.components.items():
            name = part.replace("tokenizer", "prompt")
            if tokenizer is None or not part.startswith("tokenizer") or name not in self._parameters:
                continue
            limit = min(tokenizer.model_max_length, bound.default if bound else tokenizer.model_max_length)
            yield name, lambda text, read=tokenizer, limit=limit: len(read(text, verbose=False).input_ids) <= limit

    def _denoise(self, **call: Any) -> Image.Image:
        import torch

        try:
            output = self._pipeline(**call)
        except torch.OutOfMemoryError:
            output = None
        # Outside of the handler, whose traceback holds on to the tensors that are to be freed.
        if output is None:
            _empty_cache()
            raise PaintingError(
                "The graphics card ran out of memory while it painted. End other programs that use it, "
                "or set IMAGE_MODEL to a smaller model or IMAGE_SIZE to a smaller size.",
                transient=True,
            )
        image: Image.Image = output.images[0].convert("RGB")
        if any(getattr(output, "nsfw_content_detected", None) or ()):
            raise PaintingError("The image model's safety checker refused the picture.", transient=True)
        if all(low == high for low, high in image.getextrema()):
            # What comes of numbers that overflowed on the way (NaN).
            raise PaintingError("The image model painted a blank picture.", transient=True)
        return image

    def _describe(self) -> dict[str, str]:
        import diffusers
        import torch
        import transformers

        return {
            "pipeline": type(self._pipeline).__name__,
            "scheduler": type(self._pipeline.scheduler).__name__,
            "dtype": str(self._dtype).removeprefix("torch."),
            "device": self._device,
            "torch": torch.__version__,
            "diffusers": diffusers.__version__,
            "transformers": transformers.__version__,
        }


def _choose_device() -> tuple[str, Any]:
    """Return the best device of this machine and the torch dtype to use on it.

    Half precision only on NVIDIA's cards: on Apple's it is known to give black pictures, on CPUs it is slow.
    """
    try:
        import torch
    except ImportError as error:
        raise PaintingError(
            "IMAGE_MODEL names a diffusion model, but its libraries are not installed. "
            "Run pip install -r requirements-gpu.txt, or set IMAGE_MODEL to sketch.",
            transient=False,
        ) from error
    if torch.cuda.is_available():
        modern = torch.cuda.is_bf16_supported(including_emulation=False)
        return "cuda", torch.bfloat16 if modern else torch.float16
    return "mps" if torch.backends.mps.is_available() else "cpu", torch.float32


def _load(image_model: str, device: str, dtype: Any) -> Any:
    """Load the pipeline onto the device. Raises PaintingError, whatever is wrong with the model."""
    import torch
    from diffusers import AutoPipelineForText2Image
    from diffusers.utils import logging as diffusers_logging
    from transformers.utils import logging as transformers_logging

    folder = Path(image_model).expanduser()
    if not folder.is_dir() and (folder.is_absolute() or image_model.startswith(".") or image_model.count("/") > 1):
        raise PaintingError(f"IMAGE_MODEL is “{image_model}”, but there is no such folder. {MEND}", transient=False)
    diffusers_logging.disable_progress_bar()
    transformers_logging.disable_progress_bar()
    try:
        # No trust_remote_code, here or ever: a model is data.
        pipeline = AutoPipelineForText2Image.from_pretrained(
            str(folder) if folder.is_dir() else image_model, use_safetensors=True, torch_dtype=dtype
        ).to(device)
    except torch.OutOfMemoryError as error:
        raise PaintingError(
            f"The graphics card has no room for IMAGE_MODEL “{image_model}”. End other programs that use it, "
            "or name a smaller model.",
            transient=True,
        ) from error
    except Exception as error:  # a broken folder can make the libraries raise nearly anything
        raise _explain(image_model, error) from error
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def _explain(image_model: str, error: Exception) -> PaintingError:
    """Tell a hub that cannot be reached, which may pass, from a model that is not there or not whole."""
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError, OfflineModeIsEnabled

    causes = list(_trace_causes(error))
    offline = any(isinstance(cause, OfflineModeIsEnabled) for cause in causes)
    unreachable = any(isinstance(cause, (LocalEntryNotFoundError, ConnectionError, TimeoutError)) for cause in causes)
    ailing = any(isinstance(cause, HfHubHTTPError) and cause.response.status_code >= 500 for cause in causes)
    if offline:
        reason = "it is no folder here and not in the hub's cache, and HF_HUB_OFFLINE forbids to fetch it"
    elif unreachable or ailing:
        reason = "it is no folder here, and the hub cannot be reached to fetch it"
    else:
        reason = f"it could not be loaded ({str(error).splitlines()[0][:300] if str(error) else type(error).__name__})"
    return PaintingError(
        f"IMAGE_MODEL is “{image_model}”, but {reason}. {MEND}", transient=(unreachable or ailing) and not offline
    )


def _trace_causes(error: BaseException | None) -> Iterator[BaseException]:
    while error:
        yield error
        error = error.__cause__ or error.__context__


def _shorten(text: str, fits: Callable[[str], bool]) -> tuple[str, str]:
    """Split a text where its beginning just fits: after a clause, or else a word, or else a character."""
    if fits(text):
        return text, ""
    for border in (r"[,.;:!?]+\s+", r"\s+", r"(?s)."):
        ends = [match.end() for match in re.finditer(border, text)]
        fitting = bisect_left(ends, True, key=lambda end: not fits(text[:end]))
        if fitting:
            end = ends[fitting - 1]
            return text[:end].rstrip(" ,;:\n\t"), text[end:]
    return "", text


def _seed(seed: int) -> Any:
    import torch

    return torch.Generator("cpu").manual_seed(seed)


def _watch(on_progress: Progress) -> Callable[..., dict[str, Any]]:
    def tell(pipeline: Any, step: int, timestep: Any, tensors: dict[str, Any]) -> dict[str, Any]:
        # Some schedulers take a step or two more than they were asked for.
        on_progress(step + 1, pipeline.num_timesteps)
        return tensors

    return tell


def _crop(image: Image.Image, width: int, height: int) -> Image.Image:
    """Cut the middle out, where the picture is larger than asked for."""
    left, top = (image.width - width) // 2, (image.height - height) // 2
    return image.crop((left, top, left + width, top + height))


def _empty_cache() -> None:
    import torch

    if torch.cuda.is_available():
        torch.cuda.empty_cache()
