"""`python -m bench`: run every benchmark, print a table, write bench/results/*.json."""

from __future__ import annotations

import sys

from bench import branches, library, live, matting, orchestration, painting
from bench.house import house
from bench.report import show


def main() -> int:
    with house() as data_dir:
        show("matting", matting.measure())
        show("painting", painting.measure())
        show("orchestration", orchestration.measure(data_dir))
        show("branches", branches.measure(data_dir))
        show("library", library.measure())
        show("live", live.measure(data_dir))
    return 0


if __name__ == "__main__":
    sys.exit(main())
