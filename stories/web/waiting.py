"""What is in the making, and how long it will take, in words; static/js/live/words.js says that while it goes
on."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Window
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from stories import access
from stories.people import Person

#: What is in the making stands above books: so many, and how many more there are.
SHOWN = 6


def describe_making(person: Person) -> dict[str, Any]:
    """In one query."""
    found = list(access.list_making(person).annotate(number=Window(Count("pk")))[:SHOWN])
    return {"making": found, "more": found[0].number - len(found) if found else 0}


def tell_remaining(seconds: int | None) -> str:
    """About how long it still takes; "" where nobody knows."""
    if seconds is None:
        return ""
    if seconds < 5:
        return _("a few seconds left")
    if seconds < 60:
        return _("about {seconds} s left").format(seconds=5 * round(seconds / 5))
    minutes = round(seconds / 60)
    told = ngettext("about {number} minute left", "about {number} minutes left", minutes)
    return told.format(number=minutes)


def tell_ahead(number: int) -> str:
    """The place in the queue."""
    if not number:
        return ""
    told = ngettext("{number} story is ahead of this one.", "{number} stories are ahead of this one.", number)
    return told.format(number=number)
