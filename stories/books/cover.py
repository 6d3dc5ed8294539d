"""The cover of an e-book, as the library shows it: the scene, upright, around its hero, with its title."""

from __future__ import annotations

import io
import textwrap
from pathlib import Path

from fontTools.ttLib import TTFont
from PIL import Image, ImageDraw, ImageFont

from stories.books.book import Book, as_jpeg
from stories.pictures import open_own

#: Pixels, as shops and readers like them.
WIDTH, HEIGHT = 1200, 1600
FELL = Path(__file__).parent / "fonts" / "im-fell-normal.ttf"
PAPER, GOLD, NIGHT = "#f4ecd9", "#d9b877", (15, 16, 34)


def draw_cover(book: Book) -> bytes | None:
    """A JPEG, or None where there is no picture. It bears no title where our font lacks a letter of it:
    readers name a book beside its cover."""
    if book.opening is None:
        return None
    with open_own(io.BytesIO(book.opening.jpeg)) as picture:
        cover = cut_upright(picture, book.opening.focus)
    if can_set(book.title):
        put_title(cover, book.title)
    return as_jpeg(cover)


def cut_upright(picture: Image.Image, focus: float) -> Image.Image:
    """A little less than there is: some styles leave the paper's rough edge in the picture."""
    width = min(picture.width, round(picture.height * 0.93 * WIDTH / HEIGHT))
    height = min(picture.height, round(width * HEIGHT / WIDTH))
    left = round(min(max(focus * picture.width - width / 2, 0), picture.width - width))
    box = (left, (picture.height - height) // 2, left + width, (picture.height + height) // 2)
    return picture.convert("RGB").resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS, box=box)


def can_set(title: str) -> bool:
    with TTFont(FELL) as font:
        letters = font.getBestCmap()
    return all(ord(char) in letters for char in title)


def put_title(cover: Image.Image, title: str) -> None:
    """Below, on a growing dark, inside a thin frame."""
    shade = Image.new("L", (1, HEIGHT))
    shade.putdata([round(235 * min(1.0, max(0.0, (y / HEIGHT - 0.52) / 0.4))) for y in range(HEIGHT)])
    cover.paste(NIGHT, (0, 0), shade.resize(cover.size))
    pen = ImageDraw.Draw(cover)
    pen.rectangle((42, 42, WIDTH - 43, HEIGHT - 43), outline=GOLD, width=3)
    size, columns = (118, 16) if len(title) <= 40 else (84, 24)
    font = ImageFont.truetype(str(FELL), size)
    lines = textwrap.wrap(title, columns, max_lines=4, placeholder=" …")
    place = (WIDTH / 2, HEIGHT - 120)
    pen.multiline_text(
        place, "\n".join(lines), font=font, fill=PAPER, anchor="md", align="center", spacing=size // 12
    )
