"""What the sketch storyteller makes of names, quotations, emojis, titles, and wishes for a title."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from embedded.storyteller.lexicon import load_lists
from embedded.storyteller.telling import nest_quotes
from embedded.storyteller.writer import answer
from tests.embedded.test_storyteller_stories import PROMPTS, tell


def retitle(wish: str, title: str = "The Clockwork Fox") -> str:
    return answer([("user", f"<title>{title}</title>\n\n<wish>{wish}</wish>")], None, 1)


@pytest.mark.parametrize(
    ("wish", "title"),
    [
        ("Call it Saskia and the Moth", "Saskia and the Moth"),
        ("call it: The Moth.", "The Moth"),
        ("Please call it “The Moth’s Lamp”!", "The Moth’s Lamp"),
        ("the title should be Saskia's Moth", "Saskia’s Moth"),
        ("Change the title to Moths at Night", "Moths at Night"),
        ("It should be called “Moths”, please", "Moths"),
        ("“Saskia and the Moth”", "Saskia and the Moth"),
        ('"Who Goes There?"', "Who Goes There?"),
        ("Nenn es Saskia und die Motte", "Saskia und die Motte"),
        ("nenne es bitte „Die Motte“", "Die Motte"),
        ("Der Titel soll Die Motte heißen", "Die Motte"),
        ("Die Geschichte soll „Die Motte“ heißen", "Die Motte"),
    ],
)
def test_a_title_that_is_given_is_taken(wish, title):
    assert retitle(wish) == title
    assert retitle(wish, "Der kleine Bär") == title


@pytest.mark.parametrize(
    "wish", ["Call it something shorter", "the title is too long", "make it funnier", "another"]
)
def test_a_wish_that_gives_no_title_is_not_taken_for_one(wish):
    new = retitle(wish)
    assert "Fox" in new
    assert not re.search(r"something|too long|make it|another", new)


@pytest.mark.parametrize("kind", ["description", "passage"])
def test_only_a_title_is_called_by_another_name(kind):
    old = "The fox went home. It was late."
    new = answer([("user", f"<{kind}>{old}</{kind}>\n\n<wish>Call it Saskia</wish>")], None, 1)
    assert "Saskia" not in new


def test_names_are_spread_over_seeds_and_prompts():
    known = {name for group in load_lists("names").values() for name in group}
    named = Counter(
        found[0]
        for prompt in ("A shy dragon who paints the night sky", "a baker who bakes clouds", "A clumsy wizard")
        for seed in range(60)
        if (found := [word for word in re.findall(r"\w+", tell(prompt, seed)) if word in known])
    )
    assert sum(named.values()) > 150
    assert len(named) > 60
    assert max(named.values()) < 0.06 * sum(named.values())


def test_names_are_no_words_of_another_list():
    names = [name for group in load_lists("names").values() for name in group]
    assert len(names) == len(set(names))


def test_a_quotation_within_one_has_single_marks():
    assert nest_quotes("“One heard somebody say, “Stay.””") == "“One heard somebody say, ‘Stay.’”"
    assert nest_quotes("“Go,” he said. “Stay.”") == "“Go,” he said. “Stay.”"


@pytest.mark.parametrize(
    "prompt", [*PROMPTS, 'A girl who says "stay" to the moon', "a king called 'Bo' who says 'no'"]
)
def test_its_quotation_marks_and_apostrophes_are_typographic(prompt):
    for seed in range(8):
        story = tell(prompt, seed)
        assert not re.search(r"[\"']", story)
        assert not re.search(r"“[^”]*“|”[^“]*”", story), story


def test_what_it_weaves_in_has_typographic_apostrophes():
    fence = "<passage>The fox went home. It was late.</passage>"
    for seed in range(30):
        for wish in ("funnier", "longer", "darker", "calmer"):
            assert "'" not in answer([("user", f"{fence}<wish>{wish}</wish>")], None, seed)


def test_a_quoted_sentence_says_no_emoji():
    told = [tell("🐭🧀 A mouse who steals cheese 🧀", seed) for seed in range(60)]
    assert any("“A mouse who steals cheese.”" in story for story in told)
    assert not any("wedge" in story or "mouse face" in story for story in told)


@pytest.mark.parametrize(
    "sentence", ["A clockwork fox who mends umbrellas in a city of snow", "A cat sleeps in my teapot"]
)
def test_no_title_has_an_article_of_something_unknown_after_of(sentence):
    titles = [tell(sentence, seed).partition("\n")[0] for seed in range(60)]
    assert not [title for title in titles if re.search(r"^# (?!How ).* of (?:[Aa]n?|[Ss]ome|[Mm]y) ", title)]


def test_a_place_in_a_title_is_a_known_one():
    titles = {
        tell("A clockwork fox who mends umbrellas in a city of snow", seed).partition("\n")[0]
        for seed in range(60)
    }
    assert any(title.endswith("of the City of Snow") for title in titles), titles
