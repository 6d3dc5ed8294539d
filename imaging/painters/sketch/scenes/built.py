"""What people build, seen from afar: castles, cottages, cities, lighthouses, ships, ruins."""

from __future__ import annotations

# Coordinates are read as rows of points.
# fmt: off
import math

from imaging.painters.sketch.colour import RGB, darker, lighter, mix, vary
from imaging.painters.sketch.scenes.stage import XY, Stage

WINDOW: RGB = (255, 214, 120)
ROOFS: tuple[RGB, ...] = ((176, 84, 70), (146, 88, 82), (92, 104, 132), (126, 92, 112))
WALLS: tuple[RGB, ...] = ((240, 222, 192), (228, 204, 170), (214, 206, 200), (236, 212, 184))


def is_lit(stage: Stage) -> bool:
    """Whether windows shine: at night, at dusk, in dark weather."""
    return sum(stage.palette.tint) < 2.25


class Mason:
    """Draws a building in its own units: x right of its middle, y up from its foot, ``unit`` pixels each."""

    def __init__(self, stage: Stage, x: float, y: float, unit: float, depth: float) -> None:
        self.stage, self.depth = stage, depth
        self.cx, self.cy = stage.px(x, y)
        self.unit = stage.size(unit)
        self.lit_left = stage.sun[0] < x

    def tone(self, colour: RGB) -> RGB:
        return self.stage.palette.at(colour, self.depth)

    def at(self, x: float, y: float) -> XY:
        return self.cx + x * self.unit, self.cy - y * self.unit

    def face(self, points: list[XY], colour: RGB, alpha: int = 255) -> None:
        self.stage.pen.polygon([self.at(*p) for p in points], fill=(*self.tone(colour), alpha))

    def wall(self, x: float, y: float, wide: float, high: float, colour: RGB) -> None:
        """A block, its side away from the light in shade."""
        self.face([(x - wide, y), (x + wide, y), (x + wide, y + high), (x - wide, y + high)], colour)
        shade = x + wide * 0.25 if self.lit_left else x - wide
        self.face([(shade, y), (shade + wide * 0.75, y), (shade + wide * 0.75, y + high), (shade, y + high)],
            darker(colour, 0.3), 130)

    def roof(self, x: float, y: float, wide: float, high: float, colour: RGB) -> None:
        self.face([(x - wide, y), (x + wide, y), (x, y + high)], colour)
        far = x + wide if self.lit_left else x - wide
        self.face([(x, y), (far, y), (x, y + high)], darker(colour, 0.35), 130)

    def window(self, x: float, y: float, wide: float, high: float) -> None:
        """Shining where lamps are lit, dark glass otherwise."""
        lit = is_lit(self.stage) and self.stage.rng.random() < 0.85
        colour = mix(WINDOW, self.stage.palette.haze, self.depth * 0.4) if lit else self.tone((82, 86, 112))
        (x0, y0), (x1, y1) = self.at(x - wide, y + high), self.at(x + wide, y)
        self.stage.pen.rounded_rectangle((x0, y0, max(x1, x0 + 1), max(y1, y0 + 1)), radius=(x1 - x0) * 0.4,
            fill=colour)
        if lit:
            self.stage.glow((x0 + x1) / 2 / self.stage.width, (y0 + y1) / 2 / self.stage.height,
                self.unit * high * 3 / self.stage.size(1), WINDOW, 0.3)


