"""Parts of a story made anew: a picture, a passage, a description, and all that is out of date.

Each is a generation of its own with the steps of that part alone; what was there before is kept.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from stories.models import GeneratedImage, GenerationSession, ImageType, Story
from stories.passages import widen
from stories.people import Person
from stories.services import Conflict, begin_redo
from stories.versions import (
    DESCRIPTIONS,
    has_changed,
    is_described_from_another_text,
    keep_shown,
    lock_story,
)

#: What may be made anew by its step alone, in the order in which it is made.
REFRESHED = ("character", "background", "character_image", "background_image", "combined_image")


def redo_picture(
    story: Story,
    image_type: str,
    *,
    person: Person,
    seed: int | None = None,
    style: str | None = None,
    description: str | None = None,
    placement: dict[str, Any] | None = None,
    merge: bool = False,
    like: Any = None,
) -> GenerationSession:
    """Make one picture anew; it takes the place of the live one, which is kept, and nothing else changes.

    What is not given is as in the picture ``like`` (its id); without that it is chosen: another seed, the
    story's style and description, the best placement. ``merge``: then merge the scene again too. A
    ``description`` becomes the story's with the picture.

    Raises:
        Conflict: something of this story is being made, or what the picture needs is missing.
        TooManyGenerations: the person's places are all taken.
    """
    given = {"seed": seed, "style": style, "description": description, "placement": placement}
    changes = {name: value for name, value in given.items() if value not in (None, "")}
    wanted = _find_recipe(story, image_type, like) | changes
    if changes:
        for name in ("again", "merge_version"):
            wanted.pop(name, None)  # it is to be like that picture, not the same
    steps_wanted = {f"{image_type}_image": wanted}
    if merge and image_type != ImageType.COMBINED:
        steps_wanted["combined_image"] = {}
    return begin_redo(
        story,
        person=person,
        redo=image_type,
        wanted=steps_wanted,
        check=lambda story: _check_parts(story, image_type, list(steps_wanted), wanted),
    )


def choose_picture(image: GeneratedImage, *, person: Person) -> GeneratedImage:
    """Let this version be the one that is shown; the others are kept."""
    with transaction.atomic():
        keep_shown(lock_story(image.story))
        image.go_live(describes=True, by_curator=person.is_staff)
    return image


def rewrite(
    story: Story,
    *,
    person: Person,
    part: str,
    instruction: str,
    start: int | None = None,
    end: int | None = None,
    passage: str = "",
    revision: str = "",
) -> GenerationSession:
    """Ask for other words: for the title, a description, or the text from ``start`` to ``end`` (counted in
    characters, and widened to whole words; or the one place where ``passage`` stands; or all of it). They
    come as a proposal.

    Raises:
        Conflict: there is no such passage now, or something of this story is being made.
        TooManyGenerations: the person's places are all taken.
    """
    wanted: dict[str, Any] = {"part": part, "instruction": instruction}

    def check(now: Story) -> None:
        if revision and has_changed(now, revision, [part]):
            raise Conflict(
                _("The text was changed meanwhile. Load the page again, and choose the passage anew.")
            )
        wanted.update(find_passage(getattr(now, part), start, end, passage))

    return begin_redo(story, person=person, redo="text", wanted={"rewrite": wanted}, check=check)


def find_passage(text: str, start: int | None, end: int | None, passage: str) -> dict[str, Any]:
    """The passage with its place, widened to whole words, without blanks around it.

    Raises:
        Conflict: there is none.
    """
    if start is None and end is None and passage:
        if text.count(passage) != 1:
            raise Conflict(
                _("That passage does not stand in the story exactly once. Say where it starts and ends.")
            )
        start = text.index(passage)
        end = start + len(passage)
    first, last = start or 0, len(text) if end is None else end
    found = text[first:last]
    if last > len(text) or not found.strip() or (passage and found != passage):
        raise Conflict(_("There is no such passage in the story as it is now."))
    first += len(found) - len(found.lstrip())
    first, last = widen(text, first, first + len(found.strip()))
    return {"start": first, "end": last, "passage": text[first:last]}


def refresh(story: Story, *, person: Person, names: Collection[str] = ()) -> GenerationSession:
    """Make these anew by the story as it is now (names of steps), each after what it is made from; without
    names, all that is out of date.

    Raises:
        Conflict: nothing is out of date, what it needs is missing, or something of this story is being made.
        TooManyGenerations: the person's places are all taken.
    """
    wanted: dict[str, dict[str, Any]] = {}

    def check(now: Story) -> None:
        todo = [name for name in REFRESHED if name in (names or find_stale(now))]
        if not todo:
            raise Conflict(_("Nothing of this story is out of date."))
        for name in todo:
            _check_needs(now, name, todo)
            wanted[name] = _keep_choices(now, name)

    return begin_redo(story, person=person, redo="refresh", wanted=wanted, check=check)


def find_stale(story: Story) -> list[str]:
    """The steps that would bring up to date what is older than what it was made from."""
    stale = {
        name.removesuffix("_description")
        for name in DESCRIPTIONS
        if is_described_from_another_text(story, name)
    }
    for kind, image in story.pictures.items():
        if kind == ImageType.COMBINED:
            continue
        description = getattr(story, f"{kind}_description")
        if kind in stale or (image.description and description and image.description != description):
            stale.add(f"{kind}_image")
    repainted = any(name.endswith("_image") for name in stale)
    if ImageType.COMBINED in story.pictures and (repainted or story.is_scene_old):
        stale.add("combined_image")
    return [name for name in REFRESHED if name in stale]


def _check_needs(story: Story, name: str, todo: list[str]) -> None:
    """What a step is made from is there, or is made before it."""
    kind = name.removesuffix("_image")
    if name == kind and not story.story_text:
        raise Conflict(_("There is no text to describe yet. Wait until the story is told."))
    if name == "combined_image":
        if any(
            part not in story.pictures and f"{part}_image" not in todo for part in ("character", "background")
        ):
            raise Conflict(_("A scene needs a picture of the hero and one of the setting."))
    elif name != kind and kind not in todo and not getattr(story, f"{kind}_description"):
        raise Conflict(_("There is no description to paint after. Write one."))


def _keep_choices(story: Story, name: str) -> dict[str, Any]:
    """What a person has chosen for the picture that is shown stays: its style, a hero placed by hand."""
    image = story.pictures.get(name.removesuffix("_image")) if name.endswith("_image") else None
    if image is None:
        return {}
    if image.image_type == ImageType.COMBINED:
        return {"placement": image.parameters["placement"]} if image.parameters.get("by_hand") else {}
    return {"style": image.style} if image.style else {}


def _find_recipe(story: Story, image_type: str, like: Any) -> dict[str, Any]:
    if like is None:
        return {}
    image = story.images.filter(pk=like, image_type=image_type).first()
    if image is None:
        raise Conflict(_("This story has no such picture to paint again."))
    return image.recipe


def _check_parts(story: Story, image_type: str, names: list[str], wanted: dict[str, Any]) -> None:
    """A picture needs its description, and a scene the two pictures that it is put together from."""
    if image_type == ImageType.COMBINED:
        if wanted.keys() & {"style", "description"}:
            raise Conflict(_("A scene is put together from two pictures: it has no style or description."))
    elif not (wanted.get("description") or getattr(story, f"{image_type}_description")):
        raise Conflict(_("There is no description to paint after. Write one."))
    elif "placement" in wanted:
        raise Conflict(_("Only a scene has a placement."))
    parts = {ImageType.CHARACTER, ImageType.BACKGROUND} - {image_type}
    if "combined_image" in names and not parts <= set(story.pictures):
        raise Conflict(_("A scene needs a picture of the hero and one of the setting."))
