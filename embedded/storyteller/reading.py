"""What a sentence is about: its hero, what the hero does or wants, where, and with whom."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from zlib import crc32

from embedded.storyteller.cleaning import clean_text, strip_request
from embedded.storyteller.english import find_base, put_in_gerund, put_in_past
from embedded.storyteller.lexicon import index_lists, load_lists
from embedded.storyteller.parsing import (
    TOKEN,
    Deed,
    Phrase,
    find_object,
    find_trait,
    is_determiner,
    is_preposition,
    is_verb_at,
    read_deed,
    read_phrase,
)

_STAYING = frozenset(
    {"in", "on", "at", "under", "inside", "beneath", "near", "by", "beside", "above", "behind", "atop", "aboard",
     "outside", "between", "among", "below", "underneath"}
)  # fmt: skip
#: What is done day by day, and what is done once, whichever way the sentence puts it.
_LASTING = frozenset({"guard", "work", "collect", "sing", "tend", "watch", "rule", "play", "sell", "paint", "bake", "dance", "purr",
                      "talk", "dream", "care", "tell", "write", "repair", "clean", "protect", "keep", "sleep"})  # fmt: skip
_ONCE = frozenset({"find", "lose", "meet", "befriend", "discover", "build", "open", "steal", "win", "become", "fall", "wake", "get",
                   "adopt", "escape", "inherit", "save", "rescue", "move", "solve", "decide", "vanish", "disappear", "reach",
                   "swallow", "break", "land", "turn", "hatch", "buy", "encounter", "marry"})  # fmt: skip
_NO_PLACES = frozenset({"summer", "winter", "spring", "autumn", "night", "morning", "love", "danger", "trouble", "rain", "dark",
                        "day", "time", "christmas", "pyjamas", "pajamas", "disguise", "boots", "hat", "tie", "debt"})  # fmt: skip
_NAMED = re.compile(r"\s*,?\s*(?:who (?:is|was) )?\b(?:named|called)\s+((?:[A-Z][\w'-]*\s?){1,3})")
_LATER_WANT = re.compile(
    r"\b(?:he|she|it|they|i|we) (?:always |only |really |secretly )?(?:wants?|wanted|wish(?:es|ed)?|dream(?:s|ed)|hope[sd]?|"
    r"decide[sd]|need(?:s|ed)|tr(?:ies|ied)|long(?:s|ed)|love[sd]?) (?:to|of) (.*)",
    re.I,
)
_LIVES = re.compile(
    r"(?<!to )\b(?:lives?|lived|living|sits?|sat|stands?|stood|dwells?|dwelt|hidden) (?=(?:all )?(?:alone )?\w+ )"
)
_TITLES = {
    "mr": "man",
    "mrs": "woman",
    "miss": "woman",
    "ms": "woman",
    "dr": "doctor",
    "professor": "inventor",
    "sir": "knight",
}
_SHE, _HE, _IT = (re.compile(rf"(?i)\b(?:{words})\b") for words in ("she|her|hers", "he|his|him", "it|its"))
_ENGLISH = frozenset(
    ["the", "who", "and", "of", "in", "is", "was", "to", "that", "about", "with", "my", "his", "her", "for", "on", "from", "has", "at", "she", "he", "it", "they", "their", "a", "an", "i"]
)
_FOREIGN = frozenset(
    ["der", "die", "das", "ein", "eine", "einen", "und", "mit", "im", "den", "dem", "von", "zu", "ist", "le", "la", "les", "un", "une", "des", "et", "dans", "qui", "du", "el", "los", "las", "una", "que", "en", "y", "con", "il", "lo", "gli", "e", "di", "che", "nel", "della", "o", "os", "uma", "um", "em", "het", "een", "en", "van", "de", "zijn", "som", "och", "det", "att", "på", "med", "w", "na", "z", "jest", "nie", "na", "era", "se", "sucht", "kleine", "kleiner"]
)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Idea:
    """What was read in a sentence. Empty strings where it says nothing.

    ``deed`` is a verb phrase in its base form ("paint the night sky"), ``mode`` how it is meant: does, wants,
    habit, cannot, fears, lost, is. ``where`` is a whole phrase ("on the moon"), ``place`` its noun phrase.
    """

    sentence: str
    hero: Hero
    deed: str = ""
    mode: str = "is"
    fear: str = ""
    thing: str = ""
    friend: str = ""
    where: str = ""
    place: str = ""
    trait: str = ""
    foreign: bool = False

    @property
    def past(self) -> str:
        """The deed in the past: ``painted the night sky``."""
        return _bend(self.deed, put_in_past)

    @property
    def gerund(self) -> str:
        """The deed going on: ``painting the night sky``."""
        return _bend(self.deed, put_in_gerund)


def read_sentence(text: str) -> Idea:
    """Read any text. There is always a hero: an empty text is about a child."""
    whole = clean_text(text)
    matter = re.sub(r"(?i)\b(who|that|he|she|it)'s\b", r"\1 is", strip_request(whole))
    matter = matter.lower() if matter.isupper() and len(matter) > 4 else matter
    if _is_foreign(matter):
        return _read_foreign(whole)
    parts = [
        part.strip()
        for part in re.split(r"(?<=[^.\s]{2}[.!?…])\s+|\s+[.!?…]\s*", matter)
        if part.strip(" .,!?")
    ]
    named = _NAMED.search(parts[0]) if parts else None
    name = named[1].strip() if named else ""
    first = _NAMED.sub(" ", parts[0], count=1) if parts else ""
    idea = _read_list(first, whole) or _read_clause(first, whole, name)
    for part in parts[1:4]:
        later = _LATER_WANT.search(part)
        if later and idea.mode in ("is", "does"):
            deed = read_deed(TOKEN.findall(later[1]), 0)
            idea = replace(idea, deed=" ".join(deed.words), mode="wants", thing=find_object(deed.words))
    return _sort_out(idea)


def _read_clause(text: str, whole: str, name: str) -> Idea:
    text, where, place = _take_home(text)
    tokens = TOKEN.findall(text)[:80]
    phrase, named, i = _read_hero(tokens)
    name = name or named
    if i < len(tokens) and is_preposition(tokens[i]) and not where:
        spot, after = read_phrase(tokens, i + 1)
        if spot.words and spot.noun.lower() not in _NO_PLACES:
            where, place, i = " ".join(tokens[i:after]), " ".join(tokens[i + 1 : after]), after
    i, extra = _skip_to_verb(tokens, i)
    deed = _read_what(tokens, i)
    if (
        deed.mode == "does"
        and deed.words
        and (deed.words[0] in _LASTING or tokens[i - 1].lower() in ("who", "that", "which"))
    ):
        deed.mode = "habit" if deed.words[0] not in _ONCE else "does"
    words, moved, spot_name = _find_place(deed)
    phrase.words[:0] = [w for w in extra if w not in phrase.words]
    hero = _make_hero(phrase, name, whole, deed.adjectives)
    return Idea(
        sentence=whole,
        hero=hero,
        deed=" ".join(words),
        mode=deed.mode if words or deed.mode == "fears" else "is",
        fear=deed.fear,
        thing=find_object(words) if words else "",
        where=where or moved,
        place=place or spot_name,
    )


def _read_what(tokens: list[str], i: int) -> Deed:
    """The deed from ``i``; ``a mouse and the missing cheese`` is about finding it."""
    if i >= len(tokens):
        return Deed()
    if is_determiner(tokens[i]):
        found, _ = read_phrase(tokens, i)
        joined = i > 0 and tokens[i - 1].lower() == "and" and found.words
        return Deed(["find", found.determiner, *found.words], "wants") if joined else Deed()
    return Deed() if is_preposition(tokens[i]) else read_deed(tokens, i)


def _take_home(text: str) -> tuple[str, str, str]:
    """Take ``who lives in PLACE`` out of the text."""
    for match in _LIVES.finditer(text):
        tokens = TOKEN.findall(text[match.end() :])
        start = next((i for i, t in enumerate(tokens[:3]) if is_preposition(t)), None)
        if start is None:
            continue
        spot, after = read_phrase(tokens, start + 1)
        if spot.words:
            before = re.sub(r",?\s*\b(?:who|that|which|and)?\s*$", "", text[: match.start()])
            rest = (
                re.sub(r"^[\s,]*(?:and|who|that)?\s*", " who ", " ".join(tokens[after:]))
                if tokens[after:]
                else ""
            )
            return before + rest, " ".join(tokens[start:after]), " ".join(tokens[start + 1 : after])
    return text, "", ""


def _read_hero(tokens: list[str]) -> tuple[Phrase, str, int]:
    """Who it is about, from the beginning of the sentence; the name, if there is one; where the rest begins."""
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
    phrase, i = read_phrase(tokens, 0)
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
    families = {index_lists("kinds").get(word) for word in _variants(phrase.noun)}
    return bool(families & {"thing", "vehicle", "plant"}) or not (
        families - {None} or phrase.noun[:1].isupper()
    )


def _join(first: Phrase, second: Phrase) -> Phrase:
    other = (
        second.first() if second.determiner or not second.words[0][0].isupper() else " ".join(second.words)
    )
    return Phrase(first.determiner, [*first.words, "and", *other.split()], plural=True)


def _read_name(tokens: list[str]) -> tuple[str, int]:
    i = 0
    while i < len(tokens) and tokens[i][0].isupper() and (i or _may_be_name(tokens)):
        i += 1
        if i + 1 < len(tokens) and tokens[i] in ("and", "the", "of") and tokens[i + 1][0].isupper():
            i += 1
    return " ".join(tokens[:i]), i


def _may_be_name(tokens: list[str]) -> bool:
    word = tokens[0].lower()
    common = word in index_lists("kinds") or word in index_lists("reading") or find_base(word, "base")
    named = index_lists("reading").get(word) in ("male-names", "female-names")
    alone = len(tokens) == 1 or not tokens[1][0].isalnum()
    verb_next = len(tokens) > 1 and is_verb_at(tokens, 1, Phrase("", [tokens[0]]))
    titled = len(tokens) > 1 and tokens[1][0].isupper() and not is_determiner(word)
    return (
        named
        or (not is_determiner(word) and not common and (verb_next or titled or (alone and len(tokens) > 1)))
        or (
            titled
            and word
            in ("captain", "king", "queen", "prince", "princess", "mr", "mrs", "old", "little", "doctor")
        )
    )


def _read_kind(tokens: list[str], name: str, i: int) -> tuple[Phrase, str, int]:
    """After a name: ``Mira, a young fox,`` or ``Mira is a fox``, or nothing."""
    start = i + 1 if i < len(tokens) and tokens[i] in (",", "is", "was", "(", "—", "–", "-") else i
    if start > i and start < len(tokens) and (is_determiner(tokens[start])):
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


def _skip_to_verb(tokens: list[str], i: int) -> tuple[int, list[str]]:
    """Step over ``who``, commas and what stands between them; adjectives found there are the hero's."""
    extra: list[str] = []
    while i < len(tokens) and (
        tokens[i].lower() in ("who", "that", "which", "and") or not tokens[i][0].isalnum()
    ):
        opens = tokens[i] == ","
        i += 1
        close = tokens.index(",", i) if opens and "," in tokens[i : i + 9] else -1
        if close > 0 and tokens[i].lower() not in ("who", "that", "which") and not _verb_starts(tokens, i):
            extra = [w for w in tokens[i:close] if find_trait(w)]
            i = close
    return i, extra


