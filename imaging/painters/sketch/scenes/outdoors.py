"""Open-air scenes: which parts of land, plants and buildings stand where, for the places named."""

from __future__ import annotations

# Coordinates are read as rows of points.
# fmt: off
from imaging.painters.sketch.colour import RGB, darker, lighter, mix
from imaging.painters.sketch.scenes import built, land, plants, sky, weather
from imaging.painters.sketch.scenes.reading import Setting
from imaging.painters.sketch.scenes.stage import Stage

GRASS: RGB = (112, 158, 84)
LEAF: RGB = (72, 122, 78)
AUTUMN: RGB = (204, 122, 58)
PINE: RGB = (52, 92, 80)
ROCK: RGB = (112, 110, 128)
SAND: RGB = (232, 204, 152)
SNOW: RGB = (236, 242, 250)
SEA: RGB = (44, 112, 142)
LAKE: RGB = (58, 118, 140)
PATH: RGB = (206, 178, 138)
WATERS = {"sea", "island", "lake"}


def leaf_colour(setting: Setting) -> RGB:
    if "autumn" in setting.details:
        return AUTUMN
    return (244, 182, 200) if "blossom" in setting.details else LEAF


def is_snowy(setting: Setting) -> bool:
    return "snow" in setting.places or "snowfall" in setting.weather


def ground_colour(setting: Setting) -> RGB:
    """What lies underfoot."""
    if is_snowy(setting):
        return SNOW
    for place, colour in (("desert", SAND), ("volcano", (92, 78, 84)), ("city", (134, 128, 138)),
        ("forest", (96, 122, 72)),
                          ("ruins", (176, 158, 112)), ("mountains", (124, 146, 92))):
        if place in setting.places:
            return mix(colour, AUTUMN, 0.35) if "autumn" in setting.details and place == "forest" else colour
    return GRASS


def paint_backdrop(stage: Stage, setting: Setting) -> None:
    lamp = "moon" if stage.palette.night else "sun"
    if setting.weather & {"storm", "rain", "fog", "cloudy"} and not stage.palette.night:
        lamp = "none" if "fog" not in setting.weather else "sun"
    sky.paint_sky(stage, set(setting.weather), lamp=lamp, clouds=stage.rng.uniform(0.3, 0.8)
        if "clear" not in setting.weather else 0.0)
    if "storm" in setting.weather:
        weather.draw_lightning(stage)
    if "birds" in setting.details:
        weather.draw_birds(stage)


def paint_far(stage: Stage, setting: Setting) -> None:
    places = setting.places
    snowy = is_snowy(setting)
    if "mountains" in places or (snowy and "sea" not in places):
        rock = mix(ROCK, (96, 110, 150), 0.3)
        land.draw_mountains(stage, rock, snow=True, base=stage.horizon + 0.03, height=0.34
            if "mountains" in places else 0.2)
    elif "desert" in places:
        land.draw_hills(stage, (206, 150, 108), 2, stage.horizon + 0.04, 0.12, far=0.7)
    elif not {"sea", "island"} & set(places):
        land.draw_hills(stage, mix(GRASS, (90, 120, 150), 0.5), 2, stage.horizon + 0.05, 0.13, far=0.82)


def paint_middle(stage: Stage, setting: Setting) -> None:
    places = set(setting.places)
    h = stage.horizon
    if places & {"sea", "island"}:
        land.draw_water(stage, h, 1.01, SEA, waves=0.7)
        if setting.weather & {"storm"}:
            land.draw_waves(stage, h + 0.03, 0.8, SEA)
    elif "lake" in places:
        if "forest" in places or "mountains" in places:
            plants.draw_forest(stage, h + 0.03, 0.13, stage.palette.at(PINE, 0.5), firs=True, spread=0.8)
        land.draw_water(stage, h + 0.02, 1.01, LAKE, waves=0.2)
    elif "forest" in places:
        _forest_depths(stage, setting)
    elif "desert" not in places:
        tone = stage.palette.at(SNOW if is_snowy(setting) else mix(GRASS, LEAF, 0.4), 0.4)
        land.draw_hills(stage, SNOW if is_snowy(setting) else GRASS, 2, h + 0.14, 0.07, far=0.5)
        if "city" not in places:
            _copses(stage, h, mix(stage.palette.at(PINE if is_snowy(setting) else leaf_colour(setting), 0.4),
                tone, 0.2), firs=is_snowy(setting) or "mountains" in places)


