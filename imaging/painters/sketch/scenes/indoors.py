"""Rooms: a wall with a window on the hour of the day, what the room is for, and a floor to stand on."""

from __future__ import annotations

# Coordinates are read as rows of points.
# fmt: off
import math

from PIL import Image

from imaging.painters.sketch.colour import darker, lighter, mix
from imaging.painters.sketch.scenes import weather
from imaging.painters.sketch.scenes.furniture import (
    FLOOR,
    WOOD,
    box,
    draw_book_pile,
    draw_counter,
    draw_hanging_lamp,
    draw_hearth,
    draw_ladder,
    draw_picture,
    draw_plate_rack,
    draw_shelves,
    lamplit,
)
from imaging.painters.sketch.scenes.reading import Setting
from imaging.painters.sketch.scenes.stage import Stage


def paint_walls(stage: Stage, setting: Setting) -> None:
    """The wall, its window, and a wooden floor."""
    wall = {"library": (150, 112, 88), "kitchen": (232, 204, 160), "room": (198, 160, 150)}[setting.inside]
    if setting.colours:
        wall = mix(wall, setting.colours[0], 0.4)
    wall = lamplit(stage, wall)
    full = Image.new("L", stage.image.size, 255)
    stage.wash(full, darker(wall, 0.28), lighter(wall, 0.06), 0, FLOOR, rough=0.09)
    if setting.inside != "library":
        for k in range(13):
            x = k / 12
            box(stage, x - 0.006, 0, x + 0.006, FLOOR - 0.1, lighter(wall, 0.16), 50)
        box(stage, 0, FLOOR - 0.11, 1, FLOOR, darker(wall, 0.2))
        box(stage, 0, FLOOR - 0.118, 1, FLOOR - 0.105, lighter(wall, 0.2))


def paint_window(stage: Stage, setting: Setting, x: float, y: float, wide: float, high: float,
    arched: bool) -> None:
    """A window on the sky outside, with bars and a sill."""
    p = stage.palette
    frame = lamplit(stage, lighter(WOOD, 0.1))
    edge = 0.014
    ratio = stage.width / stage.height

    def outline(grow: float) -> list[tuple[float, float]]:
        left, right = x - wide - grow, x + wide + grow
        top, low = y - high - grow * ratio, y + high + grow * ratio
        if not arched:
            return [(left, top), (right, top), (right, low), (left, low)]
        middle = y - high * 0.45
        arch = [(x + (right - x) * math.cos(a), middle - (middle - top) * math.sin(a))
            for a in [math.pi * k / 18 for k in range(19)]]
        return [(right, low), *arch, (left, low)]

    stage.shape(outline(edge), frame, darker(frame, 0.2))
    stage.shape(outline(0), p.sky[0], p.sky[2], rough=0.04)
    if p.night:
        for _ in range(34):
            sx, sy = x + stage.rng.uniform(-0.9, 0.9) * wide, y + stage.rng.uniform(-0.75, 0.6) * high
            cx, cy = stage.px(sx, sy)
            r = stage.size(stage.rng.uniform(0.0008, 0.0024))
            stage.pen.ellipse((cx - r, cy - r, cx + r, cy + r), fill=(255, 250, 230, 220))
    mx, my = x + wide * 0.35, y - high * 0.3
    cx, cy = stage.px(mx, my)
    r = stage.size(0.028)
    stage.pen.ellipse((cx - r, cy - r, cx + r, cy + r), fill=(*lighter(p.light, 0.3), 240))
    stage.glow(mx, my, 0.16, p.light, 0.5)
    hill = [(x - wide, y + high), (x - wide, y + high * 0.55), (x - wide * 0.4, y + high * 0.36),
        (x + wide * 0.2, y + high * 0.6), (x + wide, y + high * 0.44), (x + wide, y + high)]
    stage.shape(hill, p.at((96, 130, 120), 0.5), p.at((70, 104, 100), 0.4))
    for bar in (-0.33, 0.33):
        box(stage, x + wide * bar - 0.004, y - high, x + wide * bar + 0.004, y + high, frame)
    for bar in (-0.35, 0.3):
        box(stage, x - wide, y + high * bar - 0.005, x + wide, y + high * bar + 0.005, frame)
    box(stage, x - wide - 0.03, y + high + 0.012, x + wide + 0.03, y + high + 0.034, lighter(frame, 0.12))
    if not p.night:
        beam = [(x - wide, y + high), (x + wide, y + high), (x + wide + 0.2, 1.0), (x - wide + 0.16, 1.0)]
        stage.pen.polygon([stage.px(*q) for q in beam], fill=(*p.light, 30))


