"""From IMAGE_MODEL to a pipeline in memory: read from safetensors alone, or told what is wrong with it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import diffusers
import torch
import transformers
from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError, OfflineModeIsEnabled

from imaging.painters.diffusion.families import DTYPES, PIPELINES, Family
from imaging.painters.naming import is_snapshot, name_painter
from imaging.painters.options import SCHEDULERS
from imaging.types import PaintingError

#: Of each weights file this much is read from its beginning, its middle and its end, to tell it from another.
SAMPLE = 64 * 1024


@dataclass(frozen=True, slots=True)
class Loaded:
    """A pipeline in main memory, and where it came from."""

    pipeline: Any
    family: Family
    name: str
    revision: str
    dtype: torch.dtype


def load(image_model: str, device: str, dtype: str | None) -> Loaded:
    """Read a model from its folder, or from the hub.

    Raises:
        PaintingError: it cannot be loaded; transient where the hub or the card may yet mend.
    """
    diffusers.utils.logging.disable_progress_bar()
    transformers.utils.logging.disable_progress_bar()
    folder = Path(image_model).expanduser()
    local = folder.is_dir()
    if not local and (folder.is_absolute() or image_model[0] == "." or image_model.count("/") > 1):
        raise refuse(image_model, "there is no such folder")
    try:
        if not local:
            folder = fetch(image_model, half=device == "cuda")
        family = _find_family(image_model, folder)
        numbers = _choose_dtype(device, dtype or DTYPES[family], chosen=dtype is not None)
        # No trust_remote_code, here or ever: a model is data.
        pipeline = diffusers.AutoPipelineForText2Image.from_pretrained(
            str(folder), use_safetensors=True, dtype=numbers, variant=_find_variant(folder)
        )
    except PaintingError:
        raise
    except Exception as error:  # a broken folder can make the libraries raise nearly anything
        raise _explain(image_model, error) from error
    pipeline.set_progress_bar_config(disable=True)
    return Loaded(pipeline, family, name_painter(image_model), _find_revision(folder.resolve()), numbers)


def make_scheduler(image_model: str, family: Family, own: Any, name: str) -> Any:
    """A fresh scheduler of this name, after the model's own noise schedule.

    Raises:
        PaintingError: the model cannot work with it.
    """
    kind, changes = SCHEDULERS[name]
    if not kind:
        return type(own).from_config(own.config)
    if family in ("sd3", "flux"):
        raise refuse(image_model, f"it cannot work with the IMAGE_SCHEDULER “{name}”, only with its own")
    return getattr(diffusers, kind).from_config(own.config, **changes)


def refuse(image_model: str, reason: str, *, transient: bool = False) -> PaintingError:
    return PaintingError(
        f"IMAGE_MODEL is “{image_model}”, but {reason}. Set IMAGE_MODEL to a diffusers folder with "
        ".safetensors weights, to a model's id on the hub, or to sketch.",
        transient=transient,
    )


def fetch(image_model: str, *, half: bool) -> Path:
    """Fetch a model from the hub, unless it is kept already: in half precision, where it comes so."""
    try:
        variant = "fp16" if half else None
        return Path(diffusers.DiffusionPipeline.download(image_model, use_safetensors=True, variant=variant))
    except ValueError as error:
        if "no such modeling files" not in str(error):
            raise
    return Path(diffusers.DiffusionPipeline.download(image_model, use_safetensors=True, variant=None))


def _find_family(image_model: str, folder: Path) -> Family:
    kind = diffusers.DiffusionPipeline.load_config(str(folder))["_class_name"]
    # A folder saved by a sibling of the text-to-image pipeline serves it as well.
    family = PIPELINES.get(str(kind).replace("Img2Img", "").replace("Inpaint", ""))
    if family is None:
        raise refuse(image_model, f"it is a {kind}, and only these are known: {', '.join(PIPELINES)}")
    return family


def _choose_dtype(device: str, name: str, *, chosen: bool) -> torch.dtype:
    """Half precision by itself only on NVIDIA's cards: on Apple's it is known to give black pictures, on
    processors it is slow."""
    if not chosen and device != "cuda":
        return torch.float32
    if not chosen and name == "bfloat16" and not torch.cuda.is_bf16_supported(including_emulation=False):
        return torch.float16
    numbers: torch.dtype = getattr(torch, name)
    return numbers


def _find_variant(folder: Path) -> str | None:
    """``fp16`` for a folder whose denoiser comes in that alone."""
    files = [file.name for part in ("unet", "transformer") for file in folder.glob(f"{part}/*.safetensors")]
    return "fp16" if files and all(".fp16" in name for name in files) else None


def _find_revision(folder: Path) -> str:
    """The hub's commit of a snapshot, or else a cheap fingerprint of the files."""
    if is_snapshot(folder):
        return folder.name
    told = hashlib.sha256()
    for file in sorted([*folder.rglob("*.json"), *folder.rglob("*.txt"), *folder.rglob("*.safetensors")]):
        size = file.stat().st_size
        told.update(f"{file.relative_to(folder).as_posix()}\0{size}\0".encode())
        with file.open("rb") as opened:
            for start in sorted({0, max(0, size // 2), max(0, size - SAMPLE)}):
                opened.seek(start)
                told.update(opened.read(SAMPLE))
    return f"files-{told.hexdigest()[:32]}"


def _explain(image_model: str, error: Exception) -> PaintingError:
    """Tell a hub that cannot be reached, which may pass, from a model that is not there or not whole."""
    causes = list(_trace_causes(error))
    if any(isinstance(cause, OfflineModeIsEnabled) for cause in causes):
        return refuse(
            image_model, "it is no folder here, and HF_HUB_OFFLINE forbids to fetch it from the hub"
        )
    away = any(isinstance(it, (LocalEntryNotFoundError, ConnectionError, TimeoutError)) for it in causes)
    ailing = any(isinstance(it, HfHubHTTPError) and it.response.status_code >= 500 for it in causes)
    if away or ailing:
        return refuse(image_model, "it is no folder here, and the hub cannot be reached", transient=True)
    said = str(error).strip().partition("\n")[0][:300] or type(error).__name__
    return refuse(image_model, f"it could not be loaded ({said})")


def _trace_causes(error: BaseException | None) -> Iterator[BaseException]:
    while error:
        yield error
        error = error.__cause__ or error.__context__
