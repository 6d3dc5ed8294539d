"""The sketch painter: sizes, transparency, determinism, speed, and that the words reach the picture."""

import dataclasses
from types import SimpleNamespace

import numpy as np
import pytest

from imaging.painters import load_painter
from imaging.painters.sketch import SketchPainter
from imaging.painters.sketch.figure import DRAWN_BY
from imaging.painters.sketch.figure_words import HATS, HELD, KINDS, POSES
from imaging.painters.sketch.vocabulary import DETAILS, PLACES, TIMES, WEATHER
from imaging.types import ImageRequest, PaintingError, PaintingStopped
from tests.support.timing import is_quick

PAINTER = SketchPainter()


def paint(subject, prompt, seed=1, width=256, height=256):
    return PAINTER.paint(ImageRequest(subject=subject, prompt=prompt, seed=seed, width=width, height=height))


def pixels(subject, prompt, seed=1, **size):
    return np.asarray(paint(subject, prompt, seed, **size).image, dtype=np.float32)


def hero_colour(prompt):
    """Mean RGB over what is opaque."""
    picture = pixels("character", prompt)
    return picture[picture[..., 3] > 200][:, :3].mean(axis=0)


def test_it_is_loaded_by_name():
    assert load_painter("sketch").model == "sketch"


@pytest.mark.parametrize(("width", "height"), [(64, 64), (512, 512), (1024, 768), (512, 1024)])
def test_it_paints_the_size_asked_for(width, height):
    background = paint("background", "a forest by the sea", width=width, height=height).image
    character = paint("character", "a fox", width=width, height=height).image
    assert (background.mode, background.size) == ("RGB", (width, height))
    assert (character.mode, character.size) == ("RGBA", (width, height))


@pytest.mark.parametrize("kind", sorted(DRAWN_BY))
def test_it_stands_a_whole_figure_on_nothing(kind):
    word = KINDS[kind].split()[0].replace("_", " ")
    result = paint("character", f"a {word}", width=128, height=128)
    alpha = np.asarray(result.image)[..., 3]
    assert result.parameters["words"]["kind"] == kind
    assert alpha[0].max() == 0
    assert alpha[-1].max() == 0
    assert max(alpha[0, 0], alpha[0, -1], alpha[-1, 0], alpha[-1, -1]) == 0
    assert alpha[64, 56:73].max() == 255
    assert 0.06 < (alpha > 127).mean() < 0.75
    assert np.flatnonzero((alpha > 200).any(axis=1)).max() > 110


@pytest.mark.parametrize("subject", ["character", "background"])
def test_it_paints_the_same_pixels_again(subject):
    prompt = "a shy dragon in a castle at night, with a lantern"
    assert np.array_equal(pixels(subject, prompt, 7), pixels(subject, prompt, 7))


@pytest.mark.parametrize("subject", ["character", "background"])
def test_it_varies_with_the_seed(subject):
    one, other = (pixels(subject, "a girl in a meadow", seed) for seed in (1, 2))
    assert np.abs(one - other).mean() > 1.5


def test_it_paints_night_darker_than_day():
    assert (
        pixels("background", "a meadow at night").mean()
        < 0.6 * pixels("background", "a meadow at noon").mean()
    )


def test_it_paints_a_forest_greener_than_a_desert():
    forest, desert = (
        pixels("background", f"a {place} at noon")[128:].mean(axis=(0, 1)) for place in ("forest", "desert")
    )
    assert forest[1] - forest[0] > desert[1] - desert[0] + 10


def test_it_paints_a_red_dragon_redder_than_a_blue_one():
    red, blue = hero_colour("a red dragon"), hero_colour("a blue dragon")
    assert red[0] - red[2] > 25
    assert blue[2] - blue[0] > 15


