"""JSON by schema: a value for any sensible JSON schema, with the words that a chooser gives.

Read here: type, enum, const, properties, required, additionalProperties, items, prefixItems, minItems,
maxItems, uniqueItems, minLength, maxLength, minimum, maximum, exclusive bounds, multipleOf, anyOf, oneOf,
allOf, $ref into the same schema, and the common string formats. ``pattern`` and ``not`` are not honoured.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from random import Random
from typing import Any

#: Gives the words for a string, from the names that lead to it (an item's index is a name too).
Chooser = Callable[[tuple[str, ...]], str]

MAX_DEPTH = 16
MAX_ITEMS = 64
MAX_VALUES = 2_000
MAX_LENGTH = 8_000

_FORMATS = {
    "date": "2024-06-21",
    "time": "20:30:00Z",
    "date-time": "2024-06-21T20:30:00Z",
    "duration": "PT20M",
    "email": "storyteller@example.org",
    "uri": "https://example.org/story",
    "hostname": "example.org",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uuid": "5f1c7a0e-7d3b-4c1e-9a55-3d5d0f6b8c21",
}


def fill_schema(schema: Mapping[str, Any], choose: Chooser, random: Random) -> Any:
    """Make a value that the schema allows; the same random state gives the same value.

    A schema that asks for the impossible, or for more than the limits above, gets the nearest value.
    """
    return _Filler(schema, choose, random).fill(schema, (), 0)


class _Filler:
    def __init__(self, root: Mapping[str, Any], choose: Chooser, random: Random) -> None:
        self.root, self.choose, self.random = root, choose, random
        self.left = MAX_VALUES

    def fill(self, schema: Any, path: tuple[str, ...], depth: int) -> Any:
        """Fill one place of the schema."""
        self.left -= 1
        if depth > 2 * MAX_DEPTH:
            return None
        schema = self.settle(schema, depth)
        if "const" in schema:
            return schema["const"]
        if isinstance(choices := schema.get("enum"), list) and choices:
            said = self.choose(path).split(", ") if path else []
            return next((word for word in said if word in choices), None) or self.random.choice(choices)
        kind = _find_type(schema)
        if kind == "object":
            return self.fill_object(schema, path, depth)
        if kind == "array":
            return self.fill_array(schema, path, depth)
        if kind in ("integer", "number"):
            return _fill_number(schema, kind, self.random)
        if kind == "boolean":
            return self.random.random() < 0.5
        return None if kind == "null" else self.fill_string(schema, path)

    def settle(self, schema: Any, depth: int) -> dict[str, Any]:
        """Follow references and choices until the schema says by itself what it wants."""
        settled = dict(schema) if isinstance(schema, Mapping) else {}
        for _ in range(MAX_DEPTH if depth <= 2 * MAX_DEPTH else 0):
            if isinstance(settled.get("$ref"), str):
                target = self.resolve(settled.pop("$ref"))
                settled = _merge(target, settled)
                continue
            options = next((k for k in ("anyOf", "oneOf") if isinstance(settled.get(k), list)), None)
            if options:
                settled = _merge(settled, self.pick(settled.pop(options), depth))
                continue
            if isinstance(settled.get("allOf"), list):
                for part in settled.pop("allOf"):
                    settled = _merge(settled, self.settle(part, depth + 4))
                continue
            return settled
        return {"type": "null"}

    def pick(self, options: list[Any], depth: int) -> Mapping[str, Any]:
        """Take the first choice that says something; deep inside, one that ends the descent."""
        useful = [option for option in options if isinstance(option, Mapping)]
        if depth > MAX_DEPTH // 2:
            useful.sort(key=lambda option: option.get("type") in (None, "object", "array"))
        else:
            useful.sort(key=lambda option: option.get("type") == "null")
        return useful[0] if useful else {}

    def resolve(self, reference: str) -> Mapping[str, Any]:
        """Find ``#/$defs/Name`` in the schema; anything else allows everything."""
        place: Any = self.root
        for part in reference.lstrip("#").strip("/").split("/") if reference != "#" else ():
            name = part.replace("~1", "/").replace("~0", "~")
            place = place.get(name) if isinstance(place, Mapping) else None
        return place if isinstance(place, Mapping) else {}

    def fill_object(self, schema: Mapping[str, Any], path: tuple[str, ...], depth: int) -> dict[str, Any]:
        """Every required property, and the optional ones while there is room."""
        properties = schema.get("properties")
        properties = dict(properties) if isinstance(properties, Mapping) else {}
        required = [name for name in _as_list(schema.get("required")) if isinstance(name, str)]
        extra = schema.get("additionalProperties")
        for name in required:
            properties.setdefault(name, extra if isinstance(extra, Mapping) else {"type": "string"})
        if not properties and "properties" not in schema and extra is not False:
            properties = _name_freely(schema, extra)
        return {
            name: self.fill(part, (*path, name), depth + 1)
            for name, part in properties.items()
            if name in required or (depth < MAX_DEPTH // 2 and self.left > 0)
        }

    def fill_array(self, schema: Mapping[str, Any], path: tuple[str, ...], depth: int) -> list[Any]:
        """As many items as must be, and up to three where nothing says how many."""
        prefix = _as_list(schema.get("prefixItems"))
        low = _as_count(schema.get("minItems"), 0)
        high = _as_count(schema.get("maxItems"), max(low, 3, len(prefix)))
        wanted = max(low, min(high, max(len(prefix), 3)))
        if depth >= MAX_DEPTH // 2 or self.left <= 0:
            wanted = low if depth < MAX_DEPTH and self.left > -MAX_VALUES else 0
        items = schema.get("items", {})
        if items is False:
            wanted = min(wanted, len(prefix))
        values = (
            self.fill(prefix[i] if i < len(prefix) else items, (*path, str(i)), depth + 1)
            for i in range(min(wanted, MAX_ITEMS))
        )
        return list(_drop_repeats(values)) if schema.get("uniqueItems") else list(values)

    def fill_string(self, schema: Mapping[str, Any], path: tuple[str, ...]) -> str:
        """Words for a string, cut between two words or eked out to the length asked for."""
        known = _FORMATS.get(str(schema.get("format")))
        if known:
            return known
        text = self.choose(path)
        low = min(_as_count(schema.get("minLength"), 0), MAX_LENGTH)
        high = _as_count(schema.get("maxLength"), MAX_LENGTH)
        while len(text) < low:
            text += (" " if text else "") + (self.choose((*path, str(len(text)))) or "and so on")
        return _shorten(text, low, max(high, 0))


def _find_type(schema: Mapping[str, Any]) -> str:
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next((k for k in kind if k != "null"), "null")
    if isinstance(kind, str):
        return kind
    if {"properties", "required", "additionalProperties"} & schema.keys():
        return "object"
    if {"items", "prefixItems", "minItems"} & schema.keys():
        return "array"
    numeric = {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}
    return "number" if numeric & schema.keys() else "string"


def _fill_number(schema: Mapping[str, Any], kind: str, random: Random) -> float | int:
    step = _as_number(schema.get("multipleOf")) or (1 if kind == "integer" else 0)
    lows = [_as_number(schema.get("minimum")), _as_number(schema.get("exclusiveMinimum"))]
    highs = [_as_number(schema.get("maximum")), _as_number(schema.get("exclusiveMaximum"))]
    low = max((v for v in lows if v is not None), default=None)
    high = min((v for v in highs if v is not None), default=None)
    if low is None:
        low = (high - 10) if high is not None and high < 1 else 1 if high is None or high >= 1 else 0
    if high is None:
        high = low + 10
    if step > 0:
        first, last = math.ceil(low / step), math.floor(high / step)
        first += first * step == lows[1]
        last -= last * step == highs[1]
        value = random.randint(first, max(first, last)) * step
        return int(value) if kind == "integer" or value == int(value) else value
    middle = low + (high - low) * random.uniform(0.25, 0.75)
    rounded = round(middle, 2)
    return rounded if low < rounded < high else middle


def _merge(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    merged = {**first, **second}
    both = [part.get("properties") for part in (first, second)]
    if all(isinstance(part, Mapping) for part in both):
        merged["properties"] = {**both[0], **both[1]}  # type: ignore[dict-item]
    if "required" in first and "required" in second:
        merged["required"] = [*_as_list(first["required"]), *_as_list(second["required"])]
    return merged


def _name_freely(schema: Mapping[str, Any], extra: Any) -> dict[str, Any]:
    """An object of any names: the story's own, or as many as must be."""
    part = extra if isinstance(extra, Mapping) else {"type": "string"}
    names = ["title", "text"] if not isinstance(extra, Mapping) else ["hero", "place"]
    wanted = min(_as_count(schema.get("minProperties"), len(names)), MAX_ITEMS)
    names += [f"part_{i}" for i in range(len(names), wanted)]
    return dict.fromkeys(names[: _as_count(schema.get("maxProperties"), len(names))], part)


def _drop_repeats(values: Iterator[Any]) -> Iterator[Any]:
    seen: list[Any] = []
    for value in values:
        if value not in seen:
            seen.append(value)
            yield value


def _shorten(text: str, low: int, high: int) -> str:
    if len(text) <= high:
        return text
    cut = text[: high + 1].rsplit(" ", 1)[0].rstrip(",;:—- ")
    return cut if low <= len(cut) <= high and cut else text[:high]


def _as_list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _as_count(value: object, default: int) -> int:
    number = _as_number(value)
    return default if number is None else int(max(0, min(number, 1_000_000)))


def _as_number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return value if abs(value) < 1e15 else math.copysign(1e15, value)
