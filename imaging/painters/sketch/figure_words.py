"""The words that the sketch painter knows about heroes."""

KINDS: dict[str, str] = {
    # animals on two legs
    "fox": "fox vixen foxes",
    "cat": "cat kitten kitty tomcat",
    "dog": "dog puppy pup hound corgi terrier",
    "bear": "bear cub teddy grizzly bear_cub",
    "panda": "panda",
    "rabbit": "rabbit bunny hare",
    "mouse": "mouse mice rat hamster shrew",
    "wolf": "wolf wolves werewolf",
    "lion": "lion lioness",
    "tiger": "tiger",
    "leopard": "leopard cheetah jaguar panther lynx",
    "elephant": "elephant mammoth",
    "monkey": "monkey ape chimpanzee gorilla",
    "koala": "koala",
    "raccoon": "raccoon badger red_panda",
    "squirrel": "squirrel chipmunk",
    "pig": "pig piglet boar",
    "sheep": "sheep lamb ram goat",
    "cow": "cow bull calf ox yak",
    "deer": "deer fawn stag reindeer moose elk",
    "hedgehog": "hedgehog porcupine",
    "frog": "frog toad",
    "otter": "otter beaver weasel mole seal walrus",
    "turtle": "turtle tortoise",
    "dragon": "dragon wyvern drake dragonling hatchling",
    "dinosaur": "dinosaur dino lizard crocodile gecko salamander alligator",
    # four legs, wings, fins
    "horse": "horse pony stallion mare foal donkey zebra",
    "unicorn": "unicorn pegasus",
    "owl": "owl owlet",
    "penguin": "penguin",
    "bird": "bird sparrow robin raven crow parrot phoenix finch "
    "hummingbird swallow nightingale chick duckling duck goose hen rooster swan eagle",
    "whale": "whale dolphin orca narwhal",
    "fish": "fish goldfish shark koi seahorse",
    "octopus": "octopus squid kraken jellyfish",
    "snail": "snail",
    "bee": "bee bumblebee",
    "butterfly": "butterfly moth",
    "ladybird": "ladybird ladybug beetle firefly bug cricket ant spider",
    # people
    "girl": "girl daughter sister granddaughter schoolgirl niece",
    "boy": "boy son brother schoolboy lad grandson nephew prince",
    "child": "child kid toddler children",
    "woman": "woman lady mother aunt widow bride ballerina seamstress nurse maid waitress actress countess "
    "duchess wife fortune_teller she",
    "man": "man gentleman father uncle fisherman sailor farmer he "
    "lighthouse_keeper keeper baker clockmaker watchmaker shepherd gardener inventor painter musician person "
    "librarian violinist fiddler pianist singer dancer teacher professor scientist student apprentice doctor "
    "poet writer tailor carpenter cook chef soldier hunter postman clown juggler thief detective driver "
    "miner monk priest bookseller shoemaker blacksmith woodcutter miller mechanic pilot mayor judge guard "
    "traveller wanderer stranger neighbour widower husband collector merchant clerk",
    "old_woman": "grandmother granny grandma old_woman elderly_woman",
    "old_man": "grandfather grandpa old_man elderly_man hermit gnome dwarf",
    "princess": "princess",
    "queen": "queen empress",
    "king": "king emperor",
    "knight": "knight warrior paladin",
    "witch": "witch sorceress enchantress",
    "wizard": "wizard sorcerer mage magician warlock",
    "pirate": "pirate buccaneer captain",
    "astronaut": "astronaut cosmonaut spaceman",
    "fairy": "fairy pixie sprite fae",
    "elf": "elf",
    "mermaid": "mermaid merman siren",
    "angel": "angel",
    # made and grown things
    "robot": "robot android automaton droid bot",
    "ghost": "ghost spirit phantom spectre wraith",
    "snowman": "snowman",
    "treefolk": "treefolk ent dryad treant tree_spirit tree_creature tree_man tree oak "
    "sapling willow walking_tree",
    "star": "star starlet",
    "moon": "moon",
    "sun": "sun",
    "cloud": "cloud",
    "teapot": "teapot kettle",
    "cup": "cup mug teacup",
    "mushroom": "mushroom toadstool",
    "pumpkin": "pumpkin",
    "cactus": "cactus",
    "flower": "flower sunflower daisy rose tulip",
    "lamp": "lantern lamp lightbulb",
    "book": "book",
    "clock": "clock",
    "candle": "candle",
    "house": "house cottage lighthouse",
    "balloon": "balloon",
    "leaf": "leaf acorn seed",
    "egg": "egg",
    "monster": "monster creature beast yeti troll ogre goblin being",
}

#: Kinds that are someone, whichever way: a thing is the hero only where none of these is named.
THINGS = {
    "star", "moon", "sun", "cloud", "teapot", "cup", "mushroom", "pumpkin", "cactus", "flower", "lamp",
    "book", "clock", "candle", "house", "balloon", "leaf", "egg", "treefolk",
}  # fmt: skip

