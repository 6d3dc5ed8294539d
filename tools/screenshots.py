"""`make screenshots`: every page in both modes and both widths, as small WebP under docs/screenshots."""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.e2e.conftest import QUIET
from tests.e2e.pages import PAGES, WIDTHS, Library
from tests.support.copy import ROOT, Copy

FOLDER = ROOT / "docs" / "screenshots"
#: A page is shown down to so many times its width, and made so wide, in pixels.
LONGEST, SMALL = 2.2, {"desktop": 960, "phone": 390}


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    own = Path("/usr/bin/chromium")
    with (
        tempfile.TemporaryDirectory() as folder,
        Copy(Path(folder) / "data") as copy,
        sync_playwright() as it,
    ):
        chromium = it.chromium.launch(executable_path=own if own.exists() else None, args=QUIET)
        library = Library(copy)
        for width, view in WIDTHS.items():
            for mode in ("dark", "light"):
                page = chromium.new_context(base_url=copy.url, **view).new_page()
                for name in PAGES:
                    library.open(page, name, mode)
                    page.wait_for_timeout(400)
                    keep(
                        page.screenshot(full_page=True, animations="disabled"),
                        f"{name}-{width}-{mode}",
                        width,
                    )
                    library.release(page)
                page.context.close()
        chromium.close()


def keep(taken: bytes, name: str, width: str) -> None:
    image = Image.open(io.BytesIO(taken)).convert("RGB")
    image = image.crop((0, 0, image.width, min(image.height, round(LONGEST * image.width))))
    image.thumbnail((SMALL[width], 10_000))
    image.save(FOLDER / f"{name}.webp", quality=70, method=6)
    print(f"{name}.webp")


if __name__ == "__main__":
    main()
