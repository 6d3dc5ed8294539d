"""What a model wrote, read liberally and kept strictly: bounded, no control characters, no markup."""

from __future__ import annotations

import re
import unicodedata

from agents.types import TITLE_MAX

# Nulls and other controls but tab and newline; lone surrogates, which no database takes; what turns the
# direction of text (the plain marks that Arabic and Hebrew need stay); byte order marks, invisible tags; what
# is no character and no XML holds.
_HARMFUL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufeff"
    "\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f]"
)
_LINE_END = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
#: What is set above and below a letter (the last such mark stands at U+1E94A), and how much of it no script
#: needs. Longer piles cover the lines around them, and to normalize one takes the square of its length.
_MARKS = "".join(char for char in map(chr, range(0x300, 0x1EA00)) if unicodedata.category(char)[0] == "M")
_PILE = re.compile(f"([{_MARKS}]{{12}})[{_MARKS}]+")
_THOUGHT = re.compile(r"\s*<(think|thinking)>.*?(</\1>|\Z)", re.DOTALL | re.IGNORECASE)
_CODE_FENCE = re.compile(r"^[ \t]*(```|~~~)[\w-]*[ \t]*$", re.MULTILINE)
_TAG = re.compile(
    r"</?(story|title|sentence|style|text|passage|description|wish|before|after)>", re.IGNORECASE
)
_RULE = re.compile(r"^[ \t]*([-*_=~][ \t]*){3,}$", re.MULTILINE)
_LINE_MARK = re.compile(r"^(?:[^\S\n]*(?:#{1,6}[^\S\n]+|>|[*+][^\S\n]+))+", re.MULTILINE)
_EMPHASIS = re.compile(r"\*+|`+|~~|(?<!\w)_+(?=\S)|(?<=\S)_+(?!\w)")
_CONSENT = r"(sure|certainly|of course|absolutely|okay|ok|great|gladly|with pleasure)"
_PREAMBLE = re.compile(rf"({_CONSENT}|here|below|as requested|this is|voici|hier ist|aquí)\b", re.IGNORECASE)
_MERE_CONSENT = re.compile(rf"{_CONSENT}([!.,]*|[!.,]+.*\b(story|tale|request)\b.*)$", re.IGNORECASE)
_FAREWELL = re.compile(
    r"\W*(I hope (you|this)|let me know|would you like|feel free|word count|note:|this story (is|was|has) )",
    re.IGNORECASE,
)
_LABEL = re.compile(r"(?:the |story |book )?(?:title|titre|titel|título)\s*[:：]\s*", re.IGNORECASE)
_QUOTES = "\"'“”‘’«»„`「」『』《》"
#: A text in one pair of quotation marks, which hold no others: not the first and last words of a dialogue.
_QUOTED = re.compile(f"[{_QUOTES}]([^{_QUOTES}]+)[{_QUOTES}]")
_NO_TITLE = {"title", "the title", "untitled", "a title", "story", "the story", "short story", "story title"}
#: A character of a script that sets no spaces between words.
UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


def clean_text(text: str) -> str:
    """Make untrusted text fit to be stored and shown: NFC, ``\\n`` line ends, nothing unseen that harms."""
    return unicodedata.normalize("NFC", _PILE.sub(r"\1", _HARMFUL.sub("", _LINE_END.sub("\n", text))))


def clean_line(text: str) -> str:
    """Clean a text and put it on one line, without Markdown's marks, also where one stood in another."""
    line, before = clean_text(text), ""
    while line != before:
        before, line = line, " ".join(_EMPHASIS.sub("", _LINE_MARK.sub("", line)).split())
    return line


