"""The painter that asks a diffusion model: Stable Diffusion, SDXL, SD3, FLUX and their kin.

The only folder in the house that knows torch: import it where a diffusion model is asked for, not before.
"""

from imaging.types import PaintingError

try:
    import accelerate  # noqa: F401
    import diffusers  # noqa: F401
    import torch  # noqa: F401
    import transformers  # noqa: F401
except ImportError as error:
    raise PaintingError(
        "IMAGE_MODEL names a diffusion model, but the libraries for it are not installed. "
        "Run pip install -r requirements-gpu.txt, or set IMAGE_MODEL to sketch.",
        transient=False,
    ) from error

from imaging.painters.diffusion.painter import DiffusionPainter

__all__ = ["DiffusionPainter"]
