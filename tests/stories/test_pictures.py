"""Picture files are whole or not there, and what lies under a hash is its content."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection, transaction
from PIL import Image

from imaging.merge import MERGE_VERSION
from stories import crashpoints, housekeeping, painting, pictures, redoing, services, steps
from stories.jobs import Job
from stories.models import GeneratedImage, GenerationSession, ImageType, Story
from stories.runner import Heart
from tests.library import make_story
from tests.stories.conftest import ALICE, admit, claim, do, done

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def job(session: GenerationSession, settings: object, tmp_path: Path) -> Job:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]
    done(session, "story", "character")
    step = claim(session, "character_image")
    return Job(step=step, story=session.story, images={}, watch=Heart(step))


def save(job: Job) -> Path:
    picture = Image.new("RGB", (64, 64), "teal")
    finish = pictures.save_image(job, ImageType.CHARACTER, picture, seed=1, model="sketch")
    steps.finish(job.step, finish)
    return Path(default_storage.path(str(job.story.images.get().file.name)))


def test_it_is_lossless_and_named_after_its_content(job: Job) -> None:
    path = save(job)
    assert path.suffix == ".webp"
    assert path.parent.name == path.name[:2]
    with Image.open(path) as picture:
        assert picture.convert("RGB").getpixel((5, 5)) == (0, 128, 128)


def test_two_who_choose_at_once_take_turns(job: Job) -> None:
    """One puts a picture in place inside its step, the other chooses an earlier one: neither is refused."""
    save(job)
    earlier = job.story.images.get()
    errors: list[Exception] = []

    def choose() -> None:
        try:
            for _ in range(10):
                redoing.choose_picture(GeneratedImage.objects.get(pk=earlier.pk), person=ALICE)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    rival = threading.Thread(target=choose)
    rival.start()
    for seed in range(10):
        with transaction.atomic():
            GeneratedImage(
                story=job.story, image_type="character", file=earlier.file.name, seed=seed, model="m"
            ).go_live()
            time.sleep(0.01)
    rival.join()
    assert errors == []
    assert job.story.images.filter(is_live=True).count() == 1


def test_a_picture_that_was_deleted_does_not_come_back_by_being_chosen(job: Job) -> None:
    save(job)
    image = job.story.images.get()
    job.story.images.all().delete()
    with pytest.raises(GeneratedImage.DoesNotExist):
        redoing.choose_picture(image, person=ALICE)
    assert job.story.images.count() == 0


def test_a_death_while_writing_leaves_no_file_under_its_name(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(place: str, step: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(crashpoints, "reach", die)
        with pytest.raises(KeyboardInterrupt):
            save(job)
    assert list(Path(default_storage.path("")).glob("images/*/*.webp")) == []
    assert save(job).exists()


def test_the_same_picture_is_written_once_and_kept_young(job: Job) -> None:
    path = save(job)
    os.utime(path, (0, 0))
    pictures.save_image(job, ImageType.CHARACTER, Image.new("RGB", (64, 64), "teal"), seed=1, model="sketch")
    assert path.stat().st_mtime > 1_000_000_000


def test_a_file_that_was_tidied_away_meanwhile_is_noticed(job: Job) -> None:
    finish = pictures.save_image(
        job, ImageType.CHARACTER, Image.new("RGB", (64, 64), "teal"), seed=1, model="sketch"
    )
    for path in Path(default_storage.path("")).glob("images/*/*"):
        path.unlink()
    with pytest.raises(FileNotFoundError):
        steps.finish(job.step, finish)


def test_copies_for_pages_lie_beside_it_and_carry_no_notes(job: Job) -> None:
    picture = Image.new("RGB", (800, 600), "teal")
    picture.info["parameters"] = picture.info["exif"] = b"the prompt"
    finish = pictures.save_image(job, ImageType.CHARACTER, picture, seed=1, model="sketch")
    steps.finish(job.step, finish)
    image = job.story.images.get()
    assert image.copies == [320, 640, 800]
    for width in image.copies:
        path = Path(default_storage.path(image.name_copy(width)))
        with Image.open(path) as copy:
            assert copy.size == (width, width * 3 // 4)
        assert b"the prompt" not in path.read_bytes()
    assert b"the prompt" not in Path(default_storage.path(str(image.file.name))).read_bytes()


def test_its_copies_go_with_it(job: Job, django_capture_on_commit_callbacks: Any) -> None:
    save(job)
    with django_capture_on_commit_callbacks(execute=True):
        services.delete_pictures(job.story.images.all())
    assert list(Path(default_storage.path("")).glob("images/*/*")) == []


def test_tidying_spares_copies_of_what_is_known_and_takes_the_rest(job: Job) -> None:
    known = save(job)
    stray = known.with_name(f"{'0' * 64}-320.webp")
    stray.write_bytes(b"RIFF")
    for path in known.parent.iterdir():
        os.utime(path, (0, 0))
    assert housekeeping.tidy_media() == {"files": 1, "bytes": 4}
    assert not stray.exists()
    assert len(list(known.parent.iterdir())) == 2


def test_the_description_follows_only_where_another_was_asked_for(job: Job) -> None:
    picture = Image.new("RGB", (64, 64), "teal")
    job.story.character_description = "A fox."
    job.story.save()
    for wanted, told in (({}, "A fox."), ({"description": "An owl."}, "An owl.")):
        job.step.wanted = wanted
        pictures.save_image(
            job, ImageType.CHARACTER, picture, seed=1, model="sketch", description="An owl."
        )()
        job.story.refresh_from_db()
        assert job.story.character_description == told


def test_a_scene_knows_which_merge_made_it(
    monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path
) -> None:
    """Merged again exactly by another one, it says so; merged anew, there is nothing to say."""
    settings.SCENE_SIZE, settings.MEDIA_ROOT = "128x96", tmp_path
    story = make_story(ALICE)
    first = merge_again(story)
    scene = story.images.get(image_type="combined", is_live=True)
    assert scene.recipe["merge_version"] == MERGE_VERSION
    assert first.warnings == merge_again(story, like=scene.pk).warnings == []

    monkeypatch.setattr(painting, "MERGE_VERSION", MERGE_VERSION + 1)
    again = merge_again(story, like=scene.pk)
    assert again.status == "completed"
    assert f"(version {MERGE_VERSION}, now {MERGE_VERSION + 1})" in again.warnings[0]
    newest = story.images.get(image_type="combined", is_live=True)
    assert newest.parameters["merge_version"] == MERGE_VERSION + 1
    spot = {"x": 0.3, "y": 0.9, "height": 0.5, "flipped": False}
    assert merge_again(story, like=scene.pk, placement=spot).warnings == []


def merge_again(story: Story, **wanted: Any) -> GenerationSession:
    session = redoing.redo_picture(story, person=ALICE, image_type="combined", **wanted)
    admit(session)
    do(session.steps.get())
    return GenerationSession.objects.get(pk=session.pk)
