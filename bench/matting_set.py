"""Pictures of figures on grounds, as a model might paint them, whose true cut-out is known."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from PIL import Image

from imaging.lab import Floats
from imaging.painters.sketch import SketchPainter
from imaging.types import ImageRequest

#: Masks are drawn this much larger and averaged down.
FINE = 4
HEROES = (
    "an orange fox with a blue scarf", "a girl in a yellow dress", "a purple dragon with a lantern",
    "an old wizard with a staff", "a white rabbit", "a black cat", "a grey wolf", "a red robot",
    "a boy with curly hair", "a green frog with a crown", "a brown bear with a backpack", "a queen",
    "a knight with a sword", "a penguin", "an octopus", "a unicorn", "a pirate with a hat", "a mermaid",
    "a hedgehog", "a bee", "a teapot", "a pumpkin", "a mouse with an umbrella", "a lion", "an elephant",
    "a woman with long hair", "a snowman", "a turtle", "an owl with glasses", "a witch with a broom",
    "a blue whale", "a cactus", "a deer", "a snail", "a cow", "a pale girl in a white dress",
)  # fmt: skip
GROUNDS = ("plain", "gradient", "textured", "noisy")
FIGURES = ("sketch", "limbs", "sketch", "hair", "sketch", "holes")


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """A picture, its figure's true alpha (0–1), and what makes it hard."""

    picture: Image.Image
    alpha: Floats
    figure: str
    ground: str
    near: bool


