"""That no word of a stranger ever becomes an address that this server asks: models are where settings say."""

from __future__ import annotations

import ast
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as its_settings
from django.db import connection

from stories.books import press
from stories.books.project import STORY
from stories.engines import language_model
from stories.models import GenerationSession, Story
from tests.hostile.conftest import go_on
from tests.library import make_story
from tests.support.hostile import Bystander, HostileOllama, tell
from tests.web.conftest import browser_of

ROOT = Path(its_settings.BASE_DIR)
#: What can ask another host, and the modules that may have it.
ASKERS = {
    "httpx": {"agents/wire.py", "agents/explaining.py", "agents/llm.py"},
    "ollama": {"agents/health.py", "agents/explaining.py"},
    "langchain_ollama": {"agents/llm.py"},
    "urllib.request": {"stories/books/press.py"},  # url2pathname alone
    "redis": {
        "stories/breaker.py", "stories/dispatcher.py", "stories/events.py", "stories/live/hub.py",
        "stories/live/places.py", "stories/rates.py",
    },
    "requests": set(), "http.client": set(), "aiohttp": set(), "socket": {"agents/wire.py"}, "ftplib": set(),
    "smtplib": set(),
}  # fmt: skip


def list_imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def test_few_modules_can_ask_another_host() -> None:
    found: dict[str, set[str]] = {name: set() for name in ASKERS}
    for package in ("agents", "stories"):
        for path in (ROOT / package).rglob("*.py"):
            imported = set(list_imports(path))
            for name in ASKERS:
                if any(it == name or it.startswith(f"{name}.") for it in imported):
                    found[name].add(str(path.relative_to(ROOT)))
    assert {name: where - ASKERS[name] for name, where in found.items() if where - ASKERS[name]} == {}


def test_the_model_is_where_the_settings_say(settings: Any) -> None:
    made = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "stories").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "LanguageModel"
    ]
    assert made == ["stories/engines.py"]
    settings.OLLAMA_BASE_URL, settings.OLLAMA_MODEL = "http://models.example:11434", "tale"
    assert language_model().base_url == "http://models.example:11434"


def list_fields(url: str) -> dict[str, Any]:
    """What somebody may try to have asked for."""
    names = (
        "url", "uri", "model", "base_url", "ollama_base_url", "OLLAMA_BASE_URL", "host", "image", "image_url",
        "src", "callback", "webhook", "next", "file", "redirect", "proxy", "style", "genre", "language",
        "seed", "parameters", "title", "character_description", "instruction", "passage", "like", "recipe",
        "again",
    )  # fmt: skip
    return dict.fromkeys(names, url)


def make_project(url: str) -> bytes:
    """A project file all of whose words are an address."""
    words = dict.fromkeys((*STORY[:1], *STORY[2:7]), url)
    day = "2026-01-01T00:00:00+00:00"
    story: dict[str, Any] = {
        **words, "style": "storybook", "genre": "", "language": "en", "described_from": {}, "created_at": day,
        "shown": None,
    }  # fmt: skip
    project = {"format": "starloom-project", "version": 1, "story": story, "making": None, "versions": [],
               "images": []}  # fmt: skip
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("project.json", json.dumps(project))
    return buffer.getvalue()


@pytest.mark.django_db(transaction=True)
def test_no_field_of_a_request_is_asked_for(ollama: HostileOllama, bystander: Bystander) -> None:
    url = f"{bystander.url}/taken"
    ollama.answer = tell(f'<img src="{url}"> ![x]({url}) {url} url({url})')
    ann, fields = browser_of("ann"), list_fields(url)
    headers = {
        "X-Forwarded-Host": url, "Referer": url, "Forwarded": f"host={url}", "X-Original-URL": url,
        "Accept": "application/json",
    }  # fmt: skip
    story = make_story(ann.person)  # type: ignore[attr-defined]
    page, api = f"/story/{story.pk}/", f"/api/v1/stories/{story.pk}/"
    for path in ("generate/", "redo/", "choose/", "rewrite/", "refresh/", "save/", "share/"):
        ann.post(f"{page}{path}" if path != "generate/" else "/generate/", fields, headers=headers)
    for path in ("images/", "rewrite/", "refresh/", "versions/", "share/"):
        ann.post(f"{api}{path}", fields, content_type="application/json", headers=headers)
    ann.patch(api, fields, content_type="application/json", headers=headers)
    begun = ann.post(
        "/api/v1/generations/",
        {**fields, "prompt": f"A brush at {url}", "style": "ink", "genre": "", "language": "", "seed": 1},
        content_type="application/json",
        headers=headers,
    )
    assert begun.status_code == 202, begun.text
    for session in GenerationSession.objects.all():
        go_on(session)
    file = io.BytesIO(make_project(url))
    taken = ann.post("/import/file/", {"file": file}, headers={"Accept": "text/html"})
    assert taken.status_code in (302, 400)
    for one in Story.objects.exclude(story_text=""):
        for path in ("", "edit/", "export/epub/", "export/docx/", "export/markdown/", "export/project/"):
            ann.get(f"/story/{one.pk}/{path}")
    assert Story.objects.count() >= 3
    assert bystander.heard == []
    connection.close()


def test_the_press_fetches_nothing(tmp_path: Path, bystander: Bystander) -> None:
    """Whatever a page to be typeset should hold, it reads its own folder alone."""
    secret = tmp_path.parent / "secret.txt"
    secret.write_text("a secret of ours")
    (tmp_path / "book.html").write_text(
        f'<link rel=stylesheet href="{bystander.url}/x.css"><style>@import "{bystander.url}/y.css";'
        f"body {{ background: url({bystander.url}/b.png) }}</style><img src='{bystander.url}/i.png'>"
        f"<img src='file://{secret}'><link rel=attachment href='file://{secret}'>"
        f"<object data='{bystander.url}/o'></object><a href='{bystander.url}'>words</a>"
    )
    done = subprocess.run(
        [sys.executable, "-P", press.__file__, str(tmp_path)], capture_output=True, text=True, timeout=60
    )
    if done.returncode == press.NO_PANGO:
        pytest.skip("Pango is not installed")
    assert done.returncode == 0, done.stderr
    assert b"a secret of ours" not in (tmp_path / "book.pdf").read_bytes()
    assert bystander.heard == []
