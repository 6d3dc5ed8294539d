"""Texts as vectors, from hashed words and letter groups: near in spelling is near in space.

This is the "hashing trick" (Weinberger et al., 2009, https://arxiv.org/abs/0902.2206) with signed
features. It knows nothing of meaning, and needs no model.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator
from zlib import crc32

DIMENSIONS = 384
MAX_WORDS = 2048

_WORD = re.compile(r"\w+")
_COMMON = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "but",
        "by",
        "for",
        "from",
        "had",
        "has",
        "have",
        "he",
        "her",
        "his",
        "i",
        "in",
        "is",
        "it",
        "its",
        "me",
        "my",
        "of",
        "on",
        "or",
        "our",
        "she",
        "so",
        "that",
        "the",
        "their",
        "them",
        "they",
        "this",
        "to",
        "was",
        "we",
        "were",
        "what",
        "who",
        "will",
        "with",
        "you",
        "your",
    ]
)
_WORD_WEIGHT, _COMMON_WEIGHT, _LETTERS_WEIGHT = 1.0, 0.1, 0.4


def embed(text: str, dimensions: int = DIMENSIONS) -> list[float]:
    """Turn a text into a vector of unit length; words past the 2,048th do not count.

    ``dimensions`` below 384 keeps the first ones, as Ollama does. An empty text is the first axis.
    """
    vector = [0.0] * DIMENSIONS
    for feature, weight in _weigh(text).items():
        code = crc32(feature.encode("utf-8", "surrogatepass"))
        vector[code % DIMENSIONS] += weight if code & 0x80000000 else -weight
    return _normalise(vector[:dimensions])


def _weigh(text: str) -> dict[str, float]:
    counts: Counter[str] = Counter()
    weights: dict[str, float] = {}
    for feature, weight in _read_features(text):
        counts[feature] += 1
        weights[feature] = weight
    return {feature: weights[feature] * (1 + math.log(count)) for feature, count in counts.items()}


def _read_features(text: str) -> Iterator[tuple[str, float]]:
    for match, _ in zip(_WORD.finditer(text.lower()), range(MAX_WORDS), strict=False):
        word = match[0][:64]
        if word in _COMMON:
            yield f"w {word}", _COMMON_WEIGHT
            continue
        yield f"w {word}", _WORD_WEIGHT
        edged = f"<{word}>"
        for size in (3, 4):
            for start in range(len(edged) - size + 1):
                yield f"l {edged[start : start + size]}", _LETTERS_WEIGHT


def _normalise(vector: list[float]) -> list[float]:
    length = math.sqrt(sum(value * value for value in vector))
    if not length:
        return [1.0] + [0.0] * (len(vector) - 1)
    return [value / length for value in vector]
