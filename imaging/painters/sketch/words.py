"""Turns free text into the few words that the sketch painter knows, with the colours bound to them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from imaging.painters.sketch.vocabulary import COLOURS, LIGHTNESS, NAMED_WITH_A_COLOUR, NOT_IN_THE_PICTURE

#: Only so much of a text is read: more adds no picture, only time.
READ_LIMIT = 6_000
#: How many words a colour reaches ahead to the thing it paints: "a red and gold embroidered coat".
COLOUR_REACH = 4

_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?|[,.;:!?]")
_NEGATIONS = {"no", "not", "without", "never", "lacks", "minus"}
_FILLERS = {"a", "an", "any", "the", "his", "her", "its", "their", "or", "of"}
#: A colour does not reach over these: "a red coat and boots" paints the coat.
_STOPS = {",", ".", ";", ":", "!", "?", "with", "wearing", "who", "in", "on", "under", "over", "holding"}

RGB = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Reading:
    """The text's known words in order: ``(concept, position)``, and the colours: ``(RGB, position)``."""

    tokens: tuple[str, ...]

    def find(self, vocabulary: Mapping[str, str], *, skip_owners: bool = False) -> list[tuple[str, int]]:
        """Which concepts of a ``{concept: "its words"}`` vocabulary the text names, in reading order."""
        known = _index(vocabulary)
        return [(known[form], at) for at, form in self._forms(known, skip_owners) if form in known]

    def concepts(self, vocabulary: Mapping[str, str]) -> list[str]:
        """The same without positions, each concept once."""
        return list(dict.fromkeys(concept for concept, _ in self.find(vocabulary)))

    def colours(self) -> list[tuple[RGB, int]]:
        """Every colour the text names, lightened or darkened by the word before it."""
        found = []
        for at, token in enumerate(self.tokens):
            after = self.tokens[at + 1] if at + 1 < len(self.tokens) else ""
            if token in COLOURS and after not in NAMED_WITH_A_COLOUR:
                before = self.tokens[at - 1] if at else ""
                found.append((_shift(COLOURS[token], LIGHTNESS.get(before, 0)), at))
        return found

    def colour_of(self, at: int) -> RGB | None:
        """The colour that paints the word at a position: the nearest before it within reach."""
        best = None
        for colour, where in self.colours():
            between = self.tokens[where + 1 : at]
            if where < at and len(between) < COLOUR_REACH and not _STOPS.intersection(between):
                best = colour
        return best

    def _forms(self, known: Mapping[str, str], skip_owners: bool) -> Iterator[tuple[int, str]]:
        """Pairs of words first ("golden hour"), then single words, each also without its plural."""
        tokens = iter(enumerate(self.tokens))
        for at, token in tokens:
            follower = _singular(self.tokens[at + 1]) if at + 1 < len(self.tokens) else ""
            pair = f"{token}_{follower}"
            if pair in known:
                next(tokens)
                yield at + 1, pair
            elif not (skip_owners and token.endswith("'s")):
                yield at, token if token in known else next((s for s in _stems(token) if s in known), "")


def read(text: str) -> Reading:
    """Take a text apart. Any text will do: unknown scripts and signs are passed over."""
    plain = unicodedata.normalize("NFKC", text[:READ_LIMIT]).lower().replace("’", "'")
    for phrase in NOT_IN_THE_PICTURE:
        plain = re.sub(phrase, " ", plain)
    return Reading(tuple(_drop_negated(_WORD.findall(plain.replace("-", " ")))))


def _drop_negated(tokens: list[str]) -> Iterator[str]:
    """Leave out what the text says is not there: "without a hat", "no wings"."""
    dropping = False
    for token in tokens:
        if token in _NEGATIONS or token.endswith("n't"):
            dropping = True
        elif dropping and token in _FILLERS:
            continue
        elif dropping:
            dropping = False
        else:
            yield token


def _stems(token: str) -> Iterator[str]:
    """A word's likely base forms: plurals and owners."""
    singular = _singular(token)
    if singular != token:
        yield singular
    if token.endswith("es") and len(token) > 4:
        yield token[:-2]
    if token.endswith("ves"):
        yield token[:-3] + "f"


def _singular(token: str) -> str:
    token = token.removesuffix("'s")
    if token.endswith("ies") and len(token) > 4:
        return token[:-3] + "y"
    if token.endswith("s") and not token.endswith("ss") and len(token) > 3:
        return token[:-1]
    return token


_INDEX: dict[int, dict[str, str]] = {}


def _index(vocabulary: Mapping[str, str]) -> dict[str, str]:
    """``{word: concept}`` of a vocabulary, made once for each."""
    known = _INDEX.get(id(vocabulary))
    if known is None:
        known = {word: concept for concept, words in vocabulary.items() for word in words.split()}
        _INDEX[id(vocabulary)] = known
    return known


def _shift(colour: RGB, by: int) -> RGB:
    """Lighter (towards white) or darker (towards black) by so many percent."""
    goal = 255 if by > 0 else 0
    part = abs(by) / 100
    r, g, b = (round(c + (goal - c) * part) for c in colour)
    return r, g, b
