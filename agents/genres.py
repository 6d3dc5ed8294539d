"""The kinds of story that one may wish for, as data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Genre:
    """``hint`` tells the storyteller what is meant."""

    name: str
    label: str
    hint: str


GENRES: dict[str, Genre] = {
    genre.name: genre
    for genre in (
        Genre("adventure", "Adventure", "an adventure: a journey into the wild, a risk, a discovery"),
        Genre("fairy-tale", "Fairy tale", "a fairy tale: a wish, a spell, a kingdom, things in threes"),
        Genre("fantasy", "Fantasy", "fantasy: a world with its own magic, its own law and its own price"),
        Genre("science-fiction", "Science fiction", "science fiction: space, robots, an idea and its cost"),
        Genre("mystery", "Mystery", "a mystery: a question, a clue, a secret found out at the end"),
        Genre("ghost", "Ghost story", "a ghost story: a haunted place, a shadow, a gentle shiver"),
        Genre("comedy", "Comedy", "a comedy: funny, one silly thing leading to the next"),
        Genre("everyday", "Everyday life", "a story of everyday life at home: small things that matter"),
        Genre("animals", "Animal tale", "an animal tale: creatures of forest and field, true to their kind"),
        Genre("sea", "Sea story", "a story of the sea: ships, tides, islands, weather"),
        Genre("winter", "Winter tale", "a winter tale: snow, ice, long nights, warmth that is shared"),
    )
}


def find_genre(word: str) -> str:
    """The genre of this name, however it is written, or "" where there is none."""
    name = "-".join(word.lower().split())
    return name if name in GENRES else ""
