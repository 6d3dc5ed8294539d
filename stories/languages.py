"""Which language a story is in, as far as its filter, hyphenation and screen readers need to know."""

from __future__ import annotations

import re

#: Words that are frequent in one of these languages and rare in the others.
COMMON = {
    "en": "the and was of that with his her she they it had from",
    "de": "der die und das nicht ein eine war mit sie ist dem den",
    "fr": "le les des et est une dans qui pas elle avait pour sur",
    "es": "el los las y una que por con su era como pero había",
    "it": "il gli della che non una di con era suo più nel sono",
    "nl": "de het een en van niet zijn met was hij ze maar naar",
    "pt": "o os uma não com ele ela seu dos era mais para você",
}
#: Scripts in which one language alone is written, or nearly so; kana before Han, which Japanese has too.
SCRIPTS = {
    "ja": re.compile("[\u3040-\u30ff]"),
    "ko": re.compile("[\uac00-\ud7af]"),
    "zh": re.compile("[\u4e00-\u9fff]"),
    "th": re.compile("[\u0e01-\u0e5b]"),
    "he": re.compile("[\u05d0-\u05ea]"),
    "el": re.compile("[\u0370-\u03ff]"),
}
#: What the languages that we can tell apart call themselves.
NAMES = {
    "en": "English", "de": "Deutsch", "fr": "Français", "es": "Español", "it": "Italiano",
    "nl": "Nederlands", "pt": "Português", "ja": "日本語", "ko": "한국어", "zh": "中文",
    "th": "ไทย", "he": "עברית", "el": "Ελληνικά",
}  # fmt: skip
WORDS = {name: frozenset(words.split()) for name, words in COMMON.items()}


def guess_language(text: str) -> str:
    """A BCP 47 code, or "" (unknown) where the text is too short or too unlike all of them."""
    text = text[:4000].lower()
    letters = sum(map(str.isalpha, text))
    for name, script in SCRIPTS.items():
        if len(script.findall(text)) * 4 > letters > 0:
            return name
    words = re.findall(r"\w+", text)
    counts = {name: sum(word in common for word in words) for name, common in WORDS.items()}
    best = max(counts, key=lambda name: counts[name])
    return best if counts[best] * 12 > len(words) > 0 else ""
