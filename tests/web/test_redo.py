"""The story page makes a picture anew and shows another of its versions."""

from __future__ import annotations

import io
import re
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image, ImageDraw

from stories import cutouts, sharing
from stories.editing import edit_words
from stories.models import GeneratedImage, GenerationSession, GenerationStatus, Story
from stories.people import Person
from stories.versions import add_version, read_words
from tests.library import add_picture, make_generation, make_story

pytestmark = pytest.mark.django_db


@pytest.fixture
def story(ann: Any) -> Story:
    story = make_story(ann.person)
    make_generation(story)
    return story


def redo(client: Any, story: Story, **fields: str) -> Any:
    return client.post(f"/story/{story.pk}/redo/", fields)


def page(client: Any, story: Story) -> str:
    return str(client.get(story.get_absolute_url()).content.decode())


def test_another_one_is_started_and_watched(ann: Any, story: Story) -> None:
    fields = {"description": "A tall red dragon.", "style": "ink", "seed": "", "merge": "true"}
    answer = redo(ann, story, image_type="character", **fields)
    session = GenerationSession.objects.get(redo="character")
    assert answer.headers["Location"] == session.get_absolute_url()
    wanted = session.steps.get(name="character_image").wanted
    assert (wanted["description"], wanted["style"]) == ("A tall red dragon.", "ink")
    assert session.steps.filter(name="combined_image").exists()
    live = ann.get(session.get_absolute_url()).content.decode()
    assert "Painting the hero" in live
    assert "Writing the story" not in live


def test_exactly_this_again_looks_at_nothing_else(ann: Any, story: Story) -> None:
    picture = add_picture(story, is_live=False, seed=5, style="oil", description="A blue dragon.")
    redo(ann, story, image_type="character", like=str(picture.pk), description="x", style="ink", seed="9")
    wanted = GenerationSession.objects.get(redo="character").steps.get().wanted
    assert wanted == {
        "seed": 5,
        "style": "oil",
        "description": "A blue dragon.",
        "size": [64, 48],
        "again": {"version": 1},
    }


def test_what_was_typed_stays_beside_what_is_wrong(ann: Any, story: Story) -> None:
    answer = redo(ann, story, image_type="background", description="A hill in the rain.", seed="many")
    said = answer.content.decode()
    assert answer.status_code == 400
    assert "A hill in the rain." in said
    assert "A seed is a whole number" in said
    assert re.search(r'id="background-again" open', said)
    assert not re.search(r'id="character-again" open', said)
    assert not GenerationSession.objects.exclude(redo="").exists()


def test_a_script_is_told_in_json(ann: Any, story: Story) -> None:
    address = f"/story/{story.pk}/redo/"
    wrong = ann.post(address, {"image_type": "portrait"}, content_type="application/json")
    assert (wrong.status_code, list(wrong.json())) == (400, ["image_type"])
    started = ann.post(address, {"image_type": "combined"}, content_type="application/json")
    assert (started.status_code, set(started.json())) == (202, {"session_id", "status_url"})
    twice = ann.post(address, {"image_type": "combined"}, content_type="application/json")
    assert (twice.status_code, list(twice.json())) == (409, ["detail"])


def test_an_earlier_version_is_a_click_away(ann: Any, story: Story) -> None:
    earlier = add_picture(story, is_live=False, seed=4242)
    assert "seed 4242" in page(ann, story)
    answer = ann.post(f"/story/{story.pk}/choose/", {"image": str(earlier.pk)})
    assert answer.headers["Location"] == f"{story.get_absolute_url()}#character"
    assert story.images.get(image_type="character", is_live=True) == earlier


@pytest.mark.parametrize("image", ["", "x", "6a8f5a70-1a5e-4d0f-8f54-0f0d1c0f6f5e"])
def test_choosing_what_is_not_there_is_not_found(ann: Any, story: Story, image: str) -> None:
    assert ann.post(f"/story/{story.pk}/choose/", {"image": image}).status_code == 404


def test_an_old_scene_says_so(ann: Any, story: Story) -> None:
    scene, hero = (story.images.get(image_type=kind) for kind in ("combined", "character"))
    scene.parameters = {"character": str(hero.pk)}
    scene.save()
    assert "before a picture in it was painted again" not in page(ann, story)
    add_picture(story, is_live=False).go_live()
    assert "before a picture in it was painted again" in page(ann, story)


