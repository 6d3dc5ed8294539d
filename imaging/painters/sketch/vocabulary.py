"""The words that the sketch painter knows, each list under the thing it draws for them."""

RGB = tuple[int, int, int]

#: Phrases of image prompts that speak of the picture, not of what is in it.
NOT_IN_THE_PICTURE = (
    r"\b(?:story|picture|children's|illustrated|fairy tale)[ -]?books?\b",
    (
        r"\b(?:plain|simple|solid|pure|clean|isolated|on|a|flat|empty|transparent)*\s*"
        r"(?:white|grey|gray|plain|transparent|blank)\s+(?:back(?:ground|drop)|paper)\b"
    ),
    r"\bgolden ratio\b",
)

COLOURS: dict[str, RGB] = {
    "red": (205, 58, 50),
    "crimson": (176, 36, 52),
    "scarlet": (214, 52, 40),
    "ruby": (178, 30, 70),
    "maroon": (122, 36, 44),
    "burgundy": (116, 30, 54),
    "rusty": (176, 84, 46),
    "rust": (176, 84, 46),
    "orange": (236, 140, 52),
    "amber": (238, 170, 60),
    "copper": (190, 110, 66),
    "bronze": (170, 120, 66),
    "ginger": (216, 128, 60),
    "apricot": (244, 180, 120),
    "peach": (248, 194, 160),
    "coral": (240, 124, 104),
    "terracotta": (196, 104, 72),
    "yellow": (244, 208, 80),
    "golden": (232, 184, 68),
    "gold": (232, 184, 68),
    "mustard": (208, 164, 54),
    "lemon": (248, 226, 110),
    "honey": (226, 166, 70),
    "sandy": (222, 192, 140),
    "blond": (236, 204, 124),
    "blonde": (236, 204, 124),
    "green": (92, 158, 84),
    "emerald": (40, 150, 104),
    "mossy": (116, 138, 72),
    "moss": (116, 138, 72),
    "olive": (136, 136, 70),
    "lime": (160, 204, 80),
    "jade": (72, 166, 130),
    "mint": (158, 220, 186),
    "teal": (40, 138, 142),
    "turquoise": (64, 186, 186),
    "cyan": (80, 196, 214),
    "aqua": (96, 204, 208),
    "blue": (74, 120, 196),
    "azure": (84, 156, 220),
    "sapphire": (40, 84, 172),
    "navy": (44, 58, 106),
    "indigo": (72, 68, 150),
    "cobalt": (48, 88, 178),
    "purple": (128, 82, 168),
    "violet": (138, 96, 190),
    "lavender": (182, 162, 220),
    "lilac": (198, 170, 218),
    "plum": (122, 62, 112),
    "mauve": (178, 140, 174),
    "magenta": (204, 66, 146),
    "pink": (238, 150, 176),
    "rosy": (234, 146, 156),
    "rose": (226, 128, 146),
    "brown": (136, 92, 62),
    "chestnut": (140, 80, 52),
    "chocolate": (104, 66, 48),
    "auburn": (156, 74, 46),
    "tawny": (204, 146, 84),
    "tan": (206, 168, 122),
    "beige": (226, 206, 172),
    "cream": (246, 232, 204),
    "ivory": (248, 242, 224),
    "caramel": (196, 132, 74),
    "white": (244, 242, 238),
    "silver": (190, 200, 212),
    "silvery": (190, 200, 212),
    "pearl": (232, 228, 232),
    "grey": (142, 146, 154),
    "gray": (142, 146, 154),
    "ashen": (160, 160, 164),
    "charcoal": (72, 74, 84),
    "slate": (98, 110, 126),
    "black": (54, 52, 62),
    "ebony": (50, 46, 54),
    "obsidian": (46, 44, 58),
}

#: Words that make the colour word before them part of a name: "golden hour", "coral reef".
NAMED_WITH_A_COLOUR = {
    "hour",
    "reef",
    "reefs",
    "retriever",
    "garden",
    "gardens",
    "hood",
    "tree",
    "trees",
    "juice",
}

#: Percent towards white (positive) or black (negative) that a word before a colour asks for.
LIGHTNESS: dict[str, int] = {
    "light": 32,
    "pale": 42,
    "soft": 24,
    "pastel": 44,
    "bright": 10,
    "dark": -32,
    "deep": -24,
    "faded": 24,
    "dusty": 16,
    "warm": 4,
}

TIMES: dict[str, str] = {
    "dawn": "dawn sunrise daybreak early_morning first_light",
    "golden": "golden_hour sunset late_afternoon evening_sun evening_light golden_light",
    "dusk": "dusk twilight evening gloaming nightfall blue_hour",
    "night": "night midnight nighttime starlit starry moonlit moonlight nocturnal starlight",
    "day": "day noon midday morning afternoon daytime daylight sunny sunlit sunshine sunlight",
}