def draw_castle(stage: Stage, x: float, y: float, unit: float, depth: float) -> None:
    """Towers with pointed roofs and flags round a keep."""
    m = Mason(stage, x, y, unit, depth)
    stone, roof = vary((196, 186, 190), stage.rng), vary(stage.rng.choice(((92, 92, 148), (168, 84, 84),
        (84, 124, 140))), stage.rng)
    for tx, base, wide, high in ((-2.3, 0, 0.5, 3.6), (2.4, 0, 0.5, 3.2), (-1.2, 0, 0.42, 5.0),
        (1.3, 0, 0.46, 5.8), (0.1, 0, 0.55, 7.2)):
        m.wall(tx, base, wide, high, stone)
        m.face([(tx - wide * 1.2, high - 0.1), (tx + wide * 1.2, high - 0.1), (tx + wide * 1.2, high + 0.25),
            (tx - wide * 1.2, high + 0.25)], lighter(stone, 0.12))
        m.roof(tx, high + 0.2, wide * 1.32, wide * 3.7, roof)
        m.window(tx, high * 0.72, 0.1, 0.42)
        flag_y = high + wide * 3.7
        m.face([(tx - 0.04, flag_y), (tx + 0.04, flag_y), (tx + 0.04, flag_y + 0.7),
            (tx - 0.04, flag_y + 0.7)], darker(stone, 0.5))
        m.face([(tx, flag_y + 0.7), (tx + 0.6, flag_y + 0.52), (tx, flag_y + 0.3)], (206, 84, 84))
    m.wall(0, 0, 2.6, 2.0, stone)
    for k in range(9):
        bx = -2.4 + k * 0.6
        m.face([(bx - 0.17, 2), (bx + 0.17, 2), (bx + 0.17, 2.35), (bx - 0.17, 2.35)], stone)
    m.face([(-0.45, 0), (0.45, 0), (0.45, 0.9), (0.25, 1.25), (0, 1.38), (-0.25, 1.25), (-0.45, 0.9)],
        (84, 62, 58))
    for wx in (-1.8, -1.0, 1.0, 1.8):
        m.window(wx, 0.95, 0.11, 0.4)


def draw_cottage(stage: Stage, x: float, y: float, unit: float, depth: float) -> None:
    """A gabled house with a door, windows and a smoking chimney."""
    rng = stage.rng
    m = Mason(stage, x, y, unit, depth)
    wall, roof = vary(rng.choice(WALLS), rng), vary(rng.choice(ROOFS), rng)
    side = rng.choice((-1, 1))
    m.face([(side * 0.5 - 0.16, 1.8), (side * 0.5 + 0.16, 1.8), (side * 0.5 + 0.16, 2.9),
        (side * 0.5 - 0.16, 2.9)], (150, 108, 94))
    for k in range(4):
        px, py = m.at(side * 0.5 + 0.14 * k * k * 0.5, 3.1 + k * 0.42)
        stage.blot(px / stage.width, py / stage.height, unit * (0.2 + 0.1 * k), unit * (0.2 + 0.1 * k),
            m.tone((236, 232, 232)), 0.4 - 0.07 * k, soft=0.5)
    m.wall(0, 0, 1.15, 1.5, wall)
    m.face([(-1.45, 1.38), (1.45, 1.38), (0.86, 2.5), (-0.86, 2.5)], roof)
    m.face([(-1.45, 1.38), (1.45, 1.38), (1.4, 1.5), (-1.4, 1.5)], darker(roof, 0.35))
    for row in range(3):
        y0 = 1.68 + row * 0.26
        half = 1.36 - row * 0.15
        a, b = m.at(-half, y0), m.at(half, y0)
        stage.pen.line((*a, *b), fill=(*m.tone(darker(roof, 0.3)), 120), width=max(int(m.unit * 0.05), 1))
    m.face([(-0.22, 0), (0.22, 0), (0.22, 0.72), (0, 0.9), (-0.22, 0.72)], (112, 74, 58))
    for wx in (-0.72, 0.72):
        m.window(wx, 0.5, 0.2, 0.42)
    m.window(0, 1.75, 0.15, 0.3)


def draw_village(stage: Stage, ground: float) -> None:
    """Cottages on both sides, larger towards the front, leaving the middle for the hero."""
    rng = stage.rng
    far = sorted((rng.uniform(0.02, 0.98), rng.uniform(-0.085, -0.05)) for _ in range(7))
    for x, dy in far:
        draw_cottage(stage, x, ground + dy, 0.034, 0.42)
    for x, dy, unit in ((0.3, -0.03, 0.05), (0.71, -0.034, 0.05), (0.09, 0.03, 0.088), (0.92, 0.026, 0.084)):
        draw_cottage(stage, x + rng.uniform(-0.02, 0.02), ground + dy, unit * rng.uniform(0.92, 1.1), 0.2
            if unit > 0.06 else 0.3)