def count_words(text: str) -> int:
    """Count words; where a script sets no spaces (CJK, Thai …), two characters count as one."""
    unspaced = len(UNSPACED.findall(text))
    return len(_WORD.findall(UNSPACED.sub(" ", text))) + -(-unspaced // 2)


def shorten(text: str, *, words: int, characters: int) -> str:
    """Bound a line: cut at a clause's end where that keeps at least half of it, or between two words."""
    kept = " ".join(text.split()[:words])
    if len(kept) > characters:
        kept = kept[: characters + 1].rpartition(" ")[0] or kept[:characters]
    if kept == " ".join(text.split()):
        return kept
    clause = max(kept.rfind(mark) for mark in ",;.，。；、")
    return (kept[:clause] if clause * 2 >= len(kept) else kept).rstrip(" ,;:.")


def find_json(text: str) -> str:
    """Take the JSON object out of what may stand around it: thoughts, code fences, a greeting."""
    text = _drop_thoughts(clean_text(text))
    start, end = text.find("{"), text.rfind("}")
    return text[start : end + 1] if 0 <= start < end else text


def split_story(raw: str) -> tuple[str, str]:
    """Split what a model wrote into title and story, both plain; the title is empty where none is seen.

    It works on an unfinished text too, so that a story can be shown while it grows.
    """
    text = _TAG.sub("", _CODE_FENCE.sub("", _drop_thoughts(clean_text(raw))))
    first, rest = _drop_preamble(text.strip())
    title, rest = _take_title(first, rest)
    return title, _plain_paragraphs(rest, title)


def plain_passage(raw: str) -> str:
    """Read what a model wrote in the place of a passage: plain paragraphs, nothing round them.

    It works on an unfinished text too.
    """
    text = _TAG.sub("", _CODE_FENCE.sub("", _drop_thoughts(clean_text(raw)))).strip()
    return _plain_paragraphs("\n".join(_drop_preamble(text)), "")


def unquote(text: str) -> str:
    """Take off one pair of quotation marks round the whole of a text."""
    whole = _QUOTED.fullmatch(text)
    return whole[1] if whole else text


def fall_back_title(sentence: str) -> str:
    """Name a story after its sentence, where the model gave no title."""
    line = clean_line(sentence).strip(_QUOTES)
    title = shorten(line, words=8, characters=60).strip(" .,;:!?")
    return title[:1].upper() + title[1:] if _WORD.search(title) else "A story"


def _drop_thoughts(text: str) -> str:
    while thought := _THOUGHT.match(text):
        text = text[thought.end() :]
    # Some templates open the thought themselves, so that only its end is in the answer.
    return text.rpartition("</think>")[2]


def _drop_preamble(text: str) -> tuple[str, str]:
    for _ in range(3):
        first, _, rest = text.partition("\n")
        if not _is_preamble(first.strip("*_ "), rest.strip().partition("\n")[0].strip()):
            break
        text = rest.strip()
    first, _, rest = text.partition("\n")
    return first, rest


def _is_preamble(line: str, following: str) -> bool:
    """Tell a greeting from a story's first words: those are kept where there is a doubt."""
    if len(line) > 200 or not following or not _PREAMBLE.match(line):
        return False
    return line.endswith((":", "：")) or bool(_MERE_CONSENT.match(line)) or _stands_out(following)


def _take_title(first: str, rest: str) -> tuple[str, str]:
    bare = clean_line(first)
    label = _LABEL.match(bare)
    if label and not bare[label.end() :].strip(_QUOTES + " "):
        first, _, rest = rest.strip().partition("\n")
        return _name(clean_line(first)), rest
    underlined = bool(_RULE.match(rest.partition("\n")[0])) and len(bare) <= TITLE_MAX
    if label or underlined or _stands_out(first.strip()) or _is_short_line(bare, rest):
        return _name(bare[label.end() if label else 0 :]), rest
    return "", f"{first}\n{rest}"


def _stands_out(line: str) -> bool:
    if re.match(r"#{1,6}\s*\S", line):
        return True
    marked = len(line) > 2 and (
        (line[0] in "*_" and line[-1] in "*_") or (line[0] in _QUOTES and line[-1] in _QUOTES)
    )
    return marked and len(line) <= TITLE_MAX and not re.search(r"[.,;…]\W*$", line)


def _is_short_line(line: str, rest: str) -> bool:
    # A first line alone, without a sentence's end, over more text.
    return (
        0 < len(line) <= 80
        and len(line.split()) <= 12
        and line[-1] not in ".,;:…。"
        and rest.startswith("\n")
        and bool(rest.strip())
    )


def _name(line: str) -> str:
    line = line.lstrip("# ").strip()
    title = shorten(line.strip(_QUOTES + " "), words=20, characters=TITLE_MAX)
    return "" if title.lower().rstrip(".:") in _NO_TITLE or not _WORD.search(title) else title


def _plain_paragraphs(text: str, title: str) -> str:
    text = _EMPHASIS.sub("", _LINE_MARK.sub("", _RULE.sub("", text))).strip()
    apart = "\n\n" if "\n\n" in text else "\n"
    paragraphs = ["\n".join(map(str.strip, part.strip().split("\n"))) for part in text.split(apart)]
    paragraphs = [part for part in paragraphs if part]
    if paragraphs and title and _name(paragraphs[0]) == title:
        paragraphs = paragraphs[1:]
    while len(paragraphs) > 1 and _FAREWELL.match(paragraphs[-1]) and len(paragraphs[-1]) < 400:
        paragraphs.pop()
    return "\n\n".join(paragraphs)
