"""What a person may set about the diffusion painter. Knows no torch, so that the web can check it too."""

from __future__ import annotations

from dataclasses import dataclass

#: Name → the class in diffusers, and what it changes of the model's own noise schedule.
#: "own" is the model's own scheduler.
SCHEDULERS: dict[str, tuple[str, dict[str, object]]] = {
    "own": ("", {}),
    "dpm++": (
        "DPMSolverMultistepScheduler",
        {"algorithm_type": "dpmsolver++", "solver_order": 2, "use_karras_sigmas": True},
    ),
    "unipc": ("UniPCMultistepScheduler", {}),
    "ddim": ("DDIMScheduler", {}),
    "euler": ("EulerDiscreteScheduler", {}),
    "euler-trailing": ("EulerDiscreteScheduler", {"timestep_spacing": "trailing"}),
    "euler-ancestral": ("EulerAncestralDiscreteScheduler", {}),
    "lcm": ("LCMScheduler", {}),
}
DTYPES = ("float16", "bfloat16", "float32")


@dataclass(frozen=True, slots=True, kw_only=True)
class PainterOptions:
    """None leaves it to the model's family and the card. `ValueError` names a setting and what it may be."""

    steps: int | None = None
    guidance: float | None = None
    scheduler: str | None = None
    batch: int | None = None
    dtype: str | None = None
    compile: bool = False

    def __post_init__(self) -> None:
        if self.steps is not None and not 1 <= self.steps <= 200:
            raise ValueError(f"IMAGE_STEPS is {self.steps}; it is a number from 1 to 200, or empty")
        if self.guidance is not None and not 0 <= self.guidance <= 30:
            raise ValueError(f"IMAGE_GUIDANCE is {self.guidance}; it is a number from 0 to 30, or empty")
        if self.batch is not None and not 1 <= self.batch <= 64:
            raise ValueError(f"IMAGE_BATCH is {self.batch}; it is a number from 1 to 64, or auto")
        if self.scheduler is not None and self.scheduler not in SCHEDULERS:
            raise ValueError(
                f"IMAGE_SCHEDULER is {self.scheduler!r}; it is one of {', '.join(SCHEDULERS)}, or empty"
            )
        if self.dtype is not None and self.dtype not in DTYPES:
            raise ValueError(f"IMAGE_DTYPE is {self.dtype!r}; it is one of {', '.join(DTYPES)}, or auto")


def read_options(
    *, steps: str, guidance: str, scheduler: str, batch: str, dtype: str, compiled: bool
) -> PainterOptions:
    """Read the settings as they stand in the environment: "" and "auto" are None.

    Raises:
        ValueError: one of them makes no sense; the message names it.
    """
    return PainterOptions(
        steps=_read_whole("IMAGE_STEPS", steps),
        guidance=_read_number("IMAGE_GUIDANCE", guidance),
        scheduler=scheduler or None,
        batch=_read_whole("IMAGE_BATCH", batch if batch != "auto" else ""),
        dtype=dtype if dtype not in ("", "auto") else None,
        compile=compiled,
    )


def _read_whole(name: str, text: str) -> int | None:
    if text and not text.strip().isdecimal():
        raise ValueError(f"{name} is {text!r}, which is no whole number")
    return int(text) if text else None


def _read_number(name: str, text: str) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        raise ValueError(f"{name} is {text!r}, which is no number") from None
