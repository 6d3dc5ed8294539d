"""`python -m bench.gpu`: pictures per second of the diffusion painter on an NVIDIA card.

Beside it the plain way: diffusers' pipeline in half precision as its page shows it, 20 steps, one picture
after the other, the model's own scheduler. Ours takes as many steps. Each runs in a process of its own, so
that the time to the first picture counts all that comes before it, and the whole card is free for it. The
weights are random (random_models).
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeVar

os.environ["HF_HUB_OFFLINE"] = "1"  # nothing here is fetched

from bench.report import RESULTS, show

T = TypeVar("T")

STEPS, TINY_STEPS = 20, 2
GUIDANCE = 7.5
PROMPT = "a shy green dragon with small wings and a red scarf, in a meadow, storybook illustration"
NEGATIVE = "photograph, harsh light, text, watermark"
#: TFLOP/s by the makers' data sheets: float16, float32 sums, no sparsity. The first name that fits counts.
PEAKS = {
    "H100 PCIe": 756,
    "H100 NVL": 835,
    "H100": 989,
    "H200": 989,
    "A100": 312,
    "L40S": 362,
    "L4": 121,
    "A10": 125,
    "4090": 165,
    "3090": 71,
    "T4": 65,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One way to paint, measured in one process: ``plain``, ``ours`` or ``compiled`` (ours, compiled)."""

    way: str
    folder: str
    side: int
    steps: int
    batch: int
    rounds: int


def main() -> int:
    words = read_words()
    import torch

    if not torch.cuda.is_available() and not words.tiny:
        print("No NVIDIA card was found: there is nothing to measure. (--tiny tries the bench itself.)")
        return 2
    rows: list[dict[str, Any]] = []
    card, matmul = apart(measure_card)
    with tempfile.TemporaryDirectory() as folder:
        for name in words.models.split(","):
            rows += measure_model(name, Path(folder), words, card, matmul)
            title = "gpu-tiny" if words.tiny else "gpu"
            show(title, rows, words.results, card=card, matmul_tflops=matmul, torch=torch.__version__)
    return 0


def read_words() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.gpu", description=__doc__)
    parser.add_argument("--tiny", action="store_true", help="tiny models, on the processor if need be")
    parser.add_argument("--models", default="sd15,sdxl")
    parser.add_argument("--ways", default="plain,ours,compiled")
    parser.add_argument("--batches", default="1,2,4,8,16")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--results", type=Path, default=RESULTS)
    return parser.parse_args()


def measure_model(
    name: str, folder: Path, words: argparse.Namespace, card: str, matmul: float
) -> Iterator[dict[str, Any]]:
    """A row for each way and batch, the plain way first."""
    path, side = apart(build, name, folder / name, words.tiny)
    steps = TINY_STEPS if words.tiny else STEPS
    work = count_flops(path, side, steps)
    peak = next((peak for kind, peak in PEAKS.items() if kind in card), None)
    plain = None
    for way in words.ways.split(","):
        for batch in [1] if way == "plain" else map(int, words.batches.split(",")):
            run = Run(way=way, folder=str(path), side=side, steps=steps, batch=batch, rounds=words.rounds)
            try:
                told = apart(measure, run, time.time())
            except Exception as error:
                print(f"{name}, {way}, {batch} at once: left out, for it failed: {error!r}")
                continue
            rate = told["pictures_per_second"]
            plain = rate if way == "plain" else plain
            yield {
                "model": name,
                "way": way,
                "batch": batch,
                "pictures/s": round(rate, 3),
                "× plain": round(rate / plain, 2) if plain else None,
                "TFLOP/s": round(rate * work, 2),
                "% of matmul": round(100 * rate * work / matmul, 1),
                "% of data sheet": round(100 * rate * work / peak, 1) if peak else None,
                "peak GiB": told["peak_gib"],
                "first picture s": told["first_picture_s"],
                "side": side,
                "steps": steps,
            }


def apart(do: Callable[..., T], *words: Any) -> T:
    """Do it in a process of its own, which leaves nothing on the card when it ends: how much of that is free
    decides how the painter works. Raises what that raised."""
    with ProcessPoolExecutor(1, get_context("spawn")) as process:
        return process.submit(do, *words).result()


def build(name: str, folder: Path, tiny: bool) -> tuple[Path, int]:
    """Save a model with random weights; return it with the side of its pictures."""
    import torch

    if tiny:
        from tests.imaging.diffusion import tiny_models

        builders = {"sd15": tiny_models.build_stable_diffusion, "sdxl": tiny_models.build_sdxl}
        return builders[name](folder), 64
    from bench import random_models

    if name == "sd15":
        return random_models.build_sd15(folder, "cuda", torch.float16), 512
    return random_models.build_sdxl(folder, "cuda", torch.float16), 1024


