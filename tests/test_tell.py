"""`manage.py tell`, with a thread in the place of dispatcher and workers."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from PIL import Image
from rich.console import Console

from stories import presence, printing
from stories.jobs import Job, Save
from stories.models import GenerationSession, GenerationStatus, Step, Story
from stories.people import Person
from stories.pipeline import PIPELINE
from tests.library import TEXT, add_picture, make_story
from tests.stories.conftest import do

pytestmark = pytest.mark.django_db(transaction=True)
PROMPT = "A shy dragon who paints the night sky"


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path


@pytest.fixture
def house() -> Iterator[None]:
    """Everybody shows that they are here."""
    for role in presence.ROLES:
        presence.show(role, presence.READY)
    yield
    cache.clear()


def write(job: Job) -> Save:
    def save() -> dict[str, Any]:
        Story.objects.filter(pk=job.story.pk).update(
            title="The [bold]Painter[/] of *Nights*",
            story_text=TEXT + "\n\n1. \x1b[31mred",
            language_model="sketch",
        )
        return {}

    return save


def paint(job: Job) -> Save:
    kind = job.step.name.removesuffix("_image")

    def save() -> dict[str, Any]:
        add_picture(job.story, kind)
        return {}

    return save


def nothing(job: Job) -> Save:
    return dict


def fail(job: Job) -> Save:
    error = RuntimeError("Ollama at http://127.0.0.1:1 does not answer.")
    error.transient = False  # type: ignore[attr-defined]
    raise error


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> dict[str, Callable[[Job], Save]]:
    """What each step does, in the place of models; a test may change it."""
    todo: dict[str, Callable[[Job], Save]] = {}
    for name in (kind.name for kind in PIPELINE):
        todo[name] = write if name == "story" else paint if name.endswith("_image") else nothing
    monkeypatch.setattr("stories.pipeline.StepKind.load_work", lambda kind: todo[kind.name])
    monkeypatch.setattr("stories.easel.paint", lambda job, worker: [job])
    return todo


@pytest.fixture
def workers(house: None, work: dict[str, Any]) -> Iterator[None]:
    """A thread that does every step that can be claimed."""
    done = threading.Event()

    def serve() -> None:
        while not done.wait(0.02):
            GenerationSession.objects.filter(admitted_at=None).update(admitted_at=timezone.now())
            for step in Step.objects.filter(status="ready"):
                do(step)
        connection.close()

    thread = threading.Thread(target=serve)
    thread.start()
    yield
    done.set()
    thread.join()


def tell(*words: str, **options: Any) -> str:
    said = io.StringIO()
    call_command("tell", *words, stdout=said, **options)
    return said.getvalue()


def test_it_tells_it_in_a_language(workers: None) -> None:
    tell(PROMPT, language="zh-hant")
    assert Story.objects.get().asked_language == "zh-Hant"
    with pytest.raises(CommandError, match="language: Choose one of these languages"):
        tell(PROMPT, language="klingon")


def test_it_tells_a_story(workers: None) -> None:
    said = tell(PROMPT, style="ink", seed="7")
    session = GenerationSession.objects.select_related("story").get()
    assert (session.seed, session.story.style, session.status) == (7, "ink", "completed")
    assert session.person.startswith(Person.TERMINAL)
    lines = said.splitlines()
    for kind in PIPELINE:
        assert f"✓ {kind.label}" in lines
    assert "The [bold]Painter[/] of *Nights*" in said
    assert "In the morning the sky was blue again." in said
    assert "\x1b" not in said
    assert "built-in sketch storyteller, not a language model" in said
    assert "built-in sketch painter, not a diffusion model" in said
    assert "set OLLAMA_BASE_URL" in said
    assert said.count(".webp") == 3


def test_it_writes_a_folder(workers: None, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "book"
    tell(PROMPT, out=folder)
    assert sorted(path.name for path in folder.iterdir()) == [
        "background.webp", "character.webp", "combined.webp", "story.md",
    ]  # fmt: skip
    with Image.open(folder / "combined.webp") as picture:
        assert picture.size == (64, 48)
    text = (folder / "story.md").read_text()
    assert text.startswith("# The \\[bold\\]Painter\\[/\\] of \\*Nights\\*\n\n![The scene of ")
    assert "\n\n1\\. \\[31mred\n\n*Written by the built-in sketch storyteller" in text


def test_it_overwrites_nothing(house: None, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(CommandError, match="is not empty"):
        tell(PROMPT, out=tmp_path)
    with pytest.raises(CommandError, match="cannot be written to"):
        tell(PROMPT, out=tmp_path / "letter.txt")
    assert not GenerationSession.objects.exists()


@pytest.mark.parametrize(
    ("prompt", "options", "message"),
    [
        ("ab", {}, "prompt: Write at least 3"),
        ("x" * 4001, {}, "prompt: This is too long"),
        ("a bell \x07", {}, "prompt: .*control characters"),
        (PROMPT, {"style": "cubist"}, "style: Choose one of these styles: storybook"),
        (PROMPT, {"seed": "many"}, "seed: A seed is a whole number"),
        (PROMPT, {"seed": "-1"}, "seed: A seed is a whole number"),
    ],
)
def test_it_says_what_is_wrong(house: None, prompt: str, options: dict[str, str], message: str) -> None:
    with pytest.raises(CommandError, match=message) as told:
        tell(prompt, **options)
    assert told.value.returncode == 1
    assert not GenerationSession.objects.exists()


def test_it_says_who_is_missing() -> None:
    cache.clear()
    presence.show("text", presence.READY)
    with pytest.raises(CommandError, match=r"the dispatcher and a painter's worker is missing\. Start"):
        tell(PROMPT)
    cache.clear()
    assert not GenerationSession.objects.exists()


def test_it_says_what_is_not_set(settings: Any) -> None:
    settings.DATABASE_URL = ""
    with pytest.raises(CommandError, match="DATABASE_URL is not set"):
        tell(PROMPT)


def test_it_says_that_redis_is_away(settings: Any) -> None:
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/1",
        }
    }
    with pytest.raises(CommandError, match="Redis cannot be reached"):
        tell(PROMPT)


def test_a_story_that_cannot_be_written_is_told(workers: None, work: dict[str, Any]) -> None:
    work["story"] = fail
    with pytest.raises(CommandError, match="does not answer") as told:
        tell(PROMPT)
    assert told.value.returncode == 1


def test_a_missing_piece_is_told(workers: None, work: dict[str, Any], tmp_path: Path) -> None:
    work["character"] = fail
    said = tell(PROMPT, out=tmp_path / "book")
    assert "– Describing the hero: Ollama at http://127.0.0.1:1 does not answer." in said
    assert "could not be made" in said
    assert sorted(path.name for path in (tmp_path / "book").iterdir()) == ["background.webp", "story.md"]


def test_ctrl_c_stops_the_generation(house: None) -> None:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores it
    threading.Timer(0.8, os.kill, (os.getpid(), signal.SIGINT)).start()
    try:
        with pytest.raises(CommandError, match="Stopped") as told:
            tell(PROMPT)
    finally:
        signal.signal(signal.SIGINT, before)
    assert told.value.returncode == 130
    assert GenerationSession.objects.get().status == GenerationStatus.CANCELLED


def test_a_terminal_gets_a_bar(workers: None, monkeypatch: pytest.MonkeyPatch) -> None:
    said = io.StringIO()
    said.isatty = lambda: True  # type: ignore[method-assign]
    monkeypatch.setenv("TERM", "xterm-256color")
    call_command("tell", PROMPT, stdout=said)
    assert "━" in said.getvalue()
    assert "✓ Painting the hero" in said.getvalue()


def test_text_is_printed_as_it_is() -> None:
    title = "[red]A[/red] :smile: \x1b]0;t\x07"
    story = make_story(Person("terminal:x"), title=title, language_model="llama3.2")
    out = io.StringIO()
    console = Console(file=out, markup=False, emoji=False, highlight=False)
    printing.print_story(console, story, warnings=["no [b]"])
    said = out.getvalue()
    assert "[red]A[/red] :smile: ]0;t\n" in said
    assert "no [b]" in said
    assert "not a language model" not in said
    assert "Written by llama3.2." in said
    assert said.count("Hero: ") == 1


@pytest.mark.slow
def test_it_says_that_the_database_is_away(house: None) -> None:
    """As a command of its own: this process has its connections already."""
    outside = {
        **os.environ,
        "DATABASE_URL": "postgres://nobody:x@127.0.0.1:1/none",
        "PYTHONWARNINGS": "ignore",
    }
    asked = [sys.executable, "manage.py", "tell", PROMPT]
    told = subprocess.run(asked, env=outside, capture_output=True, text=True, timeout=60, check=False)
    assert told.returncode == 1
    assert told.stderr.startswith("CommandError: The database cannot be reached. Start `make run`")
