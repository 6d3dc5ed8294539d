"""Who may do what: every address of the product, each method that it knows, and what it answers to whom.

A new address has to be written down here, or tests/access/test_table.py fails. The admin's are derived
(tests/access/test_admin.py).
"""

from __future__ import annotations

from typing import Any

#: A browser without a key, one with another key, the one that made the story, a curator.
WHO = ("nobody", "other", "owner", "staff")

#: What a rule answers to each of them. ``in``: it is done, or cannot be done as things stand (409). ``403``:
#: they may read it, not change it. ``404``: for them there is nothing here.
RULES: dict[str, dict[str, str]] = {
    "read": {
        #           nobody other owner staff
        "private": "404    404   in    in",
        "unlisted": "in    in    in    in",
        "public": "in      in    in    in",
        "trashed": "404    404   404   404",
        "hidden": "404     404   in    in",
        "nobody's": "in    in    in    in",
    },
    "open the book": {  # a story in the trash sends its owner there
        "private": "404    404   in    in",
        "unlisted": "in    in    in    in",
        "public": "in      in    in    in",
        "trashed": "404    404   in    404",
        "hidden": "404     404   in    in",
        "nobody's": "in    in    in    in",
    },
    "change": {
        "private": "404    404   in    in",
        "unlisted": "403   403   in    in",
        "public": "403     403   in    in",
        "trashed": "404    404   404   404",
        "hidden": "404     404   in    in",
        "nobody's": "in    in    in    in",
    },
    "take out of the trash": {
        "private": "404    404   404   404",
        "unlisted": "404   404   404   404",
        "public": "404     404   404   404",
        "trashed": "404    404   in    in",
        "hidden": "404     404   404   404",
        "nobody's": "404   404   404   404",
    },
    "delete for good": {
        "private": "404    404   in    in",
        "unlisted": "403   403   in    in",
        "public": "403     403   in    in",
        "trashed": "404    404   in    in",
        "hidden": "404     404   in    in",
        "nobody's": "in    in    in    in",
    },
    "see the picture": {  # which the page of the trash shows
        "private": "404    404   in    in",
        "unlisted": "in    in    in    in",
        "public": "in      in    in    in",
        "trashed": "404    404   in    in",
        "hidden": "404     404   in    in",
        "nobody's": "in    in    in    in",
    },
    "mark it through the API": {  # which gives nobody a key to be known by; the pages do
        "private": "404    404   in    in",
        "unlisted": "403   in    in    in",
        "public": "403     in    in    in",
        "trashed": "404    404   404   404",
        "hidden": "404     404   in    in",
        "nobody's": "403   in    in    in",
    },
    "have the link": {
        "private": "in     in    in    in",
        "unlisted": "in    in    in    in",
        "public": "in      in    in    in",
        "trashed": "404    404   404   404",
        "hidden": "404     404   404   404",
        "nobody's": "in    in    in    in",
    },
}
KINDS = tuple(RULES["read"])
#: To these the story makes no difference: what is about whoever asks, and what is for who runs the server.
RULES["about oneself"] = dict.fromkeys(KINDS, "403 in in in")
RULES["look after the server"] = dict.fromkeys(KINDS, "401 401 401 in")
#: Addresses that are about nobody's story. What they list is in tests/access/test_lists.py.
ANYBODY = "anybody"

