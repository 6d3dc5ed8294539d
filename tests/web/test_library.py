from __future__ import annotations

from typing import Any

import pytest

from stories.models import Story, Visibility
from tests.library import make_story


def test_it_teaches_while_it_is_empty(ann: Any) -> None:
    page = ann.get("/stories/")
    assert page.status_code == 200
    assert "The shelf is empty" in page.text
    assert 'href="/"' in page.text


def test_it_shows_public_stories_and_ones_own(ann: Any, ben: Any) -> None:
    make_story(ann.person, title="Mine")
    make_story(ben.person, title="Of everybody", visibility=Visibility.PUBLIC)
    make_story(ben.person, title="Not mine")
    page = ann.get("/stories/")
    assert "Mine" in page.text
    assert "Of everybody" in page.text
    assert "Not mine" not in page.text


def test_it_finds_by_words(ann: Any) -> None:
    make_story(ann.person, title="The Owl", prompt="An owl", pictures=False)
    make_story(ann.person, title="The Fox", prompt="A fox", pictures=False)
    page = ann.get("/stories/", {"q": "owl"})
    assert "The Owl" in page.text
    assert "The Fox" not in page.text
    assert "No story holds “zebra”" in ann.get("/stories/", {"q": "zebra"}).text


def test_it_turns_pages_and_keeps_the_search(ann: Any) -> None:
    for number in range(13):
        make_story(ann.person, title=f"Tale {number}", pictures=False)
    first, second = (ann.get("/stories/", {"q": "tale", "page": page}) for page in (1, 2))
    assert first.text.count('class="cover ') == 12
    assert second.text.count('class="cover ') == 1
    assert "?q=tale&amp;page=2" in first.text


NONSENSE = (
    "page=-1",
    "page=x",
    "page=" + "9" * 20,
    "page=%00",
    "q=%00",
    "q=%FF",
    "q=" + "a" * 9000,
    "q=%25_%5C",
)


@pytest.mark.parametrize("query", NONSENSE)
def test_it_makes_the_best_of_nonsense(ann: Any, query: str) -> None:
    make_story(ann.person, pictures=False)
    assert ann.get(f"/stories/?{query}").status_code == 200


def test_it_escapes_what_was_sought(ann: Any) -> None:
    page = ann.get("/stories/", {"q": '"><script>alert(1)</script>'})
    assert "<script>alert" not in page.text


def test_it_asks_the_database_no_more_for_more_stories(ann: Any, django_assert_num_queries: Any) -> None:
    for number in range(6):
        make_story(ann.person, title=f"Tale {number}")
    # The browser's session, languages, the count, what is in the making, the stories with its marks, their
    # pictures.
    with django_assert_num_queries(6):
        ann.get("/stories/")


def test_it_filters_by_the_address(ann: Any) -> None:
    make_story(ann.person, title="Ink", style="ink", genre="sea", language="en", pictures=False)
    make_story(ann.person, title="Oil", style="oil", genre="sea", language="de", pictures=False)
    page = ann.get("/stories/", {"style": "ink", "genre": "sea", "language": "en", "sort": "title"})
    assert ">Ink</span>" in page.text and ">Oil</span>" not in page.text
    for option in (
        'value="ink" selected',
        'value="sea" selected',
        'value="en" selected',
        'value="title" selected',
    ):
        assert option in page.text
    nonsense = ann.get("/stories/?style=x&genre=%00&language=&shelf=x&sort=x")
    assert nonsense.text.count('class="cover ') == 2


def test_a_search_costs_no_more_than_ten_queries(ann: Any, django_assert_max_num_queries: Any) -> None:
    for number in range(6):
        make_story(ann.person, title=f"Tale {number}", genre="sea", style="ink", language="en")
    query = {"q": "tale", "genre": "sea", "style": "ink", "shelf": "mine", "language": "en", "sort": "liked"}
    with django_assert_max_num_queries(10):
        assert ann.get("/stories/", query).text.count('class="cover ') == 6


def test_a_script_gets_an_address_without_what_is_left_open(ann: Any) -> None:
    answer = ann.get("/stories/?q=owl&style=&genre=&sort=", headers={"HX-Request": "true"})
    assert answer["HX-Push-Url"] == "/stories/?q=owl"


def test_it_marks_and_unmarks(ann: Any, story: Any) -> None:
    address = f"/story/{story.pk}/favourite/"
    ann.post(address, {"favourite": "true"})
    assert "The Painter of Nights" in ann.get("/stories/?shelf=favourites").text
    back = ann.post(address, {"favourite": "false"}, headers={"Referer": "http://testserver/stories/?q=a"})
    assert back["Location"] == "http://testserver/stories/?q=a"
    page = ann.get("/stories/?shelf=favourites").text
    assert "No favourites yet" in page
    assert "No longer among your favourites." in page and f'action="{address}"' in page
    ann.post(address)  # what the slip's button sends
    assert "The Painter of Nights" in ann.get("/stories/?shelf=favourites").text


@pytest.mark.parametrize("referer", ["https://evil.example/", "//evil.example/x", "javascript:alert(1)", ""])
def test_it_goes_back_to_no_other_site(ann: Any, story: Any, referer: str) -> None:
    answer = ann.post(f"/story/{story.pk}/thumb/", {"thumb": "1"}, headers={"Referer": referer})
    assert answer["Location"] == story.get_absolute_url()


