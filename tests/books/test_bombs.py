"""Pictures that are small as files and large as houses."""

from __future__ import annotations

import io
import json
import os
import resource
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as conf
from PIL import Image
from PIL.WebPImagePlugin import WebPImageFile

from stories.books import importing
from stories.books.project import make_project
from stories.books.projectfile import NotAProject
from stories.people import Person
from stories.pictures import open_own, open_picture
from tests.library import add_picture, make_story

ANN = Person("visitor:ann")
MEGA = 2**20


def draw(form: str, side: int, **options: Any) -> bytes:
    buffer = io.BytesIO()
    Image.new("L" if form == "PNG" else "RGB", (side, side)).save(buffer, form, **options)
    return buffer.getvalue()


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def test_a_small_png_that_would_fill_the_memory_is_not_unpacked() -> None:
    """In a process of its own that is told how much it ever took: 81 million pixels, 243 MB, in 100 kB."""
    script = """
import io, os, sys, resource
sys.path.insert(0, ".")
import django; django.setup()
from PIL import Image
data = sys.stdin.buffer.read()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    Image.open(io.BytesIO(data)).convert("RGB")
    print("unpacked")
except (Image.DecompressionBombWarning, Image.DecompressionBombError):
    print("refused", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
    bomb = draw("PNG", 9000, compress_level=9)
    assert len(bomb) < MEGA / 4
    environ = os.environ | {"DJANGO_SETTINGS_MODULE": "story_generator.settings"}
    done = subprocess.run(
        [sys.executable, "-c", script], input=bomb, capture_output=True, env=environ, cwd=conf.BASE_DIR
    )
    said, *took = done.stdout.decode().split()
    assert said == "refused", done.stderr.decode()[-2000:]
    assert int(took[0]) < 8 * 1024, f"{took[0]} KiB more than before"


@pytest.mark.parametrize(("side", "taken"), [(2000, True), (2048, False), (6000, False)])
def test_a_picture_that_is_brought_is_bounded_before_it_is_unpacked(side: int, taken: bool) -> None:
    data = draw("WEBP", side, lossless=True, method=0)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if taken:
        assert importing.read_picture(data)[0].size == (side, side)
        return
    with pytest.raises(NotAProject) as refused:
        importing.read_picture(data)
    assert refused.value.status == 413
    assert "too large" in str(refused.value)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert side < 6000 or grown < 32 * 1024, f"{grown} KiB: unpacked it would be 144 MB"


@pytest.mark.django_db
def test_a_project_file_with_a_bomb_is_refused_with_its_reason(client: Any) -> None:
    with zipfile.ZipFile(io.BytesIO(make_project(make_story(ANN)))) as good:
        project = json.loads(good.read("project.json"))
    name = project["images"][0]["file"]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as bad:
        bad.writestr("project.json", json.dumps(project))
        for image in {image["file"] for image in project["images"]}:
            bad.writestr(image, draw("WEBP", 2048 if image == name else 64, lossless=True, method=0))
    buffer.name = "bomb.starloom.zip"
    buffer.seek(0)
    answer = client.post("/import/file/", {"file": buffer})
    assert answer.status_code == 413
    assert "too large" in answer.content.decode()


@pytest.mark.django_db
def test_our_own_pictures_are_shown_whatever_the_bound_is_now(monkeypatch: pytest.MonkeyPatch) -> None:
    """One may have been painted when MAX_IMAGE_PIXELS was larger."""
    image = add_picture(make_story(ANN, pictures=False))
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 2000)
    with pytest.raises(Image.DecompressionBombWarning):
        Image.open(image.file.path)
    assert open_picture(image).size == (64, 48)
    with image.file.open() as file:
        assert isinstance(open_own(file), WebPImageFile)
