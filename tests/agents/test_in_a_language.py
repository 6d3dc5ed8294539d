"""The language of a story reaches every agent by name, and the painter's words stay English."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from agents.background import describe_background
from agents.character import describe_character
from agents.editor import Passage, rewrite
from agents.llm import LanguageModelError
from agents.storyteller import StoryDraft, tell_story
from agents.translator import say_in_english
from tests.agents.conftest import says, says_object
from tests.agents.stories import BACKGROUND, CHARACTER, SENTENCE, STORY, TEXT, TITLE

DRAFT = StoryDraft(title=TITLE, text=TEXT)
WORDS = "ein kleiner junger Drache, mitternachtsblaue Schuppen"


def asked(ollama, number=-1):
    return [message["content"] for message in ollama.chats[number]["messages"]]


def test_the_storyteller_is_told_which(ollama, model):
    ollama.script.extend([says(STORY), says(STORY)])
    tell_story(model, sentence=SENTENCE, language="de")
    tell_story(model, sentence=SENTENCE)
    (system, german), (same, free) = asked(ollama, 0), asked(ollama, 1)
    assert "in German (Deutsch)." in german
    assert german.index("</sentence>") < german.index("German")
    assert "German" not in free
    assert system == same


def test_a_hero_is_described_to_readers_and_to_the_painter(ollama, model):
    ollama.script.append(says_object(**CHARACTER, for_readers=f" {WORDS}. "))
    hero = describe_character(model, sentence=SENTENCE, story=DRAFT, language="de")
    assert hero.as_words() == WORDS
    assert hero.as_prompt().startswith("a small young dragon, midnight-blue scales")
    assert hero.name == "Ember"
    assert "in German (Deutsch) alone" in asked(ollama)[1]
    assert [*ollama.chats[0]["format"]["required"]] == [*CHARACTER, "for_readers"]


@pytest.mark.parametrize(("num_ctx", "kept"), [(2048, 682), (4096, 1365), (8192, 1600)])
def test_a_small_context_keeps_room_for_the_story(ollama, model, num_ctx, kept):
    ollama.script.append(says_object(**CHARACTER, for_readers=WORDS))
    small = replace(model, num_ctx=num_ctx)
    story = StoryDraft(title=TITLE, text="\n\n".join([TEXT] * 30))
    describe_character(small, sentence=SENTENCE, story=story, language="hi")
    assert ollama.chats[-1]["options"]["num_predict"] == kept
    assert "Every evening Ember" in asked(ollama)[1]


@pytest.mark.parametrize("language", ["en", "en-GB", "", "xx"])
def test_to_english_readers_one_text_says_both(ollama, model, language):
    ollama.script.append(says_object(**BACKGROUND))
    setting = describe_background(model, sentence=SENTENCE, story=DRAFT, language=language)
    assert setting.as_words() == setting.as_prompt()
    assert "for_readers" not in asked(ollama)[1]
    assert "for_readers" not in ollama.chats[0]["format"]["properties"]


def test_the_words_for_readers_have_to_be_there(ollama, model):
    ollama.script.extend([says_object(**CHARACTER), says_object(**CHARACTER, for_readers=WORDS)])
    assert describe_character(model, sentence=SENTENCE, story=DRAFT, language="de").as_words() == WORDS
    assert "for_readers: Field required" in asked(ollama)[1]


@pytest.mark.parametrize("word", ["Wort " * 200, "ein Satzteil, " * 150, "龍" * 1300])
def test_the_words_for_readers_are_bounded_like_a_prompt(ollama, model, word):
    ollama.script.append(says_object(**CHARACTER, for_readers=word))
    words = describe_character(model, sentence=SENTENCE, story=DRAFT, language="de").as_words()
    assert 0 < len(words.split()) <= 150
    assert 500 < len(words) <= 1_200  # more than a field of the painter's has


def test_both_descriptions_share_what_the_server_has_read(ollama, model):
    more = {"for_readers": WORDS}
    ollama.script.extend([says_object(**CHARACTER, **more), says_object(**BACKGROUND, **more)])
    describe_character(model, sentence=SENTENCE, story=DRAFT, language="de")
    describe_background(model, sentence=SENTENCE, story=DRAFT, language="de")
    (system, first), (same, second) = asked(ollama, 0), asked(ollama, 1)
    assert system == same
    pairs = itertools.takewhile(lambda pair: pair[0] == pair[1], zip(first, second, strict=False))
    assert "</story>" in "".join(one for one, _ in pairs)


@pytest.mark.parametrize(
    ("kind", "language", "told"),
    [
        ("passage", "de", ", in German (Deutsch) unless the wish names another language. It takes"),
        ("title", "ja", ", in Japanese (日本語) unless the wish names another language: one line"),
        ("description", "de", ", in German (Deutsch) unless"),
        ("description", "", ", in English unless"),
        ("passage", "", "Write the new passage now. It takes"),
    ],
)
def test_the_editor_is_told_which(ollama, model, kind, language, told):
    ollama.script.append(says("Etwas ganz anderes"))
    passage = Passage(kind=kind, text="Ein alter Satz.", before=TEXT)
    rewrite(model, passage=passage, wish="kürzer", language=language)
    assert told in asked(ollama)[1]
    assert "German" not in asked(ollama)[0]


def test_a_description_is_said_in_english(ollama, model):
    ollama.script.append(says("“a small young dragon,\n**midnight-blue** scales”"))
    assert say_in_english(model, description=WORDS) == "a small young dragon, midnight-blue scales"
    assert f"<description>\n{WORDS}\n</description>" in asked(ollama)[1]


def test_no_translation_is_an_error_that_may_pass(ollama, model):
    ollama.script.append(says("***"))
    with pytest.raises(LanguageModelError, match="not with a translation") as caught:
        say_in_english(model, description=WORDS)
    assert caught.value.transient
