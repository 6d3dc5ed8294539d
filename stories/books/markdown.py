"""The story as Markdown, with its pictures beside it in one zip."""

from __future__ import annotations

from django.utils.translation import gettext as _

from stories.books.archive import write_zip
from stories.books.book import Book, Picture, read_book
from stories.models import Story
from stories.printing import escape

BREAK = "\\* \\* \\*"


def make_markdown(story: Story) -> bytes:
    book = read_book(story)
    pictures = [(f"pictures/{picture.file}", picture.jpeg) for picture in book.pictures.values()]
    return write_zip([("story.md", as_markdown(book)), *pictures], book.modified)


def as_markdown(book: Book) -> str:
    parts = [f"# {line(book.title)}", f"*“{line(book.sentence)}”*"]
    if book.opening:
        parts.append(show(book.opening))
    parts += [escape(paragraph) or BREAK for paragraph in book.paragraphs]
    for name, picture, description, _language in book.plates:
        parts.append(f"## {name}")
        if picture and picture is not book.opening:
            parts.append(show(picture))
        parts.append(escape(description))
    parts.append(f"## {_('Colophon')}")
    parts.append("\n".join(f"- **{term}:** {line(words)}" for term, words in book.colophon))
    return "\n\n".join(part for part in parts if part) + "\n"


def show(picture: Picture) -> str:
    return f"![{line(picture.alt)}](pictures/{picture.file})"


def line(text: str) -> str:
    return escape(" ".join(text.split()))
