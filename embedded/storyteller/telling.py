"""Tells a story: picks a scene for each beat of a tale and fits the sentence's hero into it.

The beats are the same in every tale and the scenes in none: home and hero, nature and wish, the call,
a first try that fails by the hero's nature, counsel, trouble, a choice against that nature, the deed,
a changed ending.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from embedded.storyteller.english import own
from embedded.storyteller.heroes import Hero
from embedded.storyteller.lexicon import load_lists, load_scenes
from embedded.storyteller.parsing import load_traits
from embedded.storyteller.reading import Idea
from embedded.storyteller.settings import suits
from embedded.storyteller.titles import FORMS_OF_ADDRESS, fill_slots, make_title

#: Without the title.
MIN_WORDS, MAX_WORDS = 310, 488
_TRIES = 24
_NEW_PARAGRAPH = "\v"

GENRES = ("sea", "space", "forest", "city", "fairy", "adventure", "mystery", "cosy", "comic", "winter")
_ANYWHERE = ("forest", "city", "fairy", "adventure", "mystery", "cosy", "comic")
_ONLY_IF_SAID = frozenset({"afraid", "old"})
_BODILESS = frozenset({"thing", "vehicle", "sky", "plant"})
_PRONOUNS = {
    "he": ("he", "him", "his", "his", "himself"),
    "she": ("she", "her", "her", "hers", "herself"),
    "it": ("it", "it", "its", "its own", "itself"),
    "they": ("they", "them", "their", "theirs", "themselves"),
}


@dataclass(frozen=True, slots=True)
class Tale:
    """A sentence made ready to be told: its genre, the hero's nature, and the words for every slot."""

    idea: Idea
    genre: str
    trait: str
    mode: str
    slots: Mapping[str, str]


def tell_story(idea: Idea, random: Random) -> str:
    """Tell a story of 300 to 500 words: ``# The Title``, then paragraphs, blank lines between them."""
    tale = plan_tale(idea, random)
    paragraphs = _tell(tale, random)
    return "\n\n".join([f"# {make_title(idea, tale.genre, tale.mode, tale.slots, random)}", *paragraphs])


def plan_tale(idea: Idea, random: Random) -> Tale:
    """Settle what the sentence leaves open: genre, nature, name, looks, place, and a wish."""
    genre = find_genre(idea, random)
    trait = idea.trait or random.choice([t for t in load_traits() if t not in _ONLY_IF_SAID])
    mode = {"habit": "habit", "fears": "fear"}.get(idea.mode, "aim")
    slots = (
        _name_hero(idea.hero, random)
        | _place_hero(idea, genre, random)
        | _dress_hero(idea.hero, genre, random)
    )
    helper, slots["the_helper"] = _pick(f"{genre}", "helper", random, idea).split(" | ")
    slots["a_helper"] = helper
    deed, past = idea.deed, idea.past
    if not deed and mode == "aim":
        deed = random.choice(load_scenes("wishes")[genre])
        past = "at last got to " + deed
    slots |= {
        "deed": deed,
        "past": past,
        "thing": idea.thing,
        "fear": idea.fear,
        "sentence": _quote(idea.sentence),
    }
    return Tale(idea, genre, trait, mode, slots)


def find_genre(idea: Idea, random: Random) -> str:
    """The genre that was wished for, or that the sentence's words point to; where none does, any that suits
    every hero."""
    weights = dict.fromkeys(GENRES, 0.0)
    parts = (
        (idea.wish, 20.0),
        (idea.place, 4.0),
        (idea.deed, 3.0),
        (idea.fear, 2.0),
        (idea.hero.noun, 1.5),
        (f"{idea.hero.first} {idea.hero.name}", 1.0),
        (idea.sentence, 0.5),
    )
    for text, weight in parts:
        for word in re.findall(r"[\w-]+", text.lower()):
            for genre in _find_genres(word):
                weights[genre] += weight
    best = max(weights.values())
    return random.choice([g for g in GENRES if weights[g] == best] if best else _ANYWHERE)


def _find_genres(word: str) -> list[str]:
    lists = load_lists("genres")
    return [g for g in GENRES if word in lists[g] or word.removesuffix("s") in lists[g]]


def _pick(file: str, key: str, random: Random, idea: Idea) -> str:
    """One scene; a helper that is the hero's own kind is passed over."""
    scenes = load_scenes(file)[key]
    others = [s for s in scenes if idea.hero.noun.rstrip("s") not in s] if key == "helper" else []
    return random.choice(others or list(scenes))


def _name_hero(hero: Hero, random: Random) -> dict[str, str]:
    name = hero.name
    living = hero.family not in _BODILESS and not hero.plural
    if not name and living:
        name = random.choice(load_lists("names")[hero.pronoun])
    first, called = hero.first, name or hero.again
    if hero.name and (
        hero.plural or hero.noun in hero.name.lower() or hero.name.split()[0].strip(".") in FORMS_OF_ADDRESS
    ):
        intro = hero.name
        called = hero.again if re.search(r" and (?:a|an|his|her|the) ", name) else name
    elif name:
        intro = (
            f"{first} called {name}"
            if not first.startswith("the ") and (random.random() < 0.6 or " with " in first)
            else f"{name}, {first}"
        )
    else:
        intro = first
    intro = intro + "," if intro.startswith(f"{name}, ") and name else intro
    they, them, their, theirs, themself = _PRONOUNS[hero.pronoun]
    return {
        "intro": intro,
        "name": called,
        "names": own(called),
        "call": name or hero.noun,
        "the_hero": hero.again,
        "first": first,
        "they": they,
        "them": them,
        "their": their,
        "theirs": theirs,
        "themself": themself,
        "was": "were" if hero.pronoun == "they" else "was",
        "s": "" if hero.pronoun == "they" else "s",
    }


