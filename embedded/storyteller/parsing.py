"""A small reader of English noun and verb phrases: who the hero is, what the hero does or wants."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache

from embedded.storyteller.english import add_article, capitalise, find_base, guess_base, is_plural
from embedded.storyteller.lexicon import index_lists, load_lists

TOKEN = re.compile(r"[^\W_]+(?:[-'.][^\W_]+)*'?|[,;:—–!?.()\"]|-")

_RELATIVE = frozenset({"who", "that", "which", "whose", "whom"})
_BREAKS = frozenset(
    {"until", "till", "when", "whenever", "but", "because", "while", "so", "although", "though", "before", "after",
     "since", "if", "unless", "then", "where", "whose", "which", "who", "as", "or", "however", "yet"}
)  # fmt: skip
_MODALS = frozenset({"can", "could", "will", "would", "must", "may", "might", "should", "shall"})
_NOT = frozenset(
    {"cannot", "can't", "couldn't", "won't", "doesn't", "didn't", "don't", "never", "wouldn't", "cant"}
)
_BE = frozenset(
    {"is", "was", "are", "were", "be", "being", "been", "am", "isn't", "wasn't", "aren't", "weren't"}
)
_ADVERBS = frozenset({"always", "only", "just", "secretly", "suddenly", "often", "once", "finally", "still", "also",
                      "really", "quietly", "accidentally", "desperately", "sometimes", "usually", "slowly", "one",
                      "day", "night", "every", "today", "now", "and"})  # fmt: skip
_TO_VERBS = frozenset({"want", "wish", "hope", "long", "try", "need", "decide", "yearn", "have", "dare", "plan", "vow",
                       "refuse", "promise", "love", "like", "set", "start", "begin", "used", "has"})  # fmt: skip
_FEARFUL = frozenset({"afraid", "scared", "terrified", "frightened", "fearful"})
_PARTICLES = frozenset({"for", "to", "at", "with", "into", "from", "about", "after", "of", "on", "in", "over", "up",
                        "out", "down", "through", "across", "like", "off", "away", "back", "around", "under",
                        "near", "by", "towards", "toward", "onto", "behind"})  # fmt: skip
_ONE_ONLY = frozenset(
    {"moon", "sun", "sea", "sky", "night", "day", "earth", "last", "first", "only", "north", "south"}
)
_PRONOUN_OBJECTS = frozenset(
    {"it", "him", "them", "me", "us", "everyone", "everybody", "everything", "nothing", "something", "anything", "how",
     "what", "someone", "somebody", "himself", "herself", "itself", "themselves"}
)  # fmt: skip
_STUCK = frozenset({"stranded", "trapped", "stuck", "imprisoned", "lost", "marooned", "abandoned"})
_MOST_WORDS = 6
_DEED_WORDS = 14


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
        core = self.words[-1] if self.core.count("'") else self.core
        return f"the {core}"


@dataclass(slots=True)
class Deed:
    """A verb phrase in its base form, and how the sentence means it."""

    words: list[str] = field(default_factory=list)
    mode: str = "does"  # does, wants, cannot, fears, lost, is
    fear: str = ""
    adjectives: list[str] = field(default_factory=list)


@cache
def _words(name: str) -> frozenset[str]:
    return frozenset(load_lists("reading")[name])


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
    return find_trait(word) is not None or word in _words("plain-adjectives") or word.endswith("-old")


def is_determiner(word: str) -> bool:
    """Whether a word opens a noun phrase: an article, a possessive or a number."""
    word = word.lower()
    return word in _words("determiners") or word in _words("many") or word.isdigit()


def is_preposition(word: str) -> bool:
    """Whether a word may begin where something is."""
    return word.lower() in _words("place-prepositions")


def read_phrase(tokens: list[str], start: int, *, plural: bool = False) -> tuple[Phrase, int]:
    """Read a noun phrase from ``start``; gives it and the index after it.

    ``plural`` says that its verb will be, whatever the noun: the hen of "a fox and a hen share".
    """
    phrase, i = Phrase(plural=plural), start
    while i < len(tokens) and is_determiner(tokens[i]) and not phrase.words:
        word = tokens[i].lower()
        phrase.plural |= word in _words("many") or (word.isdigit() and word != "1")
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
        is_determiner(word) or _is_stuck(tokens, i) or (word in _FEARFUL and "of" in tokens[i + 1 : i + 2])
    ):
        return True
    return (
        not word[0].isalnum() or word in _PARTICLES or is_preposition(word) or is_verb_at(tokens, i, phrase)
    )


def _is_stuck(tokens: list[str], i: int) -> bool:
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


def read_deed(tokens: list[str], start: int) -> Deed:
    """Read the verb phrase from ``start``."""
    deed, i = Deed(), start
    for _ in range(8):  # helpers stand before the verb, at most a few
        if i >= len(tokens):
            return deed
        word = tokens[i].lower()
        following = tokens[i + 1].lower() if i + 1 < len(tokens) else ""
        if word in _NOT or (following == "not" and word in _MODALS | {"does", "do", "did"}):
            deed.mode = "cannot"
            i += 1 + (following == "not")
        elif word in _MODALS or word in ("does", "did", "do") or word in _ADVERBS or word == "not":
            i += 1
        elif word == "be" and deed.mode != "does":
            return _read_action(tokens, i, deed)
        elif word in _BE or word in _FEARFUL or _is_stuck(tokens, i):
            return _read_being(tokens, i + (word in _BE), deed)
        elif word in ("has", "had", "have") and (find_base(following, "participle") and following != "had"):
            i += 1
        elif following == "to" and (base := _base_here(word)) in _TO_VERBS and i + 2 < len(tokens):
            if base == "refuse":
                return Deed(mode="is", adjectives=["stubborn"])
            deed.mode = "wants" if deed.mode == "does" else deed.mode
            i += 2
        elif following in ("of", "about") and _base_here(word) == "dream" and i + 2 < len(tokens):
            deed.mode, i = "wants", i + 2
        else:
            return _read_action(tokens, i, deed)
    return deed


def _base_here(word: str) -> str:
    for form in ("base", "third", "past", "participle", "gerund"):
        if base := find_base(word, form):
            return base
    return guess_base(word, "third") or guess_base(word, "past") or word.lower()


def _read_being(tokens: list[str], i: int, deed: Deed) -> Deed:
    deed.mode = "is" if deed.mode == "does" else deed.mode
    while i < len(tokens) and tokens[i].lower() in _ADVERBS | {"not", "very", "so", "too", "a", "an", "the"}:
        i += 1
    if i >= len(tokens):
        return deed
    word = tokens[i].lower()
    following = tokens[i + 1].lower() if i + 1 < len(tokens) else ""
    if "too" in tokens[max(0, i - 1) : i]:
        deed.adjectives.append("odd")
    elif _is_stuck(tokens, i):
        deed.mode, deed.words = "wants", ["find", "the", "way", "home"]
    elif word in _FEARFUL and following in ("of", "to"):
        deed.mode, deed.fear = "fears", " ".join(_take_rest(tokens, i + 2))
        deed.adjectives.append("afraid")
    elif find_base(word, "gerund") and not is_adjective(word):
        deed.mode = "does"
        return _read_action(tokens, i, deed)
    elif is_adjective(word):
        deed.adjectives.append(word)
    return deed


def _read_action(tokens: list[str], i: int, deed: Deed) -> Deed:
    base = _base_here(tokens[i])
    following = tokens[i + 1].lower() if i + 1 < len(tokens) else ""
    rest = _take_rest(tokens, i + 1)
    if base == "fear" and rest:
        deed.mode, deed.fear = "fears", " ".join(rest)
    elif base == "lose" and rest and deed.mode == "does":
        deed.mode, deed.words = "lost", ["find", *rest]
    elif base in ("love", "like", "enjoy", "keep", "start", "begin") and find_base(following, "gerund"):
        deed.words = [find_base(following, "gerund") or following, *_take_rest(tokens, i + 2)]
    elif base in ("find", "discover", "learn", "realise", "realize", "know") and following == "that":
        deed.words = ["find", "out", "the", "truth"]
    else:
        deed.words = [base, *rest]
    return deed


def _take_rest(tokens: list[str], i: int) -> list[str]:
    """The words after the verb, to the end of its clause; further verbs after "and" come into the base form."""
    rest: list[str] = []
    while i < len(tokens) and len(rest) < _DEED_WORDS:
        word = tokens[i]
        if not word[0].isalnum() or word.lower() in _BREAKS:
            break
        joined = bool(rest) and rest[-1].lower() == "and"
        base = (find_base(word, "third") or find_base(word, "past")) if joined else None
        rest.append(base or word)
        i += 1
    while rest and (rest[-1].lower() in _PARTICLES | {"and", "or", "to", "not"} or is_determiner(rest[-1])):
        if len(rest) == 1 and rest[0].lower() in ("up", "out", "down", "away", "back"):
            break
        rest.pop()
    return rest


def find_object(words: list[str]) -> str:
    """What the deed is done to, as it is named the second time: ``paint a sky`` → ``the sky``."""
    i = 1
    while i < len(words) and words[i].lower() in _PARTICLES:
        i += 1
    phrase, _ = read_phrase(["", *words[i:]], 1)
    if not phrase.words or (phrase.words[0].lower() in _PRONOUN_OBJECTS):
        return ""
    if phrase.noun.lower() in (
        "alone",
        "again",
        "away",
        "home",
        "better",
        "there",
        "here",
        "together",
        "how",
    ):
        return ""
    determiner = phrase.determiner.split()[0] if phrase.determiner else ""
    if phrase.tail.startswith("of ") and len(phrase.tail.split()) <= 5:
        phrase.words += phrase.tail.split()
    if determiner in ("the", "my", "your", "his", "her", "its", "our", "their"):
        return f"{phrase.determiner} {' '.join(phrase.words)}"
    if not determiner and phrase.words[0][0].isupper():
        return " ".join(phrase.words)
    many = f"{phrase.determiner} " if phrase.plural and phrase.determiner not in ("some", "") else ""
    return f"the {many}{' '.join(phrase.words)}"


def _lower_first(word: str) -> str:
    return word if word[1:] != word[1:].lower() else word[:1].lower() + word[1:]