def draw_city(stage: Stage, ground: float) -> None:
    """Three rows of towers, windows lit where it is dark."""
    rng = stage.rng
    lit = is_lit(stage)
    for depth, high, count in ((0.66, 0.46, 17), (0.42, 0.36, 12), (0.2, 0.26, 9)):
        for k in range(count):
            x = (k + rng.uniform(-0.25, 0.25)) / (count - 1)
            away = abs(x - 0.5) * 2
            m = Mason(stage, x, ground + 0.02, 0.01, depth)
            wide = rng.uniform(3.0, 4.6) * 14 / count
            tall = high * 100 * rng.uniform(0.4, 1.0) * (0.55 + 0.45 * away if depth < 0.6 else 1.0)
            tone = vary((112, 112, 140), rng, 1.6)
            m.wall(0, 0, wide, tall, tone)
            crown = rng.random()
            if crown < 0.3:
                m.roof(0, tall, wide, wide * 1.2, darker(tone, 0.2))
            elif crown < 0.55:
                m.wall(0, tall, wide * 0.5, wide * 0.9, tone)
            _grid(stage, m, wide, tall, lit)
        stage.veil(ground - 0.2, ground + 0.04, stage.palette.haze, 0.25)


def _grid(stage: Stage, m: Mason, wide: float, tall: float, lit: bool) -> None:
    rng, pen = stage.rng, stage.pen
    step = wide / 2.4
    glass = m.tone((150, 172, 204))
    for row in range(int(tall / 2.3)):
        for column in range(4):
            if rng.random() < (0.45 if lit else 0.2):
                continue
            x, y = -wide * 0.78 + column * step * 1.25, 1.2 + row * 2.3
            (x0, y0), (x1, y1) = m.at(x, y + 1.2), m.at(x + step * 0.6, y)
            colour = mix(WINDOW, stage.palette.haze, m.depth * 0.7) if lit and rng.random() < 0.7 else glass
            pen.rectangle((x0, y0, x1, y1), fill=(*colour, 220 if lit else 120))


def draw_lighthouse(stage: Stage, x: float, y: float, unit: float, depth: float) -> None:
    """Red and white bands, a lamp, and beams where it is dark."""
    m = Mason(stage, x, y, unit, depth)
    m.face([(-3.6, -1.4), (-2.6, 0.3), (-1.6, 0.7), (1.4, 0.8), (2.6, 0.2), (3.8, -1.4)], (112, 104, 112))
    m.face([(-3.6, -1.4), (-2.6, 0.3), (-1.6, 0.7), (-0.6, -0.2), (-1.4, -1.4)], (150, 140, 140), 150)
    for k in range(5):
        low, high = 0.9 - 0.09 * k, 0.9 - 0.09 * (k + 1)
        m.face([(-low, 0.6 + k * 1.25), (low, 0.6 + k * 1.25), (high, 0.6 + (k + 1) * 1.25),
            (-high, 0.6 + (k + 1) * 1.25)],
               (246, 240, 230) if k % 2 else (206, 78, 68))
    m.face([(0.2, 0.6), (0.9, 0.6), (0.45, 6.85), (0.1, 6.85)] if m.lit_left
        else [(-0.2, 0.6), (-0.9, 0.6), (-0.45, 6.85), (-0.1, 6.85)], (40, 36, 60), 70)
    m.face([(-0.7, 6.8), (0.7, 6.8), (0.7, 7.05), (-0.7, 7.05)], (70, 66, 84))
    m.face([(-0.4, 7.05), (0.4, 7.05), (0.4, 7.9), (-0.4, 7.9)], (255, 236, 160))
    m.roof(0, 7.85, 0.62, 0.8, (176, 64, 60))
    lx, ly = m.at(0, 7.5)
    if is_lit(stage):
        for reach in (-1, 1):
            beam = [(lx, ly - m.unit * 0.2), (lx + reach * stage.size(1.9), ly - stage.size(0.36)),
                (lx + reach * stage.size(1.9), ly + stage.size(0.05)), (lx, ly + m.unit * 0.2)]
            stage.pen.polygon(beam, fill=(255, 240, 190, 46))
    stage.glow(lx / stage.width, ly / stage.height, 0.16, (255, 230, 150), 0.9 if is_lit(stage) else 0.3)


