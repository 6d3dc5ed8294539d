"""Who wrote and who painted a story, in words. What the built-in sketches made says so on every face."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

if TYPE_CHECKING:
    from stories.models import Story

#: The name by which both the built-in storyteller and the built-in painter go.
SKETCH = "sketch"
WRITER = gettext_noop("the built-in sketch storyteller, not a language model")
PAINTER = gettext_noop("the built-in sketch painter, not a diffusion model")


def is_sketch(model: str) -> bool:
    """Whether a model's name, with or without a tag as Ollama has them, is that of a built-in sketch."""
    return model.split(":")[0] == SKETCH


def name_sketches(*, writer: bool, painter: bool) -> dict[str, str]:
    """For templates: what the sketches are called, each where it had or has its hand in it."""
    return {
        "sketch_writer": _(WRITER) if writer else "",
        "sketch_painter": _(PAINTER) if painter else "",
    }


def name_writer(story: Story) -> str:
    """What wrote the text, or "" where there is none yet."""
    return _(WRITER) if story.by_sketch else story.language_model


def is_painted_by_sketch(story: Story) -> bool:
    return any(image.by_sketch for kind, image in story.pictures.items() if kind != "combined")


def name_painters(story: Story) -> list[str]:
    """What painted the hero and the setting; the scene is put together from these two."""
    painted = (image for kind, image in story.pictures.items() if kind != "combined")
    return sorted({_(PAINTER) if image.by_sketch else image.model for image in painted})


def tell_makers(story: Story) -> list[str]:
    """A sentence for each: ``Written by llama3.2.``, ``Painted by the built-in sketch painter, …``."""
    writer = name_writer(story)
    written = [_("Written by {writer}.").format(writer=writer)] if writer else []
    painted = _("Painted by {painter}.")
    return written + [painted.format(painter=painter) for painter in name_painters(story)]
