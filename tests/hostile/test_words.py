"""The whole way of hostile words: told, described, stored, shown on every page, taken away in every file."""

from __future__ import annotations

import io
import json
import logging
import re
import zipfile
from collections.abc import Iterator
from email.message import Message as Headers
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.conf import settings as its_settings
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from docx import Document
from markdown_it import MarkdownIt
from pypdf import PdfReader

from agents.parsing import clean_text
from agents.types import TEXT_MAX, TITLE_MAX
from stories import services, sharing
from stories.books import FORMATS
from stories.books.importing import import_project
from stories.live import reading
from stories.live.watcher import Message
from stories.models import GenerationSession, Story
from stories.printing import as_markdown
from tests.hostile.conftest import ANN, go_on, start
from tests.hostile.reading import list_unshown, read
from tests.support.hostile import EVIL, PAYLOADS, PROSE, HostileOllama, tell
from tests.web.conftest import browser_of

pytestmark = pytest.mark.django_db(transaction=True)
#: What no text has that comes out of our parsers.
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufeff]")
WORDS = ("title", "story_text", "character_description", "background_description")


def tell_of(payload: str, ollama: HostileOllama, *, title: str = "") -> Story:
    """Told by a storyteller that puts the payload wherever it can, after a sentence that holds it too."""
    ollama.answer = tell(payload, title=title)
    session = go_on(start(prompt=f"A brush {clean_text(title or payload)[:300]}"))
    assert (session.status, session.error) == ("completed", "")
    return Story.objects.with_pictures().get(pk=session.story_id)


@pytest.fixture(autouse=True)
def hang_up(transactional_db: None) -> Iterator[None]:
    yield
    connection.close()


def making(story: Story) -> GenerationSession:
    return services.find_generation(story.generations.get().pk)


def check_stored(story: Story) -> None:
    for name in WORDS:  # what cannot be read as the object that was asked for leaves a description out
        text = getattr(story, name)
        assert text or name in WORDS[2:]
        assert not UNSEEN.search(text), name
        assert text == clean_text(text)
    assert len(story.title) <= TITLE_MAX
    assert "\n" not in story.title
    assert len(story.story_text) <= TEXT_MAX
    assert PROSE in story.story_text
    assert "end came quietly" in story.story_text


def check_page(client: Client, path: str, *texts: str, status: int = 200) -> None:
    answer = client.get(path)
    assert answer.status_code == status, path
    faults, words = read(answer.text)
    assert faults == [], path
    assert list(list_unshown(words, *texts)) == [], path
    assert its_settings.SECRET_KEY not in answer.text
    assert not UNSEEN.search(answer.text.replace("\r", ""))


def check_pages(story: Story) -> None:
    ann = browser_of("ann")
    shared = sharing.share_story(story, days=None).get_absolute_url()
    texts = [getattr(story, name) for name in WORDS]
    check_page(ann, f"/story/{story.pk}/", *texts, story.prompt)
    check_page(ann, f"/story/{story.pk}/edit/", *texts)
    check_page(ann, f"/generations/{making(story).pk}/", story.title, story.story_text)
    check_page(Client(), shared, *texts)
    for path in ("/", "/stories/", "/stories/?q=brush", f"/?vary={story.pk}"):
        check_page(ann, path, story.title)
    ann.post(f"/story/{story.pk}/delete/")
    check_page(ann, "/stories/", story.title)  # what was done is told, with the title
    check_page(ann, "/stories/trash/", story.title)
    ann.post(f"/story/{story.pk}/restore/")
    check_page(ann, f"/story/{story.pk}/", *texts)


def check_json(story: Story) -> None:
    ann = browser_of("ann")
    shown = ann.get(f"/api/v1/stories/{story.pk}/")
    assert {name: shown.json()[name] for name in WORDS} == {name: getattr(story, name) for name in WORDS}
    for path in (f"/status/{making(story).pk}/", f"/api/v1/generations/{making(story).pk}/"):
        answer = ann.get(path)
        assert answer.headers["Content-Type"] == "application/json"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert (answer.json()["title"], answer.json()["partial_text"]) == (story.title, story.story_text)


