"""What people read is translated, all of it, and what is compiled is what was translated."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo
from django.conf import settings

from tests.support.copy import ROOT
from tools import messages

FOREIGN = [code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
CATALOGUES = [(language, domain) for language in FOREIGN for domain in messages.DOMAINS]
#: Names, units and signs, which are the same in all languages.
SAME = {"Starloom", "s", "A", "Esc", "DOCTYPE", "html"}


def read(language: str, domain: str) -> Catalog:
    return messages.read_catalog(messages.find_file(language, domain), language, domain)


def list_forms(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


def list_ids(message: Message) -> list[str]:
    return [message.id] if isinstance(message.id, str) else list(message.id)


@pytest.mark.parametrize(("language", "domain"), CATALOGUES)
def test_every_message_is_translated_and_none_is_a_guess(language: str, domain: str) -> None:
    translated = read(language, domain)
    wanted = {message.id for message in messages.collect(domain) if message.id}
    assert {message.id for message in translated if message.id} == wanted, "run `make messages`"
    assert [message.id for message in translated if message.id and not all(list_forms(message))] == []
    assert [message.id for message in translated if message.id and message.fuzzy] == []


@pytest.mark.parametrize(("language", "domain"), CATALOGUES)
def test_every_form_of_a_plural_is_there_and_what_is_filled_in_is_known(language: str, domain: str) -> None:
    catalogue = read(language, domain)
    for message in catalogue:
        if not message.id:
            continue
        if message.pluralizable:
            assert len(list_forms(message)) == catalogue.num_plurals, message.id
        known = {place for words in list_ids(message) for place in list_places(words)}
        for words in list_forms(message):
            assert set(list_places(words)) <= known, words
            assert message.pluralizable or set(list_places(words)) == known, words


def list_places(words: str) -> list[str]:
    return re.findall(r"%\(\w+\)s|\{\w+(?::[^}]*)?\}", words)


@pytest.mark.parametrize(("language", "domain"), CATALOGUES)
def test_what_is_compiled_is_what_was_translated(language: str, domain: str) -> None:
    path = messages.find_file(language, domain)
    compiled = path.with_suffix(".mo").read_bytes()
    assert compiled == messages.compile_catalog(read(language, domain)), "run `make messages`"
    with path.with_suffix(".mo").open("rb") as file:
        assert len(read_mo(file)) == len(read(language, domain))


def test_what_scripts_say_is_collected() -> None:
    """Babel's reader of JavaScript passes over calls within nested templates."""
    collected = {words for message in messages.collect("djangojs") for words in list_ids(message)}
    scripts = [path.read_text() for path in (ROOT / "static" / "js").rglob("*.js")]
    said = {words for script in scripts for words in re.findall(r'\bn?gettext\(\s*"([^"]+)"', script)}
    assert len(said) > 40
    assert said <= collected


def test_no_template_holds_words_that_nobody_can_translate() -> None:
    found = {}
    for path in (ROOT / "templates").rglob("*"):
        is_ours = path.suffix in messages.TEMPLATES and path.name != "_stylesheet.html"
        if is_ours and (words := set(list_words(path)) - SAME):
            found[path.name] = words
    assert found == {}


def list_words(path: Path) -> list[str]:
    """Words between tags, and in attributes that are read out."""
    text = re.sub(r"{% blocktranslate.*?{% endblocktranslate %}", "", path.read_text(), flags=re.DOTALL)
    text = re.sub(r"{#.*?#}|{%.*?%}|{{.*?}}", "", text, flags=re.DOTALL)
    text = re.sub(r"<(style|script|metadata)\b.*?</\1>|<\?.*?\?>|&\w+;", "", text, flags=re.DOTALL)
    read_out = re.findall(r'\b(?:alt|aria-label|title|placeholder)="([^"]*)"', text)
    between = re.sub(r"<[^>]*>", " ", re.sub(r'"[^"]*"', '""', text))
    icons = set(re.findall(r'material-symbols-outlined"[^>]*>(\w+)<', text))
    return [word for word in re.findall(r"[^\W\d_]+", " ".join([between, *read_out])) if word not in icons]
