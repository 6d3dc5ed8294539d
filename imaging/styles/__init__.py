"""The illustration styles that a person may choose from: one TOML file each, read once, in reading order.

A file's name is the style's: ``paper-cut.toml``. What its keys mean stands at `Style`, and at `Look` for its
table ``[sketch]``. A file that says too little or too much stops the start, by name.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from imaging.styles.look import Look

DEFAULT_STYLE = "storybook"

#: A text encoder reads 77 tokens in all, and the description is to have most of them.
WORDS_MAX = 25


def _is_short(words: str) -> str:
    if (count := len(words.split())) > WORDS_MAX:
        raise ValueError(f"has {count} words, and at most {WORDS_MAX} leave room for the description")
    return words


Line = Annotated[str, Field(min_length=1, pattern=r"^\S.*\S$")]
Words = Annotated[Line, AfterValidator(_is_short)]


class Style(BaseModel):
    """``words`` are added to what a painter is told, ``negative`` names what it keeps away from; ``label`` is
    what people see, and ``place`` its place in their list; ``hint`` tells the agents that describe a story
    what to look for; ``sketch`` is how the sketch painter goes about it."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    name: str
    label: Line
    place: int
    words: Words
    negative: Words
    hint: Line
    sketch: Look


def read_style(path: Path) -> Style:
    """Read one style.

    Raises:
        ValueError: naming the file and each key in it that is missing, unknown or wrong.
    """
    try:
        return Style(name=path.stem, **tomllib.loads(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        faults = (f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
        raise ValueError(f"{path}: {'; '.join(faults)}") from None
    except (tomllib.TOMLDecodeError, TypeError) as error:
        raise ValueError(f"{path}: {error}") from None


def read_styles(folder: Path) -> dict[str, Style]:
    """Read a folder's styles, in the order of their places."""
    styles = sorted(map(read_style, folder.glob("*.toml")), key=lambda style: (style.place, style.name))
    return {style.name: style for style in styles}


STYLES = read_styles(Path(__file__).parent)


def find_style(name: str) -> Style:
    """The style of this name, or the default where a name has gone out of use."""
    return STYLES.get(name, STYLES[DEFAULT_STYLE])
