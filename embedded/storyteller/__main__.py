"""``python -m embedded.storyteller --host 127.0.0.1 --port 11434``."""

from __future__ import annotations

import argparse
import os

import uvicorn

from embedded.storyteller.app import make_app
from embedded.storyteller.pace import DEFAULT_WORDS_PER_SECOND


def main() -> None:
    """Serve until SIGINT or SIGTERM. Streams still open then get two seconds."""
    parser = argparse.ArgumentParser(prog="storyteller", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=11434)
    parser.add_argument(
        "--words-per-second",
        type=float,
        default=float(os.environ.get("SKETCH_WORDS_PER_SECOND", DEFAULT_WORDS_PER_SECOND)),
        help="how fast it writes; 0 is as fast as it can (environment: SKETCH_WORDS_PER_SECOND)",
    )
    options = parser.parse_args()
    uvicorn.run(
        make_app(options.words_per_second),
        host=options.host,
        port=options.port,
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=2,
    )


if __name__ == "__main__":
    main()
