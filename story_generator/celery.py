"""The Celery application: it carries step ids to workers, and is never the record of anything."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "story_generator.settings")

app = Celery("story_generator")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
