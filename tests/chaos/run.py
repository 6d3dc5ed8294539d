"""One run of the chaos: rounds with one disturbance each, while stories are made; then the reckoning."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.chaos import invariants
from tests.chaos.disturbances import Disturbance
from tests.chaos.load import Load
from tests.chaos.signs import Clock, Signs, Silence
from tests.chaos.stage import LEASE, Stage

#: Seconds between two rounds.
BETWEEN = (0.2, 1.8)
#: So that a story takes seconds, in which something can happen to it.
WORDS_PER_SECOND = 300
#: Rounds go on when so many submissions, at most, are late, or after this time.
LATE, CATCH_UP_SECONDS = 3, 5.0
LONGEST_SILENCE = 2 * LEASE + 15
#: No generation may be without a sign of life for longer when everything is back.
STUCK_AFTER = 60
#: What is left open when everything is back has to end within this time.
LAST_SECONDS = 600
OUTCOMES = """
    SELECT CASE WHEN status = 'completed' AND warnings <> '{}' THEN 'with a piece missing' ELSE status END,
        count(*)
    FROM stories_generationsession GROUP BY 1
"""
CLAIMS = """
    SELECT count(*) FILTER (WHERE (data ->> 'attempt')::int = 1),
        count(*) FILTER (WHERE (data ->> 'attempt')::int > 1)
    FROM stories_event WHERE kind = 'step_started'
"""


@dataclass
class Reckoning:
    """What came of a run. ``broken``: what is not as it must be, by rule; empty is what we want."""

    disturbances: Counter[str] = field(default_factory=Counter)
    generations: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)
    did: Counter[str] = field(default_factory=Counter)
    claims: tuple[int, int] = (0, 0)
    longest: Silence = field(default_factory=Silence)
    longest_after: Silence = field(default_factory=Silence)
    files_tidied: int = 0
    seconds: float = 0.0
    broken: dict[str, list[object]] = field(default_factory=dict)

    def count(self, *rules: str) -> int:
        return sum(len(self.broken.get(rule, [])) for rule in rules)

    def as_table(self) -> list[tuple[str, Any]]:
        """The figures, with their names."""
        first, again = self.claims
        lost = self.count("accepted and gone", "generations open", "stuck")
        doubled = self.count(
            "steps done twice", "generations ended twice", "pictures that are not one a step",
            "pictures not live once",
        )  # fmt: skip
        return [
            *sorted(self.disturbances.items()),
            ("**disturbances**", sum(self.disturbances.values())),
            ("**generations**", self.generations),
            *((f"ended {outcome}", number) for outcome, number in sorted(self.outcomes.items())),
            *((f"people: {what}", number) for what, number in sorted(self.did.items())),
            ("lost", lost),
            ("doubled", doubled),
            ("progress fell", self.count("progress fell")),
            ("work begun again", f"{again} of {first + again} claims ({again / max(first + again, 1):.1%})"),
            ("longest silence", f"{self.longest.seconds:.1f} s, lease {LEASE} s"),
            ("longest silence when everything was back", f"{self.longest_after.seconds:.1f} s"),
            ("files that the dead had left, tidied", self.files_tidied),
            ("took", f"{self.seconds / 60:.1f} min"),
        ]


def run(
    folder: Path,
    rounds: list[Disturbance],
    generations: int,
    *,
    seed: int = 1,
    say: Callable[[str], None] = lambda line: None,
) -> Reckoning:
    """Do it all, one of ``rounds`` after the other; what is broken stands in the reckoning."""
    began, rng, clock, found = time.monotonic(), random.Random(seed), Clock(), Reckoning()
    with Stage(folder, words_per_second=WORDS_PER_SECOND) as stage, Signs(stage, clock) as signs:
        with Load(stage, random.Random(seed + 1), generations) as load:
            for number, disturbance in enumerate(rounds, start=1):
                load.due = 1 + number * generations // len(rounds)
                time.sleep(rng.uniform(*BETWEEN))
                told = f"{datetime.now(UTC):%H:%M:%S} {number} {disturbance.name}\n"
                with (folder / "rounds.log").open("a") as log:
                    log.write(told)
                found.disturbances[disturb(stage, disturbance, rng, clock)] += 1
                wait_for_load(load)
                if number % 20 == 0:
                    say(f"{number} of {len(rounds)} rounds, {len(load.accepted)} generations, "
                        f"longest silence {signs.longest.seconds:.1f} s: {signs.longest.state}")  # fmt: skip
            stage.mend()
            deadline = time.monotonic() + LAST_SECONDS
            while len(load.accepted) < generations and time.monotonic() < deadline:
                time.sleep(0.2)
        found.longest = signs.longest
        signs.forget_longest()
        stuck = await_ends(stage, signs)
        found.longest_after = signs.longest
        found.generations = len(load.accepted) + len(load.redone)
        found.did = load.did
        found.outcomes = dict(stage.query(OUTCOMES))
        found.claims = stage.query(CLAIMS)[0]
        found.broken = invariants.find_broken(stage, load.accepted + load.redone)
        found.files_tidied, strays = invariants.tidy(stage)
        silences = (found.longest, found.longest_after)
        more: dict[str, list[Any]] = {
            "stuck": stuck,
            "progress fell": signs.fallen + load.fallen,
            "silent for too long": [longest for longest in silences if longest.seconds > LONGEST_SILENCE],
            "files of no row": strays,
            "files gone with the tidying": list(invariants.find_bad_files(stage)),
        }  # fmt: skip
        found.broken |= {rule: cases for rule, cases in more.items() if cases}
    found.seconds = time.monotonic() - began
    return found


def disturb(stage: Stage, disturbance: Disturbance, rng: random.Random, clock: Clock) -> str:
    """Do one thing to it, and undo it when its time is over; its name."""
    with clock.halted() if disturbance.halts else nullcontext():
        undo = disturbance.begin(stage, rng)
        if undo is None:
            return f"{disturbance.name}: nothing there"
        time.sleep(rng.uniform(*disturbance.lasts))
        undo()
    return disturbance.name


def wait_for_load(load: Load) -> None:
    """Let those who submit keep up: their server may just be dead, and they ask one after the other."""
    deadline = time.monotonic() + CATCH_UP_SECONDS
    while len(load.accepted) < load.due - LATE and time.monotonic() < deadline:
        time.sleep(0.1)


def await_ends(stage: Stage, signs: Signs) -> list[Silence]:
    """Wait until all have ended; those of which nothing is heard any more."""
    deadline = time.monotonic() + LAST_SECONDS
    while stage.query(invariants.OPEN):
        if stuck := [silence for silence in signs.open.values() if silence.seconds > STUCK_AFTER]:
            return stuck
        if time.monotonic() > deadline:
            return list(signs.open.values())
        time.sleep(0.5)
    return []
