"""Puts the hero into the setting: cut out, lit like it, with its feet on the ground."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageFilter, ImageOps

from imaging.cutting import Method, cut_out
from imaging.lab import Floats
from imaging.lighting import Lamp, find_lamp, look_around, match_light
from imaging.placing import Placement, choose_placement, mean_luma

#: Raised with every change of the pixels that the same pictures and placement give.
MERGE_VERSION = 1
GRAIN = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedImage:
    """The scene (RGB), where the figure was put, how it was cut out, and how sure that is (0–1)."""

    image: Image.Image
    placement: Placement
    method: Method
    confidence: float


def merge(
    background: Image.Image,
    character: Image.Image,
    *,
    width: int = 1024,
    height: int = 768,
    placement: Placement | None = None,
) -> MergedImage:
    """Let the character stand in the background; the result is RGB of ``width`` × ``height``.

    Without a placement the figure stands on a line of thirds: the calmer one, and the one that it stands
    out from. Light and colour follow the scene by the statistics of Reinhard, Ashikhmin, Gooch and Shirley,
    "Color Transfer between Images" (2001), in L*a*b* and to a limited strength.
    """
    scene = ImageOps.fit(
        background.convert("RGB"), (width, height), Image.Resampling.LANCZOS, centering=(0.5, 0.85)
    )
    cut = cut_out(character)
    filled = _figure_share(cut.figure)
    figure = _crop_to_figure(cut.figure)
    spot = placement or choose_placement(scene, figure, filled)
    figure = _scale(figure, spot, scene.size)
    foot = _foot(figure)
    corner = (round(spot.x * width - foot[0]), round(spot.y * height - foot[1]))
    lamp = find_lamp(scene)
    figure = match_light(figure, scene, corner, lamp)
    _part_from_ground(scene, figure, corner)
    _cast_shadow(scene, figure, corner, foot, lamp)
    scene.paste(figure, corner, figure)
    return MergedImage(
        image=_share_grain(scene), placement=spot, method=cut.method, confidence=cut.confidence
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Stance:
    """How a cut-out figure stands: its size in pixels, the first row that is mostly opaque, and the column of
    the point between its feet, which stand on its lower edge."""

    width: int
    height: int
    top: int
    foot: int


def cut_figure(character: Image.Image) -> Image.Image:
    """The figure (RGBA) as `merge` puts it into a scene, before it is scaled and lit."""
    return _crop_to_figure(cut_out(character).figure)


def measure_stance(figure: Image.Image) -> Stance:
    """What a preview needs to stand a figure of `cut_figure` where `merge` would: a placement's height is
    that of the rows below ``top``, and its point is the one between the feet."""
    top = _solid_box(figure)[1]
    return Stance(width=figure.width, height=figure.height, top=top, foot=_foot(figure)[0])


def _solid_box(figure: Image.Image) -> tuple[int, int, int, int]:
    """The box of all that is mostly opaque: glows do not count as feet."""
    alpha = figure.getchannel("A").point([0] * 128 + [255] * 128)
    return alpha.getbbox() or (0, 0, *figure.size)


def _figure_share(figure: Image.Image) -> float:
    """How much of its own frame's height the figure fills: a small hero stays small in the scene."""
    _, top, _, bottom = _solid_box(figure)
    return (bottom - top) / figure.height


def _crop_to_figure(figure: Image.Image) -> Image.Image:
    """Without the empty frame, but with its glows down to the feet."""
    left, top, right, _ = figure.getchannel("A").point([0] * 6 + [255] * 250).getbbox() or (
        0,
        0,
        *figure.size,
    )
    return figure.crop((left, top, right, _solid_box(figure)[3]))


def _scale(figure: Image.Image, spot: Placement, scene: tuple[int, int]) -> Image.Image:
    """To the height asked for, counted over its solid part."""
    _, top, _, bottom = _solid_box(figure)
    # A few solid pixels in a large glow must not grow it beyond all bounds.
    most = min(2 * scene[0] / figure.width, 2 * scene[1] / figure.height)
    factor = min(spot.height * scene[1] / (bottom - top), most)
    size = (max(round(figure.width * factor), 1), max(round(figure.height * factor), 1))
    # Made smaller, a figure needs no more than this filter, which takes a third of the time of Lanczos'.
    method = Image.Resampling.HAMMING if factor < 1 else Image.Resampling.LANCZOS
    figure = figure.resize(size, method, reducing_gap=2.0)
    return ImageOps.mirror(figure) if spot.flipped else figure


def _foot(figure: Image.Image) -> tuple[int, int]:
    """The point between the feet: the middle of what is solid in the lowest tenth."""
    _, top, _, bottom = _solid_box(figure)
    base = figure.crop((0, round(bottom - 0.1 * (bottom - top)), figure.width, bottom))
    low_left, _, low_right, _ = _solid_box(base)
    return round((low_left + low_right) / 2), bottom


