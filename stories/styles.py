"""The illustration styles that a person may choose from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Style:
    """``words`` are added to what the painter is told; ``label`` is what people see."""

    name: str
    label: str
    words: str


STYLES: dict[str, Style] = {
    style.name: style
    for style in (
        Style("storybook", "Storybook", "storybook illustration, warm light, soft brushwork, rich colours"),
        Style("watercolour", "Watercolour", "loose watercolour on textured paper, soft washes, gentle edges"),
        Style("ink", "Ink and wash", "pen and ink drawing with a grey wash, fine lines, much white paper"),
        Style(
            "paper-cut", "Paper cut", "layered paper cut-out, crisp edges, soft shadows between the sheets"
        ),
        Style("oil", "Oil painting", "oil painting, visible brush strokes, deep shadows, glowing highlights"),
        Style("cinematic", "Cinematic", "cinematic concept art, dramatic light, wide depth, fine detail"),
    )
}
DEFAULT_STYLE = "storybook"
