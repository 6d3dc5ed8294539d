"""What a sentence is about: its hero, what the hero does or wants, where, and with whom."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from embedded.storyteller.cleaning import clean_text, strip_request
from embedded.storyteller.deeds import Deed, bend_deed, find_object, read_deed
from embedded.storyteller.english import put_in_gerund, put_in_past
from embedded.storyteller.foreign import find_noun, is_foreign
from embedded.storyteller.heroes import Hero, list_variants, make_hero, read_hero
from embedded.storyteller.lexicon import index_lists, load_set
from embedded.storyteller.parsing import (
    TOKEN,
    Phrase,
    find_trait,
    is_determiner,
    is_preposition,
    is_verb_at,
    read_phrase,
)

#: What is done day by day, and what is done once, whichever way the sentence puts it.
_LASTING = load_set("grammar", "lasting")
_ONCE = load_set("grammar", "once")
_RELATIVE = load_set("grammar", "relative")
_BREAKS = load_set("grammar", "breaks")
_PARTICLES = load_set("grammar", "particles")
_SOMEBODY = load_set("grammar", "somebody")
_STAYING = load_set("grammar", "staying")
_SET = re.compile(
    r"""[,;]?\s+(?:which\ |that\ |it\ )?(?:is\ )?(?:set|takes\ place|taking\ place)\s+
    ((?:in|on|at|under|near|inside|above|aboard|among|beneath|by)\s+([^,;.]+))""",
    re.IGNORECASE | re.VERBOSE,
)
_CROSSED = {"across", "through", "over", "along", "around", "beyond"}
_NO_PLACES = load_set("grammar", "no-places")
_NAMED = re.compile(r"\s*,?\s*(?:who (?:is|was) )?\b(?:named|called)\s+((?:[A-Z][\w'-]*\s?){1,3})")
_LATER_WANT = re.compile(
    r"\b(?:he|she|it|they|i|we) (?:always |only |really |secretly )?"
    r"(?:wants?|wanted|wish(?:es|ed)?|dream(?:s|ed)|hope[sd]?|decide[sd]|"
    r"need(?:s|ed)|tr(?:ies|ied)|long(?:s|ed)|love[sd]?) (?:to|of) (.*)",
    re.I,
)
_LIVES = re.compile(
    r"(?<!to )\b(?:lives?|lived|living|sits?|sat|stands?|stood|dwells?|dwelt|hidden) "
    r"(?=(?:all )?(?:alone )?\w+ )"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Idea:
    """What was read in a sentence. Empty strings where it says nothing.

    ``deed`` is a verb phrase in its base form ("paint the night sky"), ``mode`` how it is meant: does, wants,
    habit, cannot, fears, lost, is. ``where`` is a whole phrase ("on the moon"), ``place`` its noun phrase.
    ``said`` is the sentence without emojis, to be quoted, ``wish`` what was said of the kind of story.
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
    wish: str = ""

    @property
    def past(self) -> str:
        """The deed in the past: ``painted the night sky``."""
        return bend_deed(self.deed, put_in_past)

    @property
    def gerund(self) -> str:
        """The deed going on: ``painting the night sky``."""
        return bend_deed(self.deed, put_in_gerund)


def read_sentence(text: str) -> Idea:
    """Read any text. There is always a hero: an empty text is about a child."""
    whole = clean_text(text, spelled=False)
    whole = whole if re.search(r"\w\w", whole) else clean_text(text)  # of emojis alone: by their names
    matter = re.sub(r"(?i)\b(who|that|he|she|it)'s\b", r"\1 is", strip_request(whole))
    matter = matter.lower() if matter.isupper() and len(matter) > 4 else matter
    if is_foreign(matter):
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
    text, where, place = _take_set(text)
    if not where:
        text, where, place = _take_home(text)
    tokens = TOKEN.findall(text)[:80]
    phrase, named, i = read_hero(tokens, asked=whole.endswith("?"))
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
    hero = make_hero(phrase, name, whole, deed.adjectives)
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
    word = tokens[i].lower()
    if is_preposition(word) or word in _PARTICLES | _BREAKS:
        return Deed()
    if i and tokens[i - 1].lower() in _RELATIVE and _is_somebody(word):
        return Deed()  # "a hat that nobody wanted": somebody else's deed
    return read_deed(tokens, i)


def _is_somebody(word: str) -> bool:
    return word in _SOMEBODY or any(noun in index_lists("kinds") for noun in list_variants(word))


def _take_set(text: str) -> tuple[str, str, str]:
    """Cut out ``set in a floating city``: the text without it, the whole phrase, its noun phrase."""
    found = _SET.search(text)
    return (_SET.sub("", text, count=1), found[1], found[2]) if found else (text, "", "")


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
    places = load_set("reading", "places")
    for i in range(1, len(words) - 1):
        if words[i].lower() not in _STAYING | _CROSSED:
            continue
        spot, after = read_phrase(["", *words[i + 1 :]], 1)
        if not spot.words or not (spot.noun.lower() in places or spot.words[-1][0].isupper()):
            continue
        where, place = " ".join(words[i : i + after]), " ".join(words[i + 1 : i + after])
        if deed.mode == "habit" or words[i].lower() in _CROSSED:
            # The deed itself says where; the pictures are to show it.
            return words, "", place
        if deed.mode != "does":
            return words, "", ""
        removable = i > 1 and i + after >= len(words) and find_object(words[:i])
        return (words[:i] if removable else words), where, place
    return words, "", ""


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
    hero = make_hero(phrases[0], "", whole, [])
    place = next((p for p in phrases[1:] if p.noun.lower() in load_set("reading", "places")), None)
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
    """What follows from the rest: the nature, the friend, the fear's own deed; and no deed without a verb."""
    verb = idea.deed.partition(" ")[0].lower()
    if verb in _PARTICLES | _BREAKS | _SOMEBODY or is_determiner(verb):
        idea = replace(idea, deed="", thing="", mode="is")
    trait = next((t for t in map(find_trait, idea.hero.adjectives) if t), "")
    if idea.mode == "fears":
        trait, fear = "afraid", re.sub(r"^(?:a|an) ", "the ", idea.fear)
        idea = replace(idea, fear=fear, deed="", thing=fear if not fear.startswith("being") else "")
    kinds = index_lists("kinds")
    last = list_variants(idea.thing.split()[-1]) if idea.thing else ()
    living = next((kinds[w] for w in last if w in kinds), "") not in ("", "thing", "vehicle", "sky", "plant")
    return replace(idea, trait=trait, friend=idea.thing if living else "")


def _read_foreign(whole: str) -> Idea:
    """A sentence in another language: a known noun gives the hero, else a child finds the words."""
    noun = find_noun(whole)
    hero = make_hero(Phrase("a", [noun]), "", noun, [])
    return Idea(sentence=whole, hero=hero, foreign=True)