def test_while_something_is_made_nothing_else_is_offered(ann: Any, story: Story) -> None:
    redo(ann, story, image_type="character")
    said = page(ann, story)
    assert "A picture is being made anew" in said
    assert "Paint another" not in said


def test_others_are_not_offered_it(ann: Any, ben: Any, story: Story) -> None:
    Story.objects.update(visibility="public")
    assert "Paint another" in page(ann, story)
    assert "Paint another" not in page(ben, story)
    assert redo(ben, story, image_type="character").status_code == 403


def test_what_was_missing_and_is_made_anew_is_missing_no_more(ann: Any) -> None:
    story = make_story(ann.person, pictures=False)
    for kind in ("character", "background"):
        add_picture(story, kind)
    make_generation(story, GenerationStatus.FAILED)
    assert "Something is missing from this book" in page(ann, story)
    add_picture(story, "combined")
    assert "Something is missing from this book" not in page(ann, story)


def test_pages_use_the_copies(ann: Any, story: Story) -> None:
    image = story.images.get(image_type="combined")
    image.copies = [32, 64]
    image.save()
    stem = str(image.file.name).removesuffix(".webp")
    assert f'srcset="/media/{stem}-32.webp 32w, /media/{stem}-64.webp 64w"' in page(ann, story)


# Words: other ones by a wish, by hand, and the way back.


def post(client: Any, story: Story, rest: str, **fields: Any) -> Any:
    return client.post(f"/story/{story.pk}/{rest}/", fields)


def test_a_wish_starts_a_rewrite(ann: Any, story: Story) -> None:
    answer = post(ann, story, "rewrite", part="story_text", wish="Funnier", instruction="", range="0:36")
    session = GenerationSession.objects.get(redo="text")
    assert answer.headers["Location"] == session.get_absolute_url()
    wanted = session.steps.get().wanted
    assert (wanted["instruction"], wanted["start"], wanted["end"]) == ("Funnier", 0, 36)
    live = ann.get(session.get_absolute_url()).content.decode()
    assert "Rewriting" in live
    assert "A passage is being rewritten" in page(ann, story)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"part": "title"}, "Say what you would like."),
        ({"part": "story", "wish": "x"}, "Select a valid choice"),
        ({"part": "title", "wish": "x\x00"}, "control characters"),
        ({"part": "title", "instruction": "x" * 1001}, "too long"),
        ({"part": "story_text", "wish": "x", "range": "many"}, "valid value"),
    ],
)
def test_a_wish_that_is_none_is_told(ann: Any, story: Story, fields: dict[str, str], words: str) -> None:
    answer = post(ann, story, "rewrite", **fields)
    assert answer.status_code == 400
    assert words in answer.content.decode()
    address = f"/story/{story.pk}/rewrite/"
    assert ann.post(address, fields, content_type="application/json").status_code == 400
    assert not GenerationSession.objects.exclude(redo="").exists()


@pytest.mark.parametrize("body", [{"part": 5}, {"part": [], "wish": {}}, {"range": 3, "part": "title"}, {}])
def test_a_script_sends_nonsense(ann: Any, story: Story, body: dict[str, Any]) -> None:
    for rest in ("rewrite", "save", "refresh"):
        answer = ann.post(f"/story/{story.pk}/{rest}/", body, content_type="application/json")
        assert answer.status_code in (200, 400, 409), rest


def test_words_are_saved_by_a_form(ann: Any, story: Story) -> None:
    fields = ann.get(f"/story/{story.pk}/edit/").content.decode()
    assert "The Painter of Nights" in fields
    revision = re.search(r'name="revision" value="([^"]+)"', fields)[1]  # type: ignore[index]
    answer = post(ann, story, "save", title="Nights", story_text="Other words.", revision=revision)
    assert answer.headers["Location"] == story.get_absolute_url()
    said = page(ann, story)
    assert "<p>Other words.</p>" in said
    assert "The story has changed since this was written." in said
    assert "by hand, on" in said
    late = post(ann, story, "save", title="Late", story_text="Other words.", revision=revision)
    number = story.versions.last().number  # type: ignore[union-attr]
    assert late.headers["Location"] == f"/story/{story.pk}/versions/{number}/"
    assert "<ins>Late</ins>" in ann.get(late.headers["Location"]).content.decode()


