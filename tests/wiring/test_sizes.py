"""Sizes of pictures."""

from __future__ import annotations

import pytest

from imaging.types import ImageRequest
from stories.sizes import fit_size, parse_size


def test_it_reads_width_and_height() -> None:
    assert parse_size("1024x768") == (1024, 768)


@pytest.mark.parametrize(
    "text", ["", "1024", "1024x", "x768", "1024x770", "8x8", "4096x4096", "axb", "-64x64"]
)
def test_it_refuses_what_no_painter_can_paint(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 (int's own message will do)
        parse_size(text)


@pytest.mark.parametrize("side", [512, 768, 1024])
def test_it_keeps_area_and_shape(side: int) -> None:
    width, height = fit_size(side, (1024, 768))
    assert width % 8 == height % 8 == 0
    assert width / height == pytest.approx(4 / 3, rel=0.03)
    assert width * height == pytest.approx(side * side, rel=0.03)


@pytest.mark.parametrize("shape", [(2048, 448), (2048, 256), (64, 2048), (2048, 64)])
@pytest.mark.parametrize("side", [512, 1024])
def test_it_stays_within_what_can_be_painted(side: int, shape: tuple[int, int]) -> None:
    width, height = fit_size(side, shape)
    ImageRequest(subject="background", prompt="a long wall", seed=1, width=width, height=height)
