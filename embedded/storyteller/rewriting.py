"""Rewrites a passage, as far as a grammar can: leaves sentences out, adds some that people wrote, swaps
words.

It reads in a wish which way to go, or which title to give. Where it understands none, or the passage is
not in English, it answers with the passage as it was: whoever compares both sees that nothing was done.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from random import Random

from embedded.storyteller.english import add_article, capitalise
from embedded.storyteller.foreign import is_foreign
from embedded.storyteller.lexicon import load_lists, load_scenes
from embedded.storyteller.parsing import TOKEN, read_phrase
from embedded.storyteller.titles import fill_slots, set_title

#: What a passage may be, each in a fence of this name.
KINDS = ("title", "description", "passage")
_SENTENCE = re.compile(r"[^.!?…]*(?:[.!?…]+[\"'”’»)]*|$)\s*", re.S)
_ENDED = re.compile("[.!?…][\"'”’»)]*\\s*$")
_SWAP = re.compile(
    r"""\b(?:call|rename|name|change|replace|turn|make|swap)\s+(?:the\s+word\s+)?(?:the\s+name\s+)?
    ["'“‘]?(?P<old>[\w-]+(?:\s[\w-]+)?)["'”’]?\s+(?:in)?(?:to|with|by|for|as)\s+
    ["'“‘]?(?P<new>[^"'“”‘’.,!?]{1,60})""",
    re.I | re.X,
)
_CALL = re.compile(
    r"\b(?:[Cc]all|[Nn]ame|[Rr]ename)\s+(?P<old>[A-Z][\w-]+)\s+(?P<new>[A-Z][\w-]+(?:\s[A-Z][\w-]+)*)"
)
_ADD = re.compile(
    r"\b(?:add|mention|include|put\s+in|bring\s+in|give\s+\w+|with)\s+(?P<what>.+)", re.I | re.S
)
_TITLE = re.compile(
    r"""\b(?:
      (?:(?:re)?name|(?:re)?title|call)\s+(?:it|this|the\s+(?:story|book|tale))
      |(?:let|make|change|set|turn)\s+(?:it|(?:the\s+|its\s+)?title)\s+(?:be\s+(?:called|named|titled)|(?:in)?to|be)
      |title\s*(?:(?:should|shall|must|could|can|may|might|has\s+to|ought\s+to)\s+(?:be|read)|:)
      |(?:should|shall|must|to)\s+be\s+(?:called|named|titled)
      |nenn(?:e|t)?\s+(?:es|sie|das|die\s+geschichte|das\s+buch)(?:\s+doch)?
      |titel\s*(?:soll(?:te)?|muss|:)(?:\s+(?:lauten|sein|heißen))?
      |(?:soll(?:te)?|möge)(?=\s.+\sheißen\W*$)
    )\s*:?\s*(?:(?:please|bitte|doch|rather|lieber)\s+)?(?P<title>\S.*)""",
    re.I | re.S | re.X,
)
_QUOTED = re.compile(r"[“„«»\"‘‚]([^“”„«»\"]{1,120}?)(?:[”“«»\"]|[’‘'](?!\w))|(?<!\w)'([^\"]{1,120}?)'(?!\w)")
_TITLE_END = re.compile(r"\s+(?:lauten|sein|heißen|please|bitte|instead)\W*$", re.I)
_NO_TITLE = re.compile(
    r"(?i)(?:(?:something|anything|somewhat|what(?:ever)?|a (?:bit|little)|too|much|more|less|shorter|longer|"
    r"funnier|etwas|irgend\w*|zu|mehr|weniger|kürzer|länger|lustiger|anders)\b|\W*$)"
)
_PRONOUNS = frozenset({"it", "this", "that", "him", "her", "them", "me", "more"})


def rewrite(kind: str, passage: str, wish: str, random: Random) -> str:
    """Rewrite a passage (one of `KINDS`) by a wish; the same words and random state give the same."""
    if kind == "title" and (title := find_title(wish)):
        return title
    swap = _CALL.search(wish) or _SWAP.search(wish)
    if swap and (swapped := _swap(passage, swap["old"], swap["new"].strip())) != passage:
        return swapped
    way = find_way(wish)
    if way == "short":
        return {"title": _shorten_title, "description": _shorten_list, "passage": _shorten}[kind](passage)
    if is_foreign(passage):
        return passage
    if kind == "title":
        frames = load_scenes("rewriting")[f"{way or 'other'}_title"]
        return set_title(fill_slots(random.choice(frames), {"title": passage}))
    added = _find_added(wish)
    if kind == "description":
        phrases = [added] if added else list(_choose(f"{way}_description", 2, passage, random) if way else ())
        return ", ".join([passage.rstrip(" .,"), *phrases])
    if way:
        return _weave_in(passage, _choose(way, 1 + len(passage) // 700, passage, random), random)
    if added:
        sentence = fill_slots(random.choice(load_scenes("rewriting")["added"]), {"words": added})
        return _weave_in(passage, [sentence], random)
    return passage


def find_title(wish: str) -> str:
    """The title that a wish gives in so many words, in English or in German: ``Call it Saskia and the Moth``,
    or nothing but a title in quotation marks; else ""."""
    asked = _TITLE.search(wish)
    quoted = _QUOTED.search(asked["title"]) if asked else _QUOTED.fullmatch(wish.strip(" .!"))
    if quoted and (not asked or not quoted.start()):
        title = quoted[1] or quoted[2]
    else:
        title = _TITLE_END.sub("", asked["title"].splitlines()[0]) if asked else ""
    title = " ".join(title.split()).rstrip(".,;: ").replace("'", "’")
    return "" if _NO_TITLE.match(title) else title


def find_way(wish: str) -> str:
    """The way that a wish points: ``short``, ``long``, ``funny``, ``dark``, ``calm``, or "" for none."""
    words = set(re.findall(r"[^\W_]+", wish.lower()))
    return next((way for way, known in load_lists("wishes-for-words").items() if words & set(known)), "")


def split_sentences(text: str) -> list[str]:
    """Cut a text into sentences, each with the blanks after it; joined again they are the text. What
    somebody says is not cut apart."""
    sentences: list[str] = []
    for part in filter(None, _SENTENCE.findall(text)):
        if sentences and _is_open(sentences[-1]):
            sentences[-1] += part
        else:
            sentences.append(part)
    return sentences


def _is_open(text: str) -> bool:
    """Whether somebody is still speaking at its end."""
    return text.count("“") > text.count("”") or text.count('"') % 2 == 1


def _shorten(passage: str) -> str:
    """Leave out every other sentence from the second on; a single one loses what follows its last comma."""
    kept = []
    for paragraph in re.split(r"(\n\s*\n)", passage):
        sentences = split_sentences(paragraph)
        kept.append("".join(sentences[::2]).rstrip() if len(sentences) > 1 else paragraph)
    shorter = "".join(kept)
    if shorter != passage:
        return shorter
    clause = re.match(r"(.{12,}?),\s[^,]+?([.!?…]+[\"”’]*)$", passage, re.S)
    return clause[1] + clause[2] if clause else passage


def _shorten_list(passage: str) -> str:
    phrases = [phrase.strip() for phrase in passage.split(",")]
    return ", ".join(phrases[: max(2, (len(phrases) + 1) // 2)])


def _shorten_title(passage: str) -> str:
    found = re.match(r"(.{3,}?)(?:,|:| \(| – | who | that | and | of | with )", passage, re.I)
    return found[1].strip() if found else passage


def _swap(passage: str, old: str, new: str) -> str:
    def put(match: re.Match[str]) -> str:
        return capitalise(new) if match[0][0].isupper() else new

    return re.sub(rf"\b{re.escape(old)}\b", put, passage, flags=re.I)


def _choose(section: str, count: int, passage: str, random: Random) -> Sequence[str]:
    """Some of a section that the passage does not hold yet."""
    fresh = [words for words in load_scenes("rewriting")[section] if words not in passage]
    return random.sample(fresh, min(count, len(fresh)))


def _find_added(wish: str) -> str:
    """What is to be added, where a wish names it: ``a red kite``."""
    found = _ADD.search(wish)
    if not found:
        return ""
    phrase, _ = read_phrase(TOKEN.findall(found["what"])[:20], 0)
    if not phrase.words or phrase.noun.lower() in _PRONOUNS:
        return ""
    words = " ".join(phrase.words) + (f" {phrase.tail}" if phrase.tail else "")
    return (
        words
        if phrase.plural
        else f"{phrase.determiner} {words}"
        if phrase.determiner
        else add_article(words)
    )


def _weave_in(passage: str, sentences: Sequence[str], random: Random) -> str:
    """Put each sentence after one of the passage's own; in brackets where it holds no whole one."""
    parts = split_sentences(passage)
    whole = [at for at, part in enumerate(parts) if _ENDED.search(part)]
    if not whole:  # a piece of a sentence, that goes on after it
        aside = sentences[0].rstrip(".") if sentences else ""
        return f"{passage.rstrip()} ({aside[:1].lower()}{aside[1:]})" if aside else passage
    chosen = random.sample(whole, min(len(sentences), len(whole)))
    for at, sentence in zip(chosen, sentences, strict=False):
        end = parts[at].rstrip()
        parts[at] = f"{end} {sentence}{parts[at][len(end) :]}"
    return "".join(parts)