def test_what_was_typed_stays_where_it_is_wrong(ann: Any, story: Story) -> None:
    answer = post(ann, story, "save", title="x" * 121, story_text="Typed and dear.")
    assert answer.status_code == 400
    said = answer.content.decode()
    assert "Typed and dear." in said
    assert "too long" in said


def test_a_proposal_stands_beside_what_is_shown_until_it_is_kept(ann: Any, story: Story) -> None:
    edit_words(story, person=ann.person, changes={"title": "Nights"})
    proposed = add_version(
        story,
        {**read_words(story), "title": "<i>Nights</i>, Painted"},
        made_by="model", part="title", proposed=True, instruction="longer", language_model="sketch",
    )  # fmt: skip
    said = page(ann, story)
    assert "A new version is here" in said
    assert "&lt;i&gt;" in said
    assert "by the built-in sketch storyteller, not a language model" in said
    assert post(ann, story, f"versions/{proposed.number}/aside").status_code == 302
    said = page(ann, story)
    assert "A new version is here" not in said
    assert f"Nothing was changed. Version {proposed.number} is kept." in said
    post(ann, story, f"versions/{proposed.number}/keep")
    said = page(ann, story)
    assert "&lt;i&gt;Nights&lt;/i&gt;, Painted</h1>" in said
    assert f"Version {proposed.number} is shown now." in said


@pytest.mark.parametrize(("part", "place"), [("story_text", "#text"), ("title", ""), ("", "")])
def test_a_decision_leads_back_to_its_part(ann: Any, story: Story, part: str, place: str) -> None:
    proposed = add_version(
        story, {**read_words(story), "story_text": "Other words."}, made_by="model", part=part, proposed=True
    )
    assert post(ann, story, f"versions/{proposed.number}/keep").url == f"/story/{story.pk}/{place}"


@pytest.mark.parametrize("who", ["visitor", "account"])
def test_the_book_takes_few_queries(
    ann: Any, admin_client: Any, admin_user: Any, django_assert_max_num_queries: Any, who: str
) -> None:
    account = Person(f"account:{admin_user.pk}", account_id=admin_user.pk)
    client, person = (ann, ann.person) if who == "visitor" else (admin_client, account)
    story = make_story(person, varied_from=make_story(person, title="Where it comes from"))
    make_generation(story)
    add_picture(story, is_live=False)
    sharing.share_story(story, days=3)
    for title in "abc":
        edit_words(story, person=person, changes={"title": title})
    with django_assert_max_num_queries(11 if who == "visitor" else 12):
        said = client.get(story.get_absolute_url()).content.decode()
    assert "Where it comes from" in said


def list_versions(client: Any, story: Story, number: int) -> tuple[bool, list[str]]:
    """Whether the list of all versions is open, and its lines without the marks."""
    said = client.get(f"/story/{story.pk}/versions/{number}/").content.decode()
    found = re.search(r'<details class="fold[^"]*" id="all-versions"( open)?>(.*?)</details>', said, re.S)
    assert found
    lines = re.findall(r"<li.*?</li>", found[2], re.S)
    return bool(found[1]), [" ".join(re.sub("<[^>]*>", " ", line).split()) for line in lines]


def test_all_versions_are_listed_beside_each(ann: Any, story: Story) -> None:
    edit_words(story, person=ann.person, changes={"title": "Nights"})
    words = {**read_words(story), "title": "<i>Nights</i>, Painted"}
    asked = "longer, <b>please</b>"
    made = {"made_by": "model", "language_model": "sketch", "instruction": asked, "part": "title"}
    add_version(story, words, proposed=True, **made)
    edit_words(
        story, person=ann.person, changes={"story_text": "A knight.", "background_description": "Ice."}
    )
    is_open, lines = list_versions(ann, story, 4)
    assert is_open, "whoever asks for the versions sees them"
    last, third, second, first = lines
    assert last.startswith("Version 4 The text · the setting’s description Shown now Written by hand · ")
    assert third.startswith("Version 3 The title Not decided on yet Rewritten by the built-in sketch")
    assert ": longer, &lt;b&gt;please&lt;/b&gt; · " in third
    assert second.startswith("Version 2 The title Written by hand · ")
    assert first.startswith("Version 1 As it was first told · ")
    is_open, lines = list_versions(ann, story, 2)
    assert (is_open, len(lines)) == (False, 4), "the comparison comes first there"
    said = ann.get(f"/story/{story.pk}/versions/2/").content.decode()
    assert f'href="/story/{story.pk}/versions/2/" aria-current="page">Version 2</a>' in said
    for number in (1, 3, 4):
        assert f'href="/story/{story.pk}/versions/{number}/">Version {number}</a>' in said


