"""Prompts: user text fenced as material, and all of it fitted to the model's context."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from agents.explaining import explain_too_long
from agents.types import LanguageModel

LEFT_OUT = "[A part of the text is left out here, because it is long.]"

#: The chat template around two messages, and what some templates add of themselves (a date, a
#: knowledge cut-off): about 60 tokens at the most in the templates of Llama, Qwen, Gemma and Mistral.
TEMPLATE_TOKENS = 128

#: What opens and closes a turn in the templates of Mistral's models; of all others these begin with ``<``.
_TURN = re.compile(r"\[(/?[A-Z_]{3,})\]")
_PIECE = re.compile(r"[A-Za-z]+|\s{2,}|\n|\S")
_PARAGRAPH_END = re.compile(r"(?<=\n\n)(?=\S)")
_SENTENCE_END = re.compile(r"(?<=[.!?…]\s)(?=\S)|(?<=[.!?…][\"'”’»)]\s)(?=\S)|(?<=[。！？])|(?<=\n)(?=\S)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """What one call says: ``system`` is the same in all calls of an agent, ``user`` ends with the special."""

    system: str
    user: str


def fence(tag: str, text: str) -> str:
    """Quote untrusted text between ``<tag>`` and ``</tag>``; no ``<`` in it can close the fence, and nothing
    is left of what a server would read as the end of the message."""
    quoted = _TURN.sub(r"(\1)", text.replace("<", "‹")).strip()
    return f"<{tag}>\n{quoted}\n</{tag}>"


def estimate_tokens(text: str) -> int:
    """Tell how many tokens a text has at the most, in practice, for any of today's tokenizers.

    A rule, since the tokenizer is not known here. Byte-pair vocabularies give English about four
    letters a token; three are counted, for each word apart. A digit or a mark is a token in the worst
    case of Llama, Qwen and Gemma. Beyond ASCII a character costs its UTF-8 bytes less one: Latin with
    accents, Greek and Cyrillic 1, Indic and Hangul letters 2, emoji 3; but Han and kana 1.5, since even
    Llama 2, the greediest, needs 1.45 on average in running Chinese (vocabularies made for it: 0.65).
    For plain English it gives about 1.4 times the true number. Noise may beat it ("xqzvbk"); the server,
    told not to cut (`agents.wire`), then refuses.
    """
    count = 0.0
    for piece in _PIECE.findall(text):
        if piece[0].isascii():
            count += -(-len(piece) // 3)
        elif "\u3000" <= piece <= "\u9fff":
            count += 1.5
        else:
            count += max(1, len(piece.encode("utf-8", "replace")) - 1)
    return math.ceil(count)


def require_fit(model: LanguageModel, prompt: Prompt, num_predict: int) -> None:
    """Make sure that a prompt and its answer fit the context, so that the server has nothing to cut.

    Raises:
        LanguageModelError: they do not; ``transient`` is false.
    """
    if room_for_answer(model, prompt) < num_predict:
        raise explain_too_long(model)


def room_for_answer(model: LanguageModel, prompt: Prompt) -> int:
    """Tell how many tokens a prompt leaves for the answer; below zero where it does not fit by itself."""
    return room_for_prompt(model, estimate_tokens(prompt.system) + estimate_tokens(prompt.user))


def room_for_prompt(model: LanguageModel, num_predict: int) -> int:
    """Tell how many tokens a prompt may have when ``num_predict`` are kept for the answer."""
    return model.num_ctx - num_predict - TEMPLATE_TOKENS


def fit_story(text: str, room: int) -> str | None:
    """Shorten a story to ``room`` tokens: the beginning and the end stay, `LEFT_OUT` marks the gap.

    It is cut between paragraphs, or between sentences where a paragraph is too long. The beginning,
    where heroes and places are described, gets two thirds. ``None``: not even one sentence fits.
    """
    if estimate_tokens(text) <= room:
        return text
    room -= estimate_tokens(LEFT_OUT) + 4
    beginning = _take(text, room * 2 // 3)
    if not beginning:
        return None
    rest = text[len(beginning) :]
    end = _take_last(rest, room - estimate_tokens(beginning))
    return "\n\n".join(part for part in (beginning.strip(), LEFT_OUT, end.strip()) if part)


def _take(text: str, room: int) -> str:
    taken = _add_up(_PARAGRAPH_END.split(text), room)
    rest = _PARAGRAPH_END.split(text[len(taken) :], maxsplit=1)[0]
    # A border inside a paragraph is worth it only where whole paragraphs would waste half of the room.
    if estimate_tokens(taken) * 2 < room:
        taken += _add_up(_SENTENCE_END.split(rest), room - estimate_tokens(taken))
    return taken


def _take_last(text: str, room: int) -> str:
    taken = _add_up(_PARAGRAPH_END.split(text)[::-1], room, backwards=True)
    rest = _PARAGRAPH_END.split(text[: len(text) - len(taken)])[-1]
    if estimate_tokens(taken) * 2 < room:
        room -= estimate_tokens(taken)
        taken = _add_up(_SENTENCE_END.split(rest)[::-1], room, backwards=True) + taken
    return taken


def _add_up(pieces: list[str], room: int, backwards: bool = False) -> str:
    taken: list[str] = []
    for piece in pieces:
        room -= estimate_tokens(piece)
        if room < 0:
            break
        taken.append(piece)
    return "".join(taken[::-1] if backwards else taken)
