"""A small reader of English verb phrases: what the hero does, wants, fears or cannot do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from embedded.storyteller.english import FORMS, find_base, guess_base
from embedded.storyteller.lexicon import load_set
from embedded.storyteller.parsing import is_adjective, is_determiner, is_stuck, read_phrase

_BREAKS = load_set("grammar", "breaks")
_MODALS = load_set("grammar", "modals")
_NOT = load_set("grammar", "not")
_BE = load_set("grammar", "be")
_ADVERBS = load_set("grammar", "adverbs")
_TO_VERBS = load_set("grammar", "to-verbs")
_FEARFUL = load_set("grammar", "fearful")
_HOURS = load_set("grammar", "hours")
_PARTICLES = load_set("grammar", "particles")
_PRONOUN_OBJECTS = load_set("grammar", "pronoun-objects")
_SUBJECTS = load_set("grammar", "somebody") | {"that"}
_STATES = frozenset({"be", "become", "get", "turn", "feel", "fall"})
_DEED_WORDS = 14


@dataclass(slots=True)
class Deed:
    """A verb phrase in its base form, and how the sentence means it."""

    words: list[str] = field(default_factory=list)
    mode: str = "does"  # does, wants, cannot, fears, lost, is
    fear: str = ""
    adjectives: list[str] = field(default_factory=list)


def read_deed(tokens: list[str], start: int) -> Deed:
    """Read the verb phrase from ``start``."""
    deed, i = Deed(), start
    for _ in range(8):  # helpers stand before the verb, at most a few
        if i >= len(tokens) or not tokens[i][0].isalnum():
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
        elif word in _BE or word in _FEARFUL or is_stuck(tokens, i):
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
            if not find_base(tokens[i], "gerund"):  # "dreams of the sea"
                rest = _take_rest(tokens, i)
                verb = "reach" if rest and rest[-1].lower() in load_set("reading", "places") else "find"
                deed.words = [verb, *rest] if rest else []
                return deed
        else:
            return _read_action(tokens, i, deed)
    return deed


def _base_here(word: str) -> str:
    for form in FORMS:
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
    elif is_stuck(tokens, i):
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
    elif base in ("find", "discover", "learn", "realise", "realize", "know") and following in _SUBJECTS:
        deed.words = ["find", "out", "the", "truth"]
    else:
        deed.words = [base, *rest]
    return deed


def _take_rest(tokens: list[str], i: int) -> list[str]:
    """The words after the verb, to the end of its clause; verbs after "and" come into the base form."""
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
    if words[1:2] == ["to"] and find_base(" ".join(words[2:3]), "base"):
        return find_object(words[2:])
    if words[0] in _STATES or find_base(" ".join(words[1:2]), "gerund"):
        return ""
    i = 1
    while i < len(words) and words[i].lower() in _PARTICLES:
        i += 1
    phrase, _ = read_phrase(["", *words[i:]], 1)
    if not phrase.words or (phrase.words[0].lower() in _PRONOUN_OBJECTS):
        return ""
    if phrase.noun.lower() in _HOURS or phrase.noun.lower() in (
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


def bend_deed(deed: str, form: Callable[[str], str]) -> str:
    """Put every verb of a deed that "and" joins into another form."""
    words = deed.split()
    for i, word in enumerate(words):
        if i == 0 or (words[i - 1].lower() == "and" and find_base(word, "base") and not is_determiner(word)):
            words[i] = form(word)
    return " ".join(words)
