"""What every template may need to know."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from stories.makers import is_sketch, name_sketches


def makers(request: HttpRequest | None = None) -> dict[str, str]:
    """The built-in sketches, where they are what writes and paints here now: a page must say so."""
    return name_sketches(writer=is_sketch(settings.OLLAMA_MODEL), painter=is_sketch(settings.IMAGE_MODEL))
