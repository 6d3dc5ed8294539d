"""Wiring only: settings, URLs, entry points, system checks."""

import sys

from story_generator.celery import app as celery_app

__all__ = ["celery_app"]

# Seconds that a thread may compute before another has its turn. With Python's 5 ms a web process's loop waits
# for each of its words until all threads have had theirs (with eight of them 325 ms for a poll, not 9), and a
# worker that is told of a step waits for its own heartbeats.
sys.setswitchinterval(0.0005)
