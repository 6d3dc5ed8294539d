"""What every template may need to know."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation.trans_real import DjangoTranslation
from django.views.i18n import JavaScriptCatalog

from stories.makers import is_sketch, name_sketches


def makers(request: HttpRequest | None = None) -> dict[str, str]:
    """The built-in sketches, where they are what writes and paints here now: a page must say so."""
    return name_sketches(writer=is_sketch(settings.OLLAMA_MODEL), painter=is_sketch(settings.IMAGE_MODEL))


def words_for_scripts(request: HttpRequest | None = None) -> dict[str, Any]:
    """What static/js/i18n.js looks words up in; English needs none."""
    return {"script_words": list_words(get_language() or settings.LANGUAGE_CODE)}


@cache
def list_words(language: str) -> dict[str, Any]:
    """What scripts say in this language: the file djangojs.mo, by what they say in English."""
    catalog = JavaScriptCatalog()
    catalog.translation = DjangoTranslation(
        language, domain="djangojs", localedirs=[str(path) for path in settings.LOCALE_PATHS]
    )
    words: dict[str, Any] = catalog.get_catalog()
    return words
