"""The light of a scene: what each time of day and weather does to every colour in it."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from imaging.painters.sketch.colour import RGB, luma, mix, rgb, turn_hue


@dataclass(frozen=True, slots=True)
class Palette:
    """``sky``: top, middle, horizon. ``haze``: what far things fade into. ``tint``: light on near things, per
    channel, 1 is full. ``light``: the colour of sun, moon and lit edges."""

    sky: tuple[RGB, RGB, RGB]
    haze: RGB
    tint: tuple[float, float, float]
    light: RGB
    night: bool = False

    def at(self, colour: RGB, depth: float) -> RGB:
        """A thing's own colour as it looks at a depth: 0 near, 1 lost in the haze."""
        r, g, b = (min(round(c * t), 255) for c, t in zip(colour, self.tint, strict=True))
        return mix((r, g, b), self.haze, depth)


def _palette(
    top: str, middle: str, low: str, haze: str, light: str, tint: tuple[float, float, float]
) -> Palette:
    return Palette((rgb(top), rgb(middle), rgb(low)), rgb(haze), tint, rgb(light))


TIMES: dict[str, Palette] = {
    "dawn": _palette("#6f8fc4", "#e2b3bd", "#ffe0b4", "#ecccc0", "#fff0cc", (0.96, 0.87, 0.88)),
    "day": _palette("#4a90cf", "#93c8e8", "#e9f4ea", "#cbe0ea", "#fffbe2", (1.0, 1.0, 0.97)),
    "golden": _palette("#5a78b4", "#f2b077", "#ffe7a6", "#f4c795", "#ffeeb0", (1.04, 0.88, 0.70)),
    "dusk": _palette("#2c2e66", "#85559a", "#f79a80", "#9a6c9e", "#ffc79c", (0.68, 0.58, 0.76)),
    "night": _palette("#0b1238", "#1d2f6c", "#4a63a8", "#34498a", "#f4f1d8", (0.40, 0.48, 0.74)),
}
STORM = _palette("#272f42", "#505c70", "#a8ada6", "#7c8892", "#e8f0ff", (0.66, 0.71, 0.78))
STORM_NIGHT = _palette("#0d1226", "#242d48", "#4d5a78", "#39445f", "#dfe8ff", (0.40, 0.45, 0.60))


def choose_palette(
    time: str, weather: set[str], moods: list[str], colours: list[RGB], rng: random.Random
) -> Palette:
    """The palette of a time of day, bent by weather, mood, the colours named and the seed."""
    night = time == "night"
    base = replace(TIMES[time], night=night)
    if "storm" in weather:
        base = replace(STORM_NIGHT if night else STORM, night=night)
    elif weather & {"rain", "fog", "cloudy"}:
        base = _greyed(base, 0.45 if "rain" in weather or "cloudy" in weather else 0.3)
    elif weather & {"snowfall"}:
        base = _greyed(base, 0.2)
    if "dark" in moods:
        base = _darkened(base)
    base = _turned(base, rng.uniform(-0.018, 0.018))
    for colour, strength in zip(colours[:2], (0.24, 0.14), strict=False):
        base = _tinted(base, colour, strength)
    return base


def _greyed(p: Palette, part: float) -> Palette:
    def grey(colour: RGB) -> RGB:
        level = round(luma(colour) * 255)
        return mix(colour, (level, level + 3, min(level + 9, 255)), part)

    top, middle, low = p.sky
    return replace(p, sky=(grey(top), grey(middle), grey(low)), haze=grey(p.haze))


def _darkened(p: Palette) -> Palette:
    dark = (34, 28, 54)
    top, middle, low = (mix(c, dark, 0.22) for c in p.sky)
    r, g, b = p.tint
    return replace(
        p, sky=(top, middle, low), haze=mix(p.haze, dark, 0.18), tint=(r * 0.86, g * 0.86, b * 0.92)
    )


def _turned(p: Palette, by: float) -> Palette:
    top, middle, low = (turn_hue(c, by) for c in p.sky)
    return replace(p, sky=(top, middle, low), haze=turn_hue(p.haze, by))


def _tinted(p: Palette, colour: RGB, strength: float) -> Palette:
    """Towards a named colour, keeping each tone's brightness: a red word must not light up the night."""

    def towards(tone: RGB) -> RGB:
        ratio = (luma(tone) + 0.05) / (luma(colour) + 0.05)
        r, g, b = (min(round(c * ratio), 255) for c in colour)
        return mix(tone, (r, g, b), strength)

    top, middle, low = p.sky
    return replace(p, sky=(towards(top), towards(middle), towards(low)), haze=towards(p.haze))
