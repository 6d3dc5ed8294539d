"""What is looked for in a library, and in which order it comes. Who may see what: `stories.access`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.search import SearchQueryField, SearchRank, SearchVectorField
from django.db import connection
from django.db.models import BooleanField, Func, Q, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext_noop

from stories.models import Story, StoryQuerySet

#: Scripts that part no words: in these a search looks for the letters themselves.
UNPARTED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
#: A last word that may still be typed: none that is quoted or left out, and no sign after it.
TYPING = re.compile(r"""(?:^|\s)[^\s"-][^\s"]*(?<=\w)$""")
MOST_WORDS = 20
#: How many a search by words finds at most: to weigh and count all that hold "the" would take too long.
MOST_FOUND = 500

FEATURED = "featured"
BEST, NEWEST, OLDEST, LIKED, TITLE, TITLE_BACKWARDS = "best", "newest", "oldest", "liked", "title", "-title"
#: Those that a page offers.
ORDERS = {
    BEST: gettext_noop("Best match"),
    NEWEST: gettext_noop("Newest first"),
    OLDEST: gettext_noop("Oldest first"),
    TITLE: gettext_noop("By title"),
    LIKED: gettext_noop("Most liked"),
}
COLUMNS = {
    FEATURED: ("-is_featured", "-created_at", "id"),
    NEWEST: ("-created_at", "id"),
    OLDEST: ("created_at", "id"),
    TITLE: ("title", "id"),
    TITLE_BACKWARDS: ("-title", "id"),
    LIKED: ("-likes", "-created_at", "id"),
}


class Words(Func):
    """The column of `Story` that is no field, beside the field that is named."""

    output_field = SearchVectorField()

    def as_sql(self, compiler: Any, connection: Any, *_: Any, **__: Any) -> tuple[str, tuple[Any, ...]]:
        [beside] = self.get_source_expressions()
        return f'{compiler.quote_name_unless_alias(beside.alias)}."words"', ()


class Matches(Func):
    """Whether words match a query."""

    template = "(%(expressions)s)"
    arg_joiner = " @@ "
    output_field = BooleanField()


@dataclass(frozen=True, slots=True)
class Search:
    """Words as for a search engine on the web (``"a phrase"``, ``or``, ``-not``; the last word may be half
    typed), what they are to be found among, and one of `ORDERS`; "" says nothing."""

    words: str = ""
    style: str = ""
    genre: str = ""
    language: str = ""
    order: str = ""


def narrow(stories: StoryQuerySet, search: Search) -> StoryQuerySet:
    """Those of these stories that are looked for, in order: where none is said, best matches or newest."""
    filters = {name: getattr(search, name) for name in ("style", "genre", "language")}
    found = stories.filter(**{name: value for name, value in filters.items() if value})
    words = search.words.split()[:MOST_WORDS]
    columns = COLUMNS.get(search.order, COLUMNS[NEWEST])
    if not words:
        return found.order_by(*columns)
    for letters in filter(UNPARTED.search, words):
        found = found.filter(
            Q(title__icontains=letters) | Q(prompt__icontains=letters) | Q(story_text__icontains=letters)
        )
    if not (parted := " ".join(word for word in words if not UNPARTED.search(word))):
        return found.order_by(*columns)
    query = Cast(Value(read_words(parted)), SearchQueryField())
    first = found.filter(Matches(Words("pk"), query)).order_by(*columns)[:MOST_FOUND]
    found = Story.objects.filter(pk__in=first.values("pk"))
    best = search.order in ("", BEST)
    return found.order_by(*([SearchRank(Words("pk"), query).desc()] if best else []), *columns)


def read_words(words: str) -> str:
    """The words in PostgreSQL's notation; "" finds nothing. A last word without an end may go on."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT websearch_to_tsquery('simple', %s)::text", [words])
        query = str(cursor.fetchone()[0])
    return f"{query}:*" if query.endswith("'") and TYPING.search(words) else query


def list_languages(stories: StoryQuerySet) -> list[str]:
    """The languages of these stories, by their codes."""
    return list(
        stories.exclude(language="").order_by("language").values_list("language", flat=True).distinct()
    )
