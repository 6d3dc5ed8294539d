"""The agents and the built-in sketch storyteller understand each other, over HTTP alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from agents.background import describe_background
from agents.character import describe_character
from agents.health import check_model
from agents.llm import LanguageModel, LanguageModelError
from agents.storyteller import StoryDraft, tell_story
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
