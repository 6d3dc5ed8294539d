"""The languages that a story may be wished for in, and how to tell which one a text is in."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass

#: So much of a text is looked at, in characters.
LOOKED_AT = 4000
#: Of the words of a text in Latin letters, one in so many tells (`Language.words`), and so many in all, or
#: nothing is said. It takes more to change what is known.
ONE_IN, LEAST, LEAST_AGAINST = 12, 2, 4
_GAP = re.compile(r"[^\w\u0300-\u036f\u0900-\u0dff]+|_")


@dataclass(frozen=True, slots=True)
class Script:
    """Letters, by the first word of their Unicode names. ``drop_cap``: books begin with a capital over
    several lines, and may set small capitals after it; a script without capitals has neither."""

    name: str
    right_to_left: bool = False
    drop_cap: bool = False


SCRIPTS: dict[str, Script] = {
    script.name: script
    for script in (
        *(Script(name, drop_cap=True) for name in ("LATIN", "GREEK", "CYRILLIC", "ARMENIAN")),
        *(Script(name, right_to_left=True) for name in ("ARABIC", "HEBREW", "SYRIAC", "THAANA", "NKO")),
        *(Script(name) for name in ("BENGALI", "CJK", "DEVANAGARI", "GEORGIAN", "HANGUL", "HIRAGANA")),
        *(Script(name) for name in ("TAMIL", "THAI")),
    )
}


@dataclass(frozen=True, slots=True)
class Language:
    """``tag`` is BCP 47's; ``own`` is what those who speak it call it. ``words`` are frequent in it, and
    ``marks`` letters of it, both rare in the others of its script."""

    tag: str
    english: str
    own: str
    script: str = "LATIN"
    words: frozenset[str] = frozenset()
    marks: str = ""

    @property
    def direction(self) -> str:
        return direct(self.script)

    @property
    def full(self) -> str:
        """As a language model is told of it: ``German (Deutsch)``."""
        return self.english if self.english == self.own else f"{self.english} ({self.own})"


def _of(
    tag: str, english: str, own: str, words: str = "", *, marks: str = "", script: str = "LATIN"
) -> Language:
    return Language(tag, english, own, script, frozenset(words.split()), marks)


CYRILLIC = "CYRILLIC"
_ENGLISH = "the and was of that with his her she they it had from to who is for by out an are"
_PORTUGUESE = "o os uma não com ele ela seu dos era mais para você em na do da num isso muito"

#: Where a text of a script does not tell, it is taken to be in the first of that script.
LANGUAGES: dict[str, Language] = {
    one.tag: one
    for one in (
        _of("en", "English", "English", _ENGLISH),
        _of("de", "German", "Deutsch", "der die und das nicht ein eine war mit sie ist dem den", marks="ß"),
        _of("fr", "French", "Français", "le les des et est une dans qui pas elle avait pour sur il"),
        _of("es", "Spanish", "Español", "el los las y una que por con su era como pero había", marks="ñ¿¡"),
        _of("it", "Italian", "Italiano", "il gli della che non una di con era suo più nel sono"),
        _of("pt", "Portuguese", "Português", _PORTUGUESE, marks="ãõ"),
        _of("pt-BR", "Brazilian Portuguese", "Português (Brasil)", _PORTUGUESE, marks="ãõ"),
        _of("nl", "Dutch", "Nederlands", "de het een en van niet zijn met was hij ze maar naar"),
        _of("sv", "Swedish", "Svenska", "och att det en som hon han inte med för sig till på ett"),
        _of("da", "Danish", "Dansk", "og det en som hun han ikke med sig til på af", marks="æø"),
        _of("nb", "Norwegian", "Norsk bokmål", "og det en som hun han ikke seg til på av", marks="æø"),
        _of("fi", "Finnish", "Suomi", "ja ei se hän oli että kun mutta niin kuin hänen ollut sen"),
        _of("pl", "Polish", "Polski", "w na nie się z że był jak jego ale po", marks="łąężśćńź"),
        _of("cs", "Czech", "Čeština", "se na že byl když do jeho ale s jak tak za", marks="ěřů"),
        _of("sk", "Slovak", "Slovenčina", "sa na že bol keď do jeho ale s ako tak za", marks="ľĺŕôä"),
        _of("hr", "Croatian", "Hrvatski", "i je se u na da su nije što ali kao bio od koji"),
        _of("hu", "Hungarian", "Magyar", "az és hogy nem egy volt de csak meg mint", marks="őű"),
        _of("ro", "Romanian", "Română", "și în nu că un cu la din mai era pe care", marks="ățșţş"),
        _of("ca", "Catalan", "Català", "el els les i una que amb per era com però havia va dels"),
        _of("tr", "Turkish", "Türkçe", "ve bir bu da de çok ama gibi için ne daha", marks="ığş"),
        _of("id", "Indonesian", "Bahasa Indonesia", "yang dan di itu dengan tidak ke ini dari untuk"),
        _of("sw", "Swahili", "Kiswahili", "na ya wa kwa ni katika alikuwa lakini kama yake hiyo"),
        _of(
            "vi", "Vietnamese", "Tiếng Việt", "và của một là không những có trong đã cho",
            marks="ạảấầẩậắằẳặẹẻẽềểệịọỏốồổộớờởợụủứừửựỵỷỹơưđ",
        ),
        _of("el", "Greek", "Ελληνικά", script="GREEK"),
        _of("ru", "Russian", "Русский", "и в не на что он она с как это был", marks="ыэё", script=CYRILLIC),
        _of("uk", "Ukrainian", "Українська", "і не на що він вона з був та", marks="іїєґ", script=CYRILLIC),
        _of("bg", "Bulgarian", "Български", "и не на че той тя се с да беше", marks="ъ", script=CYRILLIC),
        _of("sr", "Serbian", "Српски", "и је се у на да су није што он", marks="јљњћђџ", script=CYRILLIC),
        _of("hy", "Armenian", "Հայերեն", script="ARMENIAN"),
        _of("ka", "Georgian", "ქართული", script="GEORGIAN"),
        _of("he", "Hebrew", "עברית", script="HEBREW"),
        _of("ar", "Arabic", "العربية", "في من على كان أن إلى", marks="ةىيك", script="ARABIC"),
        _of("fa", "Persian", "فارسی", "و در به از که را با", marks="پچژگیک", script="ARABIC"),
        _of("ur", "Urdu", "اردو", "اور کے کی میں نے سے تھا", marks="ٹڈڑےںہپچگیک", script="ARABIC"),
        _of("hi", "Hindi", "हिन्दी", "है में के की और से था का को ने", script="DEVANAGARI"),
        _of("mr", "Marathi", "मराठी", "आहे आणि होता होती एक तो ती त्या", marks="ळ", script="DEVANAGARI"),
        _of("bn", "Bengali", "বাংলা", script="BENGALI"),
        _of("ta", "Tamil", "தமிழ்", script="TAMIL"),
        _of("th", "Thai", "ไทย", script="THAI"),
        _of("ja", "Japanese", "日本語", script="HIRAGANA"),
        _of("ko", "Korean", "한국어", script="HANGUL"),
        _of("zh-Hans", "Chinese, Simplified", "简体中文", marks="们这说来时会个为过见", script="CJK"),
        _of("zh-Hant", "Chinese, Traditional", "繁體中文", marks="們這說來時會個為過見", script="CJK"),
    )
}  # fmt: skip


def find_language(tag: str) -> Language | None:
    """The language of this tag, whatever the case of its letters; of ``en-GB``, English."""
    exact = (one for one in LANGUAGES.values() if one.tag.lower() == tag.lower())
    return next(exact, None) or next((one for one in LANGUAGES.values() if is_same(one.tag, tag)), None)


def name_language(tag: str) -> str:
    """What a language calls itself; the tag itself where that is not known."""
    language = find_language(tag)
    if language is None:
        return tag
    return language.own if language.tag.lower() == tag.lower() else f"{language.own} ({tag})"


def is_same(one: str, other: str) -> bool:
    """Whether two tags are of one language, however it is spoken or written: ``en`` and ``en-GB``."""
    return bool(one and other) and one.lower().partition("-")[0] == other.lower().partition("-")[0]


def is_english(tag: str) -> bool:
    return is_same(tag, "en")


def direct(script: str) -> str:
    return "rtl" if script in SCRIPTS and SCRIPTS[script].right_to_left else "ltr"


def has_drop_cap(text: str) -> bool:
    """Whether the first letter is of a script whose books begin with a large one."""
    letter = next((char for char in text[:40] if char.isalpha()), "")
    script = SCRIPTS.get(_name_script(letter)) if letter else None
    return script is not None and script.drop_cap


def find_script(text: str) -> str:
    """The script of most of its letters, as `SCRIPTS` has it; "" where there are none. Japanese is written
    in several: its kana tell."""
    letters = [char for char in text[:LOOKED_AT] if char.isalpha()]
    counts = Counter(map(_name_script, letters))
    if counts["HIRAGANA"] + counts["KATAKANA"] > len(letters) * 0.1:
        return "HIRAGANA"
    return counts.most_common(1)[0][0] if counts else ""


def guess_language(text: str, known: str = "") -> str:
    """The BCP 47 tag of the language that a text is in, or "" where nothing tells. ``known`` is what it has
    been so far: it stays, unless the text clearly speaks another language."""
    text = unicodedata.normalize("NFC", text[:LOOKED_AT]).lower()
    script = find_script(text)
    spoken = find_language(known)
    choice = [one for one in LANGUAGES.values() if one.script == script]
    if not choice:
        return known
    words = [word for word in _GAP.split(text) if word]
    letters = Counter(text)
    counts = {
        one.tag: sum(word in one.words for word in words) + sum(letters[mark] for mark in one.marks)
        for one in choice
    }
    best = max(choice, key=lambda one: counts[one.tag])
    if spoken in choice and spoken and 2 * counts[spoken.tag] >= counts[best.tag]:
        return known
    told = counts[best.tag]
    if script == "LATIN" and (told * ONE_IN <= len(words) or told < (LEAST_AGAINST if known else LEAST)):
        return known
    return known if is_same(known, best.tag) else best.tag


def _name_script(letter: str) -> str:
    return unicodedata.name(letter, "UNKNOWN").split()[0]
