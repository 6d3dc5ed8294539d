"""A small reader of English noun phrases: which words belong together, and where a verb begins."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache

from embedded.storyteller.english import add_article, capitalise, find_base, guess_base, is_plural
from embedded.storyteller.lexicon import index_lists, load_lists, load_set

TOKEN = re.compile(r"[^\W_]+(?:[-'.][^\W_]+)*'?|[,;:—–!?.()\"]|-")

_RELATIVE = load_set("grammar", "relative")
_BREAKS = load_set("grammar", "breaks")
_MODALS = load_set("grammar", "modals")
_NOT = load_set("grammar", "not")
_BE = load_set("grammar", "be")
_ADVERBS = load_set("grammar", "adverbs")
_FEARFUL = load_set("grammar", "fearful")
_PARTICLES = load_set("grammar", "particles")
_ONE_ONLY = load_set("grammar", "one-only")
_STUCK = load_set("grammar", "stuck")
_MOST_WORDS = 6


@dataclass(slots=True)
class Phrase:
    """A noun phrase, cut into its parts."""

    determiner: str = ""
    words: list[str] = field(default_factory=list)
    tail: str = ""
    plural: bool = False

    @property
    def noun(self) -> str:
        """The last word: what it is."""
        return self.words[-1] if self.words else ""

    @property
    def adjectives(self) -> list[str]:
        """The words before the noun that are known adjectives."""
        return [word for word in self.words[:-1] if is_adjective(word)]

    @property
    def core(self) -> str:
        """The noun and what belongs to it: ``lighthouse keeper``."""
        known = self.adjectives
        return " ".join(word for word in self.words if word not in known)

    def first(self) -> str:
        """As it is first named: ``a shy dragon``."""
        words = " ".join(self.words) + (f" {self.tail}" if self.tail else "")
        if "and" in self.words:
            return f"{self.determiner} {words}".strip()
        if self.determiner in ("the", "") and self._is_one_of_a_kind():
            return capitalise(words) if not self.determiner and "'" in self.words[0] else f"the {words}"
        if self.determiner in (
            "a",
            "an",
            "one",
            "this",
            "that",
            "another",
            "any",
            "every",
            "each",
            "the",
            "no",
        ):
            return f"some {words}" if self.plural else add_article(words)
        if self.determiner:
            return f"{self.determiner} {words}"
        return f"some {words}" if self.plural else add_article(words)

    def _is_one_of_a_kind(self) -> bool:
        first = self.words[0].lower() if self.words else ""
        owned = "'" in first
        return owned or self.noun.lower() in _ONE_ONLY or first in _ONE_ONLY or first.endswith("est")

    def again(self) -> str:
        """As it is named from then on: ``the dragon``, ``my teapot``."""
        if "and" in self.words:
            return " ".join(["the", *("the" if is_determiner(word) else word for word in self.words)])
        core = self.words[-1] if "'" in self.core else " ".join(self.core.split()[-3:])
        return f"the {core}"


@cache
def find_trait(adjective: str) -> str | None:
    """The nature that an adjective stands for: ``timid`` → ``shy``."""
    key = index_lists("reading").get(adjective.lower())
    return key if key in load_traits() else None


@cache
def load_traits() -> tuple[str, ...]:
    """All natures a hero can have."""
    names = tuple(load_lists("reading"))
    return names[: names.index("plain-adjectives")]


def is_adjective(word: str) -> bool:
    """Whether a word is a known adjective."""
    word = word.lower()
    return (
        find_trait(word) is not None
        or word in load_set("reading", "plain-adjectives")
        or word.endswith("-old")
    )


def is_determiner(word: str) -> bool:
    """Whether a word opens a noun phrase: an article, a possessive or a number."""
    word = word.lower()
    return word in load_set("reading", "determiners") or word in load_set("reading", "many") or word.isdigit()


def is_preposition(word: str) -> bool:
    """Whether a word may begin where something is."""
    return word.lower() in load_set("reading", "place-prepositions")


def read_phrase(tokens: list[str], start: int, *, plural: bool = False) -> tuple[Phrase, int]:
    """Read a noun phrase from ``start``; gives it and the index after it.

    ``plural`` says that its verb will be, whatever the noun: the hen of "a fox and a hen share".
    """
    phrase, i = Phrase(plural=plural), start
    while i < len(tokens) and is_determiner(tokens[i]) and not phrase.words:
        word = tokens[i].lower()
        phrase.plural |= word in load_set("reading", "many") or (word.isdigit() and word != "1")
        phrase.determiner = f"{phrase.determiner} {word}".strip() if phrase.determiner else word
        i += 1
    while i < len(tokens) and len(phrase.words) < _MOST_WORDS and not _ends_phrase(tokens, i, phrase):
        phrase.words.append(tokens[i] if i else _lower_first(tokens[i]))
        i += 1
    i = _read_tail(tokens, i, phrase)
    phrase.plural |= (
        bool(phrase.words) and is_plural(phrase.noun) and phrase.determiner not in ("a", "an", "one")
    )
    return phrase, i


def _ends_phrase(tokens: list[str], i: int, phrase: Phrase) -> bool:
    word = tokens[i].lower()
    if word in ("and", "or", "to", "of", "with", "without", "named", "called") or word in _RELATIVE | _BREAKS:
        return True
    if phrase.words and (
        is_determiner(word) or is_stuck(tokens, i) or (word in _FEARFUL and "of" in tokens[i + 1 : i + 2])
    ):
        return True
    return (
        not word[0].isalnum() or word in _PARTICLES or is_preposition(word) or is_verb_at(tokens, i, phrase)
    )


def is_stuck(tokens: list[str], i: int) -> bool:
    """``lost in the woods``, not ``lost her hat``."""
    return tokens[i].lower() in _STUCK and not (i + 1 < len(tokens) and is_determiner(tokens[i + 1]))


def _read_tail(tokens: list[str], i: int, phrase: Phrase) -> int:
    """Take in ``of frogs``, ``with a red umbrella``: what belongs to the hero."""
    while phrase.words and i + 1 < len(tokens) and tokens[i].lower() in ("of", "with", "without"):
        part, after = read_phrase(tokens, i + 1)
        if not part.words:
            break
        phrase.tail = f"{phrase.tail} {' '.join(tokens[i:after])}".strip()
        i = after
    return i


def is_verb_at(tokens: list[str], i: int, phrase: Phrase) -> bool:
    """Whether the hero's verb begins here: only after a noun, and in a form that agrees with it."""
    word = tokens[i].lower()
    if word in _BE | _MODALS | _NOT or word in ("has", "had", "does", "did", "do", "have"):
        return bool(phrase.words)
    if not phrase.words or (is_adjective(phrase.noun) and phrase.noun.lower() not in index_lists("kinds")):
        return False
    if word in _ADVERBS and i + 1 < len(tokens) and word not in ("one", "day", "night", "and"):
        return True
    if find_base(word, "past") and not is_adjective(word):
        return True
    following = tokens[i + 1].lower() if i + 1 < len(tokens) else ""
    opens = (
        is_determiner(following) or following in _PARTICLES or following in ("", "her", "his", "them", "him")
    )
    if phrase.plural or is_plural(phrase.noun):
        if find_base(word, "base"):
            return True
    elif find_base(word, "third") and (opens or word not in index_lists("kinds")):
        return True
    if find_base(word, "gerund") and not is_adjective(word):
        return True
    return opens and bool(following) and bool(guess_base(word, "third") or guess_base(word, "past"))


def _lower_first(word: str) -> str:
    return word if word[1:] != word[1:].lower() else word[:1].lower() + word[1:]
