"""Reads a setting's description into what the painter paints."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

from imaging.painters.sketch import vocabulary as known
from imaging.painters.sketch.colour import RGB
from imaging.painters.sketch.words import read

#: Where no place is named.
ANYWHERE = ("meadow", "forest", "lake", "mountains")


@dataclass(frozen=True, slots=True)
class Setting:
    """What a description names. ``places`` in reading order; ``inside``: the room it is in, if any."""

    time: str
    weather: frozenset[str]
    places: tuple[str, ...]
    inside: str
    details: frozenset[str]
    moods: tuple[str, ...]
    colours: tuple[RGB, ...]
    known: bool

    def as_json(self) -> dict[str, Any]:
        return {
            "time": self.time, "weather": sorted(self.weather), "places": list(self.places),
            "inside": self.inside,
            "details": sorted(self.details), "moods": list(self.moods),
            "colours": [list(c) for c in self.colours],
        }  # fmt: skip


def read_setting(text: str, rng: random.Random) -> Setting:
    """Find place, hour, weather and mood; what the words leave open, the seed decides."""
    reading = read(text)
    places = reading.concepts(known.PLACES)
    inside = places[0] if places and places[0] in known.INTERIORS else ""
    weather = set(reading.concepts(known.WEATHER))
    details = set(reading.concepts(known.DETAILS))
    times = reading.concepts(known.TIMES)
    dark = "aurora" in weather or {"stars", "moon"} & details
    time = times[0] if times else ("night" if dark else rng.choice(("day", "day", "golden", "dawn")))
    if not times and "storm" in weather:
        time = "day"
    outside = tuple(place for place in places if place not in known.INTERIORS)[:4]
    if "village" in outside or "castle" in outside:
        outside = tuple(place for place in outside if place != "city")
    if not outside and not inside:
        outside = _implied(details) or (rng.choice(ANYWHERE),)
    return Setting(
        time=time,
        weather=frozenset(weather),
        places=outside,
        inside=inside,
        details=frozenset(details),
        moods=tuple(reading.concepts(known.MOODS)),
        colours=tuple(dict.fromkeys(colour for colour, _ in reading.colours())),
        known=bool(places),
    )


def _implied(details: set[str]) -> tuple[str, ...]:
    """The place that a detail brings with it."""
    for detail, place in (
        ("lighthouse", "sea"),
        ("ship", "sea"),
        ("palms", "island"),
        ("cactus", "desert"),
        ("windmill", "village"),
        ("planet", "space"),
        ("mushrooms", "forest"),
        ("tree", "meadow"),
        ("bridge", "lake"),
    ):
        if detail in details:
            return (place,)
    return ()
