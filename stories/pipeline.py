"""The steps of a generation and what each waits for, in reading order.

story ─┬─ character ── character_image ──┬─ combined_image
       └─ background ─ background_image ─┘
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.module_loading import import_string
from django.utils.translation import gettext

from stories.models import GenerationSession, GenerationStatus, Step, StepStatus

if TYPE_CHECKING:
    from stories.jobs import Work

TEXT, GPU = "text", "gpu"


@dataclass(frozen=True, slots=True)
class StepKind:
    """What a step is: its name, the queue whose workers do it, the steps it needs, and the work itself by
    its dotted path, imported on first use, so that a web process need not load a language model's client.

    ``label`` names it on the page while it runs, ``piece`` names what is missing when it could not be done.
    A ``painted`` one has its picture painted first, in the company of others; its work keeps it.
    A required step fails the generation, an optional one is skipped with a note. ``weight`` is its share
    of the progress bar.
    """

    name: str
    queue: str
    after: tuple[str, ...]
    work: str
    label: str
    piece: str
    weight: int
    phase: GenerationStatus
    required: bool = False
    reads_images: bool = False
    painted: bool = False

    @property
    def told(self) -> str:
        """Its label in the reader's language."""
        return gettext(self.label)

    def load_work(self) -> Work:
        work: Work = import_string(self.work)
        return work


PIPELINE: tuple[StepKind, ...] = (
    StepKind(
        "story", TEXT, (), "stories.writing.write_story", "Writing the story", "The story", 40,
        GenerationStatus.GENERATING_STORY, required=True,
    ),
    StepKind(
        "character", TEXT, ("story",), "stories.writing.describe_character", "Describing the hero",
        "The hero's description", 10, GenerationStatus.GENERATING_IMAGES,
    ),
    StepKind(
        "background", TEXT, ("story",), "stories.writing.describe_background", "Describing the setting",
        "The setting's description", 10, GenerationStatus.GENERATING_IMAGES,
    ),
    StepKind(
        "character_image", GPU, ("character",), "stories.painting.keep", "Painting the hero",
        "The hero's picture", 15, GenerationStatus.GENERATING_IMAGES, painted=True,
    ),
    StepKind(
        "background_image", GPU, ("background",), "stories.painting.keep", "Painting the setting",
        "The setting's picture", 15, GenerationStatus.GENERATING_IMAGES, painted=True,
    ),
    StepKind(
        "combined_image", GPU, ("character_image", "background_image"), "stories.painting.merge_scene",
        "Merging the scene", "The scene", 10, GenerationStatus.MERGING_IMAGES, reads_images=True,
    ),
)  # fmt: skip
#: What is done to a story that is there, in a generation of its own.
ASIDE: tuple[StepKind, ...] = (
    StepKind(
        "rewrite", TEXT, (), "stories.rewriting.propose", "Rewriting", "The new version", 40,
        GenerationStatus.GENERATING_STORY, required=True,
    ),
)  # fmt: skip
KINDS: dict[str, StepKind] = {kind.name: kind for kind in (*PIPELINE, *ASIDE)}


def build_steps(session: GenerationSession, names: Collection[str] | None = None) -> list[Step]:
    """The steps of a new generation, not yet saved: those of these names, which wait for each other only.

    Without names all of them; without images it ends with the descriptions.
    """
    if names is None:
        names = [kind.name for kind in PIPELINE if session.images or kind.queue == TEXT]
    kinds = [kind for kind in (*PIPELINE, *ASIDE) if kind.name in names]
    after = {kind.name: [name for name in kind.after if name in names] for kind in kinds}
    return [
        Step(
            session=session,
            name=kind.name,
            position=place,
            queue=kind.queue,
            after=after[kind.name],
            status=StepStatus.WAITING if after[kind.name] else StepStatus.READY,
        )
        for place, kind in enumerate(kinds)
    ]


def measure_progress(steps: Sequence[Step]) -> int:
    """Per cent of the work that is done, by weight; what was left out is not done."""
    weights = {step.name: KINDS[step.name].weight for step in steps}
    done = sum(weights[step.name] for step in steps if step.status == StepStatus.DONE)
    return done * 100 // sum(weights.values())


def find_phase(steps: Iterable[Step]) -> GenerationStatus:
    """What a generation that goes on is doing now: the phase of its earliest open step."""
    return next(KINDS[step.name].phase for step in steps if step.is_open)
