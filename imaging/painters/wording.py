"""Words for a diffusion model: what is said around a description, and how much of it an encoder reads."""

from __future__ import annotations

import logging
import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from inspect import Parameter
from typing import Any

from imaging.types import ImageRequest, Subject

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Frame:
    """The words around a description, and those to keep away from."""

    prompt: str
    negative_prompt: str


#: A character is cut out later by the colour along the picture's border, which must therefore be plain.
FRAMES: dict[Subject, Frame] = {
    "character": Frame(
        "full body picture of one character, whole figure from head to feet, plain light grey background: {}",
        "scenery, busy background, shadow on the wall, cropped, cut off, close-up, crowd, text, watermark",
    ),
    "background": Frame(
        "wide view of an empty place, no people, no animals: {}",
        "people, person, figure, animal, face, text, watermark",
    ),
}


@dataclass(frozen=True, slots=True)
class Encoder:
    """One of a pipeline's text encoders: which argument it reads, and how many tokens of it."""

    argument: str
    tokenizer: Any
    limit: int

    def shorten(self, text: str, frame: str = "{}") -> tuple[str, str]:
        """Split a text where its beginning, in its frame, is just read whole.

        That is after a clause, or else after a word, or else after a character.
        """

        def overflows(end: int) -> bool:
            return len(self.tokenizer(frame.format(text[:end]), verbose=False).input_ids) > self.limit

        if not overflows(len(text)):
            return text, ""
        for border in (r"[,.;:!?]+\s+", r"\s+", r"(?s)."):
            ends = [match.end() for match in re.finditer(border, text)]
            if fitting := bisect_left(ends, True, key=overflows):
                end = ends[fitting - 1]
                return text[:end].rstrip(" ,;:\n"), text[end:]
        return "", text


def find_encoders(components: Mapping[str, Any], arguments: Mapping[str, Parameter]) -> Iterator[Encoder]:
    """Give the text encoders of a pipeline: ``tokenizer_2`` reads ``prompt_2``, and so on.

    The bound is the tokenizer's own (CLIP: 77 tokens) or the pipeline's ``max_sequence_length`` (T5).
    """
    longest = arguments.get("max_sequence_length")
    for name, tokenizer in components.items():
        argument = name.replace("tokenizer", "prompt")
        if name.startswith("tokenizer") and tokenizer is not None and argument in arguments:
            own = tokenizer.model_max_length
            yield Encoder(argument, tokenizer, min(own, longest.default) if longest else own)


def fit_prompts(encoders: list[Encoder], request: ImageRequest) -> tuple[dict[str, str], dict[str, str]]:
    """Return, by the pipeline's arguments, what each encoder is told and what it had to be spared.

    A pipeline cuts a long prompt off wherever an encoder's last token falls. Here the end of the
    description gives way first, clause by clause.
    """
    frame = FRAMES[request.subject].prompt
    told, spared = {"prompt": frame.format(request.prompt)}, {}
    for encoder in encoders:
        kept, rest = encoder.shorten(request.prompt, frame)
        told[encoder.argument] = frame.format(kept)
        if rest:
            spared[encoder.argument] = rest
            logger.warning(
                "%s: dropped %d of %d characters", encoder.argument, len(rest), len(request.prompt)
            )
    return told, spared


def fit_negative_prompt(encoders: list[Encoder], request: ImageRequest) -> str:
    """Return what to keep away from: one text, as short as the smallest encoder wants it."""
    words = ", ".join(filter(None, (FRAMES[request.subject].negative_prompt, request.negative_prompt)))
    for encoder in encoders:
        words, _ = encoder.shorten(words)
    return words