def _copses(stage: Stage, h: float, tone: RGB, *, firs: bool) -> None:
    """Clumps of trees on the slopes, larger and darker towards us."""
    rng = stage.rng
    for y, height, count, near in ((h + 0.05, 0.055, 15, 0.0), (h + 0.09, 0.08, 10, 0.12),
        (h + 0.14, 0.12, 6, 0.22)):
        centre = [rng.random() for _ in range(3)]
        for _ in range(count):
            x = rng.choice(centre) + rng.gauss(0, 0.05)
            draw = plants.draw_fir if firs else plants.draw_tree
            draw(stage, x, y + rng.uniform(-0.008, 0.008), height * rng.uniform(0.75, 1.2),
                darker(tone, near))


def _forest_depths(stage: Stage, setting: Setting) -> None:
    firs = "pines" in setting.details or is_snowy(setting) or "mountains" in setting.places
    leaf = PINE if firs else leaf_colour(setting)
    h = stage.horizon
    for y, height, depth in ((h + 0.05, 0.32, 0.7), (h + 0.1, 0.42, 0.48), (h + 0.15, 0.5, 0.28)):
        plants.draw_forest(stage, y, height, stage.palette.at(leaf, depth), firs=firs, spread=1.1)
        stage.veil(y - 0.16, y + 0.05, stage.palette.haze, 0.34)


def paint_near(stage: Stage, setting: Setting) -> None:
    places = set(setting.places)
    top = 0.73
    ground = ground_colour(setting)
    if places & {"sea", "island"} and not is_snowy(setting):
        land.draw_shore(stage, top + 0.03, SAND)
        land.draw_rocks(stage, ROCK, [(0.1, 0.86, 0.06), (0.9, 0.83, 0.05), (0.84, 0.88, 0.03)])
        return
    if "desert" in places:
        land.draw_dunes(stage, SAND)
    elif is_snowy(setting):
        land.draw_drifts(stage, SNOW, 0.66 if "forest" not in places else 0.72)
    top = 0.8 if "desert" in places or is_snowy(setting) else top
    path = PATH if "path" in setting.details or places & {"village", "castle", "forest"} else None
    land.draw_ground(stage, ground, top, path=None if is_snowy(setting) else path)
    if not is_snowy(setting) and not places & {"desert", "volcano", "city"}:
        plants.draw_grass(stage, top + 0.02, stage.palette.at(ground, 0.08), 360)
    if "flowers" in setting.details or ("meadow" in places and not is_snowy(setting)):
        plants.draw_flowers(stage, top, list(setting.colours), 150 if "flowers" in setting.details
            else 60)


def paint_frame(stage: Stage, setting: Setting) -> None:
    places = set(setting.places)
    if "village" in places:
        built.draw_village(stage, 0.755 if not is_snowy(setting) else 0.8)
    if "ruins" in places:
        built.draw_ruins(stage, 0.77)
    if "forest" in places:
        plants.draw_trunks(stage, stage.palette.at((92, 68, 58), 0.04),
            stage.palette.at(leaf_colour(setting), 0.05))
    elif "desert" in places:
        plants.draw_cactus(stage, 0.1, 0.88, 0.24)
        plants.draw_cactus(stage, 0.9, 0.82, 0.15)
    elif "palms" in setting.details or "island" in places:
        plants.draw_palm(stage, 0.09, 0.92, 0.62, 1)
        plants.draw_palm(stage, 0.93, 0.9, 0.5, -1)
    elif not is_snowy(setting) and not places & {"sea", "city", "volcano"}:
        plants.draw_bushes(stage, stage.palette.at(darker(leaf_colour(setting), 0.1), 0.05))
    if "lanterns" in setting.details and not places & {"sea", "lake"}:
        built.draw_lanterns(stage, 0.75)
    if "mushrooms" in setting.details:
        plants.draw_mushrooms(stage, 0.8)


