"""JSON by schema: what the storyteller answers is valid for the schema, and true to the story."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from embedded.storyteller.schema import fill_schema
from embedded.storyteller.writer import answer

TEXT = {"type": "string"}
SCHEMAS: dict[str, dict[str, Any]] = {
    "flat": {
        "type": "object",
        "properties": {"name": TEXT, "age": {"type": "integer"}},
        "required": ["name", "age"],
    },
    "nothing said": {},
    "only required": {"type": "object", "required": ["a", "b"]},
    "closed": {"type": "object", "properties": {"mood": TEXT}, "additionalProperties": False},
    "closed and empty": {"type": "object", "additionalProperties": False},
    "free names": {"type": "object", "additionalProperties": {"type": "integer"}, "minProperties": 4},
    "enum": {"enum": ["red", 3, None]},
    "const": {"properties": {"version": {"const": 2}}, "required": ["version"], "type": "object"},
    "list": {"type": "array", "items": TEXT, "minItems": 5, "maxItems": 6},
    "empty list": {"type": "array", "items": TEXT, "maxItems": 0},
    "unique": {"type": "array", "items": {"enum": [1, 2, 3]}, "uniqueItems": True},
    "tuple": {"type": "array", "prefixItems": [TEXT, {"type": "boolean"}], "items": False},
    "nested": {
        "type": "object",
        "properties": {
            "scenes": {"type": "array", "items": {"type": "object", "properties": {"text": TEXT}}}
        },
    },
    "references": {
        "$defs": {"Hero": {"type": "object", "properties": {"name": TEXT}, "required": ["name"]}},
        "type": "object",
        "properties": {
            "hero": {"$ref": "#/$defs/Hero"},
            "friends": {"type": "array", "items": {"$ref": "#/$defs/Hero"}},
        },
        "required": ["hero", "friends"],
    },
    "recursive": {
        "$defs": {
            "Node": {
                "type": "object",
                "properties": {"children": {"type": "array", "items": {"$ref": "#/$defs/Node"}}},
            }
        },
        "$ref": "#/$defs/Node",
    },
    "recursive or null": {
        "$defs": {
            "Node": {
                "type": "object",
                "properties": {"next": {"anyOf": [{"$ref": "#/$defs/Node"}, {"type": "null"}]}},
                "required": ["next"],
            }
        },
        "$ref": "#/$defs/Node",
    },
    "itself": {"type": "object", "properties": {"child": {"$ref": "#"}}},
    "any of": {"anyOf": [{"type": "null"}, {"type": "integer", "minimum": 3}]},
    "one of": {
        "oneOf": [
            {"type": "object", "properties": {"a": {"const": 1}}, "required": ["a"]},
            {"type": "string"},
        ]
    },
    "all of": {
        "allOf": [
            {"type": "object", "required": ["a"]},
            {"properties": {"a": {"type": "integer"}}, "required": ["b"]},
        ]
    },
    "short": {"type": "string", "maxLength": 7},
    "no room": {"type": "string", "maxLength": 0},
    "long": {"type": "string", "minLength": 900, "maxLength": 905},
    "many types": {"type": ["null", "string"]},
    "range": {"type": "integer", "minimum": 3, "maximum": 3},
    "open range": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
    "below": {"type": "number", "maximum": -4.5},
    "steps": {"type": "integer", "minimum": 10, "maximum": 20, "multipleOf": 7},
    "fractions": {"type": "number", "minimum": 0.5, "maximum": 1, "multipleOf": 0.25},
    "formats": {
        "type": "object",
        "properties": {
            "on": {"type": "string", "format": "date"},
            "id": {"type": "string", "format": "uuid"},
        },
    },
    "booleans": {"type": "array", "items": {"type": "boolean"}, "minItems": 2},
}


def ask(
    shape: Any, *, sentence: str = "A shy dragon who paints the night sky", story: str = "", seed: int = 1
) -> Any:
    text = f"<story>\n{story}\n</story>\n" if story else ""
    return json.loads(answer([("user", f"{text}<sentence>{sentence}</sentence>")], shape, seed))


@pytest.mark.parametrize("name", SCHEMAS)
def test_it_answers_valid_json_for(name):
    schema = SCHEMAS[name]
    Draft202012Validator.check_schema(schema)
    for seed in range(8):
        Draft202012Validator(schema).validate(ask(schema, seed=seed))


def test_it_answers_an_object_when_only_json_is_asked_for():
    answered = ask("json")
    assert answered["title"]
    assert "dragon" in answered["text"]


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "array", "minItems": 10**9, "items": {"type": "array", "minItems": 10**9}},
        {"type": "string", "minLength": 10**9},
        {"$ref": "#"},
        {"$ref": "https://example.org/schema"},
        {"allOf": [{"$ref": "#"}]},
        {"anyOf": []},
        {"type": "object", "required": [3, None], "properties": "none"},
        {"enum": []},
        {"type": 7},
        {"type": "integer", "minimum": 5, "maximum": 2},
        {"type": "number", "multipleOf": 0},
        {"type": "number", "minimum": "low"},
        {
            "$defs": {"N": {"type": "object", "properties": {"n": {"$ref": "#/$defs/N"}}, "required": ["n"]}},
            "$ref": "#/$defs/N",
        },
    ],
)
def test_it_survives_a_schema_that_asks_for_the_impossible(schema):
    value = fill_schema(schema, lambda path: "word", Random(1))
    assert len(json.dumps(value)) < 500_000


CHARACTER = {
    "type": "object",
    "properties": dict.fromkeys(("name", "kind", "appearance", "clothing", "pose"), TEXT),
}
BACKGROUND = {
    "type": "object",
    "properties": dict.fromkeys(("place", "time_of_day", "light", "details", "mood"), TEXT),
}


@pytest.mark.parametrize(
    "sentence",
    [
        "A shy dragon who paints the night sky",
        "A lonely lighthouse keeper befriends a whale",
        "Two sisters build a raft to reach the moon",
        "A cat in Paris",
        "My grandmother's teapot",
        "A penguin who cannot swim",
    ],
)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_its_descriptions_follow_its_own_story(sentence, seed):
    story = answer([("user", f"<sentence>{sentence}</sentence>")], None, seed)
    hero = ask(CHARACTER, sentence=sentence, story=story, seed=99)
    place = ask(BACKGROUND, sentence=sentence, story=story, seed=98)
    assert hero["name"] in story
    body = hero["appearance"].partition(" with ")[2].removeprefix("a ").split(" and ")
    assert body[0] in story or "two" in hero["kind"]
    assert hero["clothing"] == "none" or hero["clothing"] in story
    assert len(" ".join(hero.values()).split()) < 120
    assert len(" ".join(place.values()).split()) < 120
    assert all(hero.values())
    assert all(place.values())


def test_its_descriptions_follow_a_story_by_somebody_else():
    story = (
        "# The Fox\n\nAt dawn Vix, a fox with rust-red fur and a green hat, came to the castle. "
        "Vix sang. Then Vix slept."
    )
    hero = ask(CHARACTER, sentence="A fox who sings in the castle", story=story)
    place = ask(BACKGROUND, sentence="A fox who sings in the castle", story=story)
    assert hero["name"] == "Vix"
    assert "fox" in hero["kind"]
    assert "rust-red fur" in hero["appearance"]
    assert "green hat" in hero["clothing"]
    assert "castle" in place["place"]
    assert "dawn" in place["time_of_day"]


def test_it_reads_the_story_and_not_the_rules_around_it():
    story = "# A Moth\n\nVela, a moth with silver wings, flew at midnight."
    messages = [
        ("system", "Rules about pirates, in <story> and </story> tags. <story>not this</story>"),
        ("user", f"<sentence>a moth</sentence><story>{story}</story>"),
    ]
    hero = json.loads(answer(messages, CHARACTER, 1))
    assert "moth" in hero["kind"]
    assert "silver wings" in hero["appearance"]
