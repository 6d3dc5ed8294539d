"""What must be true when everything is back, of the database and of the media folder."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Protocol

from PIL import Image

from tests.chaos.stage import Stage
from tests.support.copy import ROOT

#: A step is never reopened once it is done, so that it is done once for ever.
DONE_TWICE = """
    SELECT session_id::text, step, count(*) FROM stories_event WHERE kind = 'step_done'
    GROUP BY 1, 2 HAVING count(*) > 1
"""
FINISHED_TWICE = """
    SELECT session_id::text FROM stories_event GROUP BY 1
    HAVING count(*) FILTER (WHERE kind = 'finished') > 1 + count(*) FILTER (WHERE kind = 'reopened')
"""
#: Every picture has a step of its own that is done, and the other way round.
PICTURES_AND_STEPS = """
    SELECT coalesce(image.story_id, step.story_id)::text, coalesce(image.type, step.type),
        coalesce(image.number, 0), coalesce(step.number, 0)
    FROM (
        SELECT story_id, image_type AS type, count(*) AS number FROM stories_generatedimage GROUP BY 1, 2
    ) AS image
    FULL JOIN (
        SELECT story_id, replace(name, '_image', '') AS type, count(*) AS number
        FROM stories_step JOIN stories_generationsession AS generation ON generation.id = session_id
        WHERE name LIKE '%_image' AND stories_step.status = 'done' GROUP BY 1, 2
    ) AS step ON step.story_id = image.story_id AND step.type = image.type
    WHERE coalesce(image.number, 0) <> coalesce(step.number, 0)
"""
NOT_ONE_LIVE = """
    SELECT story_id::text, image_type, count(*) FILTER (WHERE is_live) FROM stories_generatedimage
    GROUP BY 1, 2 HAVING count(*) FILTER (WHERE is_live) <> 1
"""
#: An ended generation has no step that could still move, and one that says it is complete has all its words.
HALF_ENDED = """
    SELECT generation.id::text, generation.status, step.name, step.status
    FROM stories_generationsession AS generation JOIN stories_step AS step ON step.session_id = generation.id
    WHERE (generation.finished_at IS NOT NULL AND step.status IN ('waiting', 'ready', 'running'))
       OR (generation.status = 'completed' AND step.name = 'story' AND step.status <> 'done')
"""
WORDLESS = """
    SELECT story.id::text FROM stories_story AS story
    JOIN stories_generationsession AS generation ON generation.story_id = story.id
    JOIN stories_step AS step ON step.session_id = generation.id AND step.name = 'story'
    WHERE step.status = 'done' AND story.story_text = ''
"""
OPEN = "SELECT id::text FROM stories_generationsession WHERE finished_at IS NULL"
#: Older than what tidying spares.
OLD = 3 * 24 * 3600
TIDY = "from stories.housekeeping import tidy_media; tidy_media()"


class House(Protocol):
    """A running copy of the product, on a stage or by itself."""

    @property
    def media(self) -> Path: ...

    def query(self, sql: str, /, *values: object) -> list[Any]: ...


def find_broken(house: House, accepted: Iterable[str]) -> dict[str, list[object]]:
    """What is not as it must be, by the rule that it breaks."""
    known = {row[0] for row in house.query("SELECT id::text FROM stories_generationsession")}
    questions = {
        "steps done twice": DONE_TWICE,
        "generations ended twice": FINISHED_TWICE,
        "pictures that are not one a step": PICTURES_AND_STEPS,
        "pictures not live once": NOT_ONE_LIVE,
        "ended with steps open": HALF_ENDED,
        "told without words": WORDLESS,
        "generations open": OPEN,
    }
    broken: dict[str, list[object]] = {rule: house.query(sql) for rule, sql in questions.items()}
    broken["accepted and gone"] = [*sorted(set(accepted) - known)]
    broken["files that do not open"] = list(find_bad_files(house))
    return {rule: found for rule, found in broken.items() if found}


def find_bad_files(house: House) -> Iterable[object]:
    """Those of rows, and their copies, that are missing or no picture."""
    for name, width, height, copies in house.query(
        "SELECT file, width, height, copies FROM stories_generatedimage"
    ):
        path = house.media / name
        sizes = {path: width} | {path.with_name(f"{path.stem}-{copy}.webp"): copy for copy in copies}
        for file, wide in sizes.items():
            try:
                with Image.open(file) as picture:
                    picture.load()
                    if picture.width != wide or (file == path and picture.height != height):
                        yield (str(name), picture.size)
            except OSError as error:
                yield (file.name, type(error).__name__)


def tidy(stage: Stage) -> tuple[int, list[str]]:
    """Tidy the media folder as is done once a day; how many files the dead had left, and what still is of no
    row."""
    files = list_files(stage.media)
    then = time.time() - OLD
    for path in files:
        os.utime(path, (then, then))
    variables = {**os.environ, **stage.copy.environ, "DATABASE_URL": stage.outside.url("postgres")}
    variables["SECRET_KEY"] = "only for tests, and no secret"
    command = [sys.executable, "manage.py", "shell", "-v0", "-c", TIDY]
    subprocess.run(command, cwd=ROOT, env=variables, check=True, capture_output=True)
    left = list_files(stage.media)
    belongs = set()
    for name, copies in stage.query("SELECT file, copies FROM stories_generatedimage"):
        path = stage.media / name
        belongs |= {path, *(path.with_name(f"{path.stem}-{copy}.webp") for copy in copies)}
    return len(files) - len(left), [path.name for path in left if path not in belongs]


def list_files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
