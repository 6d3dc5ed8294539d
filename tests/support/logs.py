"""The log as it is written."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from story_generator.logs import make_formatter


class Lines(logging.Handler):
    """What is logged above DEBUG: the lines as they are written, and the bare messages behind them."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.setFormatter(make_formatter("json"))
        self.lines: list[str] = []
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(f"{record.getMessage()} {record.args!r}")
        self.lines.append(self.format(record))

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.lines]

    def of(self, **names: str) -> list[dict[str, Any]]:
        return [event for event in self.events if names.items() <= event.items()]


@contextmanager
def listening() -> Iterator[Lines]:
    root, lines = logging.getLogger(), Lines()
    level, root.level = root.level, min(root.level, logging.INFO)
    root.addHandler(lines)
    try:
        yield lines
    finally:
        root.removeHandler(lines)
        root.setLevel(level)
