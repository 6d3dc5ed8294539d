"""A genre is wished for, or told by who describes the setting."""

from __future__ import annotations

import pytest

from agents.background import BackgroundDescription, describe_background
from agents.genres import GENRES, find_genre
from agents.storyteller import StoryDraft, tell_story
from tests.agents.conftest import says, says_object
from tests.agents.stories import BACKGROUND, SENTENCE, STORY, TEXT, TITLE


def test_a_wish_reaches_the_storyteller_and_none_says_nothing(ollama, model):
    ollama.script.extend([says(STORY), says(STORY)])
    tell_story(model, sentence=SENTENCE, genre="sea")
    tell_story(model, sentence=SENTENCE)
    wished, open_ = (chat["messages"][1]["content"] for chat in ollama.chats)
    assert GENRES["sea"].hint in wished
    assert "<genre>" not in open_
    assert ollama.chats[0]["messages"][0] == ollama.chats[1]["messages"][0]


@pytest.mark.parametrize(
    ("said", "known"),
    [
        ("sea", "sea"),
        (" Fairy Tale ", "fairy-tale"),
        ("splatter", ""),
        ("", ""),
        (None, ""),
        (["sea"], "sea"),
    ],
)
def test_only_a_genre_of_ours_is_one(said, known):
    assert BackgroundDescription.model_validate(BACKGROUND | {"genre": said}).genre == known


def test_a_setting_without_a_genre_is_as_good(ollama, model):
    without = {name: value for name, value in BACKGROUND.items() if name != "genre"}
    ollama.script.append(says_object(**without))
    setting = describe_background(model, sentence=SENTENCE, story=StoryDraft(title=TITLE, text=TEXT))
    assert setting.genre == ""
    assert "fairy" not in setting.as_prompt()


def test_the_schema_names_the_genres_to_choose_from():
    assert BackgroundDescription.model_json_schema()["properties"]["genre"]["enum"] == list(GENRES)


def test_every_genre_is_found_by_its_name():
    assert all(find_genre(name) == name for name in GENRES)
