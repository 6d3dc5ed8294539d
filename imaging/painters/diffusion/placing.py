"""Where a pipeline runs: the device, what stands on it, and how many pictures have room beside it."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

import torch

from imaging.painters.diffusion.families import ROOM, Family

logger = logging.getLogger(__name__)

GIB = 2**30
#: For the decoder and the libraries, on a card, besides weights and pictures.
SPARE = 3 * GIB
#: More at once makes no picture faster on any card of today, and all of them later.
MOST_TOGETHER = 8
MOST_TOGETHER_UNMEASURED = 4
#: Kernels are chosen by trial. CUDA graphs are left out: each size and count would hold memory of its own.
COMPILE_MODE = "max-autotune-no-cudagraphs"


@dataclass(frozen=True, slots=True)
class Place:
    """``offload``: "" where all stands on the card, "model" where one part at a time does, "layer" where one
    layer at a time does. ``tiled``: whether pictures are decoded in tiles, for want of room, which shows in
    their pixels."""

    device: str
    offload: str = ""
    tiled: bool = False


def choose_device() -> str:
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def name_device(device: str) -> str:
    """Of cards, the name: two of one kind paint the same pixels."""
    return torch.cuda.get_device_name() if device == "cuda" else device


def choose_place(pipeline: Any, device: str) -> Place:
    """Decide by the memory that is free on the card now."""
    if device != "cuda":
        return Place(device)
    free, _ = torch.cuda.mem_get_info()
    sizes = [_weigh(part) for part in pipeline.components.values() if isinstance(part, torch.nn.Module)]
    if sum(sizes) + SPARE <= free:
        return Place(device, tiled=sum(sizes) + 3 * SPARE > free)
    return Place(device, offload="model" if max(sizes) + SPARE <= free else "layer", tiled=True)


def settle(pipeline: Any, place: Place) -> None:
    """Put a pipeline where it is to run, and make it quick there."""
    torch.set_float32_matmul_precision("high")  # SDXL decodes in float32
    # One picture is decoded at a time, so that it comes out the same in company and needs no more room.
    pipeline.vae.enable_slicing()
    if place.offload == "model":
        pipeline.enable_model_cpu_offload(device=place.device)
    elif place.offload == "layer":
        pipeline.enable_sequential_cpu_offload(device=place.device)
    else:
        pipeline.to(place.device)
    if place.offload:
        logger.warning("too little room on the card: painting slowly, one %s at a time", place.offload)
    unet = getattr(pipeline, "unet", None)
    if unet is not None and not place.offload:
        # The fused projections stand beside the single ones: little for a UNet, gigabytes for a FLUX. And
        # those of SD 3.5 would lose their norms (FusedJointAttnProcessor2_0 of diffusers 0.42 has none).
        pipeline.fuse_qkv_projections()
        if place.device == "cuda":
            unet.to(memory_format=torch.channels_last)
            pipeline.vae.to(memory_format=torch.channels_last)


def compile_models(pipeline: Any) -> None:
    """Compile the denoiser and the decoder: a UNet as a whole, for its convolutions; of a transformer the
    block that it is made of, where it names that, which takes less time.

    Not as one graph at any price: what cannot be compiled is to run as it is rather than to fail.
    """
    unet = getattr(pipeline, "unet", None)
    if unet is not None:
        unet.compile(mode=COMPILE_MODE)
    elif getattr(pipeline.transformer, "_repeated_blocks", None):
        pipeline.transformer.compile_repeated_blocks(mode=COMPILE_MODE)
    else:
        pipeline.transformer.compile(mode=COMPILE_MODE)
    pipeline.vae.decoder.compile(mode=COMPILE_MODE)


def count_together(family: Family, place: Place, wanted: int | None, side: int) -> int:
    """How many pictures of this side are painted at once: as the setting says, or as many as have room."""
    if wanted:
        return wanted
    if place.device != "cuda":
        return MOST_TOGETHER_UNMEASURED
    if place.offload:
        return 1
    free, _ = torch.cuda.mem_get_info()
    each = ROOM[family] * GIB * side * side / 1024**2
    return int(min(MOST_TOGETHER, max(1, (free - SPARE) // each)))


def _weigh(part: torch.nn.Module) -> int:
    return sum(tensor.numel() * tensor.element_size() for tensor in [*part.parameters(), *part.buffers()])
