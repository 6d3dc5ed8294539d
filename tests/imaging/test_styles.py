"""The styles: their files are read whole or not at all, and the sketch painter makes each visible."""

from pathlib import Path

import numpy as np
import pytest

from imaging import styles
from imaging.painters.sketch import SketchPainter
from imaging.styles import DEFAULT_STYLE, STYLES, find_style, read_style, read_styles
from imaging.types import ImageRequest
from tests.support.timing import is_quick

FIRST_SIX = {"storybook", "watercolour", "ink", "paper-cut", "oil", "cinematic"}
FILE = """\
label = "Fog"
place = 5
words = "soft fog"
negative = "sun"
hint = "what is near"

[sketch]
brush = "wash"
"""
PAINTER = SketchPainter()
HERO = "a purple dragon with a wizard hat, a red cloak, a scarf and a lantern"
SETTING = "a snowy forest at night with northern lights, fireflies and falling snow"
PROMPTS = {"character": HERO, "background": SETTING}


def paint(subject, style, *, prompt=None, seed=4, width=192, height=192):
    request = ImageRequest(
        subject=subject,
        prompt=prompt or PROMPTS[subject],
        style=style,
        seed=seed,
        width=width,
        height=height,
    )
    return PAINTER.paint(request)


def pixels(subject, style, **more):
    return np.asarray(paint(subject, style, **more).image, dtype=np.float32)


@pytest.fixture
def written(tmp_path):
    def write(text, name="fog.toml"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_there_are_a_dozen_and_the_first_ones_keep_their_names():
    assert len(STYLES) >= 12
    assert set(STYLES) >= FIRST_SIX | {"anime", "pixel-art"}
    assert next(iter(STYLES)) == DEFAULT_STYLE
    assert len({style.place for style in STYLES.values()}) == len(STYLES)
    assert len({style.label for style in STYLES.values()}) == len(STYLES)


def test_a_name_out_of_use_is_the_default():
    assert find_style("daguerreotype") is STYLES[DEFAULT_STYLE]


@pytest.mark.parametrize("name", STYLES)
def test_its_hint_speaks_of_what_is_seen_and_not_of_tools(name):
    tools = {"paint", "brush", "paper", "ink", "pencil", "stroke", "canvas", "pixel", "clay", "chalk"}
    assert not tools & set(STYLES[name].hint.lower().replace(",", "").split())


def test_a_file_gives_a_style(written):
    style = read_style(written(FILE))
    assert (style.name, style.label, style.sketch.brush, style.sketch.outline) == ("fog", "Fog", "wash", 1.0)


def test_a_folder_gives_styles_by_their_places(written):
    written(FILE)
    written(FILE.replace("place = 5", "place = 1"), "zinc.toml")
    assert list(read_styles(written(FILE).parent)) == ["zinc", "fog"]


@pytest.mark.parametrize(
    ("said", "instead", "fault"),
    [
        ('hint = "what is near"\n', "", "hint: Field required"),
        ("[sketch]", "mood = 3\n[sketch]", "mood: Extra inputs are not permitted"),
        ('brush = "wash"', 'brush = "broom"', "sketch.brush: Input should be"),
        ('brush = "wash"', "blush = 1", "sketch.blush: Extra inputs are not permitted"),
        ('brush = "wash"', "outline = -1", "sketch.outline: Input should be greater than or equal to 0"),
        ('brush = "wash"', 'paper = "white"', "sketch.paper: String should match"),
        ('brush = "wash"', 'brush = "dots"', 'the brush "dots" needs a number of colours'),
        ("place = 5", 'place = "5"', "place: Input should be a valid integer"),
        ('label = "Fog"', 'label = ""', "label: String should"),
        ("soft fog", "fog " * 26, "words: "),
        ("soft fog", "fog " * 25 + "fog", "has 26 words"),
        ("place = 5", "place is five", "Expected '='"),
        ("place = 5", 'place = 5\nname = "mist"', "name"),
    ],
)
def test_a_faulty_file_is_named_with_its_fault(written, said, instead, fault):
    assert said in FILE
    path = written(FILE.replace(said, instead))
    with pytest.raises(ValueError, match=r"fog\.toml") as caught:
        read_style(path)
    assert fault in str(caught.value)


def test_every_file_is_read():
    assert {path.stem for path in Path(styles.__file__).parent.glob("*.toml")} == set(STYLES)


@pytest.mark.parametrize("subject", PROMPTS)
@pytest.mark.parametrize("style", STYLES)
def test_it_gives_the_same_pixels_again(style, subject):
    assert np.array_equal(pixels(subject, style), pixels(subject, style))


@pytest.mark.parametrize("subject", PROMPTS)
def test_each_style_gives_pixels_of_its_own(subject):
    seen = {style: pixels(subject, style)[..., :3] for style in STYLES}
    for one in seen:
        for other in seen:
            if one < other:
                assert np.abs(seen[one] - seen[other]).mean() > 3, (one, other)


@pytest.mark.parametrize("style", STYLES)
def test_the_record_names_the_style(style):
    assert paint("character", style, width=64, height=64).parameters["style"] == style


@pytest.mark.parametrize("style", STYLES)
def test_a_figure_stands_whole_on_nothing_with_a_soft_edge(style):
    alpha = np.asarray(paint("character", style, prompt="a bear", width=256, height=256).image)[..., 3]
    frame = np.concatenate([alpha[0], alpha[-1], alpha[:, 0], alpha[:, -1]])
    assert frame.max() == 0
    assert 0.1 < (alpha > 250).mean() < 0.75
    between = ((alpha > 16) & (alpha < 240)).mean()
    assert between == 0 if style == "pixel-art" else between < 0.06


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(("width", "height"), [(64, 64), (64, 200), (264, 72)])
def test_it_paints_any_size_in_every_style(style, width, height):
    for subject in PROMPTS:
        assert paint(subject, style, width=width, height=height).image.size == (width, height)


@pytest.mark.parametrize("style", STYLES)
def test_night_stays_darker_than_day(style):
    night, day = (pixels("background", style, prompt=f"a meadow {when}") for when in ("at night", "at noon"))
    assert night.mean() < day.mean() - 8


@pytest.mark.parametrize("style", [style for style in STYLES if style != "ink"])
def test_colours_that_are_named_stay_themselves(style):
    hues = {}
    for colour in ("red", "blue"):
        picture = pixels("character", style, prompt=f"a {colour} dragon")
        hues[colour] = picture[picture[..., 3] > 200][:, :3].mean(axis=0)
    assert hues["red"][0] - hues["red"][2] > hues["blue"][0] - hues["blue"][2] + 25


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("subject", PROMPTS)
def test_it_is_quick_in_every_style(style, subject):
    assert is_quick(lambda: paint(subject, style, width=512, height=512), seconds=1)
