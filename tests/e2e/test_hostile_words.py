"""A book of hostile words in a real browser: nothing runs, nobody else is asked, no policy is hurt."""

from __future__ import annotations

import io
import json
import re
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Dialog, Page

from stories.validation import UNWANTED, clean_text
from tests.e2e.conftest import Visit
from tests.support.copy import Copy
from tests.support.hostile import PAYLOADS, HostileOllama, tell

pytestmark = pytest.mark.timeout(240)
DAY = "2026-01-01T00:00:00+00:00"
#: What a page would do if one of them had run, and what its policy has kept it from.
WATCH = """
window.ran = [];
for (const name of ["alert", "confirm", "prompt", "open"]) window[name] = () => window.ran.push(name);
addEventListener("securitypolicyviolation", it => window.ran.push(it.violatedDirective + it.blockedURI));
"""


def list_words() -> list[str]:
    """Every payload, as far as a person may type it."""
    typed = ["".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in UNWANTED)
             for text in PAYLOADS.values()]  # fmt: skip
    return [clean_text(text.replace("\ufffd", ""), least=1, most=4000) for text in typed]


def make_project(words: list[str]) -> bytes:
    title = PAYLOADS["handlers"][:110]
    told = {
        "title": title, "story_text": "\n\n".join(words),
        "character_description": "\n".join(words)[:4000], "background_description": words[0],
        "language_model": PAYLOADS["attributes"],
    }  # fmt: skip
    story = {
        **told, "prompt": "\n".join(words)[:4000], "style": "storybook", "genre": "", "language": "en",
        "described_from": {}, "created_at": DAY, "shown": 1,
    }  # fmt: skip
    written = {"made_by": "person", "part": "", "instruction": words[1], "seed": None, "created_at": DAY}
    version = told | written
    versions = [version | {"number": 1}, version | {"number": 2, "proposed": True, "title": words[2][:110]}]
    project = {"format": "starloom-project", "version": 1, "story": story, "making": None,
               "versions": versions, "images": []}  # fmt: skip
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("project.json", json.dumps(project))
    return buffer.getvalue()


def look_at(page: Page, address: str) -> None:
    page.goto(address, wait_until="networkidle")
    assert page.evaluate("window.ran") == [], address
    marks = "iframe, object, embed, base, [onerror], [onload], [onclick], [onmouseover], [ontoggle]"
    assert page.locator(f"main :is({marks})").count() == 0, address


@pytest.mark.slow
def test_hostile_words_are_words_in_a_browser(visit: Callable[..., Any], copy: Copy) -> None:
    assert not re.search(r"\d", copy.http.get("/").headers.get("Server", "")), "it tells its version"
    one = visit()
    page: Page = one.page
    dialogs: list[str] = []

    def answer(dialog: Dialog) -> None:
        """Whether to leave what is being typed is the browser's own question."""
        dialogs.append(dialog.type)
        dialog.accept()

    page.on("dialog", answer)
    page.add_init_script(WATCH)
    page.goto("/import/")
    file = {"name": "x.starloom.zip", "mimeType": "application/zip", "buffer": make_project(list_words())}
    page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    page.locator("main form button").click()
    page.wait_for_url("**/story/**")
    book = page.url
    own = (book, f"{book}edit/", f"{book}versions/2/")
    for address in (*own, "/stories/", "/stories/?q=tale", f"/?vary={book[-37:-1]}"):
        look_at(page, address)
    page.goto(f"{book}edit/")
    for field in page.locator("main textarea, main input[type=text]").all():
        field.press("End")
        field.type(" <img src=x onerror=alert(1)>")
    page.wait_for_timeout(500)
    page.goto(book)
    for summary in page.locator("main summary").all():
        summary.evaluate("it => it.parentElement.open = true")
    page.wait_for_timeout(300)
    assert page.evaluate("window.ran") == []
    assert PAYLOADS["script"] in page.locator("#text").inner_text()
    assert set(dialogs) <= {"beforeunload"}
    assert one.strangers == set()
    assert one.problems == []


@pytest.mark.long
def test_a_hostile_storyteller_is_watched_live(browser: Browser, tmp_path: Path) -> None:
    """Word by word, as the page's script puts them there, and then in the book."""
    server = HostileOllama()
    server.answer = tell("\n\n".join(PAYLOADS.values()), title=PAYLOADS["handlers"])
    with Copy(tmp_path / "data", OLLAMA_BASE_URL=server.url, OLLAMA_MODEL="tale") as running:
        one = Visit(browser, running)
        one.page.add_init_script(WATCH)
        one.page.goto("/")
        one.page.locator("#prompt").fill("A brush <img src=x onerror=alert(1)> who paints {{ 7*7 }}")
        one.page.locator(".btn-weave").click()
        one.page.wait_for_url("**/story/**", timeout=90_000)
        assert one.page.evaluate("window.ran") == []
        assert PAYLOADS["styles"][:30] in one.page.locator("#text").inner_text()
        assert one.strangers == set()
        assert one.problems == []
        one.context.close()
    server.stop()
