"""Wiring only: settings, URLs, entry points, system checks."""

from story_generator.celery import app as celery_app

__all__ = ["celery_app"]
