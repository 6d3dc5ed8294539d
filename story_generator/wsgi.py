"""WSGI entry point: `gunicorn story_generator.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "story_generator.settings")
application = get_wsgi_application()
