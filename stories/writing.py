"""The text steps: each asks an agent, without the database, and says how to save what came of it.

A work function returns a `Save`: a function that stores what was made, called inside the transaction that
closes the step. Whatever takes time happens before it returns.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import F, Func, JSONField, Value

from agents.background import BackgroundDescription
from agents.background import describe_background as ask_background
from agents.character import CharacterDescription
from agents.character import describe_character as ask_character
from agents.languages import guess_language
from agents.storyteller import StoryDraft, tell_story
from stories.engines import language_model
from stories.jobs import Job, Save
from stories.makers import speaks, tell_language
from stories.models import Story, StoryVersion
from stories.notes import ENGLISH_ONLY
from stories.versions import hash_words, keep_shown, lock_story


def write_story(job: Job) -> Save:
    """Write the title and the text."""
    model = language_model()
    draft = tell_story(
        model,
        sentence=job.story.prompt,
        genre=job.story.genre,
        language=job.story.asked_language,
        seed=job.seed,
        on_text=job.watch.on_text,
        should_stop=job.watch.should_stop,
    )
    asked = job.story.asked_language
    language = guess_language(draft.text, asked)
    missed = tell_language(job.story.prompt, asked, language, model.name)

    def save() -> dict[str, Any]:
        update(
            job.story,
            title=draft.title,
            story_text=draft.text,
            language=language,
            language_model=model.name,
        )
        made = {"model": model.name, "seed": job.seed, "words": len(draft.text.split())}
        return made | ({"note": missed} if missed else {})

    return save


def describe_character(job: Job) -> Save:
    """Describe the hero in words that a painter can use."""
    return describe(job, ask_character, "character_description")


def describe_background(job: Job) -> Save:
    """Describe the setting in words that a painter can use."""
    return describe(job, ask_background, "background_description")


def describe(job: Job, ask: Callable[..., CharacterDescription | BackgroundDescription], field: str) -> Save:
    story, model = job.story, language_model()
    known = speaks(model.name, story.language)
    description = ask(
        model,
        sentence=story.prompt,
        story=StoryDraft(title=story.title, text=story.story_text),
        style=job.style.hint,
        language=story.language if known else "",
        seed=job.seed,
        on_text=job.watch.on_word,
        should_stop=job.watch.should_stop,
    )
    text, prompt = description.as_words(), description.as_prompt()
    fields = {field: text}
    if isinstance(description, BackgroundDescription) and description.genre and not story.genre:
        fields["genre"] = description.genre  # nobody wished for one: what the story has become
    made = {"part": field, "language_model": model.name, "seed": job.seed}

    def save() -> dict[str, Any]:
        update(story, **fields)
        # The other branch may note its own at the same time.
        Story.objects.filter(pk=story.pk).update(
            described_from=add_to("described_from", {field: hash_words(story.story_text)}),
            painted_as=add_to("painted_as", {hash_words(text): prompt} if text != prompt else {}),
        )
        if job.step.session.redo:
            keep_shown(lock_story(story), made_by=StoryVersion.Maker.MODEL, **made)
        done = {"model": model.name, "seed": job.seed, "words": len(text.split())}
        return done if known else done | {"note": ENGLISH_ONLY}

    return save


def add_to(field: str, values: dict[str, str]) -> Func:
    """A JSON object with these values besides those that it has by then."""
    added = Value(values, output_field=JSONField())
    return Func(F(field), added, template="(%(expressions)s)", arg_joiner=" || ", output_field=JSONField())


def update(story: Story, **fields: Any) -> None:
    """Save these fields alone: another branch may be saving others of the same story."""
    for name, value in fields.items():
        setattr(story, name, value)
    story.save(update_fields=[*fields, "updated_at"])
    Story.objects.filter(pk=story.pk).leave_public()
