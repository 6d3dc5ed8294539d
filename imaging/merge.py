"""Puts the hero into the setting: cut out, lit like it, with its feet on the ground."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageFilter, ImageOps

from imaging.cutting import Method, cut_out
from imaging.lab import from_lab, to_lab

Floats = NDArray[np.float32]

#: Feet stand so far down from the ground line to the lower edge, within these shares of the height.
FOREGROUND, HIGHEST_FEET, LOWEST_FEET = 0.84, 0.84, 0.96
#: Between these the ground line is looked for; where there is none to see it is taken to be at the third.
LINE_FROM, LINE_TO, USUAL_LINE = 0.35, 0.8, 0.58
#: How tall a figure that fills its frame becomes, as shares of the height.
TALLEST, SHORTEST = 0.62, 0.40
#: No wider than this share of the scene.
WIDEST = 0.62
#: How far the figure's colours go towards the scene's, and by how much at most (L*, and a* or b*).
STRENGTH, MOST_LIGHT, MOST_COLOUR = 0.34, 11.0, 8.0
#: A figure is never darkened below this mean L*: a hero is seen, also at night.
DARKEST = 40.0
GRAIN = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Where the figure stands: the point between its feet, as shares of the scene's width and height from
    its upper left; its height as a share of the scene's; whether it is mirrored."""

    x: float
    y: float
    height: float
    flipped: bool = False


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
    spot = placement or _choose_placement(scene, figure, filled)
    figure = _scale(figure, spot, scene.size)
    foot = _foot(figure)
    corner = (round(spot.x * width - foot[0]), round(spot.y * height - foot[1]))
    lamp = _find_lamp(scene)
    figure = _match_light(figure, scene, corner, lamp)
    scene = _part_from_ground(scene, figure, corner)
    scene = _cast_shadow(scene, figure, corner, foot, lamp)
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
    factor = spot.height * scene[1] / (bottom - top)
    size = (max(round(figure.width * factor), 1), max(round(figure.height * factor), 1))
    figure = figure.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    return ImageOps.mirror(figure) if spot.flipped else figure


def _foot(figure: Image.Image) -> tuple[int, int]:
    """The point between the feet: the middle of what is solid in the lowest tenth."""
    _, top, _, bottom = _solid_box(figure)
    base = figure.crop((0, round(bottom - 0.1 * (bottom - top)), figure.width, bottom))
    low_left, _, low_right, _ = _solid_box(base)
    return round((low_left + low_right) / 2), bottom


def _choose_placement(scene: Image.Image, figure: Image.Image, filled: float) -> Placement:
    """Left or right third: where the scene is calmer and differs more in brightness from the figure."""
    height = float(np.clip(TALLEST * filled / 0.87, SHORTEST, TALLEST))
    height = min(height, WIDEST * scene.width / scene.height * figure.height / figure.width)
    grey = np.asarray(scene.convert("L").resize((48, 36), Image.Resampling.BOX), dtype=np.float32)
    own = _mean_luma(figure)
    third = {}
    for x in (1 / 3, 2 / 3):
        column = grey[10:33, round(x * 48) - 7 : round(x * 48) + 7]
        third[x] = abs(float(column.mean()) - own) - 0.8 * float(column.std())
    best = max(third, key=lambda x: third[x])
    line = _find_ground_line(scene)
    feet = float(np.clip(line + FOREGROUND * (1 - line), HIGHEST_FEET, LOWEST_FEET))
    return Placement(x=round(best, 4), y=round(feet, 4), height=round(height, 4), flipped=best < 0.5)


def _find_ground_line(scene: Image.Image) -> float:
    """Where the ground begins, as a share of the height: where most of the width changes colour."""
    rows, reach = 48, 3
    lab = to_lab(np.asarray(scene.resize((24, rows), Image.Resampling.BOX)))
    first, last = round(LINE_FROM * rows), round(LINE_TO * rows)
    change = [
        float(
            np.median(
                np.linalg.norm(lab[y - reach : y].mean(axis=0) - lab[y : y + reach].mean(axis=0), axis=1)
            )
        )
        for y in range(first, last)
    ]
    strongest = int(np.argmax(change))
    return (first + strongest) / rows if change[strongest] > 2 * np.median(change) else USUAL_LINE