def make_samples(count: int, *, seed: int = 7, size: int = 512) -> Iterator[Sample]:
    """Every figure on every ground in turn; each seventh ground has nearly the colour of the figure."""
    for number in range(count):
        rng = np.random.default_rng([seed, number])
        figure, ground = FIGURES[number % 6], GROUNDS[number // 6 % 4]
        near = number % 7 == 3
        colour, alpha = DRAWN_BY[figure](rng, size)
        base = _near_colour(colour, alpha, rng) if near else _ground_colour(rng)
        behind = paint_ground(ground, base, rng, size)
        mixed = colour * alpha[..., None] + behind * (1 - alpha[..., None])
        if ground == "noisy":
            mixed += rng.normal(0, rng.uniform(3, 8), (size, size, rng.choice((1, 3)))).astype(np.float32)
        yield Sample(_compress(mixed, rng), alpha, figure, ground, near)


def paint_ground(kind: str, base: Floats, rng: Generator, size: int) -> Floats:
    """A ground of one kind about a base colour. The noise of the noisy one lies over the figure too."""
    y, x = np.mgrid[-1 : 1 : size * 1j, -1 : 1 : size * 1j].astype(np.float32)
    ground = np.broadcast_to(base, (size, size, 3)).astype(np.float32)
    if kind == "gradient":
        angle, strength = rng.uniform(0, 2 * np.pi), rng.uniform(8, 25)
        ramp = x * np.cos(angle) + y * np.sin(angle) if rng.random() < 0.5 else 0.7 - (x**2 + y**2)
        tint = 1 + rng.uniform(-0.4, 0.4, 3)
        ground = ground + (ramp * strength)[..., None] * tint
    if kind == "textured":
        for blur in (1.0, rng.uniform(2, 6), rng.uniform(12, 40)):
            grain = cv2.GaussianBlur(rng.standard_normal((size, size)).astype(np.float32), (0, 0), blur)
            ground = ground + (grain / grain.std() * rng.uniform(1, 2.6))[..., None]
    clipped: Floats = np.clip(ground, 0, 255).astype(np.float32)
    return clipped


def _ground_colour(rng: Generator) -> Floats:
    """Mostly the light grey that the painter is asked for; else any colour."""
    if rng.random() < 0.6:
        return (rng.uniform(190, 255) + rng.uniform(-8, 8, 3)).clip(0, 255).astype(np.float32)
    return rng.uniform(10, 245, 3).astype(np.float32)


def _near_colour(colour: Floats, alpha: Floats, rng: Generator) -> Floats:
    """A ΔE*76 of 9 to 16 from one of the figure's larger areas."""
    solid = colour[alpha > 0.9]
    area = np.median(solid[np.argsort(solid.sum(axis=1))].reshape(-1, 3)[:: max(len(solid) // 400, 1)][
        (part := int(rng.integers(0, 300))) : part + 60
    ], axis=0)  # fmt: skip
    lab = cv2.cvtColor(area.astype(np.float32)[None, None] / np.float32(255), cv2.COLOR_RGB2LAB)
    way = rng.standard_normal(3)
    lab = lab + (way / np.linalg.norm(way) * rng.uniform(9, 16)).astype(np.float32)
    near: Floats = cv2.cvtColor(lab.astype(np.float32), cv2.COLOR_LAB2RGB)[0, 0] * 255
    return near.clip(0, 255)


def _compress(pixels: Floats, rng: Generator) -> Image.Image:
    """Through a JPEG of any usual quality."""
    file = io.BytesIO()
    picture = Image.fromarray(np.clip(pixels + 0.5, 0, 255).astype(np.uint8))
    picture.save(file, "JPEG", quality=int(rng.integers(70, 97)))
    return Image.open(file).convert("RGB")


def draw_sketch(rng: Generator, size: int) -> tuple[Floats, Floats]:
    """One of the sketch painter's heroes."""
    prompt, seed = HEROES[int(rng.integers(len(HEROES)))], int(rng.integers(1 << 30))
    request = ImageRequest(subject="character", prompt=prompt, seed=seed, width=size, height=size)
    pixels = np.asarray(SketchPainter().paint(request).image, dtype=np.float32)
    return pixels[..., :3], pixels[..., 3] / np.float32(255)


def _floats(values: object) -> Floats:
    return np.asarray(values, dtype=np.float32)


class _Canvas:
    """Shapes in fine resolution, in units of which the picture is 100 wide."""

    def __init__(self, rng: Generator, size: int) -> None:
        self.rng, self.size, self.unit = rng, size, size * FINE / 100
        self.alpha = np.zeros((size * FINE, size * FINE), dtype=np.uint8)
        self.colour = np.zeros((size, size, 3), dtype=np.float32)

    def pixels(self, points: Floats) -> NDArray[np.int32]:
        return np.round(np.asarray(points) * self.unit).astype(np.int32)

    def lay(self, draw: Callable[[NDArray[np.uint8]], object], colour: Floats) -> None:
        """Cover what is there by what ``draw`` draws, lit from above."""
        mask = np.zeros_like(self.alpha)
        draw(mask)
        share = cv2.resize(mask, (self.size, self.size), interpolation=cv2.INTER_AREA)[..., None] / 255
        light = np.linspace(1.12, 0.85, self.size, dtype=np.float32)[:, None, None]
        self.colour += (np.clip(colour * light, 0, 255) - self.colour) * np.float32(np.ceil(share))
        np.maximum(self.alpha, mask, out=self.alpha)

    def any_colour(self) -> Floats:
        return self.rng.uniform(15, 245, 3).astype(np.float32)

    def blob(self, x: float, y: float, wide: float, high: float, turn: float = 0) -> None:
        centre, axes = self.pixels(_floats([x, y])), self.pixels(_floats([wide, high]))
        self.lay(lambda m: cv2.ellipse(m, centre.tolist(), axes.tolist(), turn, 0, 360, 255, -1),
                 self.any_colour())  # fmt: skip

    def line(self, points: list[tuple[float, float]], width: float, colour: Floats) -> None:
        pixels, thick = self.pixels(_floats(points)), max(round(width * self.unit), 1)
        self.lay(lambda m: cv2.polylines(m, [pixels], False, 255, thick), colour)

    def done(self) -> tuple[Floats, Floats]:
        alpha = cv2.resize(self.alpha, (self.size, self.size), interpolation=cv2.INTER_AREA)
        return self.colour, alpha.astype(np.float32) / np.float32(255)


def draw_limbs(rng: Generator, size: int) -> tuple[Floats, Floats]:
    """Somebody with hands on the hips: ground shows between the arms and the body, and between the legs."""
    canvas = _Canvas(rng, size)
    out, hip = rng.uniform(13, 24), rng.uniform(54, 62)
    sleeve, trousers = canvas.any_colour(), canvas.any_colour()
    for side in (-1, 1):
        canvas.line([(50 + side * 5, hip), (50 + side * rng.uniform(6, 12), 94)], rng.uniform(4, 7), trousers)
        elbow = (50 + side * (out + 8), rng.uniform(42, 50))
        canvas.line([(50 + side * 8, 35), elbow, (50 + side * 8, hip)], rng.uniform(3, 6), sleeve)
    canvas.blob(50, 46, rng.uniform(8, 13), 17)
    canvas.blob(50, 20, rng.uniform(8, 12), rng.uniform(9, 12))
    return canvas.done()


def draw_hair(rng: Generator, size: int) -> tuple[Floats, Floats]:
    """A head whose hair stands off in strands of one to three pixels."""
    canvas = _Canvas(rng, size)
    hair = canvas.any_colour()
    canvas.blob(50, 78, rng.uniform(14, 24), 16)

    def strands(mask: NDArray[np.uint8]) -> None:
        cv2.circle(mask, canvas.pixels(_floats([50, 40])).tolist(), canvas.pixels(_floats([21]))[0], 255, -1)
        for angle in rng.uniform(np.pi * 0.9, np.pi * 2.1, int(rng.integers(80, 260))):
            reach = np.linspace(17, rng.uniform(24, 34), 8)
            bent = angle + np.linspace(0, rng.normal(0, 0.25), 8)
            points = np.stack([50 + reach * np.cos(bent), 40 + reach * np.sin(bent)], axis=-1)
            cv2.polylines(
                mask, [canvas.pixels(_floats(points))], False, 255, int(rng.integers(FINE, FINE * 3))
            )

    canvas.lay(strands, hair)
    canvas.blob(50, 44, 15, 18)
    return canvas.done()


def draw_holes(rng: Generator, size: int) -> tuple[Floats, Floats]:
    """A wheel on legs: through its spokes one sees the ground."""
    canvas = _Canvas(rng, size)
    tyre, spoke, radius = canvas.any_colour(), canvas.any_colour(), rng.uniform(22, 32)
    count, start = int(rng.integers(3, 8)), rng.uniform(0, np.pi)
    for turn in start + np.arange(count) * 2 * np.pi / count:
        tip = (50 + radius * np.cos(turn), 42 + radius * np.sin(turn))
        canvas.line([(50, 42), tip], rng.uniform(1.2, 3), spoke)
    ring = np.linspace(0, 2 * np.pi, 60)
    canvas.line(list(zip(50 + radius * np.cos(ring), 42 + radius * np.sin(ring), strict=True)),
                rng.uniform(4, 7), tyre)  # fmt: skip
    canvas.blob(50, 42, 7, 7)
    for side in (-1, 1):
        canvas.line([(50 + side * 12, 40 + radius * 0.8), (50 + side * 16, 93)], 4, tyre)
    return canvas.done()


DRAWN_BY = {"sketch": draw_sketch, "limbs": draw_limbs, "hair": draw_hair, "holes": draw_holes}
