from __future__ import annotations

from typing import Any

import pytest

from stories import curating, services
from stories.editing import edit_words
from stories.models import GenerationSession, StepStatus, Story
from stories.versions import hash_words
from tests.library import make_generation, make_story


def test_it_is_a_book(ann: Any, story: Story) -> None:
    make_generation(story)
    page = ann.get(story.get_absolute_url())
    assert page.status_code == 200
    for image in story.pictures.values():
        assert image.file.url in page.text
    for words in (story.title, story.prompt, story.character_description, story.background_description):
        assert words in page.text
    assert (
        "<p>Once there was a dragon who painted.</p><p>In the morning the sky was blue again.</p>"
        in page.text
    )
    assert "Put into the trash" in page.text
    assert "something is missing" not in page.text.lower()


def test_it_is_honest_about_the_sketches(ann: Any, story: Story) -> None:
    page = ann.get(story.get_absolute_url())
    assert "Written by the built-in sketch storyteller, not a language model" in page.text
    assert "OLLAMA_BASE_URL" in page.text
    assert "OLLAMA_MODEL" in page.text
    assert "<dd>the built-in sketch storyteller, not a language model</dd>" in page.text
    assert "by the built-in sketch painter, not a diffusion model" in page.text


def test_it_names_real_models(ann: Any) -> None:
    story = make_story(ann.person, language_model="llama3.2", pictures=False)
    page = ann.get(story.get_absolute_url())
    assert "llama3.2" in page.text
    assert "sketch storyteller" not in page.text
    assert "sketch painter" not in page.text  # nothing is painted


def test_it_escapes_all_that_a_model_or_a_person_wrote(ann: Any) -> None:
    evil = "<script>alert(1)</script>"
    fields = ("title", "prompt", "story_text", "character_description", "language_model")
    story = make_story(ann.person, pictures=True, **dict.fromkeys(fields, evil))
    page = ann.get(story.get_absolute_url())
    assert evil not in page.text
    assert "&lt;script&gt;alert(1)" in page.text


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The fox and the owl were friends, and they had a secret that was theirs.", "en"),
        (
            "Der Fuchs und die Eule waren Freunde, und das war nicht immer so, denn sie war mit dem Wind.",
            "de",
        ),
        ("Лиса и сова дружили с давних пор.", "ru"),
        ("Zzz. Brr!", ""),
    ],
)
def test_it_says_in_which_language_it_is(ann: Any, text: str, language: str) -> None:
    page = ann.get(make_story(ann.person, story_text=text).get_absolute_url())
    shown = f'lang="{language}" dir="ltr"' if language else 'dir="auto"'
    assert f'<div class="prose-book opening-letter mx-auto" {shown} id="text"' in page.text
    assert f'<h1 class="book-title" id="title" {shown}>' in page.text


def test_what_it_says_of_its_language_stands_over_a_guess(ann: Any) -> None:
    story = make_story(ann.person, language="ar", painted_as={hash_words("تنين صغير"): "a small dragon"})
    Story.objects.filter(pk=story.pk).update(
        character_description="تنين صغير",
        background_description="The hill that she had, and the stars of it.",
    )
    page = ann.get(story.get_absolute_url()).text
    assert '<div class="prose-book opening-letter mx-auto" lang="ar" dir="rtl"' in page
    assert 'text-quiet" lang="ar" dir="rtl">تنين صغير</p>' in page
    assert 'text-quiet" lang="en" dir="ltr">The hill' in page
    assert '<dt>Language</dt><dd lang="ar" dir="auto">العربية</dd>' in page


def test_it_says_that_it_is_in_another_language_than_asked(ann: Any) -> None:
    story = make_story(ann.person, language="en", asked_language="de")
    page = ann.get(story.get_absolute_url()).text
    assert (
        "This story was asked for in German; it is in English. The built-in sketch storyteller knows" in page
    )
    edit_words(story, person=ann.person, changes={"title": "By hand"})
    assert "was asked for" not in ann.get(story.get_absolute_url()).text


def test_in_the_language_that_was_asked_for_there_is_nothing_to_say(ann: Any) -> None:
    story = make_story(ann.person, language="de", asked_language="de", language_model="llama3.2")
    assert "was asked for" not in ann.get(story.get_absolute_url()).text


def test_it_offers_to_try_again_what_is_missing(ann: Any) -> None:
    story = make_story(ann.person, pictures=False)
    session = make_generation(story)
    session.steps.filter(name="character_image").update(status=StepStatus.SKIPPED)
    session.warnings = ["The hero's picture could not be made: no paint."]
    session.save()
    page = ann.get(story.get_absolute_url())
    assert "Something is missing from this book" in page.text
    assert "no paint." in page.text
    assert f'action="/generations/{session.pk}/retry/"' in page.text


def test_it_speaks_of_what_could_not_be_made_only_at_the_end(ann: Any, session: GenerationSession) -> None:
    Story.objects.update(title="The Title", story_text="It was night.", character_description="A dragon.")
    never, coming = "This picture could not be made.", "This picture is still to come."
    page = ann.get(session.story.get_absolute_url())
    assert (page.text.count(never), page.text.count(coming)) == (0, 2)
    assert "still on the loom" in page.text
    services.cancel_generation(session)
    page = ann.get(session.story.get_absolute_url())
    assert (page.text.count(never), page.text.count(coming)) == (2, 0)


def test_it_leads_to_the_loom_while_there_is_no_text(ann: Any, session: GenerationSession) -> None:
    answer = ann.get(session.story.get_absolute_url())
    assert answer["Location"] == session.get_absolute_url()


def test_it_hides_from_others(ben: Any, story: Story) -> None:
    assert ben.get(story.get_absolute_url()).status_code == 404
    assert ben.post(f"/story/{story.pk}/delete/").status_code == 404
    assert Story.objects.filter(pk=story.pk).exists()


def test_it_lets_others_read_what_is_unlisted_and_not_change_it(ben: Any, story: Story) -> None:
    curating.unlist([story])
    page = ben.get(story.get_absolute_url())
    assert page.status_code == 200
    assert "Delete" not in page.text
    refused = ben.post(f"/story/{story.pk}/delete/")
    assert refused.status_code == 403
    assert "somebody else" in refused.text


def test_it_asks_at_most_twelve_queries(ann: Any, django_assert_max_num_queries: Any) -> None:
    source = make_story(ann.person)
    story = make_story(ann.person, varied_from=source, genre="sea", language="en")
    make_generation(story)
    with django_assert_max_num_queries(12):
        page = ann.get(story.get_absolute_url())
    assert "A variation of" in page.text
    assert source.get_absolute_url() in page.text
    assert "Sea story" in page.text


def test_a_source_that_one_may_not_see_is_not_named(ann: Any, ben: Any) -> None:
    source = make_story(ben.person, title="Of Ben")
    story = make_story(ann.person, varied_from=source)
    assert "A variation of" not in ann.get(story.get_absolute_url()).text


def test_it_deletes_for_scripts(ann: Any, story: Story) -> None:
    answer = ann.post(f"/story/{story.pk}/delete/", headers={"Accept": "application/json"})
    assert answer.status_code == 204


def test_it_deletes_nothing_by_get(ann: Any, story: Story) -> None:
    assert ann.get(f"/story/{story.pk}/delete/").status_code == 405
    assert Story.objects.exists()
