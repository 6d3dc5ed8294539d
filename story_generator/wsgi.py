"""WSGI entry point: `gunicorn story_generator.wsgi`."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "story_generator.settings")
django.setup(set_prefix=False)

from story_generator.utf8 import Utf8WSGIHandler  # noqa: E402  (after the settings)

application = Utf8WSGIHandler()
