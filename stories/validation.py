"""What a person may ask for, in one place for every face: the form, the API, the admin, the terminal.

Each function takes whatever came in, hands back the clean value, and raises Django's ``ValidationError``
with a message written for the person. None of them repeats what came in: that may not even be encodable.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agents.genres import GENRES
from agents.languages import LANGUAGES
from agents.types import TEXT_MAX, TITLE_MAX
from imaging.styles import STYLES
from stories.models import PROMPT_MAX, PROMPT_MIN, SEED_MAX

DESCRIPTION_MAX = 4000
SEARCH_MAX = 200
#: A wish about how a passage is to be rewritten.
WISH_MAX = 1000
#: The least and the most of each share of a placement. A hero may stand half outside of its scene.
PLACEMENT = {"x": (0.0, 1.0), "y": (0.0, 1.2), "height": (0.05, 1.5)}
#: Unicode's control characters, and halves of surrogate pairs, which no encoding can carry.
UNWANTED = {"Cc", "Cs"}
#: Letters, numbers, punctuation and symbols: the first letters of the categories that can be seen …
VISIBLE = frozenset("LNPS")
#: … but for these: the fillers of Hangul, and a Braille cell without dots.
BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800")
#: Overrides, embeddings and isolates of writing direction: unseen, they make a text look like another.
TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
#: What decoders put where bytes were no text.
REPLACEMENT = "\ufffd"


def clean_prompt(text: Any) -> str:
    """The sentence, trimmed: 3 to 4,000 characters. It may have several lines."""
    return clean_text(text, least=PROMPT_MIN, most=PROMPT_MAX)


def clean_style(name: Any) -> str:
    if not isinstance(name, str) or name not in STYLES:
        raise ValidationError(_("Choose one of these styles: {names}.").format(names=", ".join(STYLES)))
    return name


def clean_genre(name: Any) -> str:
    """The name of a genre; "" and None leave it to the storyteller."""
    if name in (None, ""):
        return ""
    if not isinstance(name, str) or name not in GENRES:
        raise ValidationError(
            _("Choose one of these genres, or leave it open: {names}.").format(names=", ".join(GENRES))
        )
    return name


def clean_language(tag: Any) -> str:
    """The BCP 47 tag of a language, in letters of any case; "" and None leave it to the sentence."""
    if tag in (None, ""):
        return ""
    tags = {known.lower(): known for known in LANGUAGES}
    if not isinstance(tag, str) or tag.lower() not in tags:
        raise ValidationError(
            _("Choose one of these languages, or leave it open: {names}.").format(names=", ".join(LANGUAGES))
        )
    return tags[tag.lower()]


def clean_seed(value: Any) -> int | None:
    """A whole number from 0 to 2³¹−1, given as a number or in digits; None and "" leave it to chance."""
    if value is None or value == "":
        return None
    digits = isinstance(value, str) and len(value) <= 10 and value.isascii() and value.isdigit()
    if digits or (isinstance(value, int) and not isinstance(value, bool)):
        seed = int(value)
        if 0 <= seed <= SEED_MAX:
            return seed
    raise ValidationError(_("A seed is a whole number from 0 to {most}.").format(most=SEED_MAX))


def clean_title(text: Any) -> str:
    """One line, 1 to 120 characters."""
    title = clean_text(text, least=1, most=TITLE_MAX)
    if "\n" in title or "\t" in title:
        raise ValidationError(_("A title is one line."))
    return title


def clean_story_text(text: Any) -> str:
    return clean_text(text, least=1, most=TEXT_MAX)


def clean_description(text: Any) -> str:
    """What a painter is told of a hero or a setting; it may be empty."""
    return clean_text(text, least=0, most=DESCRIPTION_MAX)


def clean_wish(text: Any) -> str:
    """How a passage is to be rewritten."""
    return clean_text(text, least=1, most=WISH_MAX)


def clean_passage(text: Any) -> str:
    """Words that stand in a story."""
    return clean_text(text, least=1, most=TEXT_MAX)


def clean_placement(value: Any) -> dict[str, Any] | None:
    """Where the hero stands in a scene: the point between its feet and its height, as shares of the scene's
    width and height, and whether it is mirrored. None leaves it to the merge."""
    if value in (None, ""):
        return None
    if not isinstance(value, dict) or not {"x", "y", "height"} <= set(value) <= set(PLACEMENT) | {"flipped"}:
        raise ValidationError(_("A placement has x, y and height, and it may have flipped."))
    flipped = value.get("flipped", False)
    if not isinstance(flipped, bool):
        raise ValidationError(_("flipped is true or false."))
    for name, (least, most) in PLACEMENT.items():
        share = value[name]
        if isinstance(share, bool) or not isinstance(share, int | float) or not least <= share <= most:
            raise ValidationError(
                _("{name} is a number from {least:g} to {most:g}.").format(name=name, least=least, most=most)
            )
    return {name: float(value[name]) for name in PLACEMENT} | {"flipped": flipped}


def clean_share_days(value: Any) -> int | None:
    """How many days a link is open: 7, 30, or without end (None, "")."""
    choices: dict[Any, int | None] = {None: None, "": None, 7: 7, "7": 7, 30: 30, "30": 30}
    if isinstance(value, bool | list | dict | float) or value not in choices:
        raise ValidationError(_("A link is open for 7 days, for 30, or without end."))
    return choices[value]


def clean_idempotency_key(key: str) -> str:
    if not re.fullmatch(r"[\x21-\x7e]{1,255}", key):
        raise ValidationError(_("An Idempotency-Key is 1 to 255 visible ASCII characters."))
    return key


def clean_text(text: Any, *, least: int, most: int) -> str:
    """Text of ``least`` to ``most`` characters after trimming, without control characters but \\n and \\t.

    What nobody can see is nothing: controls of direction are left out, and text without a single visible
    character counts as empty.
    """
    if not isinstance(text, str):
        raise ValidationError(_("This must be text."))
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if any(unicodedata.category(char) in UNWANTED for char in text if char not in "\n\t"):
        raise ValidationError(_("This contains control characters, which no story can use."))
    if REPLACEMENT in text:
        raise ValidationError(_("Some of this is not text in UTF-8. Type or paste it again."))
    text = TURNS.sub("", text).strip()
    if not any(_is_visible(char) for char in text):
        text = ""
    if len(text) > most:
        raise ValidationError(
            _("This is too long: {length} characters, and at most {most} are taken.").format(
                length=group(len(text)), most=group(most)
            )
        )
    if len(text) < least:
        if least < 2:
            raise ValidationError(_("This must not be empty."))
        told = ngettext("Write at least {number} character.", "Write at least {number} characters.", least)
        raise ValidationError(told.format(number=least))
    return text


def group(number: int) -> str:
    """With its thousands apart, as the language has them."""
    return number_format(number, decimal_pos=0, force_grouping=True)


def _is_visible(char: str) -> bool:
    return unicodedata.category(char)[0] in VISIBLE and char not in BLANK
