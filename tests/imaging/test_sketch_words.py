"""What the sketch painter reads in descriptions."""

import random

import pytest

from imaging.painters.sketch.hero import read_hero
from imaging.painters.sketch.scenes.reading import read_setting
from imaging.painters.sketch.vocabulary import COLOURS
from imaging.painters.sketch.words import read


def hero(text):
    return read_hero(text, random.Random(1))


def setting(text):
    return read_setting(text, random.Random(1))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("A shy dragon who paints the night sky", "dragon"),
        ("Mira, a brave girl with a lantern", "girl"),
        ("a witch's cat", "cat"),
        ("two curious mice", "mouse"),
        ("a little teapot with a crooked spout", "teapot"),
        ("a fox holding a flower and a teapot", "fox"),
        ("an old man with a fox", "old_man"),
        ("a blorp", "monster"),
    ],
)
def test_it_finds_the_hero(text, kind):
    assert hero(text).kind == kind


def test_it_binds_colours_to_what_they_paint():
    read_one = hero("A dragon with emerald scales, wearing a red scarf, a blue wizard hat and golden eyes")
    assert read_one.body == COLOURS["emerald"]
    assert read_one.wears["scarf"] == COLOURS["red"]
    assert (read_one.hat, read_one.hat_colour) == ("wizard", COLOURS["blue"])
    assert read_one.eyes == COLOURS["golden"]


def test_it_leaves_out_what_is_not_there():
    assert hero("a knight without a helmet, no cloak").wears == {}
    assert hero("a knight without a helmet, no cloak").hat == ""


def test_it_does_not_take_the_picture_for_the_scene():
    read_one = hero(
        "storybook illustration, picture book style, of a fox, full body, on a plain white background"
    )
    assert (read_one.kind, read_one.holds, read_one.body_named) == ("fox", "", False)


def test_it_lightens_and_darkens_colours():
    (dark, _), (pale, _) = read("dark green, pale green").colours()
    assert sum(dark) < sum(COLOURS["green"]) < sum(pale)


@pytest.mark.parametrize(
    ("text", "time", "places"),
    [
        ("a pine forest beneath snowy mountains at dawn", "dawn", ("forest", "mountains")),
        ("the harbour at golden hour", "golden", ("sea",)),
        ("a starlit desert", "night", ("desert",)),
        ("northern lights over a frozen lake", "night", ("snow", "lake")),
    ],
)
def test_it_finds_time_and_place(text, time, places):
    found = setting(text)
    assert (found.time, found.places) == (time, places)


def test_it_goes_inside_only_where_the_place_is_a_room():
    assert setting("a cosy library with a view of the mountains").inside == "library"
    assert setting("a village with a library").inside == ""


def test_it_always_has_a_place():
    assert setting("").places
    assert setting("qwertz").known is False
