"""What the story page shows besides the book itself: versions, proposals, what is old, what made it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from stories.differing import Row, compare
from stories.makers import WRITER, is_sketch
from stories.models import GenerationSession, StepStatus, Story, StoryVersion
from stories.pipeline import KINDS
from stories.redoing import find_stale
from stories.versions import WORDS, name_revision

PARTS = {
    "title": gettext_noop("the title"),
    "story_text": gettext_noop("the text"),
    "character_description": gettext_noop("the hero’s description"),
    "background_description": gettext_noop("the setting’s description"),
}
#: Wishes that are a click away, for each part.
WISHES = {
    "title": ("Another title", "Shorter", "Funnier"),
    "story_text": ("Funnier", "Shorter", "Longer", "Calmer", "Scarier"),
    "character_description": ("Shorter", "More detailed", "Funnier"),
    "background_description": ("Shorter", "More detailed", "Calmer"),
}


#: Those that the sketch storyteller follows, among them; a wish in own words may be beyond it.
_KNOWN = frozenset(wish for wishes in WISHES.values() for wish in wishes)


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph of the text, where it stands, and how it begins."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """What may be done to a part's words: its name, the wishes that are a click away, what is out of date."""

    part: str
    name: str
    wishes: Sequence[str]
    stale: Sequence[str] = ()
    passages: Sequence[Passage] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Entry:
    """A version in the list of all: which parts came with it, who made it, whether it is shown."""

    version: StoryVersion
    parts: Sequence[str]
    maker: str
    wish: str
    is_shown: bool


def describe_changes(story: Story, versions: Sequence[StoryVersion]) -> dict[str, Any]:
    """For those who may change the story."""
    proposed = [version for version in versions if version.proposed]
    stale = find_stale(story)
    return {
        "revision": name_revision(story),
        "changes": {part: describe_change(story, part) for part in PARTS},
        "stale": stale,
        "stale_pieces": [_(KINDS[name].piece) for name in stale],
        "versions": versions,
        "comparison": compare_versions(story, proposed[-1], versions) if proposed else None,
        "shown_number": next((one.number for one in versions if one.pk == story.version_id), None),
    }


def describe_change(story: Story, part: str) -> Change:
    passages = split_passages(story.story_text) if part == "story_text" else ()
    return Change(part, _(PARTS[part]), WISHES[part], passages=passages)


def split_passages(text: str) -> list[Passage]:
    """The paragraphs, with their places in characters."""
    passages, start = [], 0
    for gap in re.finditer(r"\n\s*\n|\Z", text):
        paragraph = text[start : gap.start()]
        first = start + len(paragraph) - len(paragraph.lstrip())
        if words := paragraph.strip():
            passages.append(Passage(first, first + len(words), words))
        start = gap.end()
    return passages


def compare_versions(story: Story, version: StoryVersion, versions: Sequence[StoryVersion]) -> dict[str, Any]:
    """A version beside what is shown, part by part, and its neighbours among all versions."""
    numbers = [one.number for one in versions]
    at = numbers.index(version.number)
    parts = (version.part,) if version.part_only else WORDS
    changed = [part for part in parts if getattr(story, part) != getattr(version, part)]
    return {
        "version": version,
        "is_shown": version.pk == story.version_id,
        "parts": [(_(PARTS[part]), compare_part(story, version, part)) for part in changed],
        "maker": name_maker(version),
        "beyond_sketch": is_sketch(version.language_model)
        and bool(version.instruction)
        and version.instruction not in _KNOWN,
        "count": len(numbers),
        "before": numbers[at - 1] if at else None,
        "after": numbers[at + 1] if at + 1 < len(numbers) else None,
    }


def list_versions(story: Story, versions: Sequence[StoryVersion]) -> list[Entry]:
    """All versions, the latest first. Where none is noted, the parts that came with a version are those whose
    words no earlier one had."""
    had: dict[str, set[str]] = {name: set() for name in WORDS}
    entries: list[Entry] = []
    for version in versions:
        fresh = [name for name in WORDS if entries and getattr(version, name) not in had[name]]
        parts = [version.part] if version.part in PARTS else fresh
        is_shown = version.pk == story.version_id
        wish = _(version.instruction) if version.instruction else ""
        told = [_(PARTS[part]) for part in parts]
        entries.append(Entry(version, told, name_maker(version), wish, is_shown))
        for name in WORDS:
            had[name].add(getattr(version, name))
    return entries[::-1]


def compare_part(story: Story, version: StoryVersion, part: str) -> list[Row]:
    return compare(getattr(story, part), getattr(version, part))


def name_maker(version: StoryVersion) -> str:
    """Who made a version, in words: what the sketches made says so."""
    if version.made_by == StoryVersion.Maker.PERSON:
        return _("by hand")
    model = _(WRITER) if is_sketch(version.language_model) else version.language_model or _("a model")
    return _("by {model}").format(model=model)


def tell_making(story: Story, making: GenerationSession | None) -> dict[str, Any]:
    """For the colophon: how long each step took, and who changed the words since."""
    steps = making.steps.all() if making else ()
    times = [
        (KINDS[step.name].told, step.seconds)
        for step in steps
        if step.status == StepStatus.DONE and step.seconds is not None and step.name in KINDS
    ]
    if making and not times:  # made elsewhere
        times = [(KINDS[name].label, seconds) for name, seconds in making.times.items() if name in KINDS]
    shown = story.version
    changed = name_maker(shown) if shown and shown.made_by != StoryVersion.Maker.ORIGINAL else ""
    return {"times": times, "changed": changed, "version": shown}