def _verb_starts(tokens: list[str], i: int) -> bool:
    return is_verb_at(tokens, i, Phrase("", ["hero"]))


def _find_place(deed: Deed) -> tuple[list[str], str, str]:
    """Find where it happens in the deed's own words; what only says where is taken out of the deed."""
    words = deed.words
    places = load_lists("reading")["places"]
    for i in range(1, len(words) - 1):
        if words[i].lower() not in _STAYING:
            continue
        spot, after = read_phrase(["", *words[i + 1 :]], 1)
        if not spot.words or not (spot.noun.lower() in places or spot.words[-1][0].isupper()):
            continue
        where, place = " ".join(words[i : i + after]), " ".join(words[i + 1 : i + after])
        if deed.mode != "does":
            return words, "", ""
        removable = i > 1 and i + after >= len(words) and find_object(words[:i])
        return (words[:i] if removable else words), where, place
    return words, "", ""


def _make_hero(phrase: Phrase, name: str, whole: str, adjectives: list[str]) -> Hero:
    noun = phrase.noun
    masses = index_lists("masses")
    if len(phrase.words) == 1 and not phrase.determiner and noun.lower() in masses:
        first = masses[noun.lower()]
        phrase, _ = read_phrase(TOKEN.findall(first), 0)
        noun = phrase.noun
    kinds = index_lists("kinds")
    family = next((kinds[w] for w in _variants(noun) if w in kinds), "")
    family = family or next(
        (kinds[w] for word in reversed(phrase.words) for w in _variants(word) if w in kinds), ""
    )
    if not family:
        family = (
            "person" if noun.lower().endswith(("er", "or", "ist", "man", "woman", "boy", "girl")) else "alien"
        )
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


