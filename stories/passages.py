"""A passage of a text: it begins and ends at whole words, and what takes its place stands well between its
neighbours. static/js/words.js widens a selection by the same rule, so that it shows what will be changed."""

from __future__ import annotations

import re
import unicodedata

from agents.parsing import UNSPACED

#: What holds a word together though it is no letter: marks between letters, and signs that nobody sees.
_APOSTROPHES = "'’"
_UNSEEN = "\u00ad\u200c\u200d"
_ENDS = tuple(".,;:!?…")
#: An end, with the quotation marks that close after it.
_END = re.compile(r"[.,;:!?…]+([\"'”’»“]*)\Z")


def widen(text: str, start: int, end: int) -> tuple[int, int]:
    """A place in a text, widened to whole words. Blanks and marks beside it stay outside; a script that sets
    no spaces has its place left as it is."""
    while _is_within_word(text, start):
        start -= 1
    while _is_within_word(text, end):
        end += 1
    return start, end


def put_between(before: str, new: str, after: str, *, old: str) -> str:
    """Let ``new`` take the place of ``old`` between what stands before and after it: no words run together,
    no blank and no full stop stands twice."""
    new = new.strip()
    if after[:1] in _ENDS and old[-1:] not in _ENDS:
        new = _END.sub(r"\1", new) or new
    if _is_letter(before[-1:]) and _is_letter(new[:1]):
        new = f" {new}"
    if _is_letter(after[:1]) and (_is_letter(new[-1:]) or new[-1:] in _ENDS):
        new = f"{new} "
    return f"{before}{new}{after}"


def _is_within_word(text: str, at: int) -> bool:
    if not 0 < at < len(text):
        return False
    before, after = text[at - 1], text[at]
    if _is_mark(after) or after in _UNSEEN or before in _UNSEEN:
        return not before.isspace() and not after.isspace()
    if after in _APOSTROPHES:
        return _is_letter(before) and _is_letter(text[at + 1 : at + 2])
    if before in _APOSTROPHES:
        return _is_letter(text[max(at - 2, 0) : at - 1]) and _is_letter(after)
    return _is_letter(before) and _is_letter(after)


def _is_letter(char: str) -> bool:
    """Of a word in a script that sets spaces: a letter, a figure, and what is set above or below one."""
    return bool(char) and (char.isalnum() or char == "_" or _is_mark(char)) and not UNSPACED.match(char)


def _is_mark(char: str) -> bool:
    return unicodedata.category(char)[0] == "M"
