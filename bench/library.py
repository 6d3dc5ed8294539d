"""What the library answers in when it holds 10,000 stories: lists, searches, filters, a book's page."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Iterator
from typing import Any

STORIES = 10_000
ROUNDS = 15
TARGET_MS, TARGET_QUERIES = 100, 10
READER = "visitor:reader"
HEROES = ("dragon", "fox", "lighthouse-keeper", "whale", "librarian", "robot", "owl", "bear", "teapot")
PLACES = ("moon", "harbour", "forest", "city", "mountain", "library", "desert", "island", "glacier", "castle")
WISHES = ("paint the night sky", "find a lost key", "learn to dance", "build a boat", "cross the ice")

PAGES = {
    "the first page": {},
    "the last page": {"page": "9999"},
    "one's own": {"shelf": "mine"},
    "public ones": {"shelf": "public"},
    "favourites": {"shelf": "favourites"},
    "one style, genre and language": {"style": "ink", "genre": "sea", "language": "en"},
    "by title": {"sort": "title"},
    "most liked": {"sort": "liked"},
    "a rare word": {"q": "teapot glacier"},
    "a word half typed": {"q": "lighth"},
    "a phrase, without a word": {"q": '"night sky" -dragon'},
    "a word of every story": {"q": "the"},
    "a word and a filter": {"q": "dragon", "shelf": "public", "genre": "sea", "sort": "newest"},
}


def measure() -> list[dict[str, Any]]:
    """Median and 95th percentile of whole answers, in ms, and how many queries each takes."""
    from django.test import Client

    fill()
    client = Client(headers={"host": "localhost"})
    session = client.session
    session["visitor"] = READER.partition(":")[2]
    session.save()
    book = find_book()
    asked: list[tuple[str, str, dict[str, str]]] = [
        *[(f"library: {what}", "/stories/", query) for what, query in PAGES.items()],
        ("home", "/", {}),
        ("API: the first page", "/api/v1/stories/", {}),
        ("API: a search", "/api/v1/stories/", {"search": "dragon", "ordering": "-likes"}),
        ("book", book, {}),
    ]
    return [measure_page(client, *page) for page in asked]


def measure_page(client: Any, what: str, address: str, query: dict[str, str]) -> dict[str, Any]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address, query)
    assert answer.status_code == 200, (what, answer.status_code)
    asked = len(queries)  # the next request empties the log
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        client.get(address, query)
        times.append((time.perf_counter() - began) * 1000)
    return {
        "what": what,
        "median_ms": round(statistics.median(times), 1),
        "p95_ms": round(statistics.quantiles(times, n=20)[-1], 1),
        "queries": asked,
        "target": f"< {TARGET_MS} ms, ≤ {12 if what == 'book' else TARGET_QUERIES} queries",
    }


def fill(count: int = STORIES) -> None:
    """Stories of the sketch storyteller's own words, two thirds of them public, with pictures and marks."""
    from django.db import connection

    from stories.models import GeneratedImage, Mark, Story

    chance = random.Random(7)
    texts = [tell(number) for number in range(120)]
    stories = [make_story(chance, texts, number) for number in range(count)]
    for first in range(0, count, 1000):
        some = stories[first : first + 1000]
        Story.objects.bulk_create(some)
        GeneratedImage.objects.bulk_create(picture for story in some for picture in make_pictures(story))
        Mark.objects.bulk_create(mark for story in some for mark in make_marks(chance, story))
    # `auto_now_add` gives all of them the same moment.
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE stories_story SET likes = (SELECT coalesce(sum(thumb), 0) FROM stories_mark WHERE "
            "story_id = stories_story.id)"
        )
        cursor.execute("UPDATE stories_story SET created_at = now() - random() * interval '900 days'")
        cursor.execute("VACUUM ANALYZE")


def tell(number: int) -> tuple[str, list[str]]:
    """The title and the paragraphs of a story by the sketch storyteller."""
    from embedded.storyteller.writer import answer

    hero, place = HEROES[number % len(HEROES)], PLACES[number % len(PLACES)]
    sentence = make_sentence(hero, place, WISHES[number % len(WISHES)])
    title, *paragraphs = answer([("user", sentence)], None, number).split("\n\n")
    return title.lstrip("# "), paragraphs


def make_sentence(hero: str, place: str, wish: str) -> str:
    return f"A shy {hero} near the {place} who wants to {wish}"


def make_story(chance: random.Random, texts: list[tuple[str, list[str]]], number: int) -> Any:
    from agents.genres import GENRES
    from imaging.styles import STYLES
    from stories.models import Story

    title, paragraphs = chance.choice(texts)
    paragraphs = [chance.choice(part) for part in zip(paragraphs, chance.choice(texts)[1], strict=False)]
    return Story(
        person=READER if number % 3 == 0 else f"visitor:{number % 500}",
        visibility="private" if number % 3 == 0 else "public",
        is_featured=number % 300 == 1,
        prompt=make_sentence(chance.choice(HEROES), chance.choice(PLACES), chance.choice(WISHES)),
        title=f"{title} {number}",
        story_text="\n\n".join(paragraphs),
        style=chance.choice(list(STYLES)),
        genre=chance.choice(list(GENRES)),
        language=chance.choice(["en", "en", "en", "de", "fr", ""]),
        language_model="sketch",
    )


def make_pictures(story: Any) -> Iterator[Any]:
    from stories.models import GeneratedImage, ImageType

    for kind in ImageType.values:
        yield GeneratedImage(
            story=story, image_type=kind, width=1024, height=768, seed=7, model="sketch",
            file=f"images/{story.pk.hex[:2]}/{story.pk.hex}{kind}.webp", copies=[320, 640, 1024],
        )  # fmt: skip


def make_marks(chance: random.Random, story: Any) -> Iterator[Any]:
    from stories.models import Mark

    for reader in range(chance.choice([0, 0, 1, 3])):
        yield Mark(story=story, person=f"visitor:fan{reader}", thumb=chance.choice([1, 1, -1]))
    if chance.random() < 0.05:
        yield Mark(story=story, person=READER, is_favourite=True, thumb=1)


def find_book() -> str:
    from stories.models import Story

    return Story.objects.filter(person=READER).earliest("created_at").get_absolute_url()
