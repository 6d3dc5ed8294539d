"""What the templates show of a thing: read once, in a form that they only have to print."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from agents.genres import GENRES
from agents.languages import LANGUAGES, has_drop_cap, name_language
from imaging.styles import STYLES
from stories import access, library
from stories.events import format_seconds, list_events, tell_warnings
from stories.makers import (
    is_painted_by_sketch,
    name_painters,
    name_sketches,
    name_styles,
    name_writer,
    tell_language,
)
from stories.models import (
    ENDED,
    PROMPT_MAX,
    GeneratedImage,
    GenerationSession,
    GenerationStatus,
    ImageType,
    StepStatus,
    Story,
    StoryVersion,
)
from stories.notes import translate_note
from stories.people import Person
from stories.status import describe_status
from stories.web.book import describe_changes, split_passages, tell_making
from stories.web.context import makers
from stories.web.examples import EXAMPLES
from stories.web.forms import RedoForm, StoryForm
from stories.web.waiting import describe_making, tell_ahead, tell_remaining

RECENT = 6
#: The two branches that run side by side, as the live page shows them.
STRANDS = (("character", "character_image"), ("background", "background_image"))


@dataclass(frozen=True, slots=True)
class Plate:
    """A place for a picture in the book, and the picture once it is there."""

    image_type: str
    name: str
    alt: str
    image: GeneratedImage | None
    state: str
    preview: str = ""
    versions: Sequence[GeneratedImage] = ()
    form: RedoForm | None = None

    @property
    def step(self) -> str:
        return f"{self.image_type}_image"


def describe_home(form: StoryForm, person: Person) -> dict[str, Any]:
    return {
        "form": form,
        "styles": STYLES.values(),
        "examples": [_(example) for example in EXAMPLES],
        "prompt_max": PROMPT_MAX,
        "genres": GENRES.values(),
        "languages": sorted(LANGUAGES.values(), key=lambda language: language.own.casefold()),
        **describe_making(person),
        "recent": library.list_recent(person, RECENT),
    }


def describe_generation(session: GenerationSession, person: Person) -> dict[str, Any]:
    """The live page in the state that the database is in now."""
    story, now = session.story, describe_status(session)
    away = now["waiting"]["step"] if now["waiting"] else None
    steps = {step["name"]: describe_step(step, away=step["name"] == away) for step in now["steps"]}
    title, text = split_title(story, now["partial_text"])
    whole = session.status == GenerationStatus.COMPLETED and not now["can_be_retried"]
    happened = list_events(session)
    return {
        "session": session,
        "story": story,
        "now": now,
        "remaining": tell_remaining(now["remaining_seconds"]),
        "ahead": tell_ahead(now["ahead"]),
        "happened": happened,
        "last": happened[-1]["id"] if happened else 0,
        "label": name_stage(session, now, whole=whole),
        "warnings": now["warnings"],
        "steps": steps,
        "strands": [[steps[name] for name in strand if name in steps] for strand in STRANDS],
        "title": title,
        "paragraphs": split_paragraphs(text),
        "plates": [plate for plate in describe_plates(story, steps) if is_made(plate, session, steps)],
        "may_change": access.may_change(story, person),
        "whole": whole,
        **describe_makers(story, images=session.images),
    }


def is_made(plate: Plate, session: GenerationSession, steps: Mapping[str, Any]) -> bool:
    """Whether this generation makes this picture."""
    return session.images and f"{plate.image_type}_image" in steps


def name_stage(session: GenerationSession, now: Mapping[str, Any], *, whole: bool) -> str:
    """Where it stands. static/js/live/page.js says the same while it goes on."""
    if session.status == GenerationStatus.COMPLETED and not whole:
        return _("Finished, but something is missing")
    return session.get_status_display() if session.is_ended else str(now["current_label"])


def describe_step(step: Mapping[str, Any], *, away: bool = False) -> dict[str, str]:
    """A step of the status JSON in words; ``away``: it waits for a model that does not answer.
    static/js/live/words.js says the same while it goes on."""
    state, error = step["status"], "" if away else step["error"] or ""
    note = {
        StepStatus.WAITING: _("waiting"),
        StepStatus.READY: _("tries again soon: {error}").format(error=error) if error else _("next in line"),
        StepStatus.RUNNING: _("at work"),
        StepStatus.DONE: tell_time(step),
        StepStatus.SKIPPED: _("left out: {error}").format(error=error) if step["attempts"] else _("left out"),
        StepStatus.FAILED: _("failed"),
        StepStatus.CANCELLED: _("stopped"),
    }[state]
    if step["attempts"] > 1:
        note += " · " + _("try {number}").format(number=step["attempts"])
    return {
        "name": step["name"],
        "label": step["label"],
        "state": state,
        "note": note,
        "preview": step["preview"] or "",
    }


def tell_time(step: Mapping[str, Any]) -> str:
    """How long a step of the status JSON took."""
    if not (step["started_at"] and step["finished_at"]):
        return _("done")
    taken = datetime.fromisoformat(step["finished_at"]) - datetime.fromisoformat(step["started_at"])
    return format_seconds(taken.total_seconds())


def describe_book(story: Story, person: Person, form: RedoForm | None = None) -> dict[str, Any]:
    """The story as a book. ``form``: what somebody sent to have a picture made anew, and was refused."""
    under_way = story.generations.exclude(status__in=ENDED).order_by("-created_at").first()
    making = story.generations.filter(redo="").prefetch_related("steps").order_by("-created_at").first()
    may_change = access.may_change(story, person)
    may_redo = under_way is None and may_change
    plates = {plate.image_type: plate for plate in describe_plates(story)}
    if may_redo:
        plates = add_versions(story, plates, form)
    versions = list(story.versions.all()) if may_change else []
    for version in versions:
        if version.pk == story.version_id:
            story.version = version  # which would be asked for once more
    changes = describe_changes(story, versions) if may_change else {}
    scene, hero, setting = (plates[kind] for kind in ("combined", "character", "background"))
    painted = [image for image in story.pictures.values() if image.image_type != ImageType.COMBINED]
    return {
        "story": story,
        "making": making,
        "warnings": tell_warnings(making, making.steps.all()) if making else [],
        "trouble": translate_note(making.error) if making else "",
        "under_way": under_way,
        "may_redo": may_redo,
        "can_merge": plates["combined"].image is not None,
        "styles": STYLES.values(),
        "opening": next((plate for plate in (scene, setting, hero) if plate.image), None),
        "drop_cap": has_drop_cap(story.story_text),
        "told": tell_making(story, making),
        **changes,
        "figures": [(hero, story.character_description), (setting, story.background_description)],
        "paragraphs": split_paragraphs(story.story_text),
        "starts": ",".join(str(passage.start) for passage in split_passages(story.story_text)),
        "language": name_language(story.language),
        "not_as_asked": tell_language_missed(story),
        "genre": _(GENRES[story.genre].label) if story.genre in GENRES else "",
        "source": find_listed_source(story, person),
        "style": name_styles(story),
        "pictured": bool(painted or story.character_description or story.background_description),
        "writer": name_writer(story),
        "painters": name_painters(story),
        "seeds": [(image.get_image_type_display(), image.seed) for image in painted],
        **describe_makers(story, images=bool(painted)),
        "took": measure_time(making),
        "may_change": may_change,
        "leaves_public": access.leaves_public(story, person),
        "missing": making is not None and under_way is None and is_missing_something(story, making),
    }


def tell_language_missed(story: Story) -> str:
    """That it is in another language than the one that was asked for, unless somebody has written it so."""
    if story.version and story.version.made_by == StoryVersion.Maker.PERSON:
        return ""
    missed = tell_language(story.prompt, story.asked_language, story.language, story.language_model)
    return translate_note(missed)


def find_listed_source(story: Story, person: Person) -> Story | None:
    """What it is a variation of, where this person would find that without a link: the page may be read by
    many, and an address that was given to one is not for them."""
    if not story.varied_from_id:
        return None
    return access.list_stories(person).filter(pk=story.varied_from_id).first()


def is_missing_something(story: Story, making: GenerationSession) -> bool:
    """Whether a piece could not be made, and was not made anew since."""
    here = {f"{kind}_image" for kind in story.pictures} | {
        kind for kind in ("character", "background") if getattr(story, f"{kind}_description")
    }
    return making.is_ended and any(
        step.status != StepStatus.DONE and step.name not in here for step in making.steps.all()
    )


def add_versions(story: Story, plates: Mapping[str, Plate], sent: RedoForm | None) -> dict[str, Plate]:
    """What is needed to have each picture made anew, or another version of it shown."""
    versions = list(story.images.order_by("created_at"))
    complete = {}
    for kind, plate in plates.items():
        own = [version for version in versions if version.image_type == kind]
        initial = {
            "description": getattr(story, f"{kind}_description", ""),
            "style": (plate.image.style if plate.image else "") or story.style,
        }
        is_this = sent is not None and sent.data.get("image_type") == kind
        form = sent if is_this else RedoForm(initial=initial)
        complete[kind] = replace(plate, versions=own if len(own) > 1 else (), form=form)
    return complete


def describe_plates(story: Story, steps: Mapping[str, Mapping[str, str]] | None = None) -> list[Plate]:
    """The book's places for pictures, in the order in which they are painted, and who is at work on them."""
    title = story.title or _("this story")
    words = {
        ImageType.CHARACTER: (_("The hero"), _("The hero of {title}")),
        ImageType.BACKGROUND: (_("The setting"), _("Where {title} takes place")),
        ImageType.COMBINED: (_("The scene"), _("The hero of {title} in the place where it happens")),
    }
    plates = []
    for kind, (name, alt) in words.items():
        step = (steps or {}).get(f"{kind}_image", {})
        image = story.pictures.get(kind)
        plates.append(
            Plate(kind, name, alt.format(title=title), image, step.get("state", ""), step.get("preview", ""))
        )
    return plates


def describe_makers(story: Story, *, images: bool) -> dict[str, str]:
    """The built-in sketches, where they made, or will make, the text or (``images``) pictures of a story."""
    now, painters = makers(), name_painters(story)
    return name_sketches(
        writer=story.by_sketch if story.language_model else bool(now["sketch_writer"]),
        painter=is_painted_by_sketch(story) if painters else images and bool(now["sketch_painter"]),
    )


def split_title(story: Story, text: str) -> tuple[str, str]:
    """While a story is written its title is the first paragraph of the text; then it has its own place."""
    if story.story_text:
        return story.title, text
    title, _gap, rest = text.partition("\n\n")
    return title, rest


def split_paragraphs(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]


def measure_time(making: GenerationSession | None) -> str:
    if making is None or making.started_at is None or making.finished_at is None:
        return ""
    return format_seconds((making.finished_at - making.started_at).total_seconds())
