"""The settings and the heroes that the sketch storyteller describes: true to the story, and paintable."""

from __future__ import annotations

import json
import random
import re
from itertools import combinations

import pytest

from embedded.storyteller.lexicon import load_lists, load_scenes
from embedded.storyteller.reading import read_sentence
from embedded.storyteller.settings import find_view
from embedded.storyteller.telling import GENRES
from embedded.storyteller.writer import answer
from imaging.painters.sketch.hero import read_hero
from imaging.painters.sketch.scenes.reading import Setting, read_setting
from tests.embedded.test_storyteller_stories import PROMPTS, tell

FIELDS = ("place", "time_of_day", "light", "details", "mood")
SCHEMA = {"type": "object", "properties": {name: {"type": "string"} for name in FIELDS}, "required": FIELDS}
SPOTS = [(genre, *spot.split(" | ")) for genre in GENRES for spot in load_scenes(genre)["places"]]
INSIDE = {"library", "kitchen", "room", "cave"}
WEATHERS = ({"storm", "rain"}, {"snowfall"}, {"fog"}, {"clear", "aurora"})
DARK = re.compile(r"\b(?:moonlight|moon|stars?|starlight|night|candlelight)\b")
BRIGHT = re.compile(r"\b(?:sunshine|sunlight|sunny|blue sky)\b")


def describe(sentence: str, story: str, seed: int) -> dict[str, str]:
    asked = f"<sentence>{sentence}</sentence>\n\n<story>{story}</story>"
    return dict(json.loads(answer([("user", asked)], SCHEMA, seed)))


def paint(described: dict[str, str]) -> Setting:
    return read_setting(", ".join(described[name] for name in FIELDS), random.Random(1))


def check(described: dict[str, str], air: str) -> None:
    """One place, one weather, one hour; nothing is said twice or with a capital in mid-sentence."""
    text = ", ".join(described[name] for name in FIELDS)
    assert (paint(described).inside in INSIDE) == (air == "in"), text
    weather = paint(described).weather
    assert not [pair for pair in combinations(WEATHERS, 2) if all(weather & kind for kind in pair)], text
    lit = f"{described['time_of_day']}, {described['light']}"
    assert not (DARK.search(lit) and BRIGHT.search(lit)), text
    for name in ("time_of_day", "light", "details", "mood"):
        assert described[name] == described[name].lower(), text
    words = {name: set(re.findall(r"[a-z]{4,}", described[name])) - {"with"} for name in FIELDS}
    assert not words["mood"] & (words["place"] | words["light"] | words["details"]), text
    assert not words["light"] & words["time_of_day"] - {"afternoon"}, text


@pytest.mark.parametrize(("genre", "where", "name"), SPOTS)
def test_every_place_of_a_story_looks_like_one_place(genre, where, name):
    view = find_view(name)
    for sentence in (
        "A fox",
        "A fox at midnight",
        "A fox at dawn",
        "A fox on a sunny afternoon",
        "A fox in the rain",
    ):
        for seed in range(3):
            described = describe(sentence, f"# A Title\n\nThis was {where}, and there lived a fox.", seed)
            if "rain" not in sentence:
                assert described["place"] == view.place
                assert described["details"] == view.details
            check(described, view.air)


@pytest.mark.parametrize(
    ("word", "name"), [(w, n) for n, words in load_lists("places").items() for w in words]
)
def test_every_place_of_a_sentence_is_painted(word, name):
    described = describe(f"A fox in the {word}", "# A Title\n\nThere was a fox.", 1)
    assert word in described["place"]
    check(described, find_view(name).air)
    assert paint(described).known


@pytest.mark.parametrize("prompt", PROMPTS)
def test_every_story_is_set_where_it_says(prompt):
    for seed in (1, 2):
        story = tell(prompt, seed)
        described = describe(prompt, story, seed)
        told = [name for _, where, name in SPOTS if where[1:] in story]
        places = {find_view(name).place for name in told}
        named = re.sub(r"^(?:an?|the) ", "", described["place"].partition(", ")[0]).lower()
        assert described["place"] in places or named in prompt.lower(), (prompt, described["place"], told)


def test_who_looks_at_the_sky_is_outdoors_under_it():
    for seed in range(40):
        sentence = "A shy dragon who paints the night sky"
        described = describe(sentence, tell(sentence, seed), seed)
        assert not paint(described).inside
        assert "fog" not in paint(described).weather


@pytest.mark.parametrize(
    ("garment", "hat"),
    [("a blue woollen cap", "beanie"), ("a navy-blue cap", "cap"), ("a captain's hat", "captain")],
)
def test_a_woollen_cap_is_painted_as_one_and_a_plain_cap_without_a_star(garment, hat):
    assert read_hero(f"a fox, wearing {garment}", random.Random(1)).hat == hat


def test_every_garment_it_knows_is_painted():
    looks = load_lists("looks")
    for garment in (words for key in looks if key.startswith("wear") for words in looks[key]):
        hero = read_hero(f"a fox, wearing {garment}", random.Random(1))
        assert hero.hat or hero.wears, garment
        if "pointed hat" in garment:
            assert hero.hat == "wizard"


@pytest.mark.parametrize("family", ["thing", "vehicle", "robot", "furry", "dragon"])
def test_no_hero_is_given_a_brush_or_a_lamp_by_the_words_for_its_body(family):
    for body in load_lists("looks")[family]:
        assert not read_hero(f"a teapot, {body}", random.Random(1)).holds, body


@pytest.mark.parametrize(
    ("sentence", "family"),
    [
        ("the mouse detective", "furry"),
        ("A robot baker", "robot"),
        ("A village baker", "person"),
        ("A tea cook", "person"),
    ],
)
def test_an_animal_with_a_profession_looks_like_the_animal(sentence, family):
    assert read_sentence(sentence).hero.family == family
