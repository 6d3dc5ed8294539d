"""A story as every book format sees it: read once, cleaned, with its pictures as JPEG."""

from __future__ import annotations

import io
import re
import unicodedata
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from PIL import Image

from agents.languages import direct, find_script, guess_language, has_drop_cap
from stories.makers import name_painters, name_styles, name_writer
from stories.models import GeneratedImage, GenerationSession, Story, StoryVersion
from stories.pictures import open_picture
from stories.versions import name_tongue

NAMES = {
    "combined": gettext_noop("The scene"),
    "character": gettext_noop("The hero"),
    "background": gettext_noop("The setting"),
}
FILES = {"combined": "scene.jpg", "character": "hero.jpg", "background": "setting.jpg"}
ALT_MAX = 300
LEAD_MIN = 14


@dataclass(frozen=True, slots=True)
class Picture:
    """``focus``: where the hero stands in it, as a share of its width."""

    kind: str
    name: str
    alt: str
    description: str
    width: int
    height: int
    jpeg: bytes
    focus: float = 0.5

    @property
    def file(self) -> str:
        return FILES[self.kind]

    @property
    def is_wide(self) -> bool:
        return self.width > self.height


class Plate(NamedTuple):
    """The hero or the setting, with the language of its description: "" where that is not known."""

    name: str
    picture: Picture | None
    description: str
    language: str


@dataclass(frozen=True, slots=True)
class Book:
    """``paragraphs`` hold "" where a scene breaks. ``colophon``: a term and what there is to say of it."""

    id: str
    title: str
    sentence: str
    paragraphs: list[str]
    language: str
    script: str
    writer: str
    pictures: dict[str, Picture]
    descriptions: dict[str, str]
    described_in: dict[str, str]
    colophon: list[tuple[str, str]]
    created: datetime
    modified: datetime

    @property
    def direction(self) -> str:
        return direct(self.script)

    @property
    def has_initial(self) -> bool:
        """Whether its first letter may stand over three lines: a letter, alone, of a script that does so."""
        opening = next(iter(self.paragraphs), "")[:2]
        return (
            len(opening) == 2 and opening[0].isalpha() and has_drop_cap(opening) and not opening[1].isupper()
        )

    @property
    def lead(self) -> tuple[str, str]:
        """The first words, which are set in capitals after the initial, and the rest of their paragraph."""
        words = self.paragraphs[0].split(" ")
        count = next((n for n in range(1, len(words)) if len(" ".join(words[:n])) >= LEAD_MIN), len(words))
        return " ".join(words[:count]), "".join(f" {word}" for word in words[count:])

    @property
    def opening(self) -> Picture | None:
        return next((self.pictures[kind] for kind in ("combined", "background", "character")
                     if kind in self.pictures), None)  # fmt: skip

    @property
    def plates(self) -> list[Plate]:
        """The hero and the setting, as far as they are there."""
        found = [
            Plate(_(NAMES[kind]), self.pictures.get(kind), words, self.described_in.get(kind, ""))
            for kind, words in self.descriptions.items()
        ]
        return [plate for plate in found if plate.picture or plate.description]


def read_book(story: Story) -> Book:
    making = story.generations.filter(redo="").order_by("-created_at").first()
    descriptions = {
        kind: clean(getattr(story, f"{kind}_description")) for kind in ("character", "background")
    }
    pictures = {
        image.image_type: picture
        for image in story.pictures.values()
        if (picture := read_picture(image, clean(str(story)), descriptions))
    }
    text = clean(story.story_text)
    script = find_script(text) or "LATIN"
    return Book(
        id=name_book(story),
        title=clean(str(story)),
        sentence=clean(story.prompt),
        paragraphs=list(split_text(text)),
        language=story.language or guess_language(text) or "und",
        script=script,
        writer=name_writer(story) or "Starloom",
        pictures=pictures,
        descriptions=descriptions,
        described_in={
            kind: name_tongue(story, getattr(story, f"{kind}_description")) for kind in descriptions
        },
        colophon=[(term, clean(words)) for term, words in tell_making(story, making)],
        created=story.created_at,
        modified=story.updated_at,
    )


