"""The brushes of the styles, by the names that `imaging.styles.look` knows."""

from __future__ import annotations

from collections.abc import Callable

from imaging.painters.sketch.brushes import cells, dry, pen, relief, wet
from imaging.painters.sketch.canvas import Canvas
from imaging.styles.look import BrushName, Look


def leave(canvas: Canvas, look: Look) -> None:
    """The picture as it is."""


BRUSHES: dict[BrushName, Callable[[Canvas, Look], None]] = {
    "none": leave,
    "wash": wet.wash,
    "oil": wet.stroke_oil,
    "lens": wet.expose,
    "flats": dry.lay_flats,
    "crayon": dry.draw_crayon,
    "chalk": dry.draw_chalk,
    "hatch": pen.hatch,
    "dots": pen.print_dots,
    "engraving": pen.engrave,
    "pixels": cells.set_pixels,
    "glass": cells.lead_glass,
    "sheets": relief.lay_sheets,
    "clay": relief.model_clay,
}