def paint_air(stage: Stage, setting: Setting) -> None:
    if "fog" in setting.weather:
        stage.veil(stage.horizon - 0.16, 0.86, stage.palette.haze, 0.62)
    if "forest" in setting.places and not stage.palette.night and not setting.weather & {"storm", "rain"}:
        weather.draw_rays(stage)
    if "rain" in setting.weather or "storm" in setting.weather:
        weather.draw_rain(stage)
    if "snowfall" in setting.weather:
        weather.draw_snowfall(stage)
    paint_magic(stage, setting)


def paint_magic(stage: Stage, setting: Setting) -> None:
    """Motes of light, where the words ask for wonder."""
    if "fireflies" in setting.details or "magic" in setting.moods:
        weather.draw_fireflies(stage)


def paint_landmarks(stage: Stage, setting: Setting) -> None:
    """Buildings and ships, on the side away from the light."""
    places, details, h = set(setting.places), setting.details, stage.horizon
    away = 1 - stage.sun[0]
    if "volcano" in places:
        built.draw_volcano(stage, away)
    if "city" in places:
        built.draw_city(stage, 0.735)
    if "island" in places:
        _island(stage, away, h + 0.025)
    if "castle" in places:
        _castle_hill(stage, away, water=bool(places & WATERS))
    if "lighthouse" in details:
        built.draw_lighthouse(stage, away, h + 0.06, 0.042, 0.22)
    if "ship" in details:
        x = stage.sun[0] * 0.6 + 0.2 if "lighthouse" in details else away
        built.draw_ship(stage, x, h + 0.045, 0.032, 0.24)
    if "windmill" in details:
        built.draw_windmill(stage, away, h + 0.11, 0.05, 0.28)
    if "bridge" in details:
        built.draw_bridge(stage, h + 0.12)


def _castle_hill(stage: Stage, x: float, *, water: bool) -> None:
    """A castle and the hill that carries it."""
    h = stage.horizon
    x = min(max(x, 0.26), 0.74)
    tone = lighter(stage.palette.at(mix(GRASS, ROCK, 0.4), 0.4), 0.06)
    top = h - 0.035
    built.draw_castle(stage, x, top + 0.01, 0.044, 0.24)
    crest = [(x - 0.36, h + 0.17), (x - 0.24, h + 0.06), (x - 0.13, top + 0.012), (x - 0.05, top),
        (x + 0.07, top), (x + 0.14, top + 0.016), (x + 0.26, h + 0.08), (x + 0.38, h + 0.17)]
    if water:
        crest = [(px, min(py, h + 0.05)) for px, py in crest]
    stage.shape(crest, lighter(tone, 0.1), mix(tone, stage.palette.haze, 0.3))
    stage.veil(h + 0.04, h + 0.2, stage.palette.haze, 0.22)


def _island(stage: Stage, x: float, y: float) -> None:
    """A green hump in the sea, with its reflection."""
    tone = stage.palette.at((92, 140, 92), 0.45)
    stage.blot(x, y + 0.012, 0.17, 0.02, darker(tone, 0.3), 0.5)
    stage.shape([(x - 0.15, y), (x - 0.1, y - 0.045), (x - 0.03, y - 0.1), (x + 0.02, y - 0.085),
        (x + 0.07, y - 0.05), (x + 0.15, y)], lighter(tone, 0.1), darker(tone, 0.15))