def check_stream(story: Story) -> None:
    """However its words look, a message is one: its lines are those that we begin."""
    found = reading.describe(making(story))
    told = [Message.of_state(found.state), *map(Message.of, found.after(0))]
    for message in told:
        *lines, last, end = re.split(rb"\r\n|\r|\n", message.frame)
        assert (last, end) == (b"", b"")
        assert [line.partition(b": ")[0] for line in lines] in (
            [b"event", b"data"],
            [b"id", b"event", b"data"],
        )
        assert json.loads(message.text)["kind"] == message.kind
    assert json.loads(told[0].text)["data"]["partial_text"] == story.story_text


def check_desk(story: Story) -> None:
    staff = Client()
    staff.force_login(User.objects.create_superuser(f"curator{User.objects.count()}"))
    session = making(story)
    sharing.ask_to_publish(story)
    check_page(staff, f"/admin/stories/story/{story.pk}/change/", story.title, story.story_text, story.prompt)
    check_page(staff, f"/admin/stories/story/{story.pk}/history/", story.title)
    for path in ("story/", "story/queue/", "story/?q=brush"):
        check_page(staff, f"/admin/stories/{path}", story.title)
    check_page(staff, "/admin/stories/generationsession/", story.title)
    check_page(staff, f"/admin/stories/generationsession/{session.pk}/change/", story.title)


def take(story: Story, name: str) -> bytes:
    """A file, as somebody gets it; its name leads nowhere and says what it is."""
    answer = browser_of("ann").get(f"/story/{story.pk}/export/{name}/")
    assert answer.status_code == 200
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    said = answer.headers["Content-Disposition"]
    assert said.isascii()
    assert said.isprintable()
    assert len(said) < 600
    headers = Headers()
    headers["Content-Disposition"] = said
    assert headers.get_content_disposition() == "attachment"
    for called in (headers.get_filename() or "", re.findall(r'filename="([^"]*)"', said)[0]):
        assert called.endswith(FORMATS[name].extension)
        assert not re.search(r'[\\/:*?"<>|\x00-\x1f\u202a-\u202e\u2066-\u2069]', called)
        assert not called.startswith(".")
    return bytes(answer.content)


def check_epub(story: Story) -> None:
    with zipfile.ZipFile(io.BytesIO(take(story, "epub"))) as book:
        assert all(re.fullmatch(r"(EPUB|META-INF)/[\w./-]+|mimetype", name) for name in book.namelist())
        whole = ""
        for name in book.namelist():
            if name.endswith((".xhtml", ".opf", ".xml")):
                source = book.read(name)
                assert b"<!ENTITY" not in source
                root = ElementTree.fromstring(source)  # noqa: S314 (our own, without entities)
                for element in root.iter():
                    tag = str(element.tag).rpartition("}")[2].lower()
                    assert tag not in ("script", "iframe", "object", "form", "svg", "style"), name
                    for attribute, value in element.attrib.items():
                        assert not attribute.rpartition("}")[2].startswith("on")
                        assert EVIL not in value or attribute in ("alt", "content", "title")
                whole += " ".join("".join(root.itertext()).split()) + " "
        assert list(list_unshown(whole, story.title, story.story_text)) == []


def check_word(story: Story) -> None:
    data = take(story, "docx")
    document = Document(io.BytesIO(data))
    whole = " ".join(" ".join(part.text.split()) for part in document.paragraphs)
    assert list(list_unshown(whole, story.title, story.story_text)) == []
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        for name in parts.namelist():
            if name.endswith(".rels"):
                assert b"evil.example" not in parts.read(name)
                assert b'TargetMode="External"' not in parts.read(name)
            assert b"macro" not in name.encode().lower()


