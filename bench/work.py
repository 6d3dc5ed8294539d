"""Stand-in for a language model and a painter that take no time."""

from __future__ import annotations

from stories.jobs import Job, Save


def do_nothing(job: Job) -> Save:
    """Work of no length, with nothing made."""
    return dict
