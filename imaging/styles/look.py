"""How the sketch painter goes about a style: the keys of a style's table ``[sketch]``, all optional."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

#: Who goes over the picture; each is a function in `imaging.painters.sketch.brushes`.
BrushName = Literal[
    "none", "wash", "oil", "hatch", "crayon", "flats", "chalk", "dots", "engraving", "pixels", "glass",
    "sheets", "clay", "lens",
]  # fmt: skip

FLAT_BRUSHES: frozenset[BrushName] = frozenset({"flats", "dots", "engraving", "pixels", "sheets"})

Colour = Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")]
Factor = Annotated[float, Field(ge=0, le=3)]
Part = Annotated[float, Field(ge=0, le=1)]
#: A length, as a share of the picture's shorter side.
Share = Annotated[float, Field(ge=0, le=0.1)]


class Look(BaseModel):
    """Three groups of keys, in the order in which they take effect; a factor of 1 is the painter's own hand.

    While it is painted: ``outline``, the width of the pen lines; ``shade``, how strongly light models a
    form, in two flat tones where ``cel``; ``cast``, the shadows within a figure; ``lift``, how dark a shadow
    the shapes of a setting throw on what is behind; ``grain``, ``bloom`` and ``corners`` (how dark).

    Its colours: ``saturation``, ``contrast``, ``light`` (over 1 is brighter) and ``warmth``; towards a scale
    from ``shadows`` to ``lights``, as far as ``tint``. The brushes of flat colour use so many ``colours``.

    The brush that goes over it, of a ``size``, on a ``paper``; last the pen, ``ink`` wide.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    outline: Factor = 1.0
    shade: Factor = 1.0
    cel: bool = False
    cast: Factor = 1.0
    lift: Part = 0.0
    grain: Factor = 1.0
    bloom: Factor = 1.0
    corners: Factor = 1.0

    saturation: Factor = 1.0
    contrast: Factor = 1.0
    light: Annotated[float, Field(gt=0, le=3)] = 1.0
    warmth: Annotated[float, Field(ge=-1, le=1)] = 0.0
    shadows: Colour = "#000000"
    lights: Colour = "#ffffff"
    tint: Part = 0.0
    colours: Annotated[int, Field(ge=0, le=64)] = 0

    brush: BrushName = "none"
    size: Share = 0.01
    paper: Colour = "#fffaf0"
    ink: Share = 0.0
    ink_colour: Colour = "#1c1820"

    @model_validator(mode="after")
    def names_its_colours(self) -> Self:
        """A brush that lays flat colours must be told how many."""
        if self.brush in FLAT_BRUSHES and self.colours < 2:
            raise ValueError(f'the brush "{self.brush}" needs a number of colours, 2 or more')
        return self