def check_markdown(story: Story) -> None:
    """Read by a parser that lets everything pass, it holds no markup but ours."""
    with zipfile.ZipFile(io.BytesIO(take(story, "markdown"))) as files:
        assert files.namelist() == ["story.md"]
        written = files.read("story.md").decode()
    for text in (written, as_markdown(story, [])):
        page = MarkdownIt("commonmark", {"html": True}).render(text)
        faults, words = read(page)
        assert faults == []
        tags = set(re.findall(r"<(\w+)", page))
        assert tags <= {"h1", "h2", "p", "em", "ul", "li", "strong", "br"}, tags
        assert list(list_unshown(words, story.title)) == []
        shown = re.sub(r"\s+", "", words)
        assert not [one for one in story.story_text.split("\n") if re.sub(r"\s+", "", one) not in shown]


def check_project(story: Story) -> None:
    data = take(story, "project")
    with zipfile.ZipFile(io.BytesIO(data)) as files:
        assert files.namelist() == ["project.json"]
    again = import_project(io.BytesIO(data), ANN)
    assert {name: getattr(again, name) for name in WORDS} == {name: getattr(story, name) for name in WORDS}
    assert again.pk != story.pk


def check_everything(story: Story) -> None:
    check_stored(story)
    check_pages(story)
    check_json(story)
    check_stream(story)
    check_desk(story)
    check_epub(story)
    check_word(story)
    check_markdown(story)
    check_project(story)


def test_all_of_it_stays_words_wherever_it_goes(
    ollama: HostileOllama, caplog: pytest.LogCaptureFixture
) -> None:
    """And what a story says is in no log."""
    caplog.set_level(logging.INFO)
    story = tell_of("\n\n".join(PAYLOADS.values()), ollama, title=PAYLOADS["handlers"])
    assert "<script>alert(" in story.story_text
    check_everything(story)
    assert "agents.llm" in caplog.text
    for words in ("alert(", "evil.example", PROSE[:40], "SECRET_KEY", "A brush"):
        assert words not in caplog.text


@pytest.mark.long
@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=[name.replace(" ", "-") for name in PAYLOADS])
def test_each_stays_words_wherever_it_goes(ollama: HostileOllama, payload: str) -> None:
    check_everything(tell_of(payload, ollama))


def test_no_template_and_no_script_of_ours_lets_markup_through() -> None:
    """Nor is anything rendered as Markdown."""
    root = Path(its_settings.BASE_DIR)
    raw = re.compile(r"\|\s*(safe|safeseq)\b|autoescape\s+off|markdown")
    html = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|srcdoc")
    python = re.compile(r"mark_safe\(|SafeString\((?!'dir=)|import (markdown|mistune)|pickle|[^.]\beval\(")
    for folder, kind, wrong in (
        ("templates", "*.html", raw), ("static/js", "*.js", html), ("static/stories", "*.js", html),
        ("stories", "*.py", python), ("agents", "*.py", python), ("imaging", "*.py", python),
    ):  # fmt: skip
        files = list((root / folder).rglob(kind))
        assert files
        for file in files:
            assert not wrong.search(file.read_text()), file.name


def test_the_checks_see_what_acts() -> None:
    """Each payload that is markup, put into a page as it is, is found there."""
    for name in ("script", "handlers", "svg", "frames", "styles", "page", "breaking out", "links"):
        faults, _words = read(f"<p>{PAYLOADS[name]}</p>")
        assert faults, name


@pytest.mark.long
def test_typeset_it_is_words_too(ollama: HostileOllama) -> None:
    ollama.answer = tell(
        " ".join(PAYLOADS[name] for name in ("script", "styles", "frames", "templates", "entities"))
    )
    story = Story.objects.with_pictures().get(pk=go_on(start()).story_id)
    pdf = take(story, "pdf")
    assert b"/JavaScript" not in pdf
    assert b"/EmbeddedFile" not in pdf
    assert b"evil.example" not in re.sub(rb"stream.*?endstream", b"", pdf, flags=re.DOTALL)
    text = "".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())
    for words in ("<script>alert", "{{settings.SECRET_KEY}}", "<!DOCTYPEx", "<iframesrcdoc="):
        assert words in text
    assert "root:x:" not in text
