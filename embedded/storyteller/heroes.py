"""Who a sentence is about: name, kind, family and pronoun."""

from __future__ import annotations

import re
from dataclasses import dataclass
from zlib import crc32

from embedded.storyteller.english import find_base, is_plural
from embedded.storyteller.lexicon import index_lists, load_set
from embedded.storyteller.parsing import TOKEN, Phrase, is_determiner, is_verb_at, read_phrase

_NO_NAMES = load_set("grammar", "no-names")
_TITLES = {
    "mr": "man",
    "mrs": "woman",
    "miss": "woman",
    "ms": "woman",
    "dr": "doctor",
    "professor": "inventor",
    "sir": "knight",
}
_THINGS = frozenset({"thing", "vehicle", "plant", "sky"})
_SHE, _HE, _IT = (re.compile(rf"(?i)\b(?:{words})\b") for words in ("she|her|hers", "he|his|him", "it|its"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Hero:
    """Who a story is about."""

    first: str
    again: str
    noun: str
    adjectives: tuple[str, ...] = ()
    name: str = ""
    family: str = "alien"
    plural: bool = False
    pronoun: str = "it"

    @property
    def kind(self) -> str:
        """The hero as a painter needs it, without article or owner: ``shy dragon``, ``teapot``."""
        if "'" in self.first:
            return " ".join([*self.adjectives, self.noun])
        return re.sub(r"^(?:a|an|the|my|your|our|some) ", "", self.first)


def read_hero(tokens: list[str], *, asked: bool = False) -> tuple[Phrase, str, int]:
    """Who it is about, what name the sentence gives, and the index where its rest begins."""
    if not tokens:
        return Phrase("a", ["child"]), "", 0
    if tokens[0].lower() in ("i", "i'm", "i'd"):
        return Phrase("a", ["child"]), "", 1
    if tokens[0].lower() in ("we", "we're"):
        return Phrase("", ["children"], plural=True), "", 1
    name, i = _read_name(tokens)
    if name and i + 1 < len(tokens) and tokens[i].lower() == "and" and is_determiner(tokens[i + 1]):
        friend, after = read_phrase(tokens, i + 1, plural=True)
        return (
            Phrase("two", ["friends"], plural=True),
            f"{name} and {friend.determiner} {' '.join(friend.words)}",
            after,
        )
    if name:
        return _read_kind(tokens, name, i)
    if len(tokens) > 1 and find_base(tokens[0], "base") and tokens[0].lower() not in index_lists("kinds"):
        return Phrase("a", ["child"]), "", 0
    phrase, i = read_phrase(tokens, 0, plural=asked)
    if asked:  # "does a snail dream": the verb is bare, the hero may be one
        phrase.plural = phrase.determiner in load_set("reading", "many") or is_plural(phrase.noun)
    while i + 1 < len(tokens) and tokens[i].lower() == "and" and phrase.words:
        other, after = read_phrase(tokens, i + 1, plural=True)
        if _is_thing(other) and not _is_thing(phrase):
            break
        if not other.words or not (
            other.determiner or after >= len(tokens) or other.words[0][0].isupper() or _is_kind(other)
        ):
            break
        phrase = _join(phrase, other)
        i = after
    return (phrase if phrase.words else Phrase("a", ["child"])), "", i


def _is_kind(phrase: Phrase) -> bool:
    return phrase.noun.lower().removesuffix("s") in index_lists("kinds")


def _is_thing(phrase: Phrase) -> bool:
    families = {index_lists("kinds").get(word) for word in list_variants(phrase.noun)}
    return bool(families & _THINGS) or not (families - {None} or phrase.noun[:1].isupper())


def _join(first: Phrase, second: Phrase) -> Phrase:
    named = second.words[0][0].isupper()
    other = [second.determiner or ("" if named or is_plural(second.noun) else "a"), *second.words]
    return Phrase(first.determiner, [*first.words, "and", *filter(None, other)], plural=True)


def _read_name(tokens: list[str]) -> tuple[str, int]:
    i = 0
    while i < len(tokens) and tokens[i][0].isupper() and (i or _may_be_name(tokens)):
        i += 1
        if i + 1 < len(tokens) and tokens[i] in ("and", "the", "of") and tokens[i + 1][0].isupper():
            i += 1
    return " ".join(tokens[:i]), i


def _may_be_name(tokens: list[str]) -> bool:
    word = tokens[0].lower()
    if is_determiner(word) or word in _NO_NAMES:
        return False
    if index_lists("reading").get(word) in ("male-names", "female-names"):
        return True
    following = tokens[1] if len(tokens) > 1 else ""
    if following[:1].isupper() and not all(token[0].isupper() for token in tokens if token[0].isalpha()):
        return True  # "Captain Nils", "Snow White", but not a sentence all in capitals
    known = word in index_lists("reading") or find_base(word, "base")
    if known or any(noun in index_lists("kinds") for noun in list_variants(word)):
        return False
    ends = bool(following) and not following[0].isalnum()
    return ends or (bool(following) and is_verb_at(tokens, 1, Phrase("", [tokens[0]])))


def _read_kind(tokens: list[str], name: str, i: int) -> tuple[Phrase, str, int]:
    """After a name: ``Mira, a young fox,`` or ``Mira is a fox``, or nothing."""
    start = i + 1 if i < len(tokens) and tokens[i] in (",", "is", "was", "(", "—", "–", "-") else i
    if start < len(tokens) and (
        tokens[start].lower() == "the" or (start > i and is_determiner(tokens[start]))
    ):
        phrase, after = read_phrase(tokens, start)
        if phrase.words:
            return phrase, name, after
    last = name.split()[-1].lower()
    title = _TITLES.get(name.split()[0].lower().strip("."), "")
    if title:
        return Phrase("a", [title]), name, i
    kind = next((w for w in (last, name.split()[0].lower()) if w in index_lists("kinds")), None)
    if " and " in name:
        return Phrase("two", ["friends"], plural=True), name, i
    return Phrase("a", [kind or "child"]), name, i


def make_hero(phrase: Phrase, name: str, whole: str, adjectives: list[str]) -> Hero:
    noun = phrase.noun
    masses = index_lists("masses")
    if len(phrase.words) == 1 and not phrase.determiner and noun.lower() in masses:
        first = masses[noun.lower()]
        phrase, _ = read_phrase(TOKEN.findall(first), 0)
        noun = phrase.noun
    kinds = index_lists("kinds")
    family = next((kinds[w] for w in list_variants(noun) if w in kinds), "")
    family = family or next(
        (kinds[w] for word in reversed(phrase.words) for w in list_variants(word) if w in kinds), ""
    )
    if not family and noun.lower() in load_set("reading", "places"):
        family = "thing"
    if not family:
        family = (
            "person" if noun.lower().endswith(("er", "or", "ist", "man", "woman", "boy", "girl")) else "alien"
        )
    if family == "person" and len(phrase.words) > 1 and noun.lower() in load_set("grammar", "also-animals"):
        before = next((kinds[w] for w in list_variants(phrase.words[-2]) if w in kinds), "person")
        family = before if before not in _THINGS else family  # "a mouse detective" has fur
    again = phrase.again()
    if phrase.words == ["friends"]:
        again = "the friends"
    if name and family == "person" and noun == "child":
        again = name
    return Hero(
        first=phrase.first(),
        again=again,
        noun=noun.lower() if not name or noun != "child" else name,
        adjectives=tuple(phrase.adjectives + adjectives),
        name=name,
        family=family,
        plural=phrase.plural,
        pronoun="they" if phrase.plural else _find_pronoun(family, name, whole),
    )


def list_variants(word: str) -> tuple[str, ...]:
    word = word.lower().strip("'")
    return (
        word,
        word.removesuffix("'s"),
        word.removesuffix("s"),
        word.removesuffix("es"),
        word.removesuffix("ies") + "y",
        word.removesuffix("ves") + "f",
    )


def _find_pronoun(family: str, name: str, whole: str) -> str:
    if family in ("woman", "mermaid"):
        return "she"
    if family == "man":
        return "he"
    gender = index_lists("reading").get(name.split()[0].lower()) if name else None
    if gender in ("male-names", "female-names"):
        return "he" if gender == "male-names" else "she"
    for pattern, pronoun in ((_SHE, "she"), (_HE, "he"), (_IT, "it")):
        if pattern.search(whole) and not (
            pronoun == "it" and family in ("person", "furry", "bird", "dragon")
        ):
            return pronoun
    if family in ("thing", "vehicle", "sky", "plant", "robot"):
        return "it"
    return "she" if crc32(whole.lower().encode("utf-8", "replace")) & 4 else "he"