def test_a_script_gets_the_marks_alone(ann: Any, story: Any) -> None:
    answer = ann.post(f"/story/{story.pk}/thumb/", {"thumb": "1"}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert 'aria-label="I like it"' in answer.text
    assert answer.text.count('aria-pressed="true"') == 1


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("favourite", {"favourite": "maybe"}),
        ("thumb", {"thumb": "2"}),
        ("thumb", {}),
        ("thumb", {"thumb": "\x00"}),
    ],
)
def test_another_mark_is_refused(ann: Any, story: Any, what: str, body: dict[str, str]) -> None:
    assert ann.post(f"/story/{story.pk}/{what}/", body).status_code == 400


def test_strangers_neither_mark_nor_throw_away(ben: Any, client: Any, story: Any) -> None:
    for browser in (ben, client):
        for what in ("favourite", "thumb", "delete", "restore", "destroy"):
            assert browser.post(f"/story/{story.pk}/{what}/", {"thumb": "1"}).status_code == 404
            assert browser.get(f"/story/{story.pk}/{what}/").status_code == 405


def test_what_is_thrown_away_can_be_taken_back(ann: Any, ben: Any, story: Any) -> None:
    name = story.images.all()[0].file.url
    assert ann.post(f"/story/{story.pk}/delete/")["Location"] == "/stories/"
    shelf = ann.get("/stories/").text
    assert "lies in the trash" in shelf and f'action="/story/{story.pk}/restore/"' in shelf
    assert 'class="cover ' not in shelf
    assert "lies in the trash" not in ann.get("/stories/").text, "it is told once"
    assert ann.get(story.get_absolute_url())["Location"] == "/stories/trash/"
    assert "The Painter of Nights" in ann.get("/stories/trash/").text
    assert "Nothing was thrown away" in ben.get("/stories/trash/").text
    assert (ann.get(name).status_code, ben.get(name).status_code) == (200, 404)
    assert ben.post(f"/story/{story.pk}/restore/").status_code == 404
    assert ann.post(f"/story/{story.pk}/restore/")["Location"] == story.get_absolute_url()
    assert ann.get(story.get_absolute_url()).status_code == 200


def test_it_is_gone_for_good_only_out_of_the_trash(
    ann: Any, story: Any, media: Any, django_capture_on_commit_callbacks: Any
) -> None:
    assert ann.post(f"/story/{story.pk}/destroy/").status_code == 404
    ann.post(f"/story/{story.pk}/delete/")
    with django_capture_on_commit_callbacks(execute=True):
        assert ann.post(f"/story/{story.pk}/destroy/")["Location"] == "/stories/trash/"
    assert not list(media.rglob("*.webp"))
    assert "Nothing was thrown away" in ann.get("/stories/trash/").text


def test_the_form_is_filled_in_for_another_one_like_it(ann: Any, ben: Any) -> None:
    story = make_story(ann.person, prompt="A clerk & an owl", style="ink", genre="sea", pictures=False)
    page = ann.get("/", {"vary": str(story.pk)}).text
    assert "A clerk &amp; an owl" in page
    assert f'name="varied_from" value="{story.pk}"' in page
    assert 'value="ink" checked' in page and 'value="sea" selected' in page
    for stranger, wish in ((ben, str(story.pk)), (ann, "nonsense"), (ann, "\x00")):
        assert 'name="varied_from"' not in stranger.get("/", {"vary": wish}).text


def test_a_variation_remembers_what_it_came_from(ann: Any, ben: Any) -> None:
    from stories.models import Story

    source = make_story(ann.person)
    ann.post("/generate/", {"prompt": "A shy dragon", "varied_from": str(source.pk), "genre": "winter"})
    ben.post("/generate/", {"prompt": "A shy dragon by Ben", "varied_from": str(source.pk)})
    ann.post("/generate/", {"prompt": "A shy dragon of nonsense", "varied_from": "x" * 99})
    made = {story.prompt: story for story in Story.objects.exclude(pk=source.pk)}
    assert made["A shy dragon"].varied_from == source
    assert made["A shy dragon"].genre == "winter"
    assert made["A shy dragon by Ben"].varied_from is None
    assert made["A shy dragon of nonsense"].varied_from is None


def test_a_story_in_the_trash_is_found_there_by_its_old_address(ann: Any, ben: Any) -> None:
    story = make_story(ann.person, visibility=Visibility.UNLISTED)
    ann.post(f"/story/{story.pk}/delete/")
    assert ann.get(f"/story/{story.pk}/").headers["Location"] == "/stories/trash/"
    assert ben.get(f"/story/{story.pk}/").status_code == 404


def test_the_trash_is_emptied_after_a_second_press(ann: Any, ben: Any) -> None:
    for person, number in ((ann, 13), (ben, 1)):
        for _ in range(number):
            story = make_story(person.person, pictures=False)
            person.post(f"/story/{story.pk}/delete/")
    kept = make_story(ann.person)
    assert "All 13 stories that lie here are" in ann.get("/stories/trash/").text
    assert ann.get("/stories/trash/empty/").status_code == 405
    answer = ann.post("/stories/trash/empty/", follow=True)
    assert "13 stories are gone for good." in answer.text
    assert "Empty the trash" not in answer.text
    assert list(Story.objects.kept()) == [kept]
    assert Story.objects.exclude(trashed_at=None).get().person == ben.person.key


@pytest.mark.parametrize("page", ["/", "/stories/?shelf=public"])
def test_a_featured_story_has_a_ribbon(ann: Any, ben: Any, page: str) -> None:
    make_story(ben.person, visibility=Visibility.PUBLIC, pictures=False)
    assert "cover-ribbon" not in ann.get(page).text
    make_story(ben.person, visibility=Visibility.PUBLIC, pictures=False, is_featured=True)
    assert ann.get(page).text.count("cover-ribbon") == 1
