"""The Celery application: it carries step ids to workers, and is never the record of anything."""

import os
import sys

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "story_generator.settings")

#: Seconds that a thread may compute before another has its turn: with Python's 5 ms a worker that is told of
#: a step waits for its own heartbeats. Web processes have the same (`story_generator.asgi`).
TURN = 0.0005
sys.setswitchinterval(TURN)

app = Celery("story_generator")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