def _mean_luma(figure: Image.Image) -> float:
    small = figure.resize((32, 32), Image.Resampling.BOX)
    alpha = np.asarray(small.getchannel("A"), dtype=np.float32)
    grey = np.asarray(small.convert("L"), dtype=np.float32)
    return float((grey * alpha).sum() / max(float(alpha.sum()), 1.0))


@dataclass(frozen=True, slots=True)
class _Lamp:
    """Where the scene's light comes from (−1 left … 1 right), and its colour (RGB 0–255)."""

    side: float
    colour: Floats


def _find_lamp(scene: Image.Image) -> _Lamp:
    """The centre and mean colour of the scene's brightest twentieth."""
    small = np.asarray(scene.resize((48, 36), Image.Resampling.BOX), dtype=np.float32)
    grey = small.mean(axis=-1)
    bright = grey >= np.quantile(grey, 0.95)
    side = float(np.nonzero(bright)[1].mean()) / 23.5 - 1
    return _Lamp(float(np.clip(side * 1.6, -1, 1)), small[bright].mean(axis=0))


def _match_light(
    figure: Image.Image, scene: Image.Image, corner: tuple[int, int], lamp: _Lamp
) -> Image.Image:
    """Shift the figure's mean and spread towards the scene round it, then light it from the lamp's side."""
    pixels = np.asarray(figure)
    alpha = pixels[..., 3].astype(np.float32) / 255
    lab = to_lab(np.ascontiguousarray(pixels[..., :3]))
    solid = alpha > 0.5
    if not solid.any():
        return figure
    own = lab[solid]
    goal = to_lab(np.asarray(_around(scene, figure, corner)))
    mean, spread = own.mean(axis=0), own.std(axis=0) + 1e-3
    goal_mean, goal_spread = goal.mean(axis=(0, 1)), goal.std(axis=(0, 1))
    most = np.array([MOST_LIGHT, MOST_COLOUR, MOST_COLOUR], dtype=np.float32)
    shift = np.clip((goal_mean - mean) * STRENGTH, -most, most)
    shift[0] = max(shift[0], min(DARKEST - mean[0], 18.0)) if mean[0] + shift[0] < DARKEST else shift[0]
    ratio = np.clip(1 + (goal_spread / spread - 1) * STRENGTH * 0.5, 0.9, 1.08)
    lab = (lab - mean) * ratio + mean + shift
    lab[..., 0] += _relief(figure.size, lamp)
    lit = from_lab(lab.astype(np.float32)).astype(np.float32)
    lit = _light_rim(lit, np.asarray(alpha, dtype=np.float32), lamp)
    result = Image.fromarray(np.clip(lit, 0, 255).astype(np.uint8))
    result.putalpha(figure.getchannel("A"))
    return result


def _around(scene: Image.Image, figure: Image.Image, corner: tuple[int, int]) -> Image.Image:
    """The part of the scene that the figure stands before, a little wider, at a small size."""
    margin = figure.width // 4
    box = (
        max(corner[0] - margin, 0), max(corner[1], 0),
        min(corner[0] + figure.width + margin, scene.width), min(corner[1] + figure.height, scene.height),
    )  # fmt: skip
    if box[0] >= box[2] or box[1] >= box[3]:
        box = (0, 0, *scene.size)
    return scene.resize((64, 48), Image.Resampling.BOX, box=box)


def _relief(size: tuple[int, int], lamp: _Lamp) -> Floats:
    """Added L*: brighter towards the lamp and the sky, darker at the feet."""
    width, height = size
    across = np.linspace(-1, 1, width, dtype=np.float32)[None, :] * lamp.side * 3.0
    down = np.linspace(1.6, -3.2, height, dtype=np.float32)[:, None]
    relief: Floats = across + down
    return relief