def _variants(word: str) -> tuple[str, ...]:
    word = word.lower().strip("'")
    return (
        word,
        word.removesuffix("'s"),
        word.removesuffix("s"),
        word.removesuffix("es"),
        word.removesuffix("ies") + "y",
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


def _read_list(text: str, whole: str) -> Idea | None:
    """Read ``dragon, castle, lost key``: the first is the hero, the rest is what it is about."""
    items = [
        re.sub(r"^and ", "", item.strip(" ."))
        for item in re.split(r"\s*[,;/•\n]\s*|\s+-\s+", text)
        if item.strip(" .,")
    ]
    if (
        len(items) < 2
        or any(len(item.split()) > 3 for item in items)
        or (len(items) < 3 and " " in text and "," not in text)
    ):
        return None
    phrases = [read_phrase(TOKEN.findall(item), 0)[0] for item in items[:5]]
    if not all(p.words for p in phrases) or any(_has_verb(item) for item in items):
        return None
    hero = _make_hero(phrases[0], "", whole, [])
    place = next((p for p in phrases[1:] if p.noun.lower() in load_lists("reading")["places"]), None)
    others = [p for p in phrases[1:] if p is not place]
    words = (
        ["find", *others[0].first().split()]
        if others
        else ["reach", *_definite(place).split()]
        if place
        else []
    )
    return Idea(
        sentence=whole,
        hero=hero,
        deed=" ".join(words),
        mode="wants" if words else "is",
        thing=find_object(words) if words else "",
        where=f"near {_definite(place)}" if place and others else "",
        place=_definite(place) if place and others else "",
    )


def _has_verb(item: str) -> bool:
    tokens = TOKEN.findall(item)
    words = ("who", "that", "is", "was", "to", "and", "but")
    return any(t.lower() in words for t in tokens) or any(
        _verb_starts(tokens, i) for i in range(len(tokens) - 1)
    )


def _definite(phrase: Phrase | None) -> str:
    return phrase.again() if phrase else ""


def _sort_out(idea: Idea) -> Idea:
    """What follows from the rest: the nature, the friend, the fear's own deed."""
    trait = next((t for t in map(find_trait, idea.hero.adjectives) if t), "")
    if idea.mode == "fears":
        trait, fear = "afraid", re.sub(r"^(?:a|an) ", "the ", idea.fear)
        idea = replace(idea, fear=fear, deed="", thing=fear if not fear.startswith("being") else "")
    kinds = index_lists("kinds")
    last = _variants(idea.thing.split()[-1]) if idea.thing else ()
    living = next((kinds[w] for w in last if w in kinds), "") not in ("", "thing", "vehicle", "sky", "plant")
    return replace(idea, trait=trait, friend=idea.thing if living else "")


def _is_foreign(text: str) -> bool:
    words = re.findall(r"[^\W\d_]+", text.lower())
    if not words:
        return False
    strange = sum(1 for character in text if character.isalpha() and ord(character) > 0x24F)
    if strange * 3 > sum(map(str.isalpha, text)):
        return True
    foreign = sum(word in _FOREIGN for word in words)
    return foreign > sum(word in _ENGLISH for word in words)


def _read_foreign(whole: str) -> Idea:
    """A sentence in another language: a known noun gives the hero, else a child finds the words."""
    glosses = index_lists("glosses")
    found = (glosses[word] for word in re.findall(r"[^\W\d_]+", whole.lower()) if word in glosses)
    noun = next(found, "") or next(
        (gloss for word, gloss in glosses.items() if ord(word[0]) > 0x24F and word in whole), "child"
    )
    phrase = Phrase("a", [noun])
    hero = _make_hero(phrase, "", noun, [])
    return Idea(sentence=whole, hero=hero, foreign=True)


def _bend(deed: str, form: object) -> str:
    """Put every verb of a deed that "and" joins into another form."""
    words = deed.split()
    if not words or not callable(form):
        return deed
    for i, word in enumerate(words):
        if i == 0 or (words[i - 1].lower() == "and" and find_base(word, "base") and not is_determiner(word)):
            words[i] = str(form(word))
    return " ".join(words)