def draw_ship(stage: Stage, x: float, y: float, unit: float, depth: float) -> None:
    """A sailing ship with bellied sails and its reflection."""
    m = Mason(stage, x, y, unit, depth)
    stage.blot(x, y + 0.02, unit * 3.2, 0.02, m.tone((40, 36, 56)), 0.5)
    for mx, high in ((-1.1, 4.0), (0.7, 5.0)):
        m.face([(mx - 0.07, 0.6), (mx + 0.07, 0.6), (mx + 0.05, high), (mx - 0.05, high)], (96, 70, 58))
        for low, top, wide in ((0.95, high * 0.55, 1.05), (high * 0.58, high * 0.92, 0.78)):
            m.face([(mx - wide, low), (mx - wide * 0.4, low - 0.12), (mx + wide * 0.9, low + 0.1),
                (mx + wide * 1.12, (low + top) / 2), (mx + wide * 0.7, top), (mx - wide * 0.75, top),
                    (mx - wide * 0.62, (low + top) / 2)], (248, 238, 216))
            m.face([(mx - wide, low), (mx - wide * 0.4, low - 0.12), (mx + wide * 0.1, low),
                (mx - wide * 0.1, top), (mx - wide * 0.75, top), (mx - wide * 0.62, (low + top) / 2)],
                   (120, 104, 120), 80)
        m.face([(mx, high), (mx + 0.75, high + 0.18), (mx, high + 0.4)], (206, 72, 66))
    m.face([(-2.5, 0.9), (-2.1, 0.55), (1.9, 0.5), (2.7, 1.1), (2.1, -0.3), (-1.9, -0.3)], (126, 82, 60))
    m.face([(-2.42, 0.62), (2.36, 0.56), (2.3, 0.36), (-2.32, 0.4)], (226, 182, 100))
    for k in range(5):
        m.window(-1.5 + k * 0.72, -0.02, 0.1, 0.18)


def draw_windmill(stage: Stage, x: float, y: float, unit: float, depth: float) -> None:
    m = Mason(stage, x, y, unit, depth)
    m.face([(-1.0, 0), (1.0, 0), (0.62, 3.4), (-0.62, 3.4)], (240, 226, 200))
    m.face([(0.15, 0), (1.0, 0), (0.62, 3.4), (0.1, 3.4)], (60, 50, 70), 70)
    m.roof(0, 3.35, 0.82, 1.0, (164, 78, 64))
    m.face([(-0.25, 0), (0.25, 0), (0.25, 0.8), (-0.25, 0.8)], (112, 74, 58))
    m.window(0, 1.8, 0.16, 0.36)
    for k in range(4):
        a = k * math.pi / 2 + 0.5
        tip = (math.cos(a) * 2.4, 3.5 + math.sin(a) * 2.4)
        side = (-math.sin(a) * 0.42, math.cos(a) * 0.42)
        m.face([(math.cos(a) * 0.5, 3.5 + math.sin(a) * 0.5), tip, (tip[0] + side[0], tip[1] + side[1]),
            (math.cos(a) * 0.5 + side[0], 3.5 + math.sin(a) * 0.5 + side[1])],
               (250, 244, 228))


def draw_ruins(stage: Stage, ground: float) -> None:
    """Broken columns and an arch, overgrown."""
    rng = stage.rng
    for x, unit, depth in ((0.22, 0.03, 0.4), (0.78, 0.032, 0.36), (0.62, 0.022, 0.52), (0.07, 0.05, 0.2),
        (0.94, 0.052, 0.18)):
        m = Mason(stage, x, ground + (0.03 if unit > 0.04 else -0.02), unit, depth)
        high = rng.uniform(4.5, 7.5)
        stone = vary((214, 204, 182), rng)
        m.wall(0, 0, 0.85, 0.4, stone)
        m.wall(0, 0.4, 0.6, high, stone)
        for groove in (-0.3, 0, 0.3):
            m.face([(groove - 0.05, 0.4), (groove + 0.05, 0.4), (groove + 0.05, high), (groove - 0.05, high)],
                darker(stone, 0.3), 140)
        m.face([(-0.85, high + 0.4), (0.85, high + 0.4), (0.7, high + 0.9), (0.1, high + 0.7),
            (-0.3, high + 1.0), (-0.85, high + 0.8)], lighter(stone, 0.1))
        px, py = m.at(0.3, high * 0.8)
        stage.leaves(px / stage.width, py / stage.height, unit * 0.9, unit * 1.1,
            stage.palette.at((92, 132, 76), depth), 26, unit * 0.2)