def _light_rim(pixels: Floats, alpha: Floats, lamp: _Lamp) -> Floats:
    """A thin edge of the lamp's colour on the side that faces it."""
    reach = max(round(pixels.shape[0] * 0.010), 2)
    shift_x = round(-reach * lamp.side)
    inner = np.roll(np.roll(alpha, shift_x, axis=1), reach, axis=0)
    rim = Image.fromarray((np.clip(alpha - inner, 0, 1) * 255).astype(np.uint8))
    soft = np.asarray(rim.filter(ImageFilter.GaussianBlur(reach * 0.45)), dtype=np.float32) / np.float32(255)
    strength = soft[..., None] * np.float32(0.42)
    lit: Floats = pixels + (np.maximum(lamp.colour, pixels) - pixels) * strength
    return lit


def _part_from_ground(scene: Image.Image, figure: Image.Image, corner: tuple[int, int]) -> Image.Image:
    """Where figure and scene are about equally bright, a breath of light behind the figure."""
    behind = float(np.asarray(_around(scene, figure, corner).convert("L"), dtype=np.float32).mean())
    near = 1 - min(abs(behind - _mean_luma(figure)) / 60, 1.0)
    dark = 1 - behind / 255
    strength = 0.34 * near * dark
    if strength < 0.03:
        return scene
    small = figure.getchannel("A").resize((max(figure.width // 8, 1), max(figure.height // 8, 1)))
    pad = max(small.size) // 3
    halo = ImageOps.expand(small, pad).filter(ImageFilter.GaussianBlur(pad * 0.45))
    halo = halo.resize((halo.width * 8, halo.height * 8), Image.Resampling.BICUBIC)
    light = Image.new("L", scene.size)
    light.paste(halo, (corner[0] - pad * 8, corner[1] - pad * 8))
    mean = np.asarray(scene.resize((1, 1), Image.Resampling.BOX))[0, 0].astype(np.float32)
    tone = np.clip(mean * 0.5 + 128 * strength * 2, 0, 255) * strength
    glow = Image.merge("RGB", [light.point([round(v * float(t) / 128) for v in range(256)]) for t in tone])
    return ImageChops.screen(scene, glow)


def _cast_shadow(
    scene: Image.Image, figure: Image.Image, corner: tuple[int, int], foot: tuple[int, int], lamp: _Lamp
) -> Image.Image:
    """The figure's shape laid flat on the ground, away from the lamp, and a darker pool where it touches."""
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
    shape = shape.filter(ImageFilter.GaussianBlur(flat * 0.16))
    shadow = Image.new("L", scene.size)
    feet_y = corner[1] + foot[1]
    shadow.paste(
        shape.point([round(v * 0.40) for v in range(256)]),
        (corner[0] - 3 * pad, feet_y - pad - round(flat * 0.2)),
    )
    pool = ImageChops.lighter(shadow, _pool(scene.size, figure, corner, feet_y))
    tint = np.asarray(scene.resize((1, 1), Image.Resampling.BOX))[0, 0] // 7
    scene = scene.copy()
    scene.paste((int(tint[0]), int(tint[1]), int(tint[2])), (0, 0, *scene.size), pool)
    return scene


def _pool(size: tuple[int, int], figure: Image.Image, corner: tuple[int, int], feet_y: int) -> Image.Image:
    """The darkest shadow, right under the feet."""
    slice_height = max(round(figure.height * 0.07), 2)
    base = figure.getchannel("A").crop((0, figure.height - slice_height, figure.width, figure.height))
    flat = max(round(slice_height * 0.7), 2)
    base = base.resize((figure.width, flat), Image.Resampling.BOX)
    pool = Image.new("L", size)
    pool.paste(base, (corner[0], feet_y - round(flat * 0.55)))
    soft = pool.filter(ImageFilter.GaussianBlur(max(figure.height * 0.011, 1.5)))
    return soft.point([round(v * 0.62) for v in range(256)])


def _share_grain(scene: Image.Image) -> Image.Image:
    """One fine grain over figure and scene, always the same."""
    pixels = cv2.add(np.asarray(scene), _make_grain(scene.size), dtype=cv2.CV_8U)
    return Image.fromarray(np.asarray(pixels, dtype=np.uint8))


@functools.lru_cache(maxsize=4)
def _make_grain(size: tuple[int, int]) -> NDArray[np.int16]:
    width, height = size
    noise = np.random.default_rng(20).standard_normal((height, width), dtype=np.float32) * GRAIN
    return np.repeat(np.rint(noise).astype(np.int16)[..., None], 3, axis=2)
