"""The same number of no-op steps as a plain Celery chain, to measure beside."""

from __future__ import annotations

import time

from celery import shared_task
from django.core.cache import cache


@shared_task(name="bench.link", ignore_result=True)
def link(key: str) -> str:
    """Note when this link of the chain began, under ``key`` in the cache."""
    moments = cache.get(key) or []
    cache.set(key, [*moments, time.time()], 60)
    return key
