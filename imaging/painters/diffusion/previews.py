"""What can be seen of a picture while it is denoised: latents to colours by linear factors."""

from __future__ import annotations

from typing import Any

import torch
from diffusers import EulerDiscreteScheduler, FlowMatchEulerDiscreteScheduler
from PIL import Image, ImageFilter

from imaging.painters.diffusion.families import Family

#: The longest side of a preview, in pixels.
SIDE = 160
#: Of a blurred preview light and colours are seen, and no shape smaller than about a fifth of the picture.
BLUR = 14

#: For each latent channel its share of red, green and blue, from -1 to 1; last, what is added to the sum.
#: The figures are those that ComfyUI publishes (comfy/latent_formats.py, `latent_rgb_factors`).
FACTORS: dict[Family, list[tuple[float, float, float]]] = {
    "sd": [
        (0.3512, 0.2297, 0.3227),
        (0.3250, 0.4974, 0.2350),
        (-0.2829, 0.1762, 0.2721),
        (-0.2120, -0.2616, -0.7177),
        (0.0, 0.0, 0.0),
    ],
    "sdxl": [
        (0.3651, 0.4232, 0.4341),
        (-0.2533, -0.0042, 0.1068),
        (0.1076, 0.1111, -0.0362),
        (-0.3165, -0.2492, -0.2188),
        (0.1084, -0.0175, -0.0011),
    ],
    "sd3": [
        (-0.0922, -0.0175, 0.0749),
        (0.0311, 0.0633, 0.0954),
        (0.1994, 0.0927, 0.0458),
        (0.0856, 0.0339, 0.0902),
        (0.0587, 0.0272, -0.0496),
        (-0.0006, 0.1104, 0.0309),
        (0.0978, 0.0306, 0.0427),
        (-0.0042, 0.1038, 0.1358),
        (-0.0194, 0.0020, 0.0669),
        (-0.0488, 0.0130, -0.0268),
        (0.0922, 0.0988, 0.0951),
        (-0.0278, 0.0524, -0.0542),
        (0.0332, 0.0456, 0.0895),
        (-0.0069, -0.0030, -0.0810),
        (-0.0596, -0.0465, -0.0293),
        (-0.1448, -0.1463, -0.1189),
        (0.2394, 0.2135, 0.1925),
    ],
    "flux": [
        (-0.0346, 0.0244, 0.0681),
        (0.0034, 0.0210, 0.0687),
        (0.0275, -0.0668, -0.0433),
        (-0.0174, 0.0160, 0.0617),
        (0.0859, 0.0721, 0.0329),
        (0.0004, 0.0383, 0.0115),
        (0.0405, 0.0861, 0.0915),
        (-0.0236, -0.0185, -0.0259),
        (-0.0245, 0.0250, 0.1180),
        (0.1008, 0.0755, -0.0421),
        (-0.0515, 0.0201, 0.0011),
        (0.0428, -0.0012, -0.0036),
        (0.0817, 0.0765, 0.0749),
        (-0.1264, -0.0522, -0.1103),
        (-0.0280, -0.0881, -0.0499),
        (-0.1262, -0.0982, -0.0778),
        (-0.0329, -0.0718, -0.0851),
    ],
}


def show(family: Family, latents: torch.Tensor, *, blurred: bool = False) -> list[Image.Image]:
    """A small RGB picture for each row of latents (pictures × channels × height × width).

    ``blurred`` is for pictures that a safety checker has yet to see.
    """
    *factors, added = torch.tensor(FACTORS[family], device=latents.device)
    colours = torch.einsum("bchw,cr->bhwr", latents.float(), torch.stack(factors)) + added
    # Numbers that overflowed are shown black; whether the picture is any good is judged at the end.
    pixels = ((colours / 2 + 0.5).nan_to_num(0.0).clamp(0, 1) * 255).byte().cpu().numpy()
    seen = [_enlarge(Image.fromarray(row)) for row in pixels]
    return [picture.filter(ImageFilter.GaussianBlur(BLUR)) for picture in seen] if blurred else seen


def foresee(scheduler: Any, before: torch.Tensor | None, after: torch.Tensor) -> torch.Tensor:
    """What the latents would become if the rest of the noise went at once, where that can be told cheaply.

    Euler's steps go straight along the line to it; the multistep solvers keep it themselves.
    """
    outputs = getattr(scheduler, "model_outputs", None)
    if outputs and outputs[-1] is not None:
        foreseen: torch.Tensor = outputs[-1]
        return foreseen
    sigmas: Any = getattr(scheduler, "sigmas", None)
    index: Any = getattr(scheduler, "step_index", None)
    straight = isinstance(scheduler, (EulerDiscreteScheduler, FlowMatchEulerDiscreteScheduler))
    if straight and before is not None:
        was, now = float(sigmas[index - 1]), float(sigmas[index])
        return after - now * (after - before) / (now - was)
    if hasattr(scheduler, "is_scale_input_called"):  # Euler's latents grow with their noise
        return after / (float(sigmas[index]) ** 2 + 1) ** 0.5
    return after


def _enlarge(image: Image.Image) -> Image.Image:
    scale = SIDE / max(image.size)
    return image.resize(
        (max(1, round(image.width * scale)), max(1, round(image.height * scale))), Image.Resampling.BICUBIC
    )