def test_many_versions_cost_no_more_queries(ann: Any, story: Story, django_assert_num_queries: Any) -> None:
    edit_words(story, person=ann.person, changes={"title": "Nights"})
    with CaptureQueriesContext(connection) as few:
        list_versions(ann, story, 2)
    for number in range(20):
        words = {**read_words(story), "title": f"Night {number}"}
        add_version(story, words, made_by="model", part="title", language_model="sketch")
    with django_assert_num_queries(len(few)):
        _open, lines = list_versions(ann, story, 2)
    assert len(lines) == 22


def test_a_title_by_hand_ends_what_was_proposed_for_it(ann: Any, story: Story) -> None:
    for title in ("First", "Second"):
        words = {**read_words(story), "title": title}
        add_version(story, words, made_by="model", part="title", proposed=True)
    assert "A new version is here" in page(ann, story)
    post(ann, story, "save", title="By hand")
    assert "A new version is here" not in page(ann, story)
    assert "By hand</h1>" in page(ann, story)


def test_a_passage_is_whole_words_whoever_posts_its_place(ann: Any, story: Story) -> None:
    post(ann, story, "rewrite", part="story_text", wish="Funnier", range="7:13")
    wanted = GenerationSession.objects.get(redo="text").steps.get().wanted
    assert (wanted["start"], wanted["end"], wanted["passage"]) == (5, 14, "there was")


def test_what_is_out_of_date_is_a_button_away(ann: Any, story: Story) -> None:
    edit_words(story, person=ann.person, changes={"story_text": "A knight."})
    assert "Refresh all that is out of date" in page(ann, story)
    post(ann, story, "refresh", step=["character", "character_image"])
    session = GenerationSession.objects.get(redo="refresh")
    assert [step.name for step in session.steps.all()] == ["character", "character_image"]
    assert post(ann, story, "refresh", step="story").status_code == 400


def test_a_hero_is_placed_by_a_form(ann: Any, story: Story) -> None:
    said = ann.get(f"/story/{story.pk}/place/").content.decode()
    hero = story.images.get(image_type="character")
    assert f"/story/{story.pk}/cutout/{hero.pk}.webp" in said
    redo(ann, story, image_type="combined", x="0.25", y="0.9", height="0.5", flipped="true")
    wanted = GenerationSession.objects.get(redo="combined").steps.get().wanted
    assert wanted["placement"] == {"x": 0.25, "y": 0.9, "height": 0.5, "flipped": True}


@pytest.mark.parametrize("x", ["", "left", "nan", "inf", "7", "1e999"])
def test_a_place_outside_of_the_scene_is_refused(ann: Any, story: Story, x: str) -> None:
    answer = redo(ann, story, image_type="combined", x=x, y="0.9", height="0.5")
    assert answer.status_code == 400
    assert not GenerationSession.objects.exclude(redo="").exists()


