"""What reads a language model's words takes anything: no error but its own, nothing unseen, no end."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from agents.background import BackgroundDescription
from agents.character import CharacterDescription
from agents.languages import LANGUAGES, find_script, guess_language
from agents.parsing import (
    clean_line,
    clean_text,
    count_words,
    fall_back_title,
    find_json,
    plain_passage,
    shorten,
    split_story,
    unquote,
)
from agents.types import TITLE_MAX
from tests.fuzz.conftest import look
from tests.support.timing import is_quick

#: What models really write, besides a story.
PIECES = st.sampled_from(
    [
        "Title: ", "**", "# ", "\n", "\n\n", "```", "```json\n", "<think>", "</think>", "<story>", "</story>",
        "{", "}", '{"title": "', '"}', "Sure! Here is a story:", "---\n", "* ", "> ", "“", "”", "_", "\r\n",
        "\u2028", "\x00", "\u202e", "\ufeff", "\ud800", "I hope you like it.", "The End", " ", "\t", "۞", "é",
        "e\u0301", "龍", "(", "\\", "Titel：",
    ]
)  # fmt: skip
ANY = st.text(st.characters(), max_size=200)  # lone surrogates too
WRITTEN = st.one_of(ANY, st.lists(st.one_of(PIECES, st.text(max_size=20)), max_size=25).map("".join))
TURNS = {*map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A)), "\ufeff"}


def assert_clean(text: str, *, lines: bool = True) -> None:
    allowed = "\n\t" if lines else ""
    bad = [char for char in text if unicodedata.category(char) in ("Cc", "Cs") and char not in allowed]
    assert not bad, bad
    assert not TURNS & set(text)
    text.encode()
    assert text == unicodedata.normalize("NFC", text)


@look(150)
@given(WRITTEN)
@example("# # a mark in a mark")
@example("*# a mark in an emphasis*")
@example("~*~a mark of what is left of marks~*~")
@example("\xa0# a mark behind a blank")
def test_cleaning_leaves_nothing_unseen_and_is_done_once(raw: str) -> None:
    for clean in (clean_text, clean_line):
        once = clean(raw)
        assert_clean(once, lines=clean is clean_text)
        assert clean(once) == once
        assert len(once) <= 3 * len(raw)


@look(200)
@given(WRITTEN)
@example("Title:\n\n\n")
@example("# \n# \n# ")
def test_a_story_is_split_whatever_was_written(raw: str) -> None:
    title, text = split_story(raw)
    assert_clean(title, lines=False)
    assert_clean(text)
    assert len(title) <= TITLE_MAX
    assert "\n" not in title
    assert text == text.strip()
    assert "\n\n\n" not in text
    assert len(title) + len(text) <= 3 * len(raw)
    assert plain_passage(raw) == plain_passage(raw).strip()
    assert_clean(plain_passage(raw))


@look(100)
@given(WRITTEN, st.integers(0, 300))
def test_a_text_that_grows_can_be_read_at_every_moment(raw: str, cut: int) -> None:
    title, text = split_story(raw[:cut])
    assert len(title) <= TITLE_MAX
    assert_clean(text)


@look(150)
@given(WRITTEN)
def test_what_is_in_braces_is_found_and_nothing_is_made_up(raw: str) -> None:
    found = find_json(raw)
    assert_clean(found)
    assert found in clean_text(raw)
    assert find_json(found) == found or "<" in found


@look(150)
@given(WRITTEN, st.integers(1, 40), st.integers(1, 200))
def test_what_is_shortened_is_short(raw: str, words: int, characters: int) -> None:
    line = clean_line(raw)
    short = shorten(line, words=words, characters=characters)
    assert len(short) <= characters
    assert len(short.split()) <= words
    assert short in " ".join(line.split())
    assert shorten(short, words=words, characters=characters) == short
    assert 0 <= count_words(line) <= len(line)
    assert unquote(line) in line


@look(100)
@given(WRITTEN)
def test_there_is_always_a_title(raw: str) -> None:
    title = fall_back_title(raw)
    assert title
    assert len(title) <= 62
    assert_clean(title, lines=False)


ANSWERS = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), WRITTEN),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(ANY, inner, max_size=4)),
    max_leaves=8,
)


@pytest.mark.parametrize("kind", [CharacterDescription, BackgroundDescription])
def test_a_description_is_valid_or_refused(kind: Any) -> None:
    @look(120)
    @given(st.dictionaries(st.sampled_from([*kind.model_fields, "other"]), ANSWERS))
    def answer(values: dict[str, Any]) -> None:
        try:
            description = kind.model_validate(values)
        except ValidationError:
            return
        for told in (description.as_prompt(), description.as_words()):
            assert len(told) <= 1200
            assert_clean(told, lines=False)
        assert kind.model_validate(description.model_dump()) == description

    answer()


@pytest.mark.parametrize("kind", [CharacterDescription, BackgroundDescription])
def test_an_answer_in_json_is_valid_or_refused(kind: Any) -> None:
    @look(100)
    @given(WRITTEN)
    def answer(raw: str) -> None:
        try:
            kind.model_validate_json(find_json(raw))
        except ValidationError:
            return

    answer()


@look(150)
@given(st.one_of(ANY, WRITTEN), st.sampled_from(["", "xx", "\x00", *LANGUAGES]))
def test_a_language_is_one_that_is_known(text: str, known: str) -> None:
    guessed = guess_language(text, known)
    assert guessed in {known, "", *LANGUAGES}
    assert guess_language(text, guessed) in {guessed, *LANGUAGES}
    assert isinstance(find_script(text), str)


#: What makes a careless pattern look again and again at the same letters.
LONG = (
    "a", " ", "\n", "*", "_", "_a", "* ", "# ", "- ", "<think>", "</think>", "<think></think>", "{", "}",
    "```\n", '"', "“a",
    "Sure! ", "Title: ", "> ", "a.\n", "\r", "\u2028", "e\u0301", "龍", "---\n", "I hope you like it.\n\n",
)  # fmt: skip


@pytest.mark.parametrize("piece", LONG)
@pytest.mark.parametrize(
    "read", [split_story, plain_passage, find_json, clean_line, guess_language, fall_back_title]
)
def test_a_long_answer_takes_no_long_time(read: Callable[[str], object], piece: str) -> None:
    raw = (piece * 60_000)[:60_000]
    assert is_quick(lambda: read(raw), seconds=0.5)