def _place_hero(idea: Idea, genre: str, random: Random) -> dict[str, str]:
    spots = [scene.split(" | ") for scene in load_scenes(genre)["places"]]
    where, place = random.choice([spot for spot in spots if suits(idea.sentence, spot[1])])
    return {"where": idea.where or where, "place": idea.place or place}


def _dress_hero(hero: Hero, genre: str, random: Random) -> dict[str, str]:
    looks = load_lists("looks")
    body = random.choice(looks[hero.family])
    return {
        "body": body,
        "bare_body": strip_articles(body),
        "garment": "" if hero.family in _BODILESS else choose_garment(hero, genre, random),
    }


def choose_garment(hero: Hero, genre: str, random: Random) -> str:
    """What a hero may wear; a creature of the sea has neither shoulders nor sleeves."""
    looks = load_lists("looks")
    if hero.plural:
        return random.choice(looks["wear-many"])
    if hero.family == "sea":
        return random.choice(looks["wear-sea-creature"])
    return random.choice(
        looks[random.choice((f"wear-{genre}" if f"wear-{genre}" in looks else "wear", "wear"))]
    )


def _quote(sentence: str) -> str:
    """The sentence as a scene quotes it: within double marks, which leaves the single ones for its own."""
    short = sentence if len(sentence) < 160 else sentence[:160].rsplit(" ", 1)[0] + " …"
    short = re.sub(r"\"([^\"]*)\"|(?<!\w)'([^']*)'(?!\w)", r"‘\1\2’", short).replace('"', "")
    return " ".join(short.split()).rstrip(".!?。")


def strip_articles(body: str) -> str:
    """``a pale glow and a tail`` → ``pale glow and tail``, to stand after "her"."""
    return re.sub(r"^an? ", "", body).replace(" and a ", " and ")


def _tell(tale: Tale, random: Random) -> list[str]:
    """Choose a scene for each beat; choose again while the tale is too long or too short."""
    for _ in range(_TRIES):
        beats = _choose_beats(tale, random)
        if _count_words(beats) > MAX_WORDS:
            del beats[random.choice((-1, -2))]  # one ending is enough
        if MIN_WORDS <= _count_words(beats) <= MAX_WORDS:
            break
    else:
        del beats[2]  # a very long sentence: the tale begins without the call
        if _count_words(beats) > MAX_WORDS:
            del beats[-1]
    return [_polish(part) for beat in beats for part in beat.split(_NEW_PARAGRAPH)]


def _choose_beats(tale: Tale, random: Random) -> list[str]:
    mode, trait = load_scenes("modes"), load_scenes("traits")
    genre = _join_scenes(load_scenes(tale.genre), load_scenes("any"))
    frames = load_scenes("frames")

    def scene(scenes: Mapping[str, Sequence[str]], key: str, **more: str) -> str:
        return fill_slots(random.choice(scenes[key]), {**tale.slots, **more})

    plural = "look_many" if tale.idea.hero.plural else "look"
    look = scene(frames, plural if tale.slots["garment"] else "look_bare")
    nature = scene(frames, "foreign") if tale.idea.foreign else scene(trait, f"{tale.trait}.show")
    told = tale.idea.foreign or random.random() < 0.12
    return [
        scene(genre, "opening", look=look),
        f"{nature} {scene(mode, f'{tale.mode}.wish')}",
        scene(genre, "call"),
        scene(mode, f"{tale.mode}.attempt", fail=scene(trait, f"{tale.trait}.fail")),
        scene(genre, "meeting", counsel=_NEW_PARAGRAPH + scene(trait, f"{tale.trait}.counsel")),
        scene(genre, "trouble"),
        scene(trait, f"{tale.trait}.choice"),
        scene(mode, f"{tale.mode}.done"),
        scene(trait, f"{tale.trait}.changed"),
        scene(frames, "told") if told else scene(genre, "closing"),
    ]


def _join_scenes(
    own: Mapping[str, Sequence[str]], common: Mapping[str, Sequence[str]]
) -> dict[str, list[str]]:
    """A genre's own scenes, and those that suit every genre; half of what is told is the genre's own."""
    return {key: [*scenes, *scenes, *common.get(key, ())] for key, scenes in own.items()}


def _count_words(beats: Sequence[str]) -> int:
    return sum(len(beat.split()) for beat in beats)


def nest_quotes(text: str) -> str:
    """Single marks round what is quoted within a quotation."""
    depth, marks = 0, []
    for mark in text:
        depth -= mark == "”"
        marks.append({"“": "‘", "”": "’"}.get(mark, mark) if depth else mark)
        depth += mark == "“"
    return "".join(marks)


def _polish(text: str) -> str:
    text = nest_quotes(text.replace("'", "’"))
    text = re.sub(r",([.,;:!?])", r"\1", text)
    return re.sub(r"\s+", " ", text).strip()
