"""The word files: lists for reading a sentence, scenes for telling a story.

A list file has lines ``key: word, word``. A scene file has sections under ``# key``, each with
alternatives that blank lines part. Both are plain text because people write and mend them.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

_WORDS = Path(__file__).parent / "words"


@cache
def load_lists(name: str) -> dict[str, tuple[str, ...]]:
    """Read ``words/NAME.list``."""
    lists: dict[str, tuple[str, ...]] = {}
    for line in (_WORDS / f"{name}.list").read_text("utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            key, _, words = line.partition(":")
            lists[key.strip()] = tuple(word.strip() for word in words.split(",") if word.strip())
    return lists


@cache
def load_set(name: str, key: str) -> frozenset[str]:
    """One list of ``words/NAME.list``, to look words up in."""
    return frozenset(load_lists(name)[key])


@cache
def index_lists(name: str) -> dict[str, str]:
    """Turn ``words/NAME.list`` round: from each word to the first key it stands under."""
    index: dict[str, str] = {}
    for key, words in load_lists(name).items():
        for word in words:
            index.setdefault(word, key)
    return index


@cache
def load_scenes(name: str) -> dict[str, tuple[str, ...]]:
    """Read ``words/NAME.scenes``."""
    scenes: dict[str, tuple[str, ...]] = {}
    for section in ("\n" + (_WORDS / f"{name}.scenes").read_text("utf-8")).split("\n# ")[1:]:
        key, _, body = section.partition("\n")
        blocks = (" ".join(block.split()) for block in body.split("\n\n"))
        scenes[key.strip()] = tuple(block.replace("'", "’") for block in blocks if block)
    return scenes


@cache
def digest_words() -> str:
    """The SHA-256 of all word files: this grammar's version, as a model's digest is."""
    whole = hashlib.sha256()
    for path in sorted(_WORDS.iterdir()):
        whole.update(path.read_bytes())
    return whole.hexdigest()


@cache
def measure_words() -> int:
    """The size of all word files in bytes."""
    return sum(path.stat().st_size for path in _WORDS.iterdir())
