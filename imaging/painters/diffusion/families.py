"""What each family of models wants: one table, read from above, the first row that fits counts."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Literal

from imaging.painters.options import PainterOptions

Family = Literal["sd", "sdxl", "sd3", "flux"]

#: The pipelines of diffusers that are known here, and the family whose arguments they take.
PIPELINES: dict[str, Family] = {
    "StableDiffusionPipeline": "sd",
    "LatentConsistencyModelPipeline": "sd",
    "StableDiffusionXLPipeline": "sdxl",
    "StableDiffusion3Pipeline": "sd3",
    "FluxPipeline": "flux",
}


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a model is asked: denoising steps, the pull towards the prompt, the scheduler's name in
    `options.SCHEDULERS`, and the side of its pictures where its configuration does not tell (which has no
    part in how the model is asked)."""

    steps: int
    guidance: float
    scheduler: str
    side: int = field(default=1024, compare=False)


#: Family, a word in the model's name ("" fits all), and the recipe. Distilled models, the first ones of a
#: family, were trained for few steps and little guidance or none.
RECIPES: list[tuple[Family, str, Recipe]] = [
    ("sd", "turbo", Recipe(2, 0.0, "own", 512)),
    ("sd", "lightning", Recipe(4, 0.0, "euler-trailing", 512)),
    ("sd", "lcm", Recipe(6, 1.5, "lcm", 512)),
    ("sd", "", Recipe(25, 7.5, "dpm++", 512)),
    ("sdxl", "turbo", Recipe(4, 0.0, "own", 512)),
    ("sdxl", "lightning", Recipe(4, 0.0, "euler-trailing")),
    ("sdxl", "lcm", Recipe(6, 1.5, "lcm")),
    ("sdxl", "", Recipe(28, 6.0, "dpm++")),
    ("sd3", "turbo", Recipe(4, 0.0, "own")),
    ("sd3", "", Recipe(28, 4.5, "own")),
    ("flux", "schnell", Recipe(4, 0.0, "own")),
    ("flux", "", Recipe(28, 3.5, "own")),
]

#: GiB that one more picture takes on a card while it is denoised, in half precision, for a megapixel.
#: Estimates: too many at once is mended by halving the batch.
ROOM: dict[Family, float] = {"sd": 3.0, "sdxl": 2.0, "sd3": 2.5, "flux": 3.0}

#: The numbers on an NVIDIA card. The UNets were made for float16, whose finer steps show; the transformers
#: overflow in it and were made for bfloat16.
DTYPES: dict[Family, str] = {"sd": "float16", "sdxl": "float16", "sd3": "bfloat16", "flux": "bfloat16"}


def find_recipe(family: Family, pipeline: Any, name: str, options: PainterOptions) -> Recipe:
    """The recipe for a model of this name, with what the settings change."""
    hints = f"{name} {_tell_kind(pipeline)}".lower()
    recipe = next(recipe for of, word, recipe in RECIPES if of == family and word in hints)
    if _embeds_guidance(pipeline) and family == "sd":
        recipe = replace(recipe, guidance=8.5)  # a latent consistency model reads it as one more condition
    return replace(
        recipe,
        steps=options.steps or recipe.steps,
        guidance=recipe.guidance if options.guidance is None else options.guidance,
        scheduler=options.scheduler or recipe.scheduler,
    )


def takes_negatives(family: Family, pipeline: Any, recipe: Recipe) -> bool:
    """Whether there is a second, negative pass: not without guidance, nor where guidance was distilled in."""
    return family != "flux" and recipe.guidance > 1 and not _embeds_guidance(pipeline)


def _embeds_guidance(pipeline: Any) -> bool:
    unet = getattr(pipeline, "unet", None)
    return unet is not None and unet.config.time_cond_proj_dim is not None


def _tell_kind(pipeline: Any) -> str:
    """What the parts of a model give away, whatever its folder is called."""
    if type(pipeline).__name__ == "FluxPipeline" and not pipeline.transformer.config.guidance_embeds:
        return "schnell"
    return "lcm" if _embeds_guidance(pipeline) or "LCM" in type(pipeline.scheduler).__name__ else ""
