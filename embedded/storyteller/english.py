"""English word forms: articles, plurals, and the verbs of a tale."""

from __future__ import annotations

import re
from functools import cache

from embedded.storyteller.lexicon import load_lists

_VOWEL_SOUND = re.compile(
    r"(?i)^(?!uni|ufo|use|usu|eu|one\b|once\b|ut[ei])(?:[aeiou]|honest|hour|heir|honou?r)"
)
_SPOKEN_LETTER = re.compile(r"^[AEFHILMNORSX](?:[A-Z]|\b)")
_ENDS_DOUBLED = re.compile(r"^[^aeiou]*[aeiou][bdgklmnprt]$")
FORMS = ("base", "third", "past", "participle", "gerund")
_DOUBLED = frozenset({"travel", "cancel", "prefer", "admit", "commit", "regret", "forget", "begin", "outwit"})
_IRREGULAR_PLURALS = frozenset(
    {"children", "men", "women", "mice", "people", "geese", "feet", "teeth", "wolves"}
)
_SINGULAR_ENDS = ("ss", "us", "is", "ous", "'s", "’s", "mars", "paris", "atlas", "james", "lens", "chaos")


def add_article(words: str) -> str:
    """Put ``a`` or ``an`` before the words, by their sound."""
    sounds = _VOWEL_SOUND.match(words) or _SPOKEN_LETTER.match(words)
    return f"{'an' if sounds else 'a'} {words}"


def is_plural(noun: str) -> bool:
    """Whether a noun looks plural."""
    noun = noun.lower()
    if noun in _IRREGULAR_PLURALS or noun.endswith(("men", "people", "children")):
        return True
    return len(noun) > 3 and noun.endswith("s") and not noun.endswith(_SINGULAR_ENDS)


def own(words: str) -> str:
    """The possessive: ``Pim's``, ``the sisters'``."""
    return words + ("’" if words.endswith("s") and is_plural(words.split()[-1]) else "’s")


def capitalise(words: str) -> str:
    """Begin with a capital, and leave the rest as it is."""
    return words[:1].upper() + words[1:]


def put_in_past(verb: str) -> str:
    """``paint`` → ``painted``, ``go`` → ``went``."""
    forms = _irregular().get(verb)
    if forms:
        return forms[0]
    if verb.endswith("e"):
        return verb + "d"
    if verb.endswith("y") and verb[-2:-1] not in tuple("aeiou"):
        return verb[:-1] + "ied"
    return _double(verb) + "ed"


def put_in_gerund(verb: str) -> str:
    """``paint`` → ``painting``, ``bake`` → ``baking``."""
    if verb.endswith("ie"):
        return verb[:-2] + "ying"
    if verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")) and verb != "be":
        return verb[:-1] + "ing"
    return _double(verb) + "ing"


def put_in_third(verb: str) -> str:
    """``paint`` → ``paints``, ``go`` → ``goes``."""
    if verb in ("be", "have"):
        return {"be": "is", "have": "has"}[verb]
    if verb.endswith(("s", "sh", "ch", "x", "z", "o")):
        return verb + "es"
    if verb.endswith("y") and verb[-2:-1] not in tuple("aeiou"):
        return verb[:-1] + "ies"
    return verb + "s"


def find_base(word: str, form: str) -> str | None:
    """The base of a known verb that stands in ``form``: base, third, past, gerund or participle."""
    return _known()[form].get(word.lower())


def guess_base(word: str, form: str) -> str | None:
    """The likely base of an unknown verb in the third person, the past or the gerund."""
    word = word.lower()
    if (
        form == "third"
        and len(word) > 3
        and word.endswith("s")
        and not word.endswith(("ss", "us", "'s", "’s"))
    ):
        if word.endswith("ies"):
            return word[:-3] + "y"
        return word[:-2] if word.endswith(("shes", "ches", "xes", "zzes", "sses")) else word[:-1]
    if form == "past" and len(word) > 4 and word.endswith("ed"):
        stem = word[:-2]
        if word.endswith("ied"):
            return word[:-3] + "y"
        if len(stem) > 2 and stem[-1] == stem[-2] and stem[-1] not in "lsz":
            return stem[:-1]
        return (
            stem + "e"
            if stem.endswith(("v", "s", "c", "g", "z", "u", "at", "bl", "tl", "kl", "pl"))
            else stem
        )
    return None


@cache
def _irregular() -> dict[str, tuple[str, ...]]:
    return {base: forms for base, forms in load_lists("verbs").items() if base != "regular"}


@cache
def _known() -> dict[str, dict[str, str]]:
    """For each form, from the word to its base."""
    known: dict[str, dict[str, str]] = {form: {} for form in FORMS}
    for base in (*_irregular(), *load_lists("verbs")["regular"]):
        known["base"][base] = base
        known["third"][put_in_third(base)] = base
        known["past"].setdefault(put_in_past(base), base)
        known["gerund"].setdefault(put_in_gerund(base), base)
        known["participle"].setdefault((_irregular().get(base) or (put_in_past(base),))[-1], base)
    return known


def _double(verb: str) -> str:
    doubles = verb in _DOUBLED or (_ENDS_DOUBLED.match(verb) and not verb.endswith(("w", "x", "y")))
    return verb + verb[-1] if doubles else verb