def name_book(story: Story) -> str:
    """The same for each copy of a story. Not its UUID, which may be the key to change it, and cannot be found
    from this (RFC 9562, 5.5)."""
    return str(uuid.uuid5(story.pk, "book"))


def read_picture(image: GeneratedImage, title: str, descriptions: dict[str, str]) -> Picture | None:
    """None where the file is gone: a book without one picture is better than no book."""
    try:
        jpeg = as_jpeg(open_picture(image))
    except OSError:
        return None
    kind = image.image_type
    said = [descriptions[kind]] if kind in descriptions else list(descriptions.values())
    about = _("{part} of {title}.").format(part=_(NAMES[kind]), title=title)
    alt = shorten(" ".join([about, *(as_sentence(words) for words in said if words)]))
    focus = (image.parameters.get("placement") or {}).get("x", 0.5)
    return Picture(
        kind, _(NAMES[kind]), alt, descriptions.get(kind, ""), image.width, image.height, jpeg, focus
    )


def as_jpeg(picture: Image.Image, quality: int = 90) -> bytes:
    """On white, without whatever else the file held."""
    if "A" in picture.getbands():
        ground = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(ground, picture.convert("RGBA"))
    buffer = io.BytesIO()
    plain = picture.convert("RGB")
    plain.info.clear()
    plain.save(buffer, "JPEG", quality=quality, subsampling=0, optimize=True)
    return buffer.getvalue()


def clean(text: str) -> str:
    """Without what XML cannot hold, nor a page show."""
    return "".join(
        char
        for char in text
        if char in "\n\t" or not (unicodedata.category(char) in {"Cc", "Cs"} or ord(char) & 0xFFFE == 0xFFFE)
    )


def shorten(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= ALT_MAX else text[:ALT_MAX].rsplit(" ", 1)[0].rstrip(",;:") + " …"


def as_sentence(text: str) -> str:
    text = text.strip()
    return f"{text[:1].upper()}{text[1:]}" + ("" if text[-1:] in ".!?…。" else ".")


def split_text(text: str) -> Iterator[str]:
    """Paragraphs, and "" for a line of asterisks, dashes or the like between two of them."""
    for part in re.split(r"\n\s*\n", text):
        paragraph = " ".join(part.split())
        if paragraph:
            yield paragraph if any(char.isalnum() for char in paragraph) else ""


def tell_making(story: Story, making: GenerationSession | None) -> Iterator[tuple[str, str]]:
    """What made it, as far as it is known."""
    if writer := name_writer(story):
        yield _("Written by"), writer
    if changed := tell_change(story.version):
        yield _("The text"), changed
    if painters := name_painters(story):
        told = _("{names}, in the style “{style}”")
        yield _("Painted by"), told.format(names="; ".join(painters), style=name_styles(story))
    seeds = [f"{_('Story')} {making.seed}"] if making else []
    seeds += [
        f"{image.get_image_type_display()} {image.seed}"
        for kind, image in story.pictures.items()
        if kind != "combined"
    ]
    if seeds:
        yield _("Seeds"), " · ".join(seeds)
    day = date_format(story.created_at)
    if making and making.started_at and making.finished_at:
        seconds = round((making.finished_at - making.started_at).total_seconds())
        minutes, rest = divmod(max(seconds, 1), 60)
        took = f"{f'{minutes} min ' if minutes else ''}{rest} s"
        yield _("Made on"), _("{day}, in {time}").format(day=day, time=took)
    else:
        yield _("Made on"), day


def tell_change(version: StoryVersion | None) -> str:
    match version and version.made_by:
        case StoryVersion.Maker.PERSON:
            return _("was changed by hand since")
        case StoryVersion.Maker.MODEL:
            model = (version and version.language_model) or _("a language model")
            return _("was rewritten in part by {model}").format(model=model)
    return ""
