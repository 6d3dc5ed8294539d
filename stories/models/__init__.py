"""Story and its pictures, its making and its steps, and what people do with it."""

from stories.models.allowance import Allowance
from stories.models.event import Event
from stories.models.generation import (
    ENDED,
    ENDED_NAMES,
    OPEN,
    GenerationSession,
    GenerationStatus,
    Step,
    StepStatus,
)
from stories.models.image import GeneratedImage, name_image_file
from stories.models.keeping import Mark, ShareLink, StoryVersion
from stories.models.listing import StoryQuerySet, Visibility
from stories.models.story import PROMPT_MAX, PROMPT_MIN, SEED_MAX, ImageType, Story, random_seed
from stories.models.tally import Tally

__all__ = [
    "ENDED",
    "ENDED_NAMES",
    "OPEN",
    "PROMPT_MAX",
    "PROMPT_MIN",
    "SEED_MAX",
    "Allowance",
    "Event",
    "GeneratedImage",
    "GenerationSession",
    "GenerationStatus",
    "ImageType",
    "Mark",
    "ShareLink",
    "Step",
    "StepStatus",
    "Story",
    "StoryQuerySet",
    "StoryVersion",
    "Tally",
    "Visibility",
    "name_image_file",
    "random_seed",
]
