from __future__ import annotations

from typing import Any

from stories.models import GenerationSession
from tests.library import make_story
from tests.web.conftest import SENTENCE


def test_it_shows_the_form(ann: Any) -> None:
    page = ann.get("/")
    assert page.status_code == 200
    for words in ('name="prompt"', "Storybook", "Weave the story", "csrfmiddlewaretoken", SENTENCE):
        assert words in page.text


def test_it_fills_in_a_sentence_that_a_link_brought_and_escapes_it(ann: Any) -> None:
    page = ann.get("/", {"prompt": "</textarea><script>alert(1)</script>"})
    assert "&lt;/textarea&gt;&lt;script&gt;" in page.text
    assert "<script>alert" not in page.text


def test_it_shows_ones_own_latest_stories_and_nobody_elses(ann: Any, ben: Any) -> None:
    make_story(ann.person, title="Of Ann")
    make_story(ben.person, title="Of Ben")
    page = ann.get("/")
    assert "Of Ann" in page.text
    assert "Of Ben" not in page.text


def test_it_says_that_the_sketches_are_no_models(ann: Any, settings: Any) -> None:
    settings.OLLAMA_MODEL, settings.IMAGE_MODEL = "sketch", "sketch"
    page = ann.get("/")
    assert "written by the built-in sketch storyteller, not a language model" in page.text
    assert "painted by the built-in sketch painter, not a diffusion model" in page.text


def test_it_says_nothing_of_sketches_where_models_work(ann: Any, settings: Any) -> None:
    settings.OLLAMA_MODEL, settings.IMAGE_MODEL = "llama3.2", "/models/sd"
    assert "sketch storyteller" not in ann.get("/").text
    assert "sketch painter" not in ann.get("/").text


def test_it_gives_a_new_browser_a_key_which_what_it_sends_then_is_known_by(db: None, client: Any) -> None:
    assert "sessionid" in client.get("/").cookies
    key = client.session["visitor"]
    client.get("/")
    assert client.session["visitor"] == key
    client.post("/generate/", {"prompt": SENTENCE})
    session = GenerationSession.objects.select_related("story").get()
    assert session.person == session.story.person == f"visitor:{key}"


def test_it_refuses_other_methods(ann: Any) -> None:
    answer = ann.delete("/")
    assert answer.status_code == 405
    assert answer["Allow"] == "GET, HEAD"