def paint_floor(stage: Stage, setting: Setting) -> None:
    """Boards towards the eye, and a round rug where the hero stands."""
    wood = lamplit(stage, (166, 114, 76) if setting.inside != "kitchen" else (190, 138, 98))
    stage.shape([(0, FLOOR), (1, FLOOR), (1, 1.01), (0, 1.01)], darker(wood, 0.16), lighter(wood, 0.05),
        rough=0.14)
    for k in range(-14, 15):
        a, b = stage.px(0.5 + k * 0.055, FLOOR), stage.px(0.5 + k * 0.13, 1.01)
        stage.pen.line((*a, *b), fill=(*darker(wood, 0.35), 130), width=max(int(stage.size(0.0025)), 1))
    rug = lamplit(stage, setting.colours[0] if setting.colours else stage.rng.choice(((168, 70, 74),
        (78, 106, 138), (96, 122, 88))))
    for grow, tone in ((1.0, darker(rug, 0.15)), (0.9, lighter(rug, 0.42)), (0.84, rug),
        (0.5, lighter(rug, 0.2)), (0.44, rug)):
        cx, cy = stage.px(0.5, 0.895)
        w, h = 0.36 * grow * stage.width, 0.085 * grow * stage.height
        stage.pen.ellipse((cx - w, cy - h, cx + w, cy + h), fill=(*tone, 235))


def paint_library(stage: Stage, setting: Setting) -> None:
    """Shelves to the ceiling on both sides of an arched window, a ladder, hanging lamps."""
    paint_window(stage, setting, 0.5, 0.34, 0.105, 0.25, arched=True)
    for x0, x1 in ((-0.01, 0.345), (0.655, 1.01)):
        draw_shelves(stage, x0, x1, 0.0, FLOOR + 0.012, 5)
    paint_floor(stage, setting)
    draw_ladder(stage, stage.rng.choice((0.21, 0.8)))
    for x, y in ((0.36, 0.2), (0.64, 0.2)):
        draw_hanging_lamp(stage, x, y)
    for x in (0.07, 0.93):
        draw_book_pile(stage, x, 0.93)


def paint_kitchen(stage: Stage, setting: Setting) -> None:
    """A window, shelves of crockery, and a hearth with a kettle."""
    paint_window(stage, setting, 0.5, 0.3, 0.11, 0.15, arched=False)
    draw_plate_rack(stage, 0.04, 0.33)
    draw_hearth(stage, 0.82, 0.26)
    draw_counter(stage, 0.0, 0.36)
    paint_floor(stage, setting)
    draw_hanging_lamp(stage, 0.34, 0.16)


def paint_room(stage: Stage, setting: Setting) -> None:
    """A window, a hearth or a bed, pictures on the wall, a bookshelf."""
    paint_window(stage, setting, 0.5, 0.33, 0.12, 0.19, arched=stage.rng.random() < 0.5)
    draw_hearth(stage, 0.84, 0.26)
    draw_shelves(stage, 0.03, 0.25, 0.28, FLOOR + 0.01, 3)
    for x, y in ((0.31, 0.26), (0.69, 0.24)):
        draw_picture(stage, x, y)
    paint_floor(stage, setting)
    draw_hanging_lamp(stage, 0.14, 0.13)


ROOMS = {"library": paint_library, "kitchen": paint_kitchen, "room": paint_room}


def paint_furniture(stage: Stage, setting: Setting) -> None:
    ROOMS[setting.inside](stage, setting)


def paint_room_air(stage: Stage, setting: Setting) -> None:
    """Dust that dances in the light."""
    if "fireflies" in setting.details or "magic" in setting.moods:
        weather.draw_fireflies(stage)
    pen, rng = stage.pen, stage.rng
    for _ in range(60):
        cx, cy = stage.px(rng.random(), rng.uniform(0.1, 0.9))
        r = stage.size(rng.uniform(0.0008, 0.002))
        pen.ellipse((cx - r, cy - r, cx + r, cy + r), fill=(255, 240, 206, rng.randint(60, 150)))
