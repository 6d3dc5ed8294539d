"""From words to the embeddings that a pipeline takes, for each family by the pipeline's own encoders."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import torch

from imaging.painters.diffusion.families import Family
from imaging.painters.wording import Reader

#: Chunks of 75 tokens that CLIP is asked to read one by one.
MOST_CHUNKS = 3
#: Tokens that T5 reads for each family; FLUX.1-schnell was made for 256, its guided sister for 512.
T5_TOKENS = 256
T5_TOKENS_GUIDED = 512
#: Texts whose embeddings are kept: the negative prompts, and those of pictures that are tried again.
KEPT = 32
#: Texts whose chunks are known by heart.
COUNTED = 512

Embeddings = dict[str, torch.Tensor]


class Encoder:
    """The text encoders of one pipeline."""

    def __init__(self, pipeline: Any, family: Family) -> None:
        self._pipeline = pipeline
        self._family = family
        self._clip = Reader("clip", pipeline.tokenizer, pipeline.tokenizer.model_max_length)
        self.encode = lru_cache(KEPT)(self._encode)
        self.count_chunks = lru_cache(COUNTED)(self._count_chunks)
        #: The encoder that reads a prompt to its end, for `imaging.painters.wording`.
        self.reader = self._find_reader()

    def _count_chunks(self, *texts: str) -> int:
        """How many chunks the longest of these texts is read in: all texts of a call must have as many."""
        return max(len(self.reader.split(text)) for text in texts)

    def _find_reader(self) -> Reader:
        if self._family in ("sd", "sdxl"):
            return Reader("clip", self._clip.tokenizer, self._clip.window, MOST_CHUNKS)
        tokenizer = self._pipeline.tokenizer_2 if self._family == "flux" else self._pipeline.tokenizer_3
        return Reader("t5", tokenizer, min(tokenizer.model_max_length, self._count_t5_tokens()))

    def _count_t5_tokens(self) -> int:
        guided = self._family == "flux" and self._pipeline.transformer.config.guidance_embeds
        return T5_TOKENS_GUIDED if guided else T5_TOKENS

    @torch.no_grad()
    def _encode(self, text: str, chunks: int) -> Embeddings:
        """Embed one text, alone, so that it does not matter in whose company it is painted."""
        pipeline = self._pipeline
        device = pipeline._execution_device
        parts = self.reader.split(text)
        parts += [""] * (chunks - len(parts))
        if self._family == "sd":
            embeds, _ = pipeline.encode_prompt(parts, device, 1, do_classifier_free_guidance=False)
            return {"prompt_embeds": _join(embeds)}
        if self._family == "sdxl":
            embeds, _, pooled, _ = pipeline.encode_prompt(
                parts, device=device, do_classifier_free_guidance=False
            )
            return {"prompt_embeds": _join(embeds), "pooled_prompt_embeds": pooled[:1]}
        # CLIP gives these the gist of the beginning; T5 reads all.
        gist = self._clip.split(text)[0]
        if self._family == "sd3":
            embeds, _, pooled, _ = pipeline.encode_prompt(
                gist,
                gist,
                text,
                device=device,
                do_classifier_free_guidance=False,
                max_sequence_length=self._count_t5_tokens(),
            )
        else:
            embeds, pooled, _ = pipeline.encode_prompt(
                gist, text, device=device, max_sequence_length=self._count_t5_tokens()
            )
        return {"prompt_embeds": embeds, "pooled_prompt_embeds": pooled}


def gather(embeddings: list[Embeddings], prefix: str = "") -> Embeddings:
    """Lay the embeddings of several texts side by side, as arguments for one call."""
    return {f"{prefix}{name}": torch.cat([it[name] for it in embeddings]) for name in embeddings[0]}


def _join(chunks: torch.Tensor) -> torch.Tensor:
    """Chunks × tokens × width → one long text."""
    return chunks.reshape(1, -1, chunks.shape[-1])