def draw_volcano(stage: Stage, x: float) -> None:
    """A dark cone with fire in its mouth."""
    h = stage.horizon + 0.05
    tone = stage.palette.at((104, 80, 88), 0.4)
    top = h - 0.36
    stage.shape([(x - 0.38, h), (x - 0.2, h - 0.13), (x - 0.075, top), (x - 0.03, top + 0.014),
        (x + 0.03, top + 0.008), (x + 0.085, top + 0.004), (x + 0.2, h - 0.15), (x + 0.4, h)],
                darker(tone, 0.15), mix(tone, stage.palette.haze, 0.4))
    for dx, sway in ((-0.02, -0.05), (0.03, 0.07), (0.0, 0.01)):
        points = [stage.px(x + dx + sway * t + 0.008 * ((k % 2) * 2 - 1), top + 0.01 + 0.3 * t) for k,
            t in enumerate((0, 0.2, 0.4, 0.6, 0.8))]
        stage.pen.line(points, fill=(255, 146, 62, 230), width=max(int(stage.size(0.009)), 2), joint="curve")
    stage.glow(x, top, 0.3, (255, 130, 60), 0.8)
    for k in range(7):
        stage.blot(x + 0.02 * k + stage.rng.uniform(-0.03, 0.03), top - 0.03 - 0.045 * k, 0.06 + 0.018 * k,
            0.05 + 0.014 * k, mix(stage.palette.haze, (70, 56, 70), 0.5), 0.55, soft=0.6)


def draw_bridge(stage: Stage, y: float) -> None:
    """A humped stone bridge across the middle distance."""
    m = Mason(stage, 0.5, y, 0.03, 0.25)
    stone = (190, 180, 172)
    arch = [(-14.0, 0.0), (-9, 1.8), (-4, 3.3), (0, 3.8), (4, 3.3), (9, 1.8), (14, 0)]
    under = [(14.0, -1.4), (8, -0.6), (6.4, -1.2), (5.4, 0.7), (3, 1.9), (0, 2.4), (-3, 1.9), (-5.4, 0.7),
        (-6.4, -1.2), (-8, -0.6), (-14, -1.4)]
    m.face([*arch, *under], stone)
    m.face([*arch, *[(x, y0 - 0.5) for x, y0 in reversed(arch)]], lighter(stone, 0.2))
    for k in range(13):
        x = -12 + k * 2
        m.face([(x - 0.16, 3.6 - abs(x) * 0.26), (x + 0.16, 3.6 - abs(x) * 0.26),
            (x + 0.16, 4.7 - abs(x) * 0.28), (x - 0.16, 4.7 - abs(x) * 0.28)], darker(stone, 0.16))


def draw_lanterns(stage: Stage, ground: float) -> None:
    """Street lamps along both sides."""
    for x, y, unit in ((0.22, ground + 0.02, 0.02), (0.78, ground + 0.02, 0.02), (0.1, ground + 0.12, 0.034),
        (0.9, ground + 0.12, 0.034)):
        m = Mason(stage, x, y, unit, 0.08)
        m.face([(-0.14, 0), (0.14, 0), (0.09, 6.4), (-0.09, 6.4)], (66, 58, 72))
        m.face([(-0.55, 6.4), (0.55, 6.4), (0.7, 7.9), (-0.7, 7.9)], (255, 222, 136))
        m.face([(-0.85, 7.9), (0.85, 7.9), (0, 8.8)], (66, 58, 72))
        px, py = m.at(0, 7.1)
        stage.glow(px / stage.width, py / stage.height, unit * 7, WINDOW, 0.75 if is_lit(stage) else 0.2)
