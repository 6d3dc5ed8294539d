"""`make lighthouse`: Lighthouse on home, live page and book, on a phone and a desktop.

Writes docs/lighthouse.md; ends with 1 where a score is under 95. Needs Node.js and Chromium.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.support.copy import ROOT, Copy

LIGHTHOUSE = "lighthouse@12.8.2"
CATEGORIES = ("performance", "accessibility", "best-practices")
VIEWS = {"phone": [], "desktop": ["--preset=desktop"]}
LEAST = 95
#: Words a second, so that a story takes longer than Lighthouse does.
SLOWLY = "2"
SENTENCE = "A lighthouse keeper who collects lost songs in jars by the sea"


def main() -> int:
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        with Copy(Path(folder) / "fast") as copy:
            (book,) = copy.wait([copy.generate(SENTENCE)], 120)
            for view in VIEWS:
                rows.append(("home", view, measure(f"{copy.url}/", view)))
                rows.append(("book", view, measure(f"{copy.url}{book['story_url']}", view)))
        with Copy(Path(folder) / "slow", SKETCH_WORDS_PER_SECOND=SLOWLY) as copy:
            for view in VIEWS:
                making = copy.generate(SENTENCE)
                rows.append(("live", view, measure(f"{copy.url}/generations/{making}/", view)))
                if copy.status(making)["status"] != "generating_story":
                    raise TimeoutError("the story was whole before Lighthouse was ready")
                copy.http.post(f"/api/v1/generations/{making}/cancel/").raise_for_status()
    write(rows)
    return int(any(score < LEAST for _, _, scores in rows for score in scores))


def measure(url: str, view: str) -> list[int]:
    """The scores; what cost points is told."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        flags = "--headless=new --no-sandbox --disable-gpu"
        subprocess.run(
            ["npx", "--yes", LIGHTHOUSE, url, *VIEWS[view], f"--only-categories={','.join(CATEGORIES)}",
             f"--chrome-flags={flags}", "--output=json", f"--output-path={report}", "--quiet"],
            check=True, cwd=folder, env={**os.environ, "CHROME_PATH": find_browser()},
        )  # fmt: skip
        found = json.loads(report.read_text())
    for name in CATEGORIES:
        for part in found["categories"][name]["auditRefs"]:
            audit = found["audits"][part["id"]]
            if part["weight"] and audit["score"] is not None and audit["score"] < 0.9:
                print(f"{view} {url}: {audit['title']}: {audit.get('displayValue', '')}")
    return [round(100 * found["categories"][name]["score"]) for name in CATEGORIES]


def find_browser() -> str:
    if (own := Path("/usr/bin/chromium")).exists():
        return str(own)
    with sync_playwright() as it:
        return it.chromium.executable_path


def write(rows: list[tuple[str, str, list[int]]]) -> None:
    table = "\n".join(
        f"| {page} | {view} | {' | '.join(map(str, scores))} |" for page, view, scores in sorted(rows)
    )
    names = " | ".join(CATEGORIES).replace("-", " ")
    text = (
        f"# Lighthouse\n\nBy `make lighthouse` with {LIGHTHOUSE.replace('@', ' ')} on "
        f"{datetime.now(UTC):%-d %B %Y}, on a copy with the built-in sketches. The live page is measured\n"
        f"while a story is being written. {os.cpu_count()} cores, load average "
        f"{os.getloadavg()[1]:.1f} meanwhile: what else a machine does counts against the performance.\n\n"
        f"| page | on a | {names} |\n| --- | --- | --- | --- | --- |\n{table}\n"
    )
    (ROOT / "docs" / "lighthouse.md").write_text(text)
    print(table)


if __name__ == "__main__":
    sys.exit(main())
