"""ASGI entry point, for servers that speak it."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "story_generator.settings")
django.setup(set_prefix=False)

from story_generator.utf8 import Utf8ASGIHandler  # noqa: E402  (after the settings)

application = Utf8ASGIHandler()
