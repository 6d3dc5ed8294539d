"""Where a story is set, in words for a painter: one place, and only what belongs to it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import Random

from embedded.storyteller.lexicon import index_lists, load_lists, load_scenes
from embedded.storyteller.reading import Idea

_HOURS = (
    ("night", "late at night", r"midnight|night|stars?\b|moonlight|moon\b"),
    ("dawn", "early morning at dawn", r"dawn|sunrise|daybreak|morning|at five"),
    ("dusk", "evening at dusk", r"dusk|sunset|evening|twilight|teatime"),
    ("day", "a bright afternoon", r"noon|afternoon|midday|daylight|sunny"),
)
_SAID = {key: said for key, said, _ in _HOURS}
_WEATHERS = (
    ("storm", r"storm\w*|thunder\w*|lightning|tempest|rain(?:y|s|ed|ing)?"),
    ("fog", r"fog\w*|mist\w*"),
    ("snow", r"snow(?:s|ed|ing|fall|flakes?|storm)|blizzard"),
)
_DULL = frozenset({"storm", "fog", "snow"})
_SKY = re.compile(r"(?i)\b(?:stars?|moon(?:light)?|sun(?:ny|light|shine|set|rise)?|(?:night|blue) sky)\b")


@dataclass(frozen=True, slots=True)
class View:
    """A place as it looks. ``air`` is where it lies (out, in, under water, in space), ``weather`` its own."""

    air: str
    weather: str
    place: str
    details: str


def describe_setting(idea: Idea, story: str, genre: str, random: Random) -> dict[str, str]:
    """The setting of a story by property: the place that it is told of, at its hour, in its weather."""
    place, view = _find_view(idea, story, genre)
    hour = "night" if view.air == "space" else _find_hour(idea, story)
    weather = _find_weather(idea, view)
    seen = {
        "place": place,
        "time_of_day": "afternoon" if hour == "day" and weather in _DULL else _SAID[hour],
        "light": random.choice(_find_lights(view.air, weather, hour)),
        "details": view.details,
    }
    return seen | {"mood": _find_mood(genre, " ".join(seen.values()), random)}


def suits(sentence: str, name: str) -> bool:
    """Whether a story of this sentence may happen there: who looks at the sky is where it is seen."""
    view = find_view(name)
    return not (_SKY.search(sentence) and (view.air == "in" or view.weather in _DULL))


def find_view(name: str) -> View:
    """The view of that name in ``settings.scenes``."""
    lies, place, details = load_scenes("settings")[name][0].split(" | ")
    air, _, weather = lies.partition(" ")
    return View(air, weather, place, details)


def _find_view(idea: Idea, story: str, genre: str) -> tuple[str, View]:
    """What the sentence says of the place, else where the story says, else where its kind is at home."""
    if idea.place:
        head = re.split(r" (?:of|in|on|by|at|near|under|with|full) ", idea.place.lower())[0]
        words = re.findall(r"[\w-]+", f"{idea.place.lower()} {head}")  # the head of the phrase is read first
        known = index_lists("places")
        kind = next((known[word] for word in reversed(words) if word in known), "")
        if kind:
            return idea.place, find_view(kind)
        view = find_view(genre)
        return f"{idea.place}, {view.place}", view
    for told in (genre, *load_lists("genres")):
        for scene in load_scenes(told)["places"]:
            where, name = scene.split(" | ")
            if where[1:] in story:
                view = find_view(name)
                return view.place, view
    view = find_view(genre)
    return view.place, view


def _find_hour(idea: Idea, story: str) -> str:
    for text in (idea.sentence, story):
        counts = {key: len(re.findall(rf"(?i)\b(?:{words})\b", text)) for key, _, words in _HOURS}
        if any(counts.values()):
            return max(counts, key=lambda key: counts[key])
    return "day"


def _find_weather(idea: Idea, view: View) -> str:
    """What the sentence says of it, else the place's own."""
    if view.air in ("space", "under"):
        return ""
    said = next((key for key, words in _WEATHERS if re.search(rf"(?i)\b(?:{words})\b", idea.sentence)), "")
    return "snow" if said and view.weather == "winter" else said or view.weather


def _find_lights(air: str, weather: str, hour: str) -> tuple[str, ...]:
    lights = load_lists("moods")
    where = "" if air == "out" else f"-{air}"
    keys = (
        f"light{where}-{weather}-{hour}",
        f"light{where}-{weather}",
        f"light{where}-{hour}",
        f"light{where}",
    )
    return next(lights[key] for key in keys if key in lights)


def _find_mood(genre: str, seen: str, random: Random) -> str:
    """A mood of the genre that says nothing again."""
    said = set(re.findall(r"\w{4,}", seen.lower()))
    moods = load_lists("moods")[genre]
    fresh = [mood for mood in moods if not said & set(re.findall(r"\w{4,}", mood))]
    return random.choice(fresh or list(moods))
