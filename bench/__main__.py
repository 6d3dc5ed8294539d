"""`python -m bench [NAME …]`: run these benchmarks, or all; print a table, write bench/results/*.json."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import branches, library, live, matting, orchestration, painting, polls
from bench.house import house
from bench.report import show

BENCHES: dict[str, Callable[[Path], list[dict[str, Any]]]] = {
    "matting": lambda data_dir: matting.measure(),
    "painting": lambda data_dir: painting.measure(),
    "orchestration": orchestration.measure,
    "branches": branches.measure,
    "library": lambda data_dir: library.measure(),
    "live": live.measure,
    "polls": polls.measure,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of: {', '.join(BENCHES)}")
    wanted = parser.parse_args().names or list(BENCHES)
    if unknown := set(wanted) - set(BENCHES):
        parser.error(f"there is no benchmark named {', '.join(sorted(unknown))}")
    with house() as data_dir:
        for name in wanted:
            show(name, BENCHES[name](data_dir))
    return 0


if __name__ == "__main__":
    sys.exit(main())
