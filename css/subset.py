"""Makes the fonts of the pages small: the usual weight alone, and the letters that most pages show apart from
the others, which a browser loads where a text has them. `make css` runs it before `publish.js`."""

from __future__ import annotations

from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

MODULES = Path(__file__).resolve().parent.parent / "node_modules"
FELL = "@fontsource/im-fell-double-pica/files/im-fell-double-pica-latin-400-{}.woff2"
GARAMOND = "@fontsource-variable/eb-garamond/files/eb-garamond-{}-wght-{}.woff2"
#: What the style sheets ask for, and what letters need to stand right.
FEATURES = ["kern", "liga", "onum", "lnum", "pnum", "tnum", "smcp", "ccmp", "mark", "locl"]
#: What titles are mostly made of, and the nought, by which browsers measure: `unicode-range` in fonts.css
#: says the same.
PLAIN = [ord(letter) for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz \u00a0,.?!-–‘’0"]
FONTS = {
    "fell-plain": (FELL.format("normal"), PLAIN),
    "fell-more": (FELL.format("normal"), None),
    "fell-italic": (FELL.format("italic"), None),
    "garamond": (GARAMOND.format("latin", "normal"), None),
    "garamond-italic": (GARAMOND.format("latin", "italic"), None),
    "garamond-more": (GARAMOND.format("latin-ext", "normal"), None),
}


def main() -> None:
    folder = MODULES / ".fonts"
    folder.mkdir(exist_ok=True)
    for name, (source, letters) in FONTS.items():
        font = TTFont(MODULES / source, recalcTimestamp=False)  # else each build has other names
        if "fvar" in font:
            font = instantiateVariableFont(font, {"wght": 400})
        wanted = letters or [
            letter for letter in font.getBestCmap() if name != "fell-more" or letter not in PLAIN
        ]
        options = Options(flavor="woff2", layout_features=FEATURES, hinting=False, desubroutinize=True)
        smaller = Subsetter(options)
        smaller.populate(unicodes=wanted)
        smaller.subset(font)
        font.flavor = "woff2"
        font.save(folder / f"{name}.woff2")


if __name__ == "__main__":
    main()
