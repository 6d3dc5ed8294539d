"""`python -m bench`: run every benchmark, print a table, write bench/results/*.json."""

from __future__ import annotations

import json
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench import branches, orchestration, painting
from bench.house import house

RESULTS = Path(__file__).parent / "results"


def main() -> int:
    RESULTS.mkdir(exist_ok=True)
    with house() as data_dir:
        show("painting", painting.measure())
        show("orchestration", orchestration.measure(data_dir))
        show("branches", branches.measure(data_dir))
    return 0


def show(name: str, rows: list[dict[str, Any]]) -> None:
    """Print the rows as a table and keep them with the date and the machine."""
    table = Table(*rows[0], title=name)
    for row in rows:
        table.add_row(*(str(value) for value in row.values()))
    Console(width=150).print(table)
    record = {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.machine()}, Python {platform.python_version()}",
        "rows": rows,
    }
    (RESULTS / f"{name}.json").write_text(json.dumps(record, indent=2) + "\n")


if __name__ == "__main__":
    sys.exit(main())