WEATHER: dict[str, str] = {
    "storm": "storm stormy thunder thunderstorm tempest lightning gale hurricane",
    "rain": "rain rainy drizzle downpour raining",
    "snowfall": "snowfall snowing snowflake blizzard snowstorm snowy",
    "fog": "fog foggy mist misty haze hazy",
    "aurora": "aurora northern_light polar_light borealis",
    "cloudy": "cloudy overcast grey_sky",
    "clear": "clear cloudless",
}

PLACES: dict[str, str] = {
    "underwater": "underwater undersea coral_reef reef coral seabed seafloor ocean_floor sea_floor kelp "
    "under_water beneath_wave under_sea",
    "space": "space galaxy galaxies cosmos cosmic nebula planet asteroid lunar orbit spaceship starship "
    "space_station mars comet_field universe",
    "clouds": "cloud_kingdom floating_island sky_kingdom sky_island "
    "cloudscape above_cloud among_cloud sky_city",
    "library": "library libraries bookshop bookstore study bookshelf bookshelves archive classroom school "
    "observatory museum",
    "kitchen": "kitchen bakery tavern café cafe restaurant pantry inn",
    "room": "room bedroom attic workshop studio parlour parlor hall living_room nursery indoors "
    "chamber theatre theater shop",
    "cave": "cave cavern grotto mine underground tunnel crystal_cave den burrow lair",
    "forest": "forest wood woodland woods grove jungle rainforest thicket pine pines glade wilderness "
    "clearing treehouse swamp marsh",
    "island": "island isle islet atoll",
    "sea": "sea ocean beach coast shore seaside waves wave bay harbour harbor lagoon pier cove port",
    "lake": "lake pond river stream riverbank lakeside brook canal waterfall",
    "mountains": "mountain mountains peak peaks alps alpine cliff cliffs summit ridge valley fjord crag",
    "volcano": "volcano volcanic lava",
    "city": "city cities town skyline metropolis street streets skyscraper rooftop rooftops downtown alley "
    "square market marketplace station",
    "village": "village hamlet cottage farmhouse farm hut cabin mill windmill barn house houses",
    "castle": "castle palace fortress citadel kingdom tower towers throne",
    "ruins": "ruin ruins temple pyramid pyramids shrine",
    "desert": "desert dune dunes sahara oasis savanna savannah canyon",
    "snow": "snow snowfield arctic ice icy frozen glacier tundra polar antarctic winter iceberg frost frosty",
    "meadow": "meadow field fields garden grassland hill hills hillside prairie orchard park pasture grass "
    "countryside lawn vineyard graveyard",
}

INTERIORS = ("library", "kitchen", "room", "cave")

DETAILS: dict[str, str] = {
    "lighthouse": "lighthouse beacon",
    "ship": "ship sailboat boat sail galleon vessel ships boats",
    "moon": "moon moonlit moonlight crescent",
    "stars": "star stars starry starlit constellation",
    "flowers": "flower blossom bloom wildflower poppy poppies daisy daisies tulip lavender_field rose_garden "
    "blooming sunflower garden orchard",
    "fireflies": "firefly fireflies glowing_light sparkle magic magical enchanted fairy glowworm glimmering",
    "lanterns": "lantern lamp lamplight candle candlelight streetlamp lantern_light lamppost",
    "path": "path road trail track lane cobblestone",
    "bridge": "bridge",
    "rainbow": "rainbow",
    "waterfall": "waterfall",
    "balloons": "balloon hot_air",
    "birds": "bird birds gull seagull swallow geese",
    "mushrooms": "mushroom toadstool",
    "windmill": "windmill mill",
    "palms": "palm palms tropical",
    "fence": "fence",
    "autumn": "autumn autumnal fall_leaf october",
    "blossom": "cherry_blossom blossoms sakura spring cherry",
    "planet": "planet saturn ringed",
    "fire": "fireplace hearth fire campfire bonfire",
    "window": "window",
    "crystals": "crystal crystals gem jewel",
    "pines": "pine fir spruce conifer evergreen",
    "cactus": "cactus cacti",
    "tree": "tree oak willow",
}

MOODS: dict[str, str] = {
    "warm": "warm cozy cosy gentle tender joyful cheerful happy hopeful friendly welcoming",
    "magic": "magic magical enchanted dreamy mysterious wonder wondrous mystical whimsical ethereal",
    "dark": "dark gloomy ominous eerie spooky haunted sinister melancholy lonely sad",
    "calm": "calm quiet peaceful serene tranquil still silent",
}
