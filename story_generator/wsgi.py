"""WSGI entry point: the pages without live streams. `story_generator.asgi` has both."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "story_generator.settings")
django.setup(set_prefix=False)

from django.core.management import call_command  # noqa: E402  (after the settings)

from story_generator.utf8 import Utf8WSGIHandler  # noqa: E402

# A server does not run the system checks by itself: bad settings are found at start here too.
call_command("check")
application = Utf8WSGIHandler()