def _part_from_ground(scene: Image.Image, figure: Image.Image, corner: tuple[int, int]) -> None:
    """Where figure and scene are about equally bright, lay a breath of light behind the figure."""
    behind = float(np.asarray(look_around(scene, figure, corner).convert("L"), dtype=np.float32).mean())
    near = 1 - min(abs(behind - mean_luma(figure)) / 60, 1.0)
    dark = 1 - behind / 255
    strength = 0.34 * near * dark
    if strength < 0.03:
        return
    small = figure.getchannel("A").resize((max(figure.width // 8, 1), max(figure.height // 8, 1)))
    pad = max(small.size) // 3
    halo = ImageOps.expand(small, pad).filter(ImageFilter.GaussianBlur(pad * 0.45))
    halo = halo.resize((halo.width * 8, halo.height * 8), Image.Resampling.BILINEAR)
    box = _box_at(halo, (corner[0] - pad * 8, corner[1] - pad * 8))
    mean = _mean_colour(scene)
    tone = np.clip(mean * 0.5 + 128 * strength * 2, 0, 255) * strength
    glow = Image.merge("RGB", [halo.point([round(v * float(t) / 128) for v in range(256)]) for t in tone])
    left, top = max(box[0], 0), max(box[1], 0)
    right, bottom = min(box[2], scene.width), min(box[3], scene.height)
    if left < right and top < bottom:  # what of it is seen
        part = glow.crop((left - box[0], top - box[1], right - box[0], bottom - box[1]))
        scene.paste(ImageChops.screen(scene.crop((left, top, right, bottom)), part), (left, top))


def _cast_shadow(
    scene: Image.Image, figure: Image.Image, corner: tuple[int, int], foot: tuple[int, int], lamp: Lamp
) -> None:
    """Lay the figure's shape flat on the ground, away from the lamp, and a darker pool where it touches."""
    width, height = figure.size
    flat = max(round(height * 0.13), 4)
    alpha = figure.getchannel("A").point(
        [0] * 100 + [min(round((v - 100) * 1.7), 255) for v in range(100, 256)]
    )
    lying = ImageOps.flip(alpha.resize((width, flat), Image.Resampling.BOX))
    pad = flat
    shape = Image.new("L", (width + 6 * pad, flat + 2 * pad))
    shape.paste(lying, (3 * pad, pad))
    lean = lamp.side * 1.4
    shape = shape.transform(
        shape.size, Image.Transform.AFFINE, (1, lean, -lean * pad, 0, 1, 0), Image.Resampling.BILINEAR
    )
    shape = shape.filter(ImageFilter.GaussianBlur(flat * 0.16)).point([round(v * 0.40) for v in range(256)])
    # The pool lies within the shape's own frame: the feet are `pad` and a fifth of `flat` below its top.
    pool = Image.new("L", shape.size)
    under = _pool(figure)
    pool.paste(under, (3 * pad, pad + round(flat * 0.2) - round(under.height * 0.55)))
    soft = pool.filter(ImageFilter.GaussianBlur(max(height * 0.011, 1.5)))
    shadow = ImageChops.lighter(shape, soft.point([round(v * 0.62) for v in range(256)]))
    tint = _mean_colour(scene) // 7
    box = _box_at(shadow, (corner[0] - 3 * pad, corner[1] + foot[1] - pad - round(flat * 0.2)))
    scene.paste((int(tint[0]), int(tint[1]), int(tint[2])), box, shadow)


def _pool(figure: Image.Image) -> Image.Image:
    """Where the feet touch the ground, seen flat."""
    slice_height = max(round(figure.height * 0.07), 2)
    base = figure.getchannel("A").crop((0, figure.height - slice_height, figure.width, figure.height))
    return base.resize((figure.width, max(round(slice_height * 0.7), 2)), Image.Resampling.BOX)


def _box_at(image: Image.Image, corner: tuple[int, int]) -> tuple[int, int, int, int]:
    return (*corner, corner[0] + image.width, corner[1] + image.height)


def _mean_colour(scene: Image.Image) -> Floats:
    """RGB, 0–255."""
    return np.array(scene.reduce(8).resize((1, 1), Image.Resampling.BOX).getpixel((0, 0)), dtype=np.float32)


def _share_grain(scene: Image.Image) -> Image.Image:
    """One fine grain over figure and scene, always the same."""
    pixels = cv2.add(np.asarray(scene), _make_grain(scene.size), dtype=cv2.CV_8U)
    return Image.fromarray(np.asarray(pixels, dtype=np.uint8))


@functools.lru_cache(maxsize=4)
def _make_grain(size: tuple[int, int]) -> NDArray[np.int16]:
    width, height = size
    noise = np.random.default_rng(20).standard_normal((height, width), dtype=np.float32) * GRAIN
    return np.repeat(np.rint(noise).astype(np.int16)[..., None], 3, axis=2)
