"""What the sketch storyteller answers: a story, a passage in other words, or the values of a schema."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from random import Random
from typing import Any

from embedded.storyteller.cleaning import clean_text
from embedded.storyteller.looks import describe_story
from embedded.storyteller.pace import split_pieces
from embedded.storyteller.reading import read_sentence
from embedded.storyteller.rewriting import KINDS, rewrite
from embedded.storyteller.schema import fill_schema
from embedded.storyteller.telling import tell_story

Messages = Sequence[tuple[str, str]]

_ANY_OBJECT = {"type": "object"}
_STORY_LIMIT = 40_000


def fit_messages(messages: Messages, limit: int) -> list[tuple[str, str]]:
    """Keep what fits into ``limit`` tokens as Ollama does: the newest message, the system's, then older ones.

    A message that alone is too long loses its beginning.
    """
    backwards = range(len(messages) - 1, -1, -1)
    order = sorted(backwards, key=lambda i: (i != len(messages) - 1, messages[i][0] != "system"))
    kept: dict[int, str] = {}
    for i in order:
        pieces = split_pieces(messages[i][1])
        if limit <= 0 or (len(pieces) > limit and kept):
            break
        kept[i] = "".join(pieces[-limit:]) if len(pieces) > limit else messages[i][1]
        limit -= len(pieces)
    return [(messages[i][0], kept[i]) for i in sorted(kept)]


def answer(messages: Messages, shape: str | Mapping[str, Any] | None, seed: int | None) -> str:
    """Answer the prompt: a story in plain text, JSON where a shape (``json`` or a schema) is asked for, or,
    where a passage is fenced with a wish about it, other words for it. A description alone comes back as it
    is: English is all that is known here.

    The same messages, shape and seed give the same answer. Without a seed, or with a negative one, the
    prompt's text takes its place.
    """
    if wish := find_fenced(messages, "wish"):
        kind = next((kind for kind in KINDS if find_fenced(messages, kind)), "")
        if kind:
            return rewrite(kind, find_fenced(messages, kind), wish, Random(_make_seed(messages, seed)))
    story = find_fenced(messages, "story")[:_STORY_LIMIT]
    if shape is None and not story and (passage := find_fenced(messages, "description")):
        return passage
    sentence = find_fenced(messages, "sentence") or story.partition("\n")[0] or find_sentence(messages)
    random = Random(_make_seed(messages, seed))
    idea = replace(read_sentence(sentence), wish=find_fenced(messages, "genre"))
    if shape is None and not story:
        return tell_story(idea, random)
    described = describe_story(idea, story or tell_story(idea, random), random)
    if shape is None:
        return described.in_words()
    schema = _ANY_OBJECT if isinstance(shape, str) else shape
    return json.dumps(fill_schema(schema, described.choose, random), ensure_ascii=False)


def find_sentence(messages: Messages) -> str:
    """Find the sentence to tell about: the fenced one, else the last user's message."""
    fenced = find_fenced(messages, "sentence")
    if fenced:
        return fenced
    users = [text for role, text in messages if role == "user" and clean_text(text)]
    return users[-1] if users else next((text for _, text in reversed(messages)), "")


def find_fenced(messages: Messages, name: str) -> str:
    """The last ``<name>…</name>`` of the user's newest message that has one, then of the system's."""
    for wanted in ("user", "system"):
        for role, text in reversed(messages):
            found = (
                re.findall(rf"<{name}>((?:(?!<{name}>).)*?)</{name}>", text, re.S) if role == wanted else []
            )
            if found and found[-1].strip():
                return str(found[-1]).strip()
    return ""


def _make_seed(messages: Messages, seed: int | None) -> int:
    if seed is None or seed < 0:
        seed_text = "\n".join(text for _, text in messages)
    else:
        seed_text = f"{seed}\n{find_sentence(messages)}"
    return int.from_bytes(hashlib.sha256(seed_text.encode("utf-8", "replace")).digest()[:8])
