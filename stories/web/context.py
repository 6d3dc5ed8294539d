"""What every template may need to know."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

#: The name by which the built-in storyteller and the built-in painter go.
SKETCH = "sketch"


def makers(request: HttpRequest | None = None) -> dict[str, bool]:
    """Whether what is written and painted here now comes from the built-in sketches, as a page must say."""
    return {
        "sketch_writer": settings.OLLAMA_MODEL.split(":")[0] == SKETCH,
        "sketch_painter": settings.IMAGE_MODEL == SKETCH,
    }
