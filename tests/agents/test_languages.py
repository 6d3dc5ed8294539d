"""The table of languages, and how a text's own is told."""

from __future__ import annotations

import unicodedata

import pytest

from agents.languages import (
    LANGUAGES,
    SCRIPTS,
    find_language,
    find_script,
    guess_language,
    has_drop_cap,
    name_language,
)

TEXTS = {
    "en": "Once there was a dragon who painted the night sky.",
    "de": "Der Fuchs und die Eule waren Freunde, und das war nicht immer so.",
    "fr": "Il était une fois un dragon timide qui peignait le ciel.",
    "es": "Había una vez un dragón tímido que pintaba el cielo y las estrellas.",
    "it": "C’era una volta un drago che dipingeva il cielo della notte.",
    "pt": "Era uma vez um dragão que não pintava o céu.",
    "nl": "Er was eens een draak die de hemel van het dorp schilderde.",
    "sv": "Det var en gång en drake som inte ville måla, och han hade det bra.",
    "nb": "Hun så seg om etter noe å male av, og det var en drage som ikke ville være med.",
    "pl": "Był sobie smok, który się wstydził i malował niebo.",
    "cs": "Byl jednou jeden drak, který se styděl, když maloval oblohu.",
    "hu": "Volt egyszer egy sárkány, aki az eget festette, és nem szólt.",
    "tr": "Bir varmış bir yokmuş, utangaç bir ejderha varmış ve gökyüzünü boyarmış.",
    "vi": "Ngày xưa có một con rồng nhút nhát và nó vẽ bầu trời.",
    "ru": "Лиса и сова дружили с давних пор.",
    "uk": "Жив собі дракон, який малював нічне небо і зорі.",
    "sr": "Био једном један стидљиви змај који је сликао ноћно небо.",
    "el": "Ήταν ένας ντροπαλός δράκος.",
    "ka": "იყო ერთი მორცხვი დრაკონი.",
    "he": "היה היה תנין ביישן.",
    "ar": "كان هناك تنين خجول يرسم السماء في الليل.",
    "fa": "روزی روزگاری اژدهایی خجالتی بود که آسمان شب را نقاشی می‌کرد.",
    "ur": "ایک شرمیلا اژدہا تھا جو رات کا آسمان پینٹ کرتا تھا۔",
    "hi": "एक शर्मीला अजगर था जो रात के आसमान को रंगता था।",
    "ja": "小さな龍は毎晩山に登り、星をひとつ空に描いた。",
    "ko": "옛날에 수줍은 용이 있었어요.",
    "zh-Hans": "从前有一条害羞的龙，它们会画夜空。",
    "zh-Hant": "從前有一條害羞的龍，牠會畫夜空。",
}


@pytest.mark.parametrize(("tag", "text"), TEXTS.items(), ids=TEXTS)
def test_it_tells_a_language_by_a_sentence(tag: str, text: str) -> None:
    assert guess_language(text) == tag


@pytest.mark.parametrize("text", ["", "…", "Zzz", "Ember", "12 34"])
def test_what_nothing_tells_is_left_open(text: str) -> None:
    assert guess_language(text) == ""


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("Ember.", "de"),
        ("Fin", "ru"),  # too little to speak against it
        (TEXTS["pt"], "pt-BR"),
        (TEXTS["en"], "en-GB"),
        ("Der var engang en drage, som ikke ville male, og han boede i skoven.", "nb"),  # much alike
        ("Имало едно време дракон.", "bg"),
        ("Amser maith yn ôl roedd draig swil.", "cy"),  # none of the table
    ],
)
def test_what_is_known_stays(text: str, known: str) -> None:
    assert guess_language(text, known) == known


@pytest.mark.parametrize(
    ("tag", "known"), [("de", "en"), ("en", "de"), ("ru", "ja"), ("en", "cy"), ("uk", "ru")]
)
def test_a_text_that_clearly_speaks_another_is_believed(tag: str, known: str) -> None:
    assert guess_language(f"{TEXTS[tag]} {TEXTS[tag]}", known) == tag


@pytest.mark.parametrize("tag", LANGUAGES)
def test_each_fits_its_column_and_is_written_as_it_says(tag: str) -> None:
    language = LANGUAGES[tag]
    assert len(tag) <= 12
    assert language.script in SCRIPTS
    if tag != "ja":  # 日本語 has no kana
        assert find_script(language.own) == language.script
    assert all(
        unicodedata.name(mark.upper()[0]).startswith(language.script)
        for mark in language.marks
        if mark.isalpha()
    )
    assert unicodedata.is_normalized("NFC", f"{language.own}{language.marks}{' '.join(language.words)}")


def test_directions_and_large_letters_come_with_the_script() -> None:
    right_to_left = {tag for tag, language in LANGUAGES.items() if language.direction == "rtl"}
    assert right_to_left == {"ar", "fa", "he", "ur"}
    assert all(has_drop_cap(TEXTS[tag]) for tag in ("en", "ru", "el", "vi"))
    assert not any(has_drop_cap(TEXTS[tag]) for tag in ("ka", "ar", "he", "hi", "ja", "ko", "zh-Hans"))


def test_a_tag_is_found_in_any_case_and_with_a_region() -> None:
    assert [find_language(tag) for tag in ("DE", "zh-hant", "en-GB", "xx", "")] == [
        LANGUAGES["de"], LANGUAGES["zh-Hant"], LANGUAGES["en"], None, None,
    ]  # fmt: skip
    assert [name_language(tag) for tag in ("de", "en-GB", "xx")] == ["Deutsch", "English (en-GB)", "xx"]
