"""Sizes of pictures as settings write them."""


def parse_size(text: str) -> tuple[int, int]:
    """Read ``"1024x768"`` as (width, height) in pixels.

    Raises:
        ValueError: it is not two multiples of 8 from 64 to 2048.
    """
    width, _, height = text.lower().partition("x")
    sides = int(width), int(height)
    if any(side % 8 or not 64 <= side <= 2048 for side in sides):
        raise ValueError(f"{text!r} is not WIDTHxHEIGHT in multiples of 8 from 64 to 2048")
    return sides
