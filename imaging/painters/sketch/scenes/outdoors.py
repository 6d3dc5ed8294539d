"""Open-air scenes: which parts of land, plants and buildings stand where, for the places named."""

from __future__ import annotations

from imaging.painters.sketch.colour import RGB, darker, lighter, mix
from imaging.painters.sketch.scenes import land, plants, sky, weather
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
    for place, colour in (("desert", SAND), ("volcano", (92, 78, 84)), ("city", (134, 128, 138)), ("forest", (96, 122, 72)),
                          ("ruins", (176, 158, 112)), ("mountains", (124, 146, 92))):
        if place in setting.places:
            return mix(colour, AUTUMN, 0.35) if "autumn" in setting.details and place == "forest" else colour
    return GRASS


def paint_backdrop(stage: Stage, setting: Setting) -> None:
    lamp = "moon" if stage.palette.night else "sun"
    if setting.weather & {"storm", "rain", "fog", "cloudy"} and not stage.palette.night:
        lamp = "none" if "fog" not in setting.weather else "sun"
    sky.paint_sky(stage, set(setting.weather), lamp=lamp, clouds=stage.rng.uniform(0.3, 0.8) if "clear" not in setting.weather else 0.0)
    if "storm" in setting.weather:
        weather.draw_lightning(stage)
    if "birds" in setting.details:
        weather.draw_birds(stage)


def paint_far(stage: Stage, setting: Setting) -> None:
    places = setting.places
    snowy = is_snowy(setting)
    if "mountains" in places or (snowy and "sea" not in places):
        rock = mix(ROCK, (96, 110, 150), 0.3)
        land.draw_mountains(stage, rock, snow=True, base=stage.horizon + 0.03, height=0.34 if "mountains" in places else 0.2)
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
        plants.draw_forest(stage, h + 0.07, 0.07, mix(stage.palette.at(PINE, 0.42), tone, 0.2), firs=is_snowy(setting), spread=2.2)


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
        for i, depth in enumerate((0.5, 0.3, 0.12)):
            base = stage.horizon + 0.05 + 0.09 * i
            line = land.ridge(stage, base, 0.1, cells=2 + i, rough=0.0)
            tone = stage.palette.at(SAND, depth)
            stage.shape(land.skyline(line, base + 0.3), lighter(tone, 0.12), darker(tone, 0.14))
    path = PATH if "path" in setting.details or places & {"village", "castle", "forest"} else None
    land.draw_ground(stage, ground, top, path=None if is_snowy(setting) else path)
    if not is_snowy(setting) and not places & {"desert", "volcano", "city"}:
        plants.draw_grass(stage, top + 0.02, stage.palette.at(ground, 0.08), 360)
    if "flowers" in setting.details or ("meadow" in places and not is_snowy(setting)):
        plants.draw_flowers(stage, top, [c for c in setting.colours], 150 if "flowers" in setting.details else 60)


def paint_frame(stage: Stage, setting: Setting) -> None:
    places = set(setting.places)
    if "forest" in places:
        plants.draw_trunks(stage, stage.palette.at((92, 68, 58), 0.04), stage.palette.at(leaf_colour(setting), 0.05))
    elif "desert" in places:
        plants.draw_cactus(stage, 0.1, 0.88, 0.24)
        plants.draw_cactus(stage, 0.9, 0.82, 0.15)
    elif "palms" in setting.details or "island" in places:
        plants.draw_palm(stage, 0.09, 0.92, 0.62, 1)
        plants.draw_palm(stage, 0.93, 0.9, 0.5, -1)
    elif not is_snowy(setting) and not places & {"sea", "city", "volcano"}:
        plants.draw_bushes(stage, stage.palette.at(darker(leaf_colour(setting), 0.1), 0.05))
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
    if "fireflies" in setting.details or "magic" in setting.moods:
        weather.draw_fireflies(stage)
