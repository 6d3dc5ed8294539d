"""Words put into slots, and titles made of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from random import Random

from embedded.storyteller.english import capitalise
from embedded.storyteller.heroes import Hero
from embedded.storyteller.lexicon import load_lists, load_scenes, load_set
from embedded.storyteller.reading import Idea

FORMS_OF_ADDRESS = frozenset({"Mr", "Mrs", "Ms", "Miss", "Dr", "Sir", "Lady", "Lord", "Professor"})
_SLOT = re.compile(r"\{([A-Za-z_]+)\}")
_OWNED = ("his ", "her ", "its ", "their ", "my ", "your ", "our ")
_MINOR = load_set("grammar", "minor")


def fill_slots(text: str, slots: Mapping[str, str]) -> str:
    """Put the words into ``{slots}``: ``{Name}`` takes them with a capital, ``{NAME}`` in capitals."""

    def put(match: re.Match[str]) -> str:
        key = match[1]
        words = slots[key.lower()]
        if key.isupper() and len(key) > 1:
            return words.upper()
        return capitalise(words) if key[0].isupper() else words

    return _SLOT.sub(put, text)


def make_title(idea: Idea, genre: str, mode: str, told: Mapping[str, str], random: Random) -> str:
    """A title: the hero, and the deed or a thing of the genre's. ``told`` are the story's slots."""
    hero, named = idea.hero, told["name"]
    slots = {
        "title_deed": f"to {idea.deed}"
        if idea.deed and len(idea.deed.split()) <= 5 and mode == "aim"
        else "",
        "title_past": idea.past if idea.deed and len(idea.past.split()) <= 7 else "",
        "title_thing": idea.thing if idea.thing and not idea.thing.startswith(_OWNED) else "",
        "title_fear": idea.fear,
        "title_place": _title_place(idea.place),
        "title_hero": hero.name or hero.again,
        "title_first": hero.again
        if " and " in hero.first or len(hero.first.split()) > 6
        else _title_first(hero),
        "title_name": named,
        "title_object": random.choice(load_lists("objects")[genre]),
    }
    kind = "title_fear" if mode == "fear" else "title" if idea.deed else "title_bare"
    fitting = [t for t in load_scenes("frames")[kind] if all(slots[key.lower()] for key in _SLOT.findall(t))]
    words = fill_slots(random.choice(fitting or ["{Title_name} and the {Title_object}"]), slots)
    return set_title(words)


def _title_place(place: str) -> str:
    """After "of" it is a known one: ``the city of snow``."""
    return "" if place.startswith(_OWNED) else re.sub(r"^(?:an?|some|one) ", "the ", place)


def _title_first(hero: Hero) -> str:
    if hero.name:
        return hero.name if hero.plural or hero.name.split()[0].strip(".") in FORMS_OF_ADDRESS else ""
    return "" if len(hero.first.split()) < 3 else re.sub(r"^(?:an?|some) ", "the ", hero.first)


def set_title(words: str) -> str:
    """Capitals as a title has them."""
    parts = words.replace("'", "’").split()
    return " ".join(
        part.lower() if part.lower() in _MINOR and 0 < i < len(parts) - 1 else capitalise(part)
        for i, part in enumerate(parts)
    )[:120]
