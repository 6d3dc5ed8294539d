"""The painter that asks a diffusion model: Stable Diffusion, SDXL, SD3, FLUX and their kin.

The only file in the house that knows torch: import it where a diffusion model is asked for, not before.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from imaging.painters.wording import find_encoders, fit_negative_prompt, fit_prompts
from imaging.types import ImageRequest, ImageResult, PaintingError, Progress, ignore_progress

try:
    import diffusers
    import torch
    import transformers
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError, OfflineModeIsEnabled
except ImportError as error:
    raise PaintingError(
        "IMAGE_MODEL names a diffusion model, but the libraries for it are not installed. "
        "Run pip install -r requirements-gpu.txt, or set IMAGE_MODEL to sketch.",
        transient=False,
    ) from error


@dataclass(frozen=True, slots=True)
class Recipe:
    """How many denoising steps a family of models wants, and how hard it is pulled to the prompt."""

    steps: int
    guidance: float


#: By a word in the pipeline's class or the model's name; the first that is found counts. Distilled models
#: (the first three) were trained to do without guidance. Other families keep their pipeline's defaults.
RECIPES = {
    "schnell": Recipe(steps=4, guidance=0.0),
    "turbo": Recipe(steps=4, guidance=0.0),
    "lightning": Recipe(steps=4, guidance=0.0),
    "fluxpipeline": Recipe(steps=28, guidance=3.5),
    "stablediffusion3": Recipe(steps=28, guidance=4.5),
    "stablediffusionxl": Recipe(steps=30, guidance=5.0),
    "stablediffusion": Recipe(steps=30, guidance=7.5),
}

#: What a pipeline must take so that it can be told what to paint, watched and stopped.
NEEDED = {
    *("prompt", "width", "height", "num_inference_steps", "guidance_scale"),
    *("generator", "callback_on_step_end"),
}


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
        self._arguments = inspect.signature(self._pipeline.__call__).parameters
        if missing := NEEDED - self._arguments.keys():
            raise _refuse(image_model, f"its pipeline takes no {', '.join(sorted(missing))}")
        self._encoders = list(find_encoders(self._pipeline.components, self._arguments))
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
        prompts, dropped = fit_prompts(self._encoders, request)
        negative_prompt = fit_negative_prompt(self._encoders, request) if self._heeds_negatives() else ""

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
            generator=torch.Generator("cpu").manual_seed(request.seed),
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
                "pipeline": type(self._pipeline).__name__,
                "scheduler": type(self._pipeline.scheduler).__name__,
                "device": self._device,
                "dtype": str(self._dtype).removeprefix("torch."),
                "torch": torch.__version__,
                "diffusers": diffusers.__version__,
                "transformers": transformers.__version__,
            },
        )

    def _choose_recipe(self) -> Recipe:
        name = f"{type(self._pipeline).__name__} {self.model}".lower()
        steps, guidance = (self._arguments[it].default for it in ("num_inference_steps", "guidance_scale"))
        return next((recipe for word, recipe in RECIPES.items() if word in name), Recipe(steps, guidance))

    def _find_native_side(self) -> int | None:
        unet = getattr(self._pipeline, "unet", None)
        latent = unet.config.sample_size if unet else getattr(self._pipeline, "default_sample_size", None)
        return latent * self._pipeline.vae_scale_factor if isinstance(latent, int) else None

    def _find_grid(self) -> int:
        """Return what each side must be a multiple of: transformers take the latents in 2 x 2 patches."""
        patch: int = 2 if hasattr(self._pipeline, "transformer") else 1
        return patch * getattr(self._pipeline, "vae_scale_factor", 8)

    def _heeds_negatives(self) -> bool:
        """Without guidance there is no second, negative pass.

        FLUX and others with a ``true_cfg_scale`` have their guidance distilled into the model.
        """
        hears = "negative_prompt" in self._arguments and "true_cfg_scale" not in self._arguments
        return hears and self._recipe.guidance > 1

    def _denoise(self, **call: Any) -> Image.Image:
        try:
            output = self._pipeline(**call)
        except torch.OutOfMemoryError:
            output = None
        if output is None:  # outside of the handler, whose traceback holds the tensors that are to be freed
            torch.cuda.empty_cache()
            raise PaintingError(
                "The graphics card ran out of memory while it painted. End other programs that use it, "
                "or set IMAGE_MODEL to a smaller model or IMAGE_SIZE to a smaller size.",
                transient=True,
            )
        image = output.images[0].convert("RGB")
        if any(getattr(output, "nsfw_content_detected", None) or ()):
            raise PaintingError("The image model's safety checker refused the picture.", transient=True)
        if image.getcolors(maxcolors=1):  # what comes of numbers that overflowed (NaN)
            raise PaintingError("The image model painted a blank picture.", transient=True)
        return image


def _choose_device() -> tuple[str, torch.dtype]:
    """Return the best device of this machine and the numbers to use on it.

    Half precision only on NVIDIA's cards: on Apple's it is known to give black pictures, on CPUs it is slow.
    """
    if torch.cuda.is_available():
        modern = torch.cuda.is_bf16_supported(including_emulation=False)
        return "cuda", torch.bfloat16 if modern else torch.float16
    return "mps" if torch.backends.mps.is_available() else "cpu", torch.float32


def _load(image_model: str, device: str, dtype: torch.dtype) -> Any:
    folder = Path(image_model).expanduser()
    if not folder.is_dir() and (folder.is_absolute() or image_model[0] == "." or image_model.count("/") > 1):
        raise _refuse(image_model, "there is no such folder")
    diffusers.utils.logging.disable_progress_bar()
    transformers.utils.logging.disable_progress_bar()
    try:
        # No trust_remote_code, here or ever: a model is data.
        pipeline = diffusers.AutoPipelineForText2Image.from_pretrained(
            str(folder) if folder.is_dir() else image_model, use_safetensors=True, dtype=dtype
        ).to(device)
    except torch.OutOfMemoryError as error:
        raise _refuse(image_model, "the graphics card has no room for it", transient=True) from error
    except Exception as error:  # a broken folder can make the libraries raise nearly anything
        raise _explain(image_model, error) from error
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def _explain(image_model: str, error: Exception) -> PaintingError:
    """Tell a hub that cannot be reached, which may pass, from a model that is not there or not whole."""
    causes = list(_trace_causes(error))
    if any(isinstance(cause, OfflineModeIsEnabled) for cause in causes):
        return _refuse(
            image_model, "it is no folder here, and HF_HUB_OFFLINE forbids to fetch it from the hub"
        )
    away = any(isinstance(it, (LocalEntryNotFoundError, ConnectionError, TimeoutError)) for it in causes)
    ailing = any(isinstance(it, HfHubHTTPError) and it.response.status_code >= 500 for it in causes)
    if away or ailing:
        return _refuse(image_model, "it is no folder here, and the hub cannot be reached", transient=True)
    said = str(error).strip().partition("\n")[0][:300] or type(error).__name__
    return _refuse(image_model, f"it could not be loaded ({said})")


def _trace_causes(error: BaseException | None) -> Iterator[BaseException]:
    while error:
        yield error
        error = error.__cause__ or error.__context__


def _refuse(image_model: str, reason: str, *, transient: bool = False) -> PaintingError:
    return PaintingError(
        f"IMAGE_MODEL is “{image_model}”, but {reason}. Set IMAGE_MODEL to a diffusers folder with "
        ".safetensors weights, to a model's id on the hub, or to sketch.",
        transient=transient,
    )


def _watch(on_progress: Progress) -> Callable[..., dict[str, Any]]:
    def tell(pipeline: Any, step: int, timestep: Any, tensors: dict[str, Any]) -> dict[str, Any]:
        on_progress(step + 1, pipeline.num_timesteps)  # some schedulers take a step more than they are asked
        return tensors

    return tell


def _crop(image: Image.Image, width: int, height: int) -> Image.Image:
    """Cut the middle out, where the picture is larger than was asked."""
    left, top = (image.width - width) // 2, (image.height - height) // 2
    return image.crop((left, top, left + width, top + height))
