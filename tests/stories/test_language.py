"""The language that a story is in: asked for, kept by every agent, and told honestly where it is another."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from agents.languages import guess_language
from agents.storyteller import SYSTEM as TELLER
from stories import editing, redoing, services
from stories.library import list_wishes
from stories.makers import tell_language
from stories.management.commands.demo import STORIES
from stories.models import GenerationSession, Step, Story
from stories.notes import ENGLISH_ONLY
from stories.services import Conflict
from stories.versions import name_tongue, say_to_painter
from stories.web.examples import EXAMPLES
from tests.agents.conftest import ScriptedOllama, says, says_object
from tests.agents.stories import BACKGROUND, CHARACTER
from tests.library import make_story
from tests.stories.conftest import ALICE, admit, do

pytestmark = pytest.mark.django_db(transaction=True)
SENTENCE = "A shy dragon who paints the night sky"
TEXT = "\n\n".join(
    ["Jeden Abend stieg die kleine Drachin auf den Berg und malte einen neuen Stern über das Dorf."] * 4
)
HERO = "ein kleiner junger Drache, mitternachtsblaue Schuppen, roter Schal"
PLACE = "ein kahler Gipfel über einem Dorf, Mitternacht, kaltes Mondlicht"
ENGLISH_HERO = "a small young dragon, midnight-blue scales"


@pytest.fixture(scope="module")
def server() -> Iterator[ScriptedOllama]:
    server = ScriptedOllama()
    yield server
    server.stop()


@pytest.fixture
def ollama(server: ScriptedOllama, settings: Any, tmp_path: Path) -> Iterator[ScriptedOllama]:
    settings.OLLAMA_BASE_URL, settings.OLLAMA_MODEL = server.url, "tale"
    settings.MEDIA_ROOT = tmp_path
    settings.IMAGE_SIZE = settings.SCENE_SIZE = "128x96"
    server.script.clear()
    server.chats.clear()
    yield server
    connection.close()
    assert not server.script, "the script was not used up"


@pytest.fixture
def by_sketch(settings: Any, tmp_path: Path) -> None:
    settings.OLLAMA_MODEL, settings.MEDIA_ROOT = "sketch", tmp_path


def go_on(session: GenerationSession) -> GenerationSession:
    admit(session)
    while step := Step.objects.filter(session=session, status="ready").first():
        do(step)
    return services.find_generation(session.pk)


def tell(ollama: ScriptedOllama, *, images: bool = True, **wanted: Any) -> Story:
    ollama.script.extend(
        [
            says(f"# Die Drachin\n\n{TEXT}"),
            says_object(**CHARACTER, for_readers=HERO),
            says_object(**BACKGROUND, for_readers=PLACE),
        ]
    )
    session = go_on(services.start_generation(person=ALICE, prompt=SENTENCE, seed=7, images=images, **wanted))
    assert (session.status, session.warnings) == ("completed", []), session.error
    return Story.objects.get(pk=session.story_id)


def redo(story: Story, **wanted: Any) -> Any:
    session = go_on(redoing.redo_picture(story, person=ALICE, image_type="character", **wanted))
    assert session.status == "completed", session.error
    return story.images.get(image_type="character", is_live=True)


def test_readers_have_their_language_and_the_painter_english(ollama: ScriptedOllama) -> None:
    story = tell(ollama, language="de")
    assert (story.language, story.asked_language) == ("de", "de")
    assert (story.character_description, story.background_description) == (HERO, PLACE)
    hero = story.pictures["character"]
    assert hero.description == HERO
    assert ENGLISH_HERO in hero.prompt_used
    assert "Drache" not in hero.prompt_used
    assert redoing.find_stale(story) == []
    told = [chat["messages"] for chat in ollama.chats]
    assert told[0][0]["content"] == TELLER
    assert all("German (Deutsch)" in chat[1]["content"] for chat in told)


def test_without_a_choice_the_text_tells(ollama: ScriptedOllama) -> None:
    story = tell(ollama, images=False)
    assert (story.language, story.asked_language) == ("de", "")
    assert "German" not in ollama.chats[0]["messages"][1]["content"]
    assert story.character_description == HERO


def test_painted_again_it_is_painted_after_the_same_english(ollama: ScriptedOllama) -> None:
    story = tell(ollama, language="de")
    first = story.pictures["character"]
    again = redo(story, like=first.pk)
    assert (again.prompt_used, again.description, again.file.name) == (
        first.prompt_used, HERO, first.file.name,
    )  # fmt: skip
    # A page sends the description that it shows.
    assert ENGLISH_HERO in redo(story, description=HERO, seed=9).prompt_used


def test_what_somebody_writes_is_what_is_painted(ollama: ScriptedOllama) -> None:
    story = tell(ollama, language="de")
    editing.edit_words(story, person=ALICE, changes={"character_description": "a tall red robot"})
    assert redoing.find_stale(story) == ["character_image", "combined_image"]
    image = redo(story)
    assert image.prompt_used.startswith("a tall red robot")
    assert image.description == "a tall red robot"
    # On the way back the painter's own words come back too.
    editing.keep_version(story.versions.get(number=1), person=ALICE)
    assert ENGLISH_HERO in redo(Story.objects.get(pk=story.pk)).prompt_used


def test_a_rewritten_description_is_put_into_english_too(ollama: ScriptedOllama) -> None:
    story = tell(ollama, language="de", images=False)
    ollama.script.extend([says("ein grüner Drache"), says("a green dragon")])
    step = go_on(
        redoing.rewrite(story, person=ALICE, part="character_description", instruction="grün")
    ).steps.get()
    assert step.status == "done", step.error
    version = story.versions.get(proposed=True)
    assert version.character_description == "ein grüner Drache"
    kept = editing.keep_version(version, person=ALICE)
    story = Story.objects.get(pk=kept.pk)
    assert say_to_painter(story, story.character_description) == "a green dragon"
    assert name_tongue(story, story.character_description) == "de"
    assert "in German (Deutsch) unless" in ollama.chats[-2]["messages"][1]["content"]


def test_a_story_in_another_language_than_asked_says_so(ollama: ScriptedOllama) -> None:
    ollama.script.append(
        says("# The Lantern\n\n" + "She climbed the hill with her lantern, and it was late. " * 9)
    )
    session = services.start_generation(person=ALICE, prompt=SENTENCE, language="de", images=False)
    session.steps.exclude(name="story").delete()
    session = go_on(session)
    assert session.warnings == ["This story was asked for in German; it is in English."]
    assert (session.story.language, session.story.asked_language) == ("en", "de")


def test_the_sketch_does_not_pretend(by_sketch: None) -> None:
    session = services.start_generation(person=ALICE, prompt=SENTENCE, language="de", images=False)
    session = go_on(session)
    assert session.status == "completed"
    assert session.warnings == [f"This story was asked for in German; it is in English. {ENGLISH_ONLY}"]
    assert "connect Ollama" in session.warnings[0]
    assert not session.can_be_retried
    assert session.events.filter(kind="warning", step="story").count() == 1
    assert (session.story.language, session.story.asked_language) == ("en", "de")
    assert not session.story.painted_as


@pytest.mark.parametrize(
    ("sentence", "honest"),
    [
        ("Ein Drache, der den Himmel und die Sterne malt", True),
        ("夜空を描く内気な龍", True),
        (SENTENCE, False),
    ],
)
def test_of_a_foreign_sentence_the_sketch_says_it_too(by_sketch: None, sentence: str, honest: bool) -> None:
    session = services.start_generation(person=ALICE, prompt=sentence, images=False)
    warnings = go_on(session).warnings
    assert [ENGLISH_ONLY in warning for warning in warnings] == ([True] if honest else [])


def test_another_like_it_is_asked_for_in_the_same_language(by_sketch: None) -> None:
    session = services.start_generation(person=ALICE, prompt=SENTENCE, language="de", images=False)
    assert list_wishes(go_on(session).story)["language"] == "de"


def test_the_same_key_means_the_same_language(db: None) -> None:
    def ask(language: str) -> GenerationSession:
        return services.start_generation(
            person=ALICE, prompt=SENTENCE, language=language, idempotency_key="one"
        )

    session = ask("de")
    Story.objects.update(language="en")  # as it turned out
    assert ask("de") == session
    for other in ("fr", ""):
        with pytest.raises(Conflict, match="used before"):
            ask(other)


@pytest.mark.parametrize(
    ("known", "changes", "then"),
    [
        ("ru", {"title": "Another"}, "ru"),
        ("ru", {"story_text": "Hm."}, "ru"),
        (
            "en-GB",
            {"story_text": "The fox and the owl were friends of old, and they had it from her."},
            "en-GB",
        ),
        ("en", {"story_text": TEXT}, "de"),
        ("", {"story_text": TEXT}, "de"),
    ],
)
def test_a_change_keeps_what_is_known_of_the_language(known: str, changes: dict[str, str], then: str) -> None:
    story = Story.objects.create(
        person=ALICE.key, prompt=SENTENCE, title="T", story_text="Xyz.", language=known
    )
    editing.edit_words(story, person=ALICE, changes=changes)
    assert story.language == Story.objects.get().language == then


@pytest.mark.parametrize(
    ("asked", "written", "told"),
    [("", "en", ""), ("de", "", ""), ("pt-BR", "pt", ""), ("xx", "en", ""), ("de", "fr", "it is in French.")],
)
def test_only_what_is_certain_is_told(asked: str, written: str, told: str) -> None:
    said = tell_language("", asked, written, "tale")
    assert told in said
    assert bool(said) is bool(told)


def test_the_sketch_describes_a_story_of_another_language_in_english_and_says_so(by_sketch: None) -> None:
    story = make_story(ALICE, pictures=False, story_text=TEXT, language="de")
    session = go_on(redoing.refresh(story, person=ALICE, names=["character"]))
    assert session.warnings == [ENGLISH_ONLY]
    story.refresh_from_db()
    assert story.character_description
    assert not story.painted_as
    assert say_to_painter(story, story.character_description) == story.character_description


def test_no_english_sentence_is_taken_for_another(db: None) -> None:
    sentences = [*EXAMPLES, *(sentence for _, _, sentence in STORIES)]
    assert len(sentences) > 12
    assert {guess_language(sentence) for sentence in sentences} <= {"", "en"}
