"""`python -m tests.chaos --rounds 1000`: all of it; prints a table, keeps it in bench/results/chaos.md."""

from __future__ import annotations

import argparse
import os
import random
import shutil
import sys
import tempfile
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bench.report import RESULTS
from tests.chaos.disturbances import draw
from tests.chaos.run import Reckoning, run


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--generations", type=int, default=0, help="two for five rounds, unless given")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    generations = options.generations or max(1, options.rounds * 2 // 5)
    os.nice(5)
    folder = Path(tempfile.mkdtemp(prefix="starloom-chaos-"))
    say = partial(print, flush=True)
    say(f"data and logs: {folder}")
    found = run(
        folder, draw(random.Random(options.seed), options.rounds), generations, seed=options.seed, say=say
    )
    text = write_markdown(found)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "chaos.md").write_text(text)
    say(text)
    if found.broken:
        return 1  # the logs are kept
    shutil.rmtree(folder)
    return 0


def write_markdown(found: Reckoning) -> str:
    """The table as docs/reliability.md shows it, and what is broken below it."""
    machine = f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores"
    lines = [machine, "", "| what | figure |", "| --- | --- |"]
    lines += [f"| {name} | {figure} |" for name, figure in found.as_table()]
    for rule, cases in found.broken.items():
        lines += ["", f"BROKEN: {rule}", *(f"- {case}" for case in cases[:10])]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
