"""What somebody typed as one line of words: no markup, no control characters, emojis by name or left out."""

from __future__ import annotations

import re
import unicodedata

MAX_LENGTH = 1_500

_MARKUP = re.compile(r"[<‹][^<>‹›]{0,200}>|https?://\S+|[`*_#>|~^\\{}\[\]<‹›]+")
_REQUEST = re.compile(
    r"""^(?:please|hi|hello|hey|ok|okay|so|and|well)?[,!\s]*
    (?:(?:can|could|would|will)\ you\ (?:please\ )?
      |i(?:['’]d|\ would)?\ (?:want|like|love)\ (?:you\ to\ |to\ hear\ |to\ read\ )?
      |let['’]?s\ (?:hear\ |have\ )?|please\ )?
    (?:(?:tell|write|give|make|create|invent|generate|compose|read|spin)\s+(?:me|us)?\s*)?
    (?:(?:a|an|the|another|one|my)\s+)?(?:[\w-]+\s+){0,3}?
    (?:stor(?:y|ies)|tales?|fairy[-\ ]?tales?|fables?|poems?|adventures?|myster(?:y|ies)|sagas?|book
     |something)
    \s+
    (?:for\ (?:[\w'-]+\ ){1,4}?)?
    (?:about|of|on|in\ which|where|with|for|featuring|starring|called|titled|:)\s*[:,]?\s+""",
    re.IGNORECASE | re.VERBOSE,
)
_OPENER = re.compile(
    r"""^(?:it\ (?:is|was|had\ been)\ [\w ]{2,30}?\ when[ ]
    |(?:he|she|it|they|this|that)\ (?:is|was|were|are)\ (?=an?\ |the\ |two\ )
    |the\ (?:day|night|time|year|morning|summer|winter)\ (?=(?:the|an?|my|her|his|all|every)\ )
    |once\ upon\ a\ time[,\s]*|once\ (?=there|a\ |an\ )|long\ ago[,\s]*|one\ day[,\s]*|(?:and\ |then\ )+
    |(?:here|there)(?:\ once)?\ (?:is|was|are|were|lived|lives|once\ (?:was|were|lived))(?:\ once)?[ ]
    |imagine\ (?:that\ )?|what\ if\ |suppose\ |if[ ]
    |(?:why|how|when|where|what|who)\ (?:do|does|did|is|are|was|were|can|could|would|will)[ ]
    |(?:do|does|did|can|could|would|will)\ (?=\w+\ \w+)|about\ |(?:prompt|story|title):\ *)""",
    re.IGNORECASE | re.VERBOSE,
)
_EMOJI_NOISE = re.compile(
    r"\b(face|emoji|symbol|sign|with .*|variation selector.*|zero width.*|glowing|large)\b", re.I
)


def clean_text(text: str, *, spelled: bool = True) -> str:
    """One line of plain words, at most ``MAX_LENGTH`` characters. Emojis are ``spelled`` or left out."""
    text = _MARKUP.sub(" ", unicodedata.normalize("NFC", text[: MAX_LENGTH * 4]))
    text = "".join(_spell(character, spelled=spelled) for character in text)
    text = text.replace("“", '"').replace("”", '"').replace("„", '"').replace("’", "'")
    text = re.sub(r"\s*,(?:\s*,)+\s*|\s+,\s*", ", ", " ".join(text.split()))
    return text[:MAX_LENGTH].strip(" ,")


def strip_request(text: str) -> str:
    """Leave the tale's matter: no "Tell me a story about", no "Once upon a time there was"."""
    for pattern in (_REQUEST, _OPENER, _OPENER, _OPENER):
        rest = pattern.sub("", text, count=1).strip(' ":,-–—')
        text = rest or text
    return text


def _spell(character: str, *, spelled: bool) -> str:
    kind = unicodedata.category(character)
    if kind == "So":
        name = _EMOJI_NOISE.sub("", unicodedata.name(character, "").lower()).strip()
        return f" , {name} , " if spelled and name and ord(character) > 0x2000 else " "
    if kind[0] == "C" or (kind in ("Sk", "Mn") and character in "\ufe0f\u20e3"):
        return " " if kind != "Cf" else ""
    return character
