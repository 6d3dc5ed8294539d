"""Two texts side by side, word by word: what was left out of the one, what came with the other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

#: A word, a blank, a mark; where a script sets no spaces, each character is one.
_PIECE = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[^\\W\u0e00-\u9fff]+|\\s+|."
)
_PARAGRAPHS = re.compile(r"\n\s*\n")
#: Paragraphs with more pieces than this together are not compared by words.
MOST_PIECES = 6000


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words, and whether they stand in this text alone."""

    text: str
    changed: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """Paragraphs that belong together: the old one's pieces, the new one's. ``same``: how many there are in a
    row that are the same in both, which need not be shown."""

    old: Sequence[Piece] = ()
    new: Sequence[Piece] = ()
    same: int = 0


def compare(old: str, new: str) -> list[Row]:
    """Go through both texts paragraph by paragraph, and word by word where they differ."""
    before, after = (_PARAGRAPHS.split(text.strip()) for text in (old, new))
    rows = []
    for what, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what == "equal":
            rows.append(Row(same=j - i))
            continue
        olds, news = before[i:j], after[k:m]
        for at in range(max(len(olds), len(news))):
            rows.append(_compare_paragraphs("".join(olds[at : at + 1]), "".join(news[at : at + 1])))
    return rows


def _compare_paragraphs(old: str, new: str) -> Row:
    before, after = _PIECE.findall(old), _PIECE.findall(new)
    if not before or not after or len(before) + len(after) > MOST_PIECES:
        return Row(_join(before, True), _join(after, True))
    left: list[Piece] = []
    right: list[Piece] = []
    for what, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        left += _join(before[i:j], what != "equal")
        right += _join(after[k:m], what != "equal")
    return Row(left, right)


def _join(pieces: Sequence[str], changed: bool) -> list[Piece]:
    return [Piece("".join(pieces), changed)] if pieces else []
