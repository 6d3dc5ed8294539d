"""The story page makes a picture anew and shows another of its versions."""

from __future__ import annotations

import re
from typing import Any

import pytest

from stories.models import GenerationSession, GenerationStatus, Story
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