HATS: dict[str, str] = {
    "wizard": "wizard_hat pointed_hat witch_hat pointy_hat witch's_hat wizard's_hat",
    "crown": "crown tiara diadem circlet",
    "tophat": "top_hat bowler",
    "straw": "straw_hat sun_hat sunhat",
    "beret": "beret",
    "beanie": "beanie bobble_hat knit_hat knitted_hat woollen_hat wool_hat knit_cap "
    "knitted_cap woolly_cap woollen_cap woolen_cap wool_cap woolly_hat woolen_hat winter_hat nightcap",
    "hood": "hood hooded",
    "helmet": "helmet",
    "captain": "captain's_hat captain_hat captain's_cap sailor_hat sailor_cap sailor's_cap",
    "cap": "cap",
    "wreath": "wreath flower_crown garland",
    "bow": "bow ribbon",
    "goggles": "goggles aviator",
    "hat": "hat tricorn bonnet",
}

CLOTHES: dict[str, str] = {
    "cloak": "cloak cape mantle shawl",
    "scarf": "scarf muffler neckerchief bandana",
    "dress": "dress gown skirt pinafore",
    "robe": "robe robes tunic kimono nightgown",
    "coat": "coat raincoat jacket overcoat trenchcoat cardigan blazer",
    "vest": "vest waistcoat",
    "sweater": "sweater jumper pullover shirt hoodie t_shirt blouse",
    "apron": "apron overalls dungarees",
    "armour": "armour armor chainmail breastplate",
    "boots": "boots boot wellington shoe slipper sandal",
    "trousers": "trousers pants jeans shorts breeches",
    "belt": "belt sash",
    "glasses": "glasses spectacles monocle eyeglasses",
    "beard": "beard bearded moustache mustache whiskered_chin",
    "wings": "wings wing winged",
    "horns": "horns horn antlers antler horned",
    "satchel": "satchel backpack bag knapsack pouch rucksack",
    "necklace": "necklace pendant amulet medallion",
    "bowtie": "bow_tie bowtie",
    "spacesuit": "spacesuit space_suit",
    "suit": "suit tuxedo uniform",
}

HELD: dict[str, str] = {
    "lantern": "lantern lamp torch lamplight",
    "brush": "brush paintbrush paint_brush paint paints painting painter",
    "book": "book journal tome scroll map letter",
    "sword": "sword blade dagger rapier",
    "flower": "flower rose daisy tulip bouquet sunflower",
    "balloon": "balloon",
    "umbrella": "umbrella parasol",
    "wand": "wand",
    "staff": "staff walking_stick cane crook",
    "star": "star",
    "key": "key",
    "cup": "cup mug teacup tea cocoa",
    "net": "net butterfly_net",
    "flag": "flag",
    "violin": "violin fiddle guitar lute banjo",
    "telescope": "telescope spyglass",
    "basket": "basket",
    "candle": "candle",
    "fish": "fishing_rod",
    "heart": "heart",
    "shield": "shield",
}

POSES: dict[str, str] = {
    "shy": "shy shyly bashful timid nervous blushing hesitant",
    "joy": "joyful laughing laughs giggling cheerful delighted excited grin grinning beaming dancing jolly",
    "smile": "smile smiling smiles happy friendly gentle kind kindly warm content hopeful proud",
    "sad": "sad lonely crying tearful melancholy gloomy sorrowful weeping",
    "brave": "brave bold heroic determined fierce courageous confident stern grumpy angry",
    "sleepy": "sleepy tired sleeping drowsy dreamy asleep yawning",
    "wonder": "curious wonder surprised amazed astonished wide_eyed looking_up awe",
}

SIZES: dict[str, str] = {
    "small": "small tiny little baby miniature wee young",
    "large": "large big giant huge enormous tall towering gigantic mighty great colossal",
}

SHAPES: dict[str, str] = {
    "round": "round chubby plump fat stout rotund fluffy tubby",
    "slim": "slim thin slender lanky skinny",
}

HAIR: dict[str, str] = {"hair": "hair hairs locks haired hairdo"}
HAIR_STYLES: dict[str, str] = {
    "braids": "braid braids braided plait pigtails pigtail",
    "bun": "bun topknot",
    "curly": "curly curls curled wavy afro frizzy",
    "pony": "ponytail",
    "bald": "bald",
    "short": "short_hair cropped bob",
    "long": "long_hair flowing long",
}
SKIN_TONES: dict[str, tuple[int, int, int]] = {
    "pale": (250, 222, 200), "fair": (248, 216, 190), "tanned": (222, 170, 128), "olive": (212, 164, 122),
    "brown": (160, 108, 76), "dark": (122, 80, 58), "ebony": (96, 64, 48), "black": (96, 64, 48),
}  # fmt: skip
BODY: dict[str, str] = {
    "body": "fur scale scales feather feathers skin coat_of body pelt plumage hide shell wool mane petals "
    "skinned",
}
EYES: dict[str, str] = {"eyes": "eye eyes eyed"}
BELLY: dict[str, str] = {"belly": "belly chest tummy muzzle"}
