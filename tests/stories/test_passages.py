"""A passage is whole words, and what takes its place stands well."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from stories import redoing, rewriting
from stories.passages import put_between, widen

WIDENED = [
    # what is marked, and what comes of it
    ("the wrong col[our, and the bi]rds sang", "the wrong [colour, and the birds] sang"),
    ("one [two] three", "one [two] three"),
    ("one[ two ]three", "one [two] three"),
    ("“H[ello]”, she said", "“[Hello]”, she said"),
    ("she [said, “yes]”.", "she [said, “yes]”."),
    ("they do[n’t] go", "they [don’t] go"),
    ("they [don]'t go", "they [don't] go"),
    ("the ‘o[ld]’ fox", "the ‘[old]’ fox"),
    ("well-kn[ow]n", "well-[known]"),
    ("snake_[case 3]50 x", "[snake_case 350] x"),
    ("größt[e Br]ücke", "[größte Brücke]"),
    ("дра[ко]н", "[дракон]"),
    ("용이 하[늘]을 그렸다", "용이 [하늘을] 그렸다"),
    ("नमस[्त]े जी", "[नमस्ते] जी"),
    ("می[\u200cرو]م", "[می\u200cروم]"),
    ("夜空を[描く]龍", "夜空を[描く]龍"),
    ("มังกร[วาด]ฟ้า", "มังกร[วาด]ฟ้า"),
    ("青いdra[go]nです", "青い[dragon]です"),
    ("a 👩[\u200d🚀] b", "a [👩\u200d🚀] b"),
    ("[wor]d", "[word]"),
    ("w[ord]", "[word]"),
    ("one.\n\nT[wo.\n\nTh]ree.", "one.\n\n[Two.\n\nThree]."),
]


def read(marked: str) -> tuple[str, int, int]:
    start, end = marked.index("["), marked.index("]") - 1
    return marked.replace("[", "").replace("]", ""), start, end


@pytest.mark.parametrize(("marked", "wanted"), WIDENED)
def test_a_passage_is_widened_to_whole_words(marked: str, wanted: str) -> None:
    text, start, end = read(marked)
    found = redoing.find_passage(text, start, end, "")
    assert (text, found["start"], found["end"]) == read(wanted)
    assert found["passage"] == text[found["start"] : found["end"]]
    again = widen(text, found["start"], found["end"])
    assert again == (found["start"], found["end"]), "it is widened once"


def test_a_passage_that_is_quoted_in_the_middle_of_words_is_widened_too() -> None:
    found = redoing.find_passage("The wrong colour here.", None, None, "ong col")
    assert found["passage"] == "wrong colour"


@pytest.mark.skipif(not shutil.which("node"), reason="Node.js is not here")
def test_the_browser_widens_by_the_same_rule() -> None:
    module = Path(__file__).parents[2] / "static/js/words.js"
    code = f"""
        const {{ widen }} = await import({json.dumps(module.as_uri())});
        const all = {json.dumps([read(marked) for marked, _ in WIDENED])};
        console.log(JSON.stringify(all.map(([text, from, to]) => widen([...text], from, to))));
    """
    node = ["node", "--input-type=module", "-e", code]
    said = subprocess.run(node, capture_output=True, text=True, check=True, timeout=60).stdout
    assert [tuple(place) for place in json.loads(said)] == [read(wanted)[1:] for _, wanted in WIDENED]


@pytest.mark.parametrize(
    ("marked", "new", "whole"),
    [
        ("the [colour] was", "bear", "the bear was"),
        ("the [colour] was", " bear \n", "the bear was"),
        ("the [colour].", "bear.", "the bear."),
        ("the [colour], and", "small bear.", "the small bear, and"),
        ("the [colour]?", "bear...", "the bear?"),
        ("[The end.]", "Well.", "Well."),
        ("the bird[, and the] cat", "with a", "the bird with a cat"),
        ("the [bird—]it flew", "bird.", "the bird. it flew"),
        ("the [bird—]it flew", "bird—", "the bird—it flew"),
        ("well-[known]", "worn", "well-worn"),
        ("“[Hello]”", "Ho!", "“Ho!”"),
        ("夜空を[描く]龍", "見る。", "夜空を見る。龍"),
        ("3.[5] km", "6", "3.6 km"),
        ("[All.]", "...", "..."),
    ],
)
def test_what_takes_its_place_stands_well(marked: str, new: str, whole: str) -> None:
    text, start, end = read(marked)
    assert put_between(text[:start], new, text[end:], old=text[start:end]) == whole


@pytest.mark.parametrize("text", ["My heart is here.", "My art was art.", "Gone."])
def test_a_passage_that_is_a_piece_of_another_word_now_is_gone(text: str) -> None:
    with pytest.raises(rewriting.PassageGone):
        rewriting.find_place(text, {"start": 4, "end": 7, "passage": "art"})


@pytest.mark.parametrize(
    ("new", "after", "whole"),
    [
        ("Stop!", ". Then", "He said Stop. Then"),
        ("“Hi.”", ".", "He said “Hi”."),
        ("a fox", ".", "He said a fox."),
        ("a fox?", " then", "He said a fox? then"),
    ],
)
def test_no_two_ends_stand_together(new: str, after: str, whole: str) -> None:
    assert put_between("He said ", new, after, old="nothing") == whole
