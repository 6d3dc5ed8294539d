"""Who wrote and who painted a story, in words. What the built-in sketches made says so on every face."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.languages import find_language, is_english, is_same

if TYPE_CHECKING:
    from stories.models import Story

#: The name by which both the built-in storyteller and the built-in painter go.
SKETCH = "sketch"
WRITER = "the built-in sketch storyteller, not a language model"
PAINTER = "the built-in sketch painter, not a diffusion model"


ENGLISH_ONLY = (
    "The built-in sketch storyteller knows English only; connect Ollama (OLLAMA_BASE_URL) for stories in"
    " other languages."
)


def is_sketch(model: str) -> bool:
    """Whether a model's name, with or without a tag as Ollama has them, is that of a built-in sketch."""
    return model.split(":")[0] == SKETCH


def speaks(model: str, language: str) -> bool:
    """Whether a model may be asked for words in this language (a BCP 47 tag; "" is any)."""
    return not language or is_english(language) or not is_sketch(model)


def tell_language(asked: str, written: str, model: str) -> str:
    """What to tell where a story is in another language than the one that was asked for; else ""."""
    wanted = find_language(asked)
    if wanted is None or not written or is_same(asked, written):
        return ""
    found = find_language(written)
    told = f"This story was asked for in {wanted.english}; it is in {found.english if found else written}."
    return told if speaks(model, asked) else f"{told} {ENGLISH_ONLY}"


def name_sketches(*, writer: bool, painter: bool) -> dict[str, str]:
    """For templates: what the sketches are called, each where it had or has its hand in it."""
    return {"sketch_writer": WRITER if writer else "", "sketch_painter": PAINTER if painter else ""}


def name_writer(story: Story) -> str:
    """What wrote the text, or "" where there is none yet."""
    return WRITER if story.by_sketch else story.language_model


def name_painters(story: Story) -> list[str]:
    """What painted the hero and the setting; the scene is put together from these two."""
    painted = (image for kind, image in story.pictures.items() if kind != "combined")
    return sorted({PAINTER if image.by_sketch else image.model for image in painted})


def tell_makers(story: Story) -> list[str]:
    """A sentence for each: ``Written by llama3.2.``, ``Painted by the built-in sketch painter, …``."""
    writer = name_writer(story)
    written = [f"Written by {writer}."] if writer else []
    return written + [f"Painted by {painter}." for painter in name_painters(story)]
