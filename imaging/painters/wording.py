"""Words for a diffusion model: what is said around a description, and how much of it an encoder reads."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from imaging.styles import find_style
from imaging.types import ImageRequest, Subject

#: A character is cut out later by the colour along the picture's border, which must therefore be plain.
#: It faces left: where it stands in a scene it is turned inwards, and all heroes have to come the same way.
#: CLIP reads lists of words; T5 reads sentences, and most of its models heed no negative prompt.
FRAMES: dict[Literal["clip", "t5"], dict[Subject, str]] = {
    "clip": {
        "character": "full body picture of one character facing left, whole figure from head to feet, {}, "
        "plain light grey background, {style}",
        "background": "wide view of an empty place, no people, no animals, {}, {style}",
    },
    "t5": {
        "character": "A full body picture of one single character, turned to the left, standing whole from "
        "head to feet with room on every side, alone before a plain light grey background without shadows. "
        "{}. Style: {style}.",
        "background": "A wide view of an empty place with no people and no animals in it. {}. "
        "Style: {style}.",
    },
}
NEGATIVES: dict[Subject, str] = {
    "character": "scenery, busy background, shadow on the wall, cropped, cut off, close-up, crowd, text, "
    "watermark",
    "background": "people, person, figure, animal, face, text, watermark",
}


@dataclass(frozen=True, slots=True)
class Reader:
    """A text encoder: how many tokens it reads at once, and how many times it may be asked."""

    kind: Literal["clip", "t5"]
    tokenizer: Any
    window: int
    most_chunks: int = 1

    def split(self, text: str) -> list[str]:
        """Cut a text into chunks that are each read whole, between clauses where that can be."""
        chunks = []
        while True:
            chunk, text = self._cut(text)
            chunks.append(chunk)
            if not text.strip():
                return chunks

    def shorten(self, text: str, frame: str) -> tuple[str, str]:
        """Split a text where its beginning, in its frame, is still read: what is kept, and the rest."""

        def overflows(end: int) -> bool:
            return len(self.split(frame.format(text[:end]))) > self.most_chunks

        end = _find_end(text, overflows)
        return text[:end].rstrip(" ,;:\n"), text[end:]

    def _cut(self, text: str) -> tuple[str, str]:
        def overflows(end: int) -> bool:
            return len(self.tokenizer(text[:end], verbose=False).input_ids) > self.window

        end = _find_end(text, overflows) or 1
        return text[:end].strip(), text[end:]


def _find_end(text: str, overflows: Callable[[int], bool]) -> int:
    """How much of a text fits: all, or up to a clause, or else a word, or else a character."""
    if not overflows(len(text)):
        return len(text)
    for border in (r"[,.;:!?]+\s+", r"\s+", r"(?s)."):
        ends = [match.end() for match in re.finditer(border, text)]
        if fitting := bisect_left(ends, True, key=overflows):
            return ends[fitting - 1]
    return 0


@dataclass(frozen=True, slots=True)
class Wording:
    """What a model is told, and what had to be dropped from the end of the description and the negative."""

    prompt: str
    negative_prompt: str
    dropped: str = ""
    negative_dropped: str = ""


def word(request: ImageRequest, reader: Reader, *, negatives: bool) -> Wording:
    """Compose the prompts of a request. A long one loses the end of its description, never its style."""
    style = find_style(request.style)
    frame = FRAMES[reader.kind][request.subject].replace("{style}", style.words)
    prompt, dropped = reader.shorten(request.prompt.strip(" .,\n"), frame)
    if not negatives:
        return Wording(frame.format(prompt), "", dropped)
    against = ", ".join(filter(None, (NEGATIVES[request.subject], style.negative, request.negative_prompt)))
    negative, negative_dropped = reader.shorten(against, "{}")
    return Wording(frame.format(prompt), negative, dropped, negative_dropped)
