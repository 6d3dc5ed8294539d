"""What is stored with something filled in: in English, because workers speak it, and told in the reader's
language when it is shown."""

from __future__ import annotations

import re
from functools import cache

from django.utils.translation import gettext, gettext_noop

IN_ANOTHER_LANGUAGE = gettext_noop("This story was asked for in {wanted}; it is in {found}.")
ENGLISH_ONLY = gettext_noop(
    "The built-in sketch storyteller knows English only; connect Ollama (OLLAMA_BASE_URL) for stories in"
    " other languages."
)
MERGE_CHANGED = gettext_noop(
    "The merge has changed since that scene was made (version {version}, now {now}): this one has the same"
    " pictures at the same place, and may look a little different."
)
TOO_MUCH = gettext_noop(
    "With the new passage it would have {length} characters, and at most {most} are possible. Ask for a"
    " shorter one, or shorten another part first."
)
WORKER_STOPPED = gettext_noop("The worker stopped {number} times while it was busy with this step.")
FILLED_IN = (IN_ANOTHER_LANGUAGE, MERGE_CHANGED, TOO_MUCH, WORKER_STOPPED)


def translate_note(stored: str) -> str:
    """In the reader's language, as far as it is known by heart."""
    if stored.endswith(f" {ENGLISH_ONLY}"):
        return f"{translate_note(stored.removesuffix(f' {ENGLISH_ONLY}'))} {gettext(ENGLISH_ONLY)}"
    for words in FILLED_IN:
        if found := as_pattern(words).fullmatch(stored):
            return gettext(words).format(**{name: gettext(part) for name, part in found.groupdict().items()})
    return gettext(stored)


@cache
def as_pattern(words: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+)", re.escape(words)), re.DOTALL)
