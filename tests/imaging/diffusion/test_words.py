"""Prompts of any length: read in chunks, and never cut without a word."""

from __future__ import annotations

import logging

import pytest

from imaging.painters.diffusion import DiffusionPainter
from imaging.painters.wording import Reader
from imaging.types import UNWATCHED
from tests.imaging.diffusion import tiny_models
from tests.imaging.diffusion.asking import ask, differ

LONG = ", ".join(f"clause number {number} of a long description" for number in range(60))
FRAME_END = "plain light grey background, "


class Words:
    """A tokenizer that takes a word for a token."""

    def __call__(self, text: str, verbose: bool) -> Words:
        self.input_ids = ["<", *text.split(), ">"]
        return self


def test_a_text_is_cut_into_chunks_between_clauses() -> None:
    reader = Reader("clip", Words(), 6)
    assert reader.split("") == [""]
    assert reader.split("one two three four") == ["one two three four"]
    assert reader.split("one two three, four five, six") == ["one two three,", "four five, six"]
    assert reader.split("one two three four five six") == ["one two three four", "five six"]


@pytest.mark.parametrize("family", ["sd", "sdxl"])
def test_what_clip_cannot_read_at_once_it_reads_in_chunks(
    family: str, painters: dict[str, DiffusionPainter]
) -> None:
    painter = painters[family]
    prompt = LONG[:600]
    result, other = painter.paint(ask(prompt)), painter.paint(ask(prompt[:-12] + "a blue fox.."))
    assert prompt in result.prompt
    assert len(result.prompt) > tiny_models.CLIP_TOKENS
    assert result.parameters["prompt_dropped"] == ""
    assert differ(result, other) > 0  # the last words count


@pytest.mark.parametrize("family", ["sd", "sdxl"])
def test_each_chunk_is_embedded_like_a_prompt_of_its_own(
    family: str, painters: dict[str, DiffusionPainter]
) -> None:
    encoder = painters[family]._encoder
    text = f"{LONG[:400]}, the end of it"
    first, second = encoder.reader.split(text)
    whole, one, two = encoder.encode(text, 2), encoder.encode(first, 1), encoder.encode(second, 1)
    assert whole["prompt_embeds"].shape[1] == 2 * tiny_models.CLIP_TOKENS
    halves = whole["prompt_embeds"].chunk(2, dim=1)
    assert (halves[0] - one["prompt_embeds"]).abs().max() < 1e-5
    assert (halves[1] - two["prompt_embeds"]).abs().max() < 1e-5
    if family == "sdxl":
        assert (whole["pooled_prompt_embeds"] - one["pooled_prompt_embeds"]).abs().max() < 1e-5


def test_a_short_text_beside_a_long_one_is_filled_up_with_nothing(sd: DiffusionPainter) -> None:
    encode = sd._encoder.encode
    filled, alone, nothing = encode("a fox", 2), encode("a fox", 1), encode("", 1)
    halves = filled["prompt_embeds"].chunk(2, dim=1)
    assert (halves[0] - alone["prompt_embeds"]).abs().max() < 1e-5
    assert (halves[1] - nothing["prompt_embeds"]).abs().max() < 1e-5


def test_a_text_of_one_chunk_is_embedded_as_the_pipeline_would(painter: DiffusionPainter) -> None:
    """Compared by the pixels of the pipeline itself, told in words."""
    from diffusers import AutoPipelineForText2Image
    from torch import Generator

    result = painter.paint(ask())
    told = result.parameters
    pipeline = AutoPipelineForText2Image.from_pipe(painter._pipeline)
    pipeline.scheduler = type(pipeline.scheduler).from_config(pipeline.scheduler.config)
    pipeline.set_progress_bar_config(disable=True)
    length = {"max_sequence_length": 512} if painter.model in ("tiny-sd3", "tiny-flux") else {}
    negative = {"negative_prompt": told["negative_prompt"]} if told["negative_prompt"] else {}
    image = pipeline(
        told["prompt"],
        **negative,
        **length,
        width=64,
        height=64,
        num_inference_steps=told["steps"],
        guidance_scale=told["guidance"],
        generator=Generator("cpu").manual_seed(7),
    ).images[0]
    other = type(result)(image=image, model="", request=result.request, prompt="", seed=7)
    assert differ(result, other) <= 1


def test_what_is_too_long_loses_the_end_of_its_description_and_never_its_style(
    painter: DiffusionPainter, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "imaging")
    result = painter.paint(ask(LONG, style="ink"))
    dropped = result.parameters["prompt_dropped"]
    assert dropped.startswith("clause number ")
    assert LONG.endswith(dropped)
    assert "pen and ink" in result.prompt
    kept = LONG.removesuffix(dropped).rstrip(", ")
    assert kept in result.prompt
    assert f"dropped {len(dropped)} characters" in caplog.text
    assert "clause number" not in caplog.text  # what people write is not for the log


def test_nothing_more_is_cut_off_inside_the_pipeline(painter: DiffusionPainter) -> None:
    result = painter.paint(ask(LONG))
    kept = LONG.removesuffix(result.parameters["prompt_dropped"]).rstrip(", ")
    again = painter.paint(ask(kept))
    assert again.parameters["prompt_dropped"] == ""
    assert differ(result, again) == 0


def test_negative_words_that_are_too_many_are_told_too(sd: DiffusionPainter) -> None:
    told = sd.paint(ask(negative_prompt=LONG)).parameters
    assert told["negative_prompt_dropped"]
    assert LONG.endswith(told["negative_prompt_dropped"])
    assert told["prompt_dropped"] == ""


def test_t5_reads_on_where_clip_has_to_stop(painters: dict[str, DiffusionPainter]) -> None:
    long = LONG[:220]
    for family in ("sd3", "flux"):
        painter = painters[family]
        result = painter.paint(ask(long))
        assert len(result.prompt.replace(" ", "")) > tiny_models.CLIP_TOKENS
        assert result.parameters["prompt_dropped"] == ""
        other = painter.paint(ask(long[:-9] + "blue fox."))
        assert differ(result, other) > 0


@pytest.mark.parametrize("prompt", ["dragon " * 250, "x" * 1600], ids=["no clause", "no word"])
def test_it_finds_a_place_to_cut_in_any_prompt(prompt: str, sd: DiffusionPainter) -> None:
    result = sd.paint(ask(prompt))
    kept = result.prompt.split("feet, ")[1].split(f", {FRAME_END}")[0]
    assert (kept + result.parameters["prompt_dropped"]).replace(" ", "") == prompt.replace(" ", "")
    assert kept


def test_it_takes_a_prompt_with_braces_as_it_stands(sd: DiffusionPainter) -> None:
    assert "a {cat} in {0} braces" in sd.paint(ask("a {cat} in {0} braces")).prompt


def test_a_negative_prompt_is_embedded_once_for_many_pictures(fresh_sd: DiffusionPainter) -> None:
    fresh_sd.paint_together([ask(f"a fox {n}", seed=n) for n in range(4)], [UNWATCHED] * 4)
    kept = fresh_sd._encoder.encode.cache_info()
    assert (kept.misses, kept.hits) == (5, 3)
