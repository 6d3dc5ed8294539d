"""Who wrote and who painted a story, in words. What the built-in sketches made says so on every face."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from agents.languages import find_language, guess_language, is_english, is_same
from imaging.styles import STYLES
from stories.notes import ENGLISH_ONLY, IN_ANOTHER_LANGUAGE

if TYPE_CHECKING:
    from stories.models import Story

#: The name by which both the built-in storyteller and the built-in painter go.
SKETCH = "sketch"
WRITER = gettext_noop("the built-in sketch storyteller, not a language model")
PAINTER = gettext_noop("the built-in sketch painter, not a diffusion model")


def is_sketch(model: str) -> bool:
    """Whether a model's name, with or without a tag as Ollama has them, is that of a built-in sketch."""
    return model.split(":")[0] == SKETCH


def speaks(model: str, language: str) -> bool:
    """Whether a model may be asked for words in this language (a BCP 47 tag; "" is any)."""
    return not language or is_english(language) or not is_sketch(model)


def tell_language(sentence: str, asked: str, written: str, model: str) -> str:
    """What to tell where a story is in another language than the one that was asked for; else "". It is in
    English, to be stored (`stories.notes`)."""
    if is_sketch(model):  # it tells in English whatever the sentence is in: that is said too
        asked = asked or guess_language(sentence)
    wanted = find_language(asked)
    if wanted is None or not written or is_same(asked, written):
        return ""
    found = find_language(written)
    told = IN_ANOTHER_LANGUAGE.format(wanted=wanted.english, found=found.english if found else written)
    return told if speaks(model, asked) else f"{told} {ENGLISH_ONLY}"


def name_sketches(*, writer: bool, painter: bool) -> dict[str, str]:
    """For templates: what the sketches are called, each where it had or has its hand in it."""
    return {
        "sketch_writer": _(WRITER) if writer else "",
        "sketch_painter": _(PAINTER) if painter else "",
    }


def name_styles(story: Story) -> str:
    """The styles of its pictures, in words: they may have been painted in several."""
    painted = [image.style for kind, image in story.pictures.items() if kind != "combined" and image.style]
    names = dict.fromkeys(painted or [story.style])
    return " / ".join(_(STYLES[name].label) if name in STYLES else name for name in names)


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