Ask = str | tuple[str, dict[str, Any]]
#: Address → method (and what makes it another question) → rule, or rule and what is sent.
WEB: dict[str, dict[str, Ask]] = {
    "home": {"GET": ANYBODY},
    "generate": {"POST": (ANYBODY, {"prompt": "A shy dragon who paints the night sky"})},
    "generation": {"GET": "read"},
    "cancel": {"POST": "change"},
    "retry": {"POST": "change"},
    "status": {"GET": "read"},
    "story": {"GET": "open the book"},
    "delete": {"POST": "change"},
    "restore": {"POST": "take out of the trash"},
    "destroy": {"POST": "take out of the trash"},
    "favourite": {"POST": ("read", {"favourite": "true"})},
    "thumb": {"POST": ("read", {"thumb": "1"})},
    "redo": {"POST": ("change", {"image_type": "character"})},
    "choose": {"POST": ("change", {"image": "{image_id}"})},
    "edit": {"GET": "change"},
    "save": {"POST": ("change", {"title": "Another title"})},
    "rewrite": {"POST": ("change", {"part": "title", "wish": "Shorter"})},
    "refresh": {"POST": ("change", {"step": "character"})},
    "version": {"GET": "change"},
    "keep": {"POST": "change"},
    "aside": {"POST": "change"},
    "place": {"GET": "change"},
    "cutout": {"GET": "change"},
    "set_language": {"POST": (ANYBODY, {"language": "de"})},
    "stories": {"GET": ANYBODY},
    "making": {"GET": ANYBODY},
    "trash": {"GET": ANYBODY},
    "empty_trash": {"POST": ANYBODY},
    "export": {"GET": "read", "GET project": "change"},
    "share": {"POST": "change"},
    "withdraw": {"POST": "change"},
    "ask_to_publish": {"POST": "change"},
    "take_back_asking": {"POST": "change"},
    "shared": {"GET": "have the link"},
    "shared_export": {"GET": "have the link"},
    "shared_picture": {"GET": "have the link"},
    "import": {"GET": ANYBODY},
    "import_file": {"POST": ANYBODY},
    "your_data": {"GET": ANYBODY},
    "export_your_data": {"GET": "about oneself"},
    "delete_your_data": {"POST": ("about oneself", {"understood": "true"})},
    "health": {"GET": ANYBODY},
    "metrics": {"GET": "look after the server"},
    "media": {"GET": "see the picture"},
}
API: dict[str, dict[str, Ask]] = {
    "api:start": {"GET": ANYBODY},
    "api:schema": {"GET": ANYBODY},
    "api:docs": {"GET": ANYBODY},
    "api:index": {"GET": ANYBODY},
    "api:generations": {"POST": (ANYBODY, {"prompt": "A shy dragon who paints the night sky"})},
    "api:generation": {"GET": "read"},
    "api:cancel": {"POST": "change"},
    "api:retry": {"POST": "change"},
    "api:stories": {"GET": ANYBODY},
    "api:trash": {"DELETE ?forever=true": ANYBODY},
    "api:story": {
        "GET": "read",
        "PATCH": ("change", {"title": "Another title"}),
        "DELETE": "change",
        "DELETE ?forever=true": "delete for good",
    },
    "api:restore": {"POST": "take out of the trash"},
    "api:favourite": {"PUT": "mark it through the API", "DELETE": "mark it through the API"},
    "api:thumb": {"PUT": ("mark it through the API", {"thumb": 1})},
    "api:images": {"GET": "read", "POST": ("change", {"image_type": "character"})},
    "api:image": {"PATCH": ("change", {"is_live": True})},
    "api:versions": {"GET": "change", "POST": ("change", {"title": "Another title"})},
    "api:keep": {"POST": "change"},
    "api:rewrite": {"POST": ("change", {"part": "title", "instruction": "Shorter"})},
    "api:refresh": {"POST": ("change", {"steps": ["character"]})},
    "api:me": {"GET": "about oneself", "DELETE ?forever=true": "about oneself"},
    "api:my_export": {"GET": "about oneself"},
    "api:import": {"POST": ANYBODY},
    "api:export": {"GET": "read", "GET project": "change"},
    "api:share": {"GET": "change", "POST": ("change", {"days": 7}), "DELETE": "change"},
    "api:publishing": {"GET": "change", "POST": "change", "DELETE": "change"},
    "api:": {},  # whatever else is asked for there: 404
}
#: The streams, by the form that stories/live/app.py calls them.
LIVE = {"events": "read", "ws": "read"}
