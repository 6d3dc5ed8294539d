"""What a story's hero and its setting look like: words for a painter, true to what the story says."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from random import Random

from embedded.storyteller.english import add_article, capitalise
from embedded.storyteller.heroes import Hero
from embedded.storyteller.lexicon import index_lists, load_lists, load_scenes
from embedded.storyteller.parsing import load_traits
from embedded.storyteller.reading import Idea
from embedded.storyteller.settings import describe_setting
from embedded.storyteller.telling import GENRES, choose_garment, find_genre, strip_articles

_COLOUR = (
    r"(?:red|orange|yellow|green|blue|violet|purple|pink|brown|black|white|gr[ea]y|silver|gold(?:en)?|turquoise|"
    r"crimson|scarlet|emerald|copper|teal|amber|ginger|cream|ivory|indigo|lilac|bronze)"
)
_BODY_PARTS = "scales|fur|feathers|hair|skin|eyes|wings|shell|coat|mane|tail|paint"
_CLOTHES = (
    "hat|cap|cloak|cape|scarf|coat|raincoat|dress|apron|waistcoat|crown|helmet|hood|boots|jacket|suit|bonnet|"
    "shawl|robe|sweater|jumper|overalls|glasses|spectacles"
)
_BODY = re.compile(rf"(?i)\b((?:[\w-]+ )?(?:\w+-)?{_COLOUR}(?:[- ]\w+)? (?:{_BODY_PARTS}))\b")
_WORN = re.compile(rf"(?i)\b(an? (?:[\w-]+ ){{0,3}}(?:{_CLOTHES})(?: (?:with|lined)(?: [\w-]+){{1,3}})?)\b")


@dataclass(frozen=True, slots=True)
class Described:
    """A story with its hero and its setting described; ``values`` are by property name."""

    story: str
    values: dict[str, str]
    random: Random

    def choose(self, path: tuple[str, ...]) -> str:
        """Words for the string at ``path`` of a schema: by its name, else a sentence of the story."""
        for name in reversed(path):
            known = self.values.get(_ALIASES.get(name.lower(), name.lower()))
            if known:
                return known
        sentences = re.findall(r"[^.!?]+[.!?]+[”\"]?", self.values["text"]) or [self.values["text"]]
        return self.random.choice(sentences).strip()

    def in_words(self) -> str:
        """Both descriptions in plain text."""
        parts = (
            ("kind", "appearance", "clothing", "pose"),
            ("place", "time_of_day", "light", "details", "mood"),
        )
        lines = (". ".join(capitalise(self.values[name]) for name in names) + "." for names in parts)
        return f"{self.values['name']}: " + "\n\n".join(lines)


_ALIASES = index_lists("aliases")


def describe_story(idea: Idea, story: str, random: Random) -> Described:
    """Describe the hero and the setting of a story: what the text says first, the sentence next."""
    title, _, text = story.strip().partition("\n")
    if not text.strip():
        title, text = idea.hero.kind, story
    genre = _find_told_genre(story) or find_genre(idea, random)
    body, garment = _find_body(idea, story, random), _find_garment(idea, story, genre, random)
    trait = idea.trait or _find_told_trait(story) or "curious"
    values = {
        "title": title.lstrip("# ").strip(),
        "text": text.strip(),
        "summary": " ".join(re.findall(r"[^.!?]+[.!?]+", text)[:2]).strip(),
        "name": _find_name(idea, text),
        "kind": _find_kind(idea.hero),
        "appearance": body,
        "clothing": garment or "none",
        "pose": load_lists("moods")[trait][0],
        **describe_setting(idea, story, genre, random),
        "genre": ", ".join((genre, *load_lists("genre-names")[genre])),
        "nature": trait,
        "colour": next(iter(re.findall(_COLOUR, body)), "blue"),
        "sentence": idea.sentence,
    }
    return Described(story, values, random)


def _find_told_genre(story: str) -> str:
    """Which genre's own scenes stand in the story, if the storyteller itself told it."""
    for genre in GENRES:
        scenes = load_scenes(genre)
        for key in ("trouble", "call", "opening", "closing"):
            if any(_find_literal(scene) in story for scene in scenes[key]):
                return genre
    return ""


def _find_told_trait(story: str) -> str:
    scenes = load_scenes("traits")
    keys = ((trait, key) for trait in load_traits() for key in ("choice", "show"))
    return next((t for t, k in keys if any(_find_literal(s) in story for s in scenes[f"{t}.{k}"])), "")


def _find_literal(scene: str) -> str:
    return max(re.split(r"\{\w+\}", scene), key=len)


def _find_kind(hero: Hero) -> str:
    if hero.plural:
        return hero.first if " and " in hero.first else hero.kind
    return add_article(hero.kind)


def _find_name(idea: Idea, text: str) -> str:
    if idea.hero.name:
        return idea.hero.name
    inside = set(re.findall(r"(?<=[a-z,;] )([A-Z][a-z]{2,})\b", text))
    counts = Counter(
        word for word in re.findall(r"\b[A-Z][a-z]{2,}\b", text) if word in inside and word not in idea.place
    )
    known = {name for group in load_lists("names").values() for name in group}
    counts.update({name: 100 for name in counts if name in known})
    name, count = max(counts.items(), key=lambda item: item[1], default=("", 0))
    return name if count > 2 else capitalise(idea.hero.again)


def _find_body(idea: Idea, story: str, random: Random) -> str:
    looks = load_lists("looks")[idea.hero.family]
    for body in looks:
        if body in story or strip_articles(body) in story:
            return body
    found = list(dict.fromkeys(match.lower() for match in _BODY.findall(story)))[:2]
    return " and ".join(
        re.sub(r"^(?:his|her|its|the|had|a|with|and) ", "", f) for f in found
    ) or random.choice(looks)


def _find_garment(idea: Idea, story: str, genre: str, random: Random) -> str:
    looks = load_lists("looks")
    told = next((g for key in looks if key.startswith("wear") for g in looks[key] if g in story), "")
    found = told or next(iter(_WORN.findall(story)), "")
    if found or idea.hero.family in ("thing", "vehicle", "sky", "plant"):
        return found
    return choose_garment(idea.hero, genre, random)
