"""The step that proposes other words for a part of a story."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_noop

from agents.editor import Kind, Passage, rewrite
from agents.languages import is_english
from agents.translator import say_in_english
from agents.types import TEXT_MAX, TITLE_MAX
from stories.engines import language_model
from stories.jobs import Job, Save
from stories.makers import speaks
from stories.models import Story, StoryVersion
from stories.notes import TOO_MUCH
from stories.passages import put_between, widen
from stories.validation import DESCRIPTION_MAX
from stories.versions import DESCRIPTIONS, add_version, hash_words, keep_shown, lock_story, read_words
from stories.writing import add_to

KINDS: dict[str, Kind] = {"title": "title", "story_text": "passage"}
#: The most characters that each part may have, as in `stories.validation`.
MOST = {"title": TITLE_MAX, "story_text": TEXT_MAX, **dict.fromkeys(DESCRIPTIONS, DESCRIPTION_MAX)}


class PassageGone(Exception):
    """The text was changed after a passage of it was chosen, and the passage with it."""

    transient = False


class TooMuch(Exception):
    """With the new passage its part would be longer than any may be."""

    transient = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where a passage stands in a text."""

    before: str
    passage: str
    after: str

    def filled(self, new: str) -> str:
        return put_between(self.before, new, self.after, old=self.passage)


def find_place(text: str, wanted: dict[str, Any]) -> Place:
    """Where the passage that was chosen stands now.

    Raises:
        PassageGone: nowhere, more than once, or as a piece of other words.
    """
    start, passage = wanted["start"], wanted["passage"]
    if text[start : wanted["end"]] != passage:
        start = text.index(passage) if text.count(passage) == 1 else -1
    end = start + len(passage)
    if start < 0 or widen(text, start, end) != (start, end):
        raise PassageGone(gettext_noop("This passage was changed meanwhile. Choose it anew."))
    return Place(text[:start], passage, text[end:])


def check_length(part: str, text: str) -> str:
    """
    Raises:
        TooMuch: it could be neither kept nor taken along.
    """
    if len(text) > MOST[part]:
        raise TooMuch(TOO_MUCH.format(length=f"{len(text):,}", most=f"{MOST[part]:,}"))
    return text


def propose(job: Job) -> Save:
    """Rewrite the passage; what comes of it waits as a version until a person has chosen."""
    wanted, story, model = job.step.wanted, job.story, language_model()
    part = wanted["part"]
    place = find_place(getattr(story, part), wanted)
    language = story.language if speaks(model.name, story.language) else ""
    is_text = part == "story_text"
    new = rewrite(
        model,
        passage=Passage(
            kind=KINDS.get(part, "description"),
            text=place.passage,
            before=place.before if is_text else story.story_text,
            after=place.after if is_text else "",
        ),
        wish=wanted["instruction"],
        language=language,
        seed=job.seed,
        on_text=job.watch.on_text,
        should_stop=job.watch.should_stop,
    )

    whole = check_length(part, place.filled(new))
    prompt = whole
    if part in DESCRIPTIONS and language and not is_english(language):
        prompt = say_in_english(
            model,
            description=whole,
            seed=job.seed,
            on_text=job.watch.on_word,
            should_stop=job.watch.should_stop,
        )

    def save() -> dict[str, Any]:
        now = lock_story(Story(pk=story.pk))
        keep_shown(now)
        proposed = check_length(part, find_place(getattr(now, part), wanted).filled(new))
        if prompt != whole and proposed == whole:
            painted_as = add_to("painted_as", {hash_words(proposed): prompt})
            Story.objects.filter(pk=story.pk).update(painted_as=painted_as)
        version = add_version(
            now,
            read_words(now) | {part: proposed},
            made_by=StoryVersion.Maker.MODEL,
            proposed=True,
            part=part,
            instruction=wanted["instruction"],
            language_model=model.name,
            seed=job.seed,
        )
        return {"version": str(version.pk), "model": model.name, "seed": job.seed, "words": len(new.split())}

    return save
