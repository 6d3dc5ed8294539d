from __future__ import annotations

from typing import Any

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


def test_it_remembers_nobody_who_only_looks(db: None, client: Any) -> None:
    assert "sessionid" not in client.get("/").cookies


def test_it_refuses_other_methods(ann: Any) -> None:
    answer = ann.delete("/")
    assert answer.status_code == 405
    assert answer["Allow"] == "GET, HEAD"
