"""Story, GeneratedImage, GenerationSession, Step."""

from stories.models.generation import ENDED, OPEN, GenerationSession, GenerationStatus, Step, StepStatus
from stories.models.story import (
    PROMPT_MAX,
    PROMPT_MIN,
    SEED_MAX,
    GeneratedImage,
    ImageType,
    Story,
    StoryQuerySet,
    Visibility,
    name_image_file,
    random_seed,
)

__all__ = [
    "ENDED",
    "OPEN",
    "PROMPT_MAX",
    "PROMPT_MIN",
    "SEED_MAX",
    "GeneratedImage",
    "GenerationSession",
    "GenerationStatus",
    "ImageType",
    "Step",
    "StepStatus",
    "Story",
    "StoryQuerySet",
    "Visibility",
    "name_image_file",
    "random_seed",
]
