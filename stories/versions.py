"""The words of a story as versions: saved, proposed, shown. Whoever calls these holds the story's row.

A story shows the words of its `version`; none has been saved before the first change. Words that came to it
by another way (a description, with the picture painted after it) are saved before they are changed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from typing import Any

from django.db.models import Max

from agents.languages import guess_language
from stories.models import Story, StoryVersion

WORDS = ("title", "story_text", "character_description", "background_description")
DESCRIPTIONS = ("character_description", "background_description")


def hash_words(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def read_words(source: Story | StoryVersion) -> dict[str, str]:
    return {name: getattr(source, name) for name in WORDS}


def name_revision(story: Story) -> str:
    """Names the words that a story shows, so that a later change can tell what it began from."""
    return "-".join(hash_words(text) for text in read_words(story).values())


def has_changed(story: Story, revision: str, names: Any) -> bool:
    """Whether any of these words is another than in ``revision``; one that cannot be read knows of none."""
    then = revision.split("-")
    now = name_revision(story).split("-")
    return len(then) != len(now) or any(then[WORDS.index(name)] != now[WORDS.index(name)] for name in names)


def lock_story(story: Story) -> Story:
    """The row as it is now, held until the transaction ends. Raises `Story.DoesNotExist`."""
    return Story.objects.kept().select_for_update().get(pk=story.pk)


def keep_shown(story: Story, **made: Any) -> StoryVersion:
    """The version that is shown; where there is none yet, the words are saved as one. ``made``: what to note
    of words that came by another way."""
    if story.version and read_words(story.version) == read_words(story):
        return story.version
    if story.version:
        pass_over(story, [name for name in WORDS if getattr(story, name) != getattr(story.version, name)])
    elif not story.versions.exists():
        made = {"made_by": StoryVersion.Maker.ORIGINAL, "language_model": story.language_model}
    version = add_version(story, read_words(story), **{"made_by": StoryVersion.Maker.PERSON, **made})
    Story.objects.filter(pk=story.pk).update(version=version)
    story.version = version
    return version


def add_version(story: Story, words: dict[str, str], **made: Any) -> StoryVersion:
    """A proposal passes over the earlier ones of its part."""
    last = story.versions.aggregate(last=Max("number"))["last"] or 0
    made = {"part_only": bool(made.get("proposed") and made.get("part")), **made}
    version = StoryVersion.objects.create(story=story, number=last + 1, **words, **made)
    if version.proposed:
        pass_over(story, name_parts(story, version), before=version.number)
    return version


def name_parts(story: Story, version: StoryVersion) -> list[str]:
    """What a version would change."""
    if version.part:
        return [version.part]
    return [name for name in WORDS if getattr(story, name) != getattr(version, name)]


def pass_over(story: Story, parts: Collection[str], *, before: int | None = None) -> None:
    """Offer the proposals of these parts no longer (``before``: those with a lower number): something newer
    was chosen, typed or proposed. They stay among the versions. One of several parts goes with each of them.
    """
    if parts:
        old = story.versions.filter(proposed=True, part__in=[*parts, ""])
        (old.filter(number__lt=before) if before else old).update(proposed=False)


def show(story: Story, version: StoryVersion) -> None:
    """Let the story have these words, and note which text its descriptions belong to from now on."""
    described = dict(story.described_from)
    for name in DESCRIPTIONS:
        if getattr(version, name) != getattr(story, name):
            described[name] = hash_words(version.story_text)
        elif getattr(story, name):
            described.setdefault(name, hash_words(story.story_text))
    for name, text in read_words(version).items():
        setattr(story, name, text)
    story.version, story.described_from = version, described
    story.language = guess_language(version.story_text, story.language)
    story.save(update_fields=[*WORDS, "version", "described_from", "language", "updated_at"])


def say_to_painter(story: Story, description: str) -> str:
    """A description as a painter is asked for it: in English, where it was written so for one; else as it is,
    as one that somebody typed."""
    return str(story.painted_as.get(hash_words(description), description))


def name_tongue(story: Story, description: str) -> str:
    """The language of a description: the story's, where a painter was told in English besides; "" where
    nothing tells."""
    return story.language if hash_words(description) in story.painted_as else guess_language(description)


def is_described_from_another_text(story: Story, name: str) -> bool:
    """Whether the text has changed since this description was written after it."""
    text = story.described_from.get(name)
    return bool(getattr(story, name) and text and text != hash_words(story.story_text))