def count_flops(folder: Path, side: int, steps: int) -> float:
    """TFLOP of one picture: the denoiser twice a step, for guidance, and the decoder once. Counted on tensors
    without content. The text encoders and the safety checker are left out; they are far less."""
    import torch
    from diffusers import AutoencoderKL, UNet2DConditionModel
    from torch.utils.flop_counter import FlopCounterMode

    with torch.device("meta"), torch.no_grad():
        unet: Any = UNet2DConditionModel.from_config(UNet2DConditionModel.load_config(folder / "unet"))
        vae: Any = AutoencoderKL.from_config(AutoencoderKL.load_config(folder / "vae"))
        latents = torch.empty(1, 4, side // 8, side // 8)
        added = None
        if unet.config.addition_embed_type:
            width = unet.config.projection_class_embeddings_input_dim
            pooled = width - 6 * unet.config.addition_time_embed_dim
            added = {"text_embeds": torch.empty(1, pooled), "time_ids": torch.empty(1, 6)}
        text = torch.empty(1, 77, unet.config.cross_attention_dim)
        with FlopCounterMode(display=False) as denoising:
            unet(latents, torch.empty(1), text, added_cond_kwargs=added)
        with FlopCounterMode(display=False) as decoding:
            vae.decode(latents)
    return (2 * steps * denoising.get_total_flops() + decoding.get_total_flops()) / 1e12


def measure_card() -> tuple[str, float]:
    """Its name, and TFLOP/s of a large product of matrices: its best, today and this warm."""
    import torch

    on_card = torch.cuda.is_available()
    size, rounds = (8192, 30) if on_card else (512, 3)
    one = torch.randn(
        size, size, device="cuda" if on_card else "cpu", dtype=torch.float16 if on_card else torch.float32
    )
    one @ one
    wait()
    began = time.perf_counter()
    for _ in range(rounds):
        one @ one
    wait()
    name = torch.cuda.get_device_name() if on_card else "cpu"
    return name, round(2 * size**3 * rounds / (time.perf_counter() - began) / 1e12, 3)


def measure(run: Run, asked_at: float) -> dict[str, Any]:
    """Paint one picture, then a round to warm up, then as many rounds as are asked for."""
    paint = prepare_plain(run) if run.way == "plain" else prepare_ours(run)
    paint(1)
    first = time.time() - asked_at
    paint(run.batch)
    times = []
    for _ in range(run.rounds):
        began = time.perf_counter()
        paint(run.batch)
        wait()
        times.append(time.perf_counter() - began)
    return {
        "pictures_per_second": run.batch / statistics.median(times),
        "first_picture_s": round(first, 1),
        "peak_gib": read_peak(),
    }


def prepare_plain(run: Run) -> Callable[[int], None]:
    import torch
    from diffusers import AutoPipelineForText2Image

    on_card = torch.cuda.is_available()
    numbers = torch.float16 if on_card else torch.float32
    pipeline = AutoPipelineForText2Image.from_pretrained(run.folder, use_safetensors=True, dtype=numbers)
    pipeline.to("cuda" if on_card else "cpu")
    pipeline.set_progress_bar_config(disable=True)

    def paint(count: int) -> None:
        for seed in range(count):
            pipeline(
                PROMPT,
                negative_prompt=NEGATIVE,
                width=run.side,
                height=run.side,
                num_inference_steps=run.steps,
                guidance_scale=GUIDANCE,
                generator=torch.Generator("cpu").manual_seed(seed),
            )

    return paint


def prepare_ours(run: Run) -> Callable[[int], None]:
    from imaging.painters.diffusion import DiffusionPainter
    from imaging.painters.options import PainterOptions
    from imaging.types import UNWATCHED, ImageRequest, ImageResult

    options = PainterOptions(
        steps=run.steps, guidance=GUIDANCE, batch=run.batch, compile=run.way == "compiled"
    )
    painter = DiffusionPainter(run.folder, options)

    def paint(count: int) -> None:
        requests = [
            ImageRequest(subject="background", prompt=PROMPT, seed=seed, width=run.side, height=run.side)
            for seed in range(count)
        ]
        for result in painter.paint_together(requests, [UNWATCHED] * count):
            if not isinstance(result, ImageResult):
                raise result
            assert result.parameters["seed"] < count, "painted twice, which is not to be measured"
        assert painter.count_together(requests[0]) == run.batch, "the card was too full for this batch"

    return paint


def wait() -> None:
    import torch

    if torch.cuda.is_available():
        torch.cuda.synchronize()


def read_peak() -> float | None:
    import torch

    return round(torch.cuda.max_memory_allocated() / 2**30, 2) if torch.cuda.is_available() else None


if __name__ == "__main__":
    sys.exit(main())
