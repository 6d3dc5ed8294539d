"""Texts that are not in English, the one language that the sketch storyteller knows."""

from __future__ import annotations

import re

from embedded.storyteller.lexicon import index_lists, load_set

_ENGLISH = load_set("grammar", "english")
_FOREIGN = load_set("grammar", "foreign")


def is_foreign(text: str) -> bool:
    """Whether a text looks like none in English."""
    words = re.findall(r"[^\W\d_]+", text.lower())
    if not words:
        return False
    strange = sum(1 for character in text if character.isalpha() and ord(character) > 0x24F)
    if strange * 3 > sum(map(str.isalpha, text)):
        return True
    foreign = sum(word in _FOREIGN for word in words)
    return foreign > sum(word in _ENGLISH for word in words)


def find_noun(text: str) -> str:
    """The English of a noun in it that is known; "child" where none is."""
    glosses = index_lists("glosses")
    found = (glosses[word] for word in re.findall(r"[^\W\d_]+", text.lower()) if word in glosses)
    return next(found, "") or next(
        (gloss for word, gloss in glosses.items() if ord(word[0]) > 0x24F and word in text), "child"
    )
