"""Words changed by hand, proposals kept or put aside, and the way back to any version."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from stories.models import Story, StoryVersion, Visibility
from stories.people import Person
from stories.services import Conflict
from stories.versions import (
    WORDS,
    add_version,
    has_changed,
    keep_shown,
    lock_story,
    name_parts,
    pass_over,
    read_words,
    show,
)

#: Within this time what one person goes on typing is one version.
ONE_SITTING = timedelta(minutes=10)
#: Who may read it, which changes with the words of a public story.
STANDING = ("visibility", "is_featured", "publish_asked_at", "changed_at")
BEHIND = gettext_noop(
    "This was changed meanwhile, in another tab or by somebody else. What you wrote is kept as version"
    " {number}: compare the two, and keep the one that you like."
)


class ChangedMeanwhile(Conflict):
    """It was changed since the one who sends this has read it. What they sent is kept as ``version``."""

    def __init__(self, version: StoryVersion) -> None:
        super().__init__(_(BEHIND).format(number=version.number))
        self.version = version


def edit_words(story: Story, *, person: Person, changes: dict[str, str], revision: str = "") -> StoryVersion:
    """Let a story have these words, and keep those that it had. ``revision`` names the words that the person
    began from (`versions.name_revision`); without one nothing is compared.

    Raises:
        ChangedMeanwhile: they are others by now; what was sent is kept beside them, as a proposal.
        Story.DoesNotExist: it was deleted meanwhile.
    """
    with transaction.atomic():
        now = lock_story(story)
        shown = keep_shown(now)
        changed = {name: text for name, text in changes.items() if getattr(now, name) != text}
        if not changed:
            return _hand_back(story, now, shown)
        behind = bool(revision) and has_changed(now, revision, changed)
        version = _write(now, shown, changed, person, aside=behind)
        if not behind:
            pass_over(now, changed)
            show(now, version)
            _leave_public(now, person)
        _hand_back(story, now, version)
    if behind:
        raise ChangedMeanwhile(version)
    return version


def keep_version(version: StoryVersion, *, person: Person) -> Story:
    """Let the story have the words of this version; those that it had are kept. What was proposed and never
    shown changes its own part alone, whatever else was changed since it was made."""
    with transaction.atomic():
        story = lock_story(version.story)
        keep_shown(story)
        version.refresh_from_db()
        if version.part_only:
            for name in WORDS:
                if name != version.part:
                    setattr(version, name, getattr(story, name))
        changed = [name for name, text in read_words(story).items() if getattr(version, name) != text]
        pass_over(story, changed)
        pass_over(story, name_parts(story, version), before=version.number)
        version.proposed = version.part_only = False
        version.save()
        show(story, version)
        if changed:
            _leave_public(story, person)
    return story


def put_aside(version: StoryVersion) -> None:
    """Propose it no longer, nor any before it of the same part. They stay among the versions."""
    with transaction.atomic():
        story = lock_story(version.story)
        pass_over(story, name_parts(story, version), before=version.number)
        StoryVersion.objects.filter(pk=version.pk).update(proposed=False)


def _write(
    story: Story, shown: StoryVersion, changed: dict[str, str], person: Person, *, aside: bool
) -> StoryVersion:
    """Go on in the version that this person is typing in, or begin one. ``aside``: it is not to be shown."""
    part = next(iter(changed)) if len(changed) == 1 else ""
    last = story.versions.order_by("number").last()
    words = read_words(shown) | changed
    if last and _is_typed_in(last, person, part, aside) and (aside or last == shown):
        for name, text in words.items():
            setattr(last, name, text)
        last.save()
        return last
    return add_version(
        story, words, made_by=StoryVersion.Maker.PERSON, person=person.key, part=part, proposed=aside
    )


def _is_typed_in(version: StoryVersion, person: Person, part: str, aside: bool) -> bool:
    mine = version.made_by == StoryVersion.Maker.PERSON and version.person == person.key
    recent = version.updated_at > timezone.now() - ONE_SITTING
    return mine and recent and (version.part, version.proposed) == (part, aside)


def _leave_public(story: Story, person: Person) -> None:
    """Words that no curator has seen are not for everybody. The row is held."""
    if story.visibility == Visibility.PUBLIC and not person.is_staff:
        Story.objects.filter(pk=story.pk).leave_public()
        story.refresh_from_db(fields=STANDING)


def _hand_back(story: Story, now: Story, version: StoryVersion) -> StoryVersion:
    """Let the caller's story be as its row is."""
    fields: dict[str, Any] = {
        **read_words(now),
        "version": now.version,
        "described_from": now.described_from,
        "language": now.language,
    }
    fields |= {name: getattr(now, name) for name in STANDING}
    for name, value in fields.items():
        setattr(story, name, value)
    return version
