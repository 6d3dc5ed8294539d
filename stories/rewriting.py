"""The step that proposes other words for a part of a story."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_noop

from agents.editor import Kind, Passage, rewrite
from stories.engines import language_model
from stories.jobs import Job, Save
from stories.models import Story, StoryVersion
from stories.versions import add_version, keep_shown, lock_story, read_words

KINDS: dict[str, Kind] = {"title": "title", "story_text": "passage"}


class PassageGone(Exception):
    """The text was changed after a passage of it was chosen, and the passage with it."""

    transient = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where a passage stands in a text."""

    before: str
    passage: str
    after: str

    def filled(self, new: str) -> str:
        return f"{self.before}{new}{self.after}"


def find_place(text: str, wanted: dict[str, Any]) -> Place:
    """Where the passage that was chosen stands now.

    Raises:
        PassageGone: nowhere, or more than once.
    """
    start, passage = wanted["start"], wanted["passage"]
    if text[start : wanted["end"]] != passage:
        if text.count(passage) != 1:
            raise PassageGone(gettext_noop("This passage was changed meanwhile. Choose it anew."))
        start = text.index(passage)
    return Place(text[:start], passage, text[start + len(passage) :])


def propose(job: Job) -> Save:
    """Rewrite the passage; what comes of it waits as a version until a person has chosen."""
    wanted, story, model = job.step.wanted, job.story, language_model()
    part = wanted["part"]
    place = find_place(getattr(story, part), wanted)
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
        seed=job.seed,
        on_text=job.watch.on_text,
        should_stop=job.watch.should_stop,
    )

    def save() -> dict[str, Any]:
        now = lock_story(Story(pk=story.pk))
        keep_shown(now)
        version = add_version(
            now,
            read_words(now) | {part: find_place(getattr(now, part), wanted).filled(new)},
            made_by=StoryVersion.Maker.MODEL,
            proposed=True,
            part=part,
            instruction=wanted["instruction"],
            language_model=model.name,
            seed=job.seed,
        )
        return {"version": str(version.pk), "model": model.name, "seed": job.seed, "words": len(new.split())}

    return save