@pytest.mark.parametrize(
    ("base", "more"),
    [
        ("a cat", "a cat with a wizard hat"),
        ("a cat", "a cat with a red cloak"),
        ("a cat", "a cat with wings"),
        ("a cat", "a cat holding a lantern"),
        ("a smiling boy", "a smiling boy with glasses"),
        ("a smiling boy", "a sad boy"),
    ],
)
def test_it_follows_the_words_about_a_hero(base, more):
    assert paint("character", base).parameters["words"] != paint("character", more).parameters["words"]
    assert np.abs(pixels("character", base) - pixels("character", more)).mean() > 0.5


@pytest.mark.parametrize("vocabulary", [PLACES, DETAILS, TIMES, WEATHER])
def test_it_paints_every_word_about_settings(vocabulary):
    for words in vocabulary.values():
        word = words.split()[0].replace("_", " ")
        picture = pixels("background", f"a hill, {word}", width=128, height=96)
        assert picture.std() > 12, word


@pytest.mark.parametrize("vocabulary", [HATS, HELD, POSES])
def test_it_paints_every_word_about_heroes(vocabulary):
    for words in vocabulary.values():
        word = words.split()[0].replace("_", " ")
        for kind in ("bear", "girl", "owl", "robot", "teapot", "octopus"):
            assert pixels("character", f"a {kind}, {word}", width=64, height=64)[..., 3].max() == 255


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "🦊🌙✨",
        "дракон в лесу",
        "竜が夜空を描く",
        "\x00\ud800",
        "((((",
        "fox " * 20_000,
        "a" * 100_000,
    ],
)
@pytest.mark.parametrize("subject", ["character", "background"])
def test_it_accepts_any_text(subject, text):
    assert paint(subject, text, width=64, height=64).image.size == (64, 64)


@pytest.mark.parametrize("seed", [0, -5, 2**63])
def test_it_accepts_any_seed(seed):
    for subject in ("character", "background"):
        assert paint(subject, "a fox in the snow", seed, width=64, height=64).image.size == (64, 64)


@pytest.mark.parametrize(
    ("subject", "prompt"),
    [
        ("background", "a snowy forest at night with northern lights, fireflies and falling snow"),
        ("background", "a castle above a village in the mountains at dusk"),
        ("background", "an old library"),
        ("character", "a small purple dragon with a wizard hat, a red cloak, a scarf and a lantern"),
        ("character", "an old queen with glasses and a sword"),
    ],
)
def test_it_is_quick(subject, prompt):
    assert is_quick(lambda: paint(subject, prompt, width=1024, height=1024), seconds=2)


@pytest.mark.parametrize("subject", ["character", "background"])
@pytest.mark.parametrize(
    "prompt", ["a fox in a forest", "a kitchen ghost", "a fish underwater", "a star in space"]
)
def test_it_tells_its_progress(subject, prompt):
    told = []
    request = ImageRequest(subject=subject, prompt=prompt, seed=3, width=64, height=64)
    PAINTER.paint(request, SimpleNamespace(on_progress=lambda done, total: told.append((done, total))))
    shares = [done / total for done, total in told]
    assert len(told) >= 5
    assert shares == sorted(shares)
    assert shares[-1] == 1


@pytest.mark.parametrize("subject", ["character", "background"])
def test_it_stops_when_told(subject):
    def stop(done, total):
        if done:
            raise PaintingStopped

    with pytest.raises(PaintingStopped):
        request = ImageRequest(subject=subject, prompt="a fox", seed=3, width=64, height=64)
        PAINTER.paint(request, SimpleNamespace(on_progress=stop))


def test_it_paints_the_same_again_and_owns_up_where_it_cannot():
    request = ImageRequest(subject="character", prompt="a fox", seed=3, width=256, height=256)
    first = SketchPainter().paint(request)
    again = SketchPainter().paint(dataclasses.replace(request, again=dict(first.parameters)))
    assert again.image.tobytes() == first.image.tobytes()
    with pytest.raises(PaintingError, match="another painter"):
        SketchPainter().paint(dataclasses.replace(request, again={"painter_version": 0}))
    for change in ({"seed": request.seed + 1}, {"style": "ink"}):
        with pytest.raises(PaintingError, match="again as it was"):
            SketchPainter().paint(dataclasses.replace(request, again=dict(first.parameters), **change))
