"""A story on a terminal and in a folder. Its words are strangers': no control codes, no markup."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from rich.console import Console

from stories.makers import tell_makers
from stories.models import GeneratedImage, ImageType, Story

#: The widest that a text is printed, in characters: longer lines are hard to read.
WIDTH = 80
HINT = "To use models of your own, set OLLAMA_BASE_URL and IMAGE_MODEL (see README)."


def printable(text: str) -> str:
    """Without control characters: an escape sequence could rewrite what the terminal shows."""
    return "".join(char for char in text if char == "\n" or unicodedata.category(char) != "Cc")


def pictures_of(story: Story) -> list[GeneratedImage]:
    """Its live pictures, in the order of a book."""
    return [story.pictures[kind] for kind in reversed(ImageType.values) if kind in story.pictures]


def print_story(console: Console, story: Story, *, warnings: Iterable[str]) -> None:
    """Print its title, its text, what is missing, where its pictures are, and who made it."""
    width = min(WIDTH, console.width)
    console.print(f"\n{printable(story.title)}", style="bold", width=width)
    console.print(f"\n{printable(story.story_text)}\n", width=width)
    for warning in warnings:
        console.print(printable(warning), style="yellow", width=width)
    for image in pictures_of(story):
        console.print(f"{image.get_image_type_display()}: {image.file.path}", soft_wrap=True)
    sketched = story.by_sketch or any(image.by_sketch for image in pictures_of(story))
    for line in [*tell_makers(story), *([HINT] if sketched else [])]:
        console.print(printable(line), style="italic", width=width)


def write_story(folder: Path, story: Story) -> list[Path]:
    """Write ``story.md`` and each picture as ``character.webp`` and so on; never over a file that is there.

    Raises:
        OSError: a file is there already, or cannot be written.
    """
    names = {image: f"{image.image_type}{Path(str(image.file.name)).suffix}" for image in pictures_of(story)}
    contents = {name: read(image) for image, name in names.items()}
    contents["story.md"] = as_markdown(story, list(names.values())).encode()
    for name, content in contents.items():
        with (folder / name).open("xb") as file:
            file.write(content)
    return [folder / name for name in contents]


def read(image: GeneratedImage) -> bytes:
    with image.file.open("rb") as file:
        return bytes(file.read())


def as_markdown(story: Story, pictures: Iterable[str]) -> str:
    alts = {
        "character": "The hero",
        "background": "The setting",
        "combined": f"The scene of {escape(str(story))}",
    }
    shown = "\n\n".join(f"![{alts[Path(name).stem]}]({name})" for name in pictures)
    parts = [f"# {escape(story.title)}", shown, escape(story.story_text)]
    parts += [f"*{escape(line)}*" for line in tell_makers(story)]
    return "\n\n".join(part for part in parts if part) + "\n"


def escape(text: str) -> str:
    """Plain text, read as Markdown: the signs that would be markup get a backslash."""
    text = re.sub(r"[\\`*_\[\]<]|&(?=#?\w+;)", r"\\\g<0>", printable(text))
    text = re.sub(r"^(\s*)([#+=~|>-])", r"\1\\\2", text, flags=re.MULTILINE)
    return re.sub(r"^(\s*\d+)([.)])", r"\1\\\2", text, flags=re.MULTILINE)
