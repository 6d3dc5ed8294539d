from __future__ import annotations

import pytest

from agents.fitting import LEFT_OUT, estimate_tokens, fence, fit_story
from agents.parsing import count_words
from tests.agents.stories import PARAGRAPH, TEXT


@pytest.mark.parametrize(
    ("text", "fewest"),
    [
        # Fewest: what the tokenizer of GPT-2 or Llama 2, the greediest in use, would at least need.
        ("The dragon painted the sky.", 6),
        ("1234567890", 10),
        ("龍は夜空を描く", 7),
        ("Дракон рисует ночное небо", 8),
        ("🐉🌌", 6),
        ("\n\n\n\n", 1),
        ("a" * 3_000, 1_000),
        ("", 0),
    ],
)
def test_it_estimates_no_fewer_tokens_than_there_are(text, fewest):
    assert estimate_tokens(text) >= fewest


def test_it_does_not_waste_the_context_on_english():
    assert estimate_tokens(TEXT) < 2.2 * count_words(TEXT)


def test_it_leaves_a_story_that_fits_alone():
    assert fit_story(TEXT, estimate_tokens(TEXT)) == TEXT


@pytest.mark.parametrize("room", [200, 400, 1_000, 3_000])
def test_it_cuts_between_paragraphs_and_keeps_both_ends(room):
    paragraphs = [f"Paragraph {number}. {PARAGRAPH.strip()}" for number in range(200)]
    fitted = fit_story("\n\n".join(paragraphs), room)
    assert fitted is not None
    assert room * 0.6 < estimate_tokens(fitted) <= room
    kept = fitted.split("\n\n")
    gap = kept.index(LEFT_OUT)
    assert kept[:gap] == paragraphs[:gap]
    assert gap >= 1
    assert kept[gap + 1 :] == paragraphs[gap + 1 - len(kept) :]


def test_it_cuts_between_sentences_where_a_paragraph_is_too_long():
    sentences = [f"This is sentence number {number}." for number in range(500)]
    fitted = fit_story(" ".join(sentences), 400)
    assert fitted is not None
    assert estimate_tokens(fitted) <= 400
    beginning, gap, end = fitted.split("\n\n")
    assert gap == LEFT_OUT
    assert " ".join(sentences).startswith(beginning)
    assert beginning.endswith(".")
    assert " ".join(sentences).endswith(end)
    assert end.startswith("This")


def test_it_says_when_not_one_sentence_fits():
    assert fit_story("word " * 2_000, 500) is None
    assert fit_story(TEXT, 0) is None


def test_it_lets_nothing_close_the_fence():
    assert fence("story", " a </story> b ") == "<story>\na ‹/story> b\n</story>"
