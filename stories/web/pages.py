"""What the templates show of a thing: read once, in a form that they only have to print."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.paginator import Paginator

from stories import access, services
from stories.models import (
    PROMPT_MAX,
    GeneratedImage,
    GenerationSession,
    GenerationStatus,
    ImageType,
    StepStatus,
    Story,
)
from stories.people import Person
from stories.styles import STYLES
from stories.validation import SEARCH_MAX
from stories.web.examples import EXAMPLES
from stories.web.forms import StoryForm
from stories.web.language import guess_language

RECENT = 6
PER_PAGE = 12
#: The shape of the loom on the live page: what is described and painted of each of the two branches.
BRANCHES = (
    ("The hero", "character", "character_image"),
    ("The setting", "background", "background_image"),
)


@dataclass(frozen=True, slots=True)
class Plate:
    """A place for a picture in the book, and the picture once it is there."""

    image_type: str
    name: str
    alt: str
    image: GeneratedImage | None = None


def describe_home(form: StoryForm, person: Person) -> dict[str, Any]:
    return {
        "form": form,
        "styles": STYLES.values(),
        "examples": EXAMPLES,
        "prompt_max": PROMPT_MAX,
        "recent": access.list_stories(person)[:RECENT],
    }


def describe_generation(session: GenerationSession, person: Person) -> dict[str, Any]:
    """The live page in the state that the database is in now."""
    story, now = session.story, services.describe_status(session)
    steps = {step.name: step for step in session.steps.order_by("position")}
    title, text = split_title(story, now["partial_text"])
    return {
        "session": session,
        "story": story,
        "now": now,
        "label": session.get_status_display() if is_quiet(session) else now["current_label"],
        "steps": steps,
        "branches": [
            {"name": name, "steps": [steps[key] for key in keys if key in steps]} for name, *keys in BRANCHES
        ],
        "title": title,
        "paragraphs": split_paragraphs(text),
        "plates": describe_plates(story) if session.images else [],
        "may_change": access.may_change(story, person),
        "whole": session.status == GenerationStatus.COMPLETED and not session.warnings,
        "tries_left": [step for step in steps.values() if step.status == StepStatus.READY and step.error],
    }


def is_quiet(session: GenerationSession) -> bool:
    """Nobody works on it: it waits for its turn, or it has ended."""
    return session.is_ended or session.status == GenerationStatus.PENDING


def describe_book(story: Story, making: GenerationSession | None, person: Person) -> dict[str, Any]:
    """The story as a book. ``making`` is its latest generation."""
    plates = {plate.image_type: plate for plate in describe_plates(story)}
    scene, hero, setting = (plates[kind] for kind in ("combined", "character", "background"))
    painted = [image for image in story.pictures.values() if image.image_type != ImageType.COMBINED]
    return {
        "story": story,
        "making": making,
        "opening": next((plate for plate in (scene, setting, hero) if plate.image), None),
        "figures": [(hero, story.character_description), (setting, story.background_description)],
        "paragraphs": split_paragraphs(story.story_text),
        "language": guess_language(story.story_text),
        "style": STYLES[story.style].label if story.style in STYLES else story.style,
        "painters": sorted({image.model for image in painted}),
        "seeds": [(image.get_image_type_display().lower(), image.seed) for image in painted],
        "sketched": any(image.by_sketch for image in painted),
        "took": measure_time(making),
        "may_change": access.may_change(story, person),
        "missing": making is not None and making.is_ended and making.can_be_retried,
    }


def describe_plates(story: Story) -> list[Plate]:
    """The book's places for pictures, in the order in which they are painted."""
    title = story.title or "this story"
    named = {
        ImageType.CHARACTER: ("The hero", f"The hero of {title}"),
        ImageType.BACKGROUND: ("The setting", f"Where {title} takes place"),
        ImageType.COMBINED: ("The scene", f"The hero of {title} in the place where it happens"),
    }
    return [Plate(kind, *words, story.pictures.get(kind)) for kind, words in named.items()]


def describe_library(person: Person, query: Mapping[str, str]) -> dict[str, Any]:
    """One page of the library, after ``q`` and ``page``; nonsense in either gives the nearest sense."""
    words = "".join(char for char in query.get("q", "") if char.isprintable())[:SEARCH_MAX].strip()
    page = Paginator(access.list_stories(person, search=words), PER_PAGE).get_page(query.get("page"))
    pages = list(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1))
    return {"page": page, "numbers": pages, "words": words}


def split_title(story: Story, text: str) -> tuple[str, str]:
    """While a story is written its title is the first paragraph of the text; then it has its own place."""
    if story.story_text:
        return story.title, text
    title, _, rest = text.partition("\n\n")
    return title, rest


def split_paragraphs(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]


def measure_time(making: GenerationSession | None) -> timedelta | None:
    if making is None or making.started_at is None or making.finished_at is None:
        return None
    return making.finished_at - making.started_at
