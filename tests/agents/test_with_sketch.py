"""The agents and the built-in sketch storyteller understand each other, over HTTP alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from agents.background import describe_background
from agents.character import describe_character
from agents.health import check_model
from agents.llm import LanguageModel, LanguageModelError
from agents.storyteller import StoryDraft, tell_story
from agents.translator import say_in_english
from embedded.storyteller.app import make_app
from tests.agents.conftest import ServerThread
from tests.agents.stories import SENTENCE


@pytest.fixture(scope="module")
def sketch() -> Iterator[LanguageModel]:
    server = ServerThread(make_app(words_per_second=0))
    yield LanguageModel(base_url=server.url, name="sketch")
    server.stop()


def test_it_is_checked(sketch):
    check_model(sketch)
    with pytest.raises(LanguageModelError, match="ollama pull llama3"):
        check_model(LanguageModel(base_url=sketch.base_url, name="llama3"))


@pytest.mark.parametrize("sentence", [SENTENCE, "A whale who collects lighthouses", "夜空を描く内気な龍"])
def test_it_tells_and_describes(sketch, sentence):
    told: list[str] = []
    story = tell_story(sketch, sentence=sentence, seed=7, on_text=told.append)
    assert story == tell_story(sketch, sentence=sentence, seed=7)
    assert told[-1] == f"{story.title}\n\n{story.text}"
    hero = describe_character(sketch, sentence=sentence, story=story, seed=7)
    setting = describe_background(sketch, sentence=sentence, story=story, seed=7)
    for prompt in (hero.as_prompt(), setting.as_prompt()):
        assert 5 <= len(prompt.split()) <= 150


def test_it_describes_a_very_long_story(sketch):
    story = tell_story(sketch, sentence=SENTENCE, seed=7)
    long = StoryDraft(title=story.title, text="\n\n".join([story.text] * 15))
    assert "dragon" in describe_character(sketch, sentence=SENTENCE, story=long).as_prompt()


@pytest.mark.parametrize(
    ("sentence", "genre"),
    [
        ("A lighthouse keeper who collects lost messages from the sea", "sea"),
        ("A young astronaut who plants a garden on the moon", "science-fiction"),
        ("A teapot that is afraid of tea", "everyday"),
    ],
)
def test_it_knows_what_kind_of_story_it_told(sketch, sentence, genre):
    story = tell_story(sketch, sentence=sentence, seed=7)
    assert describe_background(sketch, sentence=sentence, story=story, seed=7).genre == genre


@pytest.mark.parametrize("genre", ["sea", "comedy", "science-fiction", "winter"])
def test_it_tells_the_kind_of_story_that_is_wished_for(sketch, genre):
    sentence = "A clerk who has lost a hat"
    story = tell_story(sketch, sentence=sentence, genre=genre, seed=7)
    assert describe_background(sketch, sentence=sentence, story=story, seed=7).genre == genre


def test_what_it_cannot_translate_it_hands_back(sketch):
    assert say_in_english(sketch, description="ein kleiner Drache") == "ein kleiner Drache"


def test_asked_for_words_for_readers_it_answers_the_schema(sketch):
    story = tell_story(sketch, sentence=SENTENCE, language="de", seed=7)
    hero = describe_character(sketch, sentence=SENTENCE, story=story, language="de", seed=7)
    assert hero.as_words()
    assert hero.as_prompt().startswith("a ")