def test_the_cut_out_hero_has_nothing_round_it(ann: Any, story: Story) -> None:
    picture = Image.new("RGB", (128, 128), "white")
    ImageDraw.Draw(picture).ellipse((40, 20, 90, 120), fill="darkgreen")
    hero = story.images.get(image_type="character")
    with hero.file.storage.open(str(hero.file.name), "wb") as file:
        picture.save(file, "WEBP", lossless=True)
    for _ in range(2):  # the second time as it was kept
        answer = ann.get(f"/story/{story.pk}/cutout/{hero.pk}.webp")
        assert answer.headers["Content-Type"] == "image/webp"
        figure = Image.open(io.BytesIO(answer.content))
        assert figure.mode == "RGBA"
        assert abs(figure.width - 51) < 6
        assert figure.getpixel((0, 0))[3] == 0  # type: ignore[index]
        assert figure.getpixel((figure.width // 2, figure.height // 2))[3] == 255  # type: ignore[index]
    setting = story.images.get(image_type="background")
    assert ann.get(f"/story/{story.pk}/cutout/{setting.pk}.webp").status_code == 404


@pytest.mark.parametrize("page", ["place/", "cutout/{hero}.webp"])
def test_a_hero_whose_file_is_gone_cannot_be_placed(ann: Any, story: Story, page: str) -> None:
    hero = story.images.get(image_type="character")
    hero.file.storage.delete(str(hero.file.name))
    answer = ann.get(f"/story/{story.pk}/{page.format(hero=hero.pk)}", HTTP_ACCEPT="application/json")
    assert answer.status_code == 409
    assert answer.json() == {"detail": "This picture's file is gone. Paint it again."}


@pytest.mark.django_db(transaction=True)
def test_a_hero_is_cut_out_once_and_no_connection_waits_for_it(
    ann: Any, story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut = []

    def slowly(picture: Image.Image) -> Image.Image:
        cut.append(connection.connection)
        time.sleep(0.3)
        return picture.convert("RGBA")

    def ask(hero: GeneratedImage) -> bytes:
        connection.ensure_connection()
        try:
            return cutouts.read_cutout(hero)
        finally:
            connection.close()

    monkeypatch.setattr(cutouts, "cut_figure", slowly)
    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(ask, [story.images.get(image_type="character")] * 4))) == 1
    ann.get(f"/story/{story.pk}/place/")
    assert cut == [None]


def test_without_pictures_nobody_can_be_placed(ann: Any) -> None:
    bare = make_story(ann.person, pictures=False)
    assert ann.get(f"/story/{bare.pk}/place/").status_code == 409


PAGES = ["edit", "place", "versions/1", "cutout/{hero}.webp"]
ACTIONS = ["save", "rewrite", "refresh", "versions/1/keep", "versions/1/aside"]


@pytest.mark.parametrize("rest", PAGES + ACTIONS)
def test_they_are_for_those_who_may_change_it(
    rest: str, ann: Any, ben: Any, admin_client: Any, client: Any, story: Story
) -> None:
    edit_words(story, person=ann.person, changes={"title": "x"})
    hero = story.images.get(image_type="character")
    address = f"/story/{story.pk}/{rest.format(hero=hero.pk)}" + ("" if "webp" in rest else "/")
    method = "get" if rest in PAGES else "post"
    for stranger in (ben, client):
        assert getattr(stranger, method)(address).status_code == 404
    Story.objects.update(visibility="public")
    for stranger in (ben, client):
        assert getattr(stranger, method)(address).status_code == 403
    for known in (ann, admin_client):
        assert getattr(known, method)(address).status_code in (200, 302, 400, 409)
    assert getattr(ann, "post" if method == "get" else "get")(address).status_code == 405


@pytest.mark.parametrize("number", ["0", "99", "2147483648", "9" * 40])
def test_a_version_that_is_not_there_is_not_found(ann: Any, story: Story, number: str) -> None:
    assert ann.get(f"/story/{story.pk}/versions/{number}/").status_code == 404


@pytest.mark.parametrize(
    ("text", "large"),
    [
        ("Once.", True),
        ("“Ах!”", True),
        ("夜空を描く", False),
        ("في ليلة", False),
        ("…", False),
        ("एक", False),
    ],
)
def test_only_some_scripts_begin_with_a_large_letter(ann: Any, text: str, large: bool) -> None:
    story = make_story(ann.person, pictures=False, story_text=text)
    assert ("opening-letter" in page(ann, story)) is large


def test_places_of_passages_are_counted_in_characters(ann: Any) -> None:
    text = "🐉 One.\n \n  Two.\n\n\n\nThree"
    story = make_story(ann.person, pictures=False, story_text=text)
    starts = [int(at) for at in re.search(r'data-starts="([^"]+)"', page(ann, story))[1].split(",")]  # type: ignore[index]
    assert [text[at : at + 3] for at in starts] == ["🐉 O", "Two", "Thr"]
