"""A project file: nothing lost on the way to another server, and nothing believed of what comes in."""

from __future__ import annotations

import copy
import io
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from PIL import Image

from stories.books import FORMATS, importing, project
from stories.books.importing import TooManyImports, import_project, read_picture
from stories.books.project import IMAGE, MAKING, STORY, VERSION, take
from stories.books.projectfile import NotAProject
from stories.models import GeneratedImage, GenerationSession, Step, Story, StoryVersion, Visibility
from stories.people import Person
from stories.pipeline import KINDS
from stories.services import Conflict
from stories.web.book import tell_making
from tests.books.conftest import ALICE
from tests.library import add_picture

BOB = Person("visitor:bob")
THEN = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)


@pytest.fixture
def rich(story: Story, making: GenerationSession) -> Story:
    """A story with all there can be of one."""
    hero, setting = story.pictures["character"], story.pictures["background"]
    GeneratedImage.objects.filter(story=story, image_type="combined").update(
        parameters={
            "placement": {"x": 0.3, "y": 0.9, "height": 0.6, "flipped": True},
            "character": str(hero.pk),
            "background": str(setting.pk),
        },
        seed=2**40,
    )
    add_picture(story, "character", is_live=False, colour="#ff0000", description="An earlier one.")
    for number, maker in ((1, "original"), (2, "person"), (3, "model")):
        version = StoryVersion.objects.create(
            story=story, number=number, made_by=maker, part="title", title=f"Title {number}", seed=number,
            story_text="Text", instruction="funnier", language_model="llama3.2", proposed=number == 3,
        )  # fmt: skip
        if number == 2:
            story.version = version
    Story.objects.filter(pk=story.pk).update(
        version=story.version, genre="fairy-tale", language="en-GB", described_from={"character": "abc"},
        asked_language="de", painted_as={"0123456789abcdef": "a small dragon"}, created_at=THEN,
    )  # fmt: skip
    return Story.objects.get(pk=story.pk)


def bring(data: bytes, person: Person = BOB) -> Story:
    return import_project(io.BytesIO(data), person)


def read_pictures(story: Story) -> list[bytes]:
    images = story.images.order_by("created_at", "id")
    return [Path(image.file.path).read_bytes() for image in images]


def test_it_comes_back_identical_on_another_server(rich: Story, settings: Any, tmp_path: Path) -> None:
    data = FORMATS["project"].make(rich)
    before = [take(image, IMAGE) for image in rich.images.order_by("created_at", "id")]
    pictures = read_pictures(rich)
    versions = [take(version, VERSION) for version in rich.versions.order_by("number")]
    story, making = take(rich, STORY), take(rich.generations.get(), MAKING)
    ids = [str(image.pk) for image in rich.images.order_by("created_at", "id")]
    rich.delete()
    settings.MEDIA_ROOT = tmp_path / "elsewhere"

    new = bring(data)

    assert take(new, STORY) == story
    assert new.version is not None and new.version.number == 2
    assert [take(version, VERSION) for version in new.versions.order_by("number")] == versions
    assert read_pictures(new) == pictures
    after = [take(image, IMAGE) for image in new.images.order_by("created_at", "id")]
    new_ids = [str(image.pk) for image in new.images.order_by("created_at", "id")]
    assert json.loads(json.dumps([image["parameters"] for image in after])) == json.loads(
        # A scene names its parts by identifiers, which are new.
        rename(json.dumps([image["parameters"] for image in before]), dict(zip(ids, new_ids, strict=True)))
    )
    for image in (*before, *after):
        del image["parameters"]
    assert after == before
    assert take(new.generations.get(), MAKING) == making
    assert not new.is_scene_old


def rename(text: str, names: dict[str, str]) -> str:
    for old, new in names.items():
        text = text.replace(old, new)
    return text


def test_twice_there_and_back_is_the_same_file(rich: Story) -> None:
    first = bring(FORMATS["project"].make(rich))
    second = bring(FORMATS["project"].make(first), ALICE)
    one, two = (read_json(FORMATS["project"].make(story)) for story in (first, second))
    for content in (one, two):
        for image in content["images"]:
            image.pop("id")
            for part in ("character", "background"):
                image["parameters"].pop(part, None)
    assert one == two


def test_it_belongs_to_who_brought_it_and_is_private(rich: Story) -> None:
    Story.objects.filter(pk=rich.pk).update(visibility=Visibility.PUBLIC, is_featured=True)
    new = bring(FORMATS["project"].make(Story.objects.get(pk=rich.pk)))
    assert (new.person, new.visibility, new.is_featured) == (BOB.key, Visibility.PRIVATE, False)
    assert new.pk != rich.pk
    assert not {image.pk for image in new.images.all()} & {image.pk for image in rich.images.all()}


def test_pages_have_copies_of_its_pictures(rich: Story) -> None:
    image = bring(FORMATS["project"].make(rich)).pictures["combined"]
    assert image.copies == [64]
    assert Path(image.file.storage.path(image.name_copy(64))).exists()


def read_json(data: bytes) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return dict(json.loads(archive.read("project.json")))


def repack(data: bytes, change: Callable[[dict[str, bytes]], object]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    change(files)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def edit(data: bytes, change: Callable[[dict[str, Any]], object]) -> bytes:
    def change_json(files: dict[str, bytes]) -> None:
        content = json.loads(files["project.json"])
        change(content)
        files["project.json"] = json.dumps(content).encode()

    return repack(data, change_json)


def refused(data: bytes, *words: str, status: int = 400) -> None:
    stories, images = Story.objects.count(), GeneratedImage.objects.count()
    with pytest.raises(NotAProject) as refusal:
        bring(data)
    assert refusal.value.status == status, str(refusal.value)
    assert all(word in str(refusal.value) for word in words), str(refusal.value)
    assert (Story.objects.count(), GeneratedImage.objects.count()) == (stories, images)


@pytest.fixture
def data(rich: Story) -> bytes:
    return FORMATS["project"].make(rich)


@pytest.mark.parametrize(
    "junk", [b"", b"x", b"PK\x05\x06", b"\0" * 1000, b"{}", b"PK\x03\x04" + b"\xff" * 500]
)
def test_it_refuses_what_is_no_zip(db: None, junk: bytes) -> None:
    refused(junk, "zip")


def test_it_refuses_any_cut_or_damaged_file(data: bytes) -> None:
    for cut in range(0, len(data), max(1, len(data) // 60)):
        refused(data[:cut])
    for at in range(30, len(data), max(1, len(data) // 60)):
        damaged = data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]
        try:
            bring(damaged, Person(f"visitor:{at}"))  # a byte of a date, for one, hurts nobody
        except NotAProject:
            continue


@pytest.mark.parametrize(
    "name",
    [
        "../evil.webp",
        "/etc/evil.webp",
        "pictures/../a.webp",
        "pictures/a.svg",
        "a.txt",
        "pictures/a/b.webp",
        "pictures/\u202ea.webp",
        "C:\\a.webp",
    ],
)
def test_it_refuses_files_that_do_not_belong(data: bytes, name: str) -> None:
    refused(repack(data, lambda files: files.update({name: b"x"})), "do not belong")


def test_it_refuses_bombs(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = repack(data, lambda files: files.update({"pictures/a.webp": b"\0" * 2**24}))
    monkeypatch.setattr(importing, "UNPACKED_MAX", 2**22)
    refused(bomb, "Unpacked", status=413)
    monkeypatch.setattr(importing, "UNPACKED_MAX", 2**30)
    monkeypatch.setattr(importing, "JSON_MAX", 100)
    refused(data, "project.json is larger", status=413)


def test_it_refuses_many_files_before_it_lists_them(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number in range(400):
            archive.writestr(f"pictures/{number}.webp", b"")
    refused(buffer.getvalue(), "more than 300", status=413)
    monkeypatch.setattr(importing, "DIRECTORY_MAX", 1000)
    monkeypatch.setattr("stories.books.importing.zipfile.ZipFile", None)  # it is not even asked
    refused(buffer.getvalue(), "too many files", status=413)


def test_it_refuses_other_packings(data: bytes) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("project.json", json.dumps(read_json(data)))
    refused(buffer.getvalue(), "plain zip")


def picture(size: tuple[int, int], kind: str = "WEBP", **more: Any) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size).save(buffer, kind, **more)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "words", "status"),
    [
        (b"<svg onload='alert(1)'/>", "cannot be read", 400),
        (picture((9, 9), "PNG"), "cannot be read", 400),
        (picture((9, 9))[:-9], "cannot be read", 400),
        (picture((2049, 8)), "at most 2048 pixels a side", 413),
        (picture((9, 9), save_all=True, append_images=[Image.new("RGB", (9, 9), "red")]), "moves", 400),
    ],
)
def test_it_refuses_what_is_no_picture(data: bytes, content: bytes, words: str, status: int) -> None:
    name = read_json(data)["images"][0]["file"]
    refused(repack(data, lambda files: files.update({name: content})), words, status=status)


def test_what_a_picture_hides_is_left_behind(data: bytes) -> None:
    hiding = picture((9, 9), xmp=b"<x>a secret prompt</x>", lossless=True)
    name = read_json(data)["images"][0]["file"]
    new = bring(repack(data, lambda files: files.update({name: hiding})))
    assert all(b"secret" not in content for content in read_pictures(new))


def put(*path: Any, value: Any) -> Callable[[dict[str, Any]], object]:
    def change(content: dict[str, Any]) -> None:
        for step in path[:-1]:
            content = content[step]
        content[path[-1]] = value

    return change


WRONG = [
    put("format", value="other"),
    put("version", value=2),
    put("version", value=True),
    put("story", value=None),
    put("story", value=[]),
    put("images", value={}),
    put("images", 0, value=7),
    put("story", "title", value="x" * 121),
    put("story", "title", value="a\nb"),
    put("story", "title", value=5),
    put("story", "story_text", value=""),
    put("story", "story_text", value="x" * 60_001),
    put("story", "story_text", value="a\x00b"),
    put("story", "story_text", value="\ud800"),
    put("story", "prompt", value="ab"),
    put("story", "style", value="unknown"),
    put("story", "style", value=None),
    put("story", "language", value="en<script>"),
    put("story", "asked_language", value="en<script>"),
    put("story", "painted_as", value={"<script>": "x"}),
    put("story", "painted_as", value={"0123456789abcdef": "x" * 5000}),
    put("story", "painted_as", value=["x"]),
    put("versions", 0, "proposed", value="yes"),
    put("making", "times", value={"story": "long"}),
    put("making", "times", value={"story": -1}),
    put("making", "times", value={"story": True}),
    put("making", "times", value={f"step {number}": 1 for number in range(20)}),
    put("story", "genre", value="x" * 41),
    put("story", "created_at", value="yesterday"),
    put("story", "created_at", value="2026-01-01T00:00:00"),
    *(
        put(*where, value=moment)
        for where in (
            ("story", "created_at"),
            ("versions", 0, "created_at"),
            ("images", 0, "created_at"),
            ("making", "started_at"),
            ("making", "finished_at"),
        )
        for moment in (
            "9999-12-31T23:59:59-14:00",
            "0001-01-01T00:00:00+14:00",
            "0001-01-01T00:00:00Z",
            "1969-12-31T23:59:59Z",
            "2999-01-01T00:00:00Z",
        )
    ),
    put("story", "described_from", value={"a": "x" * 65}),
    put("story", "described_from", value={"a\x00": "x"}),
    put("story", "described_from", value={"\udc00": "x"}),
    put("versions", 0, "instruction", value="\udfff"),
    put("images", 0, "parameters", value={"a": 2**63}),
    put("images", 0, "parameters", value={"a": [-(2**70)]}),
    put("images", 0, "parameters", value={"a": {"b\x00": 1}}),
    put("images", 0, "parameters", value={"a": {"b": ["\ud83d"]}}),
    put("images", 0, "parameters", value={"a": json.loads("[" * 40 + "]" * 40)}),
    put("making", "warnings", value=["\x00"]),
    put("story", "shown", value=2**80),
    put("story", "shown", value=99),
    put("story", "shown", value="1"),
    put("story", "described_from", value={"a": 5}),
    put("story", "described_from", value=[]),
    put("versions", 0, "number", value=2),
    put("versions", 0, "number", value=-1),
    put("versions", 0, "number", value=2**40),
    put("versions", 0, "made_by", value="nobody"),
    put("versions", 0, "seed", value=2**70),
    put("versions", 0, "story_text", value=None),
    put("images", 0, "image_type", value="cat"),
    put("images", 0, "is_live", value="true"),
    put("images", 0, "seed", value=-1),
    put("images", 0, "seed", value=1.5),
    put("images", 0, "model", value="x" * 201),
    put("images", 0, "file", value="../../etc/passwd"),
    put("images", 0, "file", value="pictures/none.webp"),
    put("images", 0, "parameters", value=[]),
    put("images", 0, "parameters", value={"steps": 10**9}),
    put("images", 0, "parameters", value={"placement": "left"}),
    put("images", 0, "parameters", value={"width": 9999}),
    put("images", 0, "parameters", value={"a": "x" * 70_000}),
    put("images", 0, "parameters", value={"a": "\x00"}),
    put("images", 0, "style", value="unknown"),
    put("images", 1, "image_type", value="character"),
    put("making", value=5),
    put("making", "seed", value="7"),
    put("making", "finished_at", value=None),
]


@pytest.mark.parametrize("change", WRONG)
def test_it_refuses_wrong_values(data: bytes, change: Callable[[dict[str, Any]], object]) -> None:
    refused(edit(data, change))


@pytest.mark.parametrize(
    "text", [b"", b"[]", b"null", b"\xff", b"[" * 100_000, b'{"format": NaN}', b"1" * 9999]
)
def test_it_refuses_bad_json(data: bytes, text: bytes) -> None:
    refused(repack(data, lambda files: files.update({"project.json": text})))


#: Files of earlier servers are without these.
NEW = {"asked_language", "painted_as", "part_only", "proposed", "times"}


def test_a_file_of_an_earlier_server_is_taken(data: bytes) -> None:
    def age(content: dict[str, Any]) -> None:
        for part in (content["story"], content["making"], *content["versions"]):
            for name in NEW & part.keys():
                del part[name]

    new = bring(edit(data, age))
    assert (new.asked_language, new.painted_as, new.generations.get().times) == ("", {}, {})
    assert not new.versions.filter(proposed=True).exists()


def test_how_long_each_step_took_comes_along(data: bytes, rich: Story) -> None:
    steps = {step.name: step.seconds for step in rich.generations.get().steps.all()}
    new = bring(data)
    assert new.generations.get().times == steps
    assert not Step.objects.filter(session__story=new).exists()  # nothing of it was done here
    told = dict(tell_making(new, new.generations.get())["times"])
    assert told == {KINDS[name].label: seconds for name, seconds in steps.items()}
    # … and so does it from there to a third.
    assert bring(FORMATS["project"].make(new), ALICE).generations.get().times == steps


def test_which_story_it_varies_stays_behind(rich: Story) -> None:
    Story.objects.filter(pk=rich.pk).update(varied_from=rich)
    assert bring(FORMATS["project"].make(Story.objects.get(pk=rich.pk))).varied_from is None


@pytest.mark.parametrize(
    ("limit", "most", "words"),
    [
        ("IMAGES_MAX", 3, "has 4 pictures, and a project file may hold 3"),
        ("VERSIONS_MAX", 2, "has 3 versions of its words, and a project file may hold 2"),
        ("JSON_MAX", 1000, "bytes of words"),
        ("UNPACKED_MAX", 2000, "bytes, and a project file may hold 2,000"),
    ],
)
def test_what_could_not_come_back_is_not_made(
    rich: Story, monkeypatch: pytest.MonkeyPatch, limit: str, most: int, words: str
) -> None:
    monkeypatch.setattr(project, limit, most)
    with pytest.raises(Conflict, match=words):
        FORMATS["project"].make(rich)


def test_what_no_server_would_take_is_not_made(rich: Story, settings: Any) -> None:
    settings.FILE_UPLOAD_MAX_BYTES = 5000
    with pytest.raises(Conflict, match="no server could import it again"):
        FORMATS["project"].make(rich)


@pytest.mark.parametrize("number", [b"1e999", b"-1e999", b"NaN", b"Infinity", b"1e18", b"-0.5", b"123456"])
def test_numbers_in_a_pictures_parameters(data: bytes, number: bytes) -> None:
    text = json.dumps(read_json(edit(data, put("images", 0, "parameters", value={"x": "HERE"})))).encode()
    changed = repack(data, lambda files: files.update({"project.json": text.replace(b'"HERE"', number)}))
    if number in (b"1e999", b"-1e999", b"NaN", b"Infinity"):
        refused(changed)
    else:
        assert {"x": float(number)} in [image.parameters for image in bring(changed).images.all()]


def test_what_the_database_refuses_all_the_same_is_no_fault_of_ours(
    data: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any) -> None:
        connection.cursor().execute("SELECT '9999999999999'::int")

    monkeypatch.setattr(importing, "save_making", fail)
    refused(data, "cannot be stored")


def test_every_field_has_to_be_there(data: bytes) -> None:
    content = read_json(data)
    for part in (content["story"], content["versions"][0], content["images"][0], content["making"]):
        for name in part.keys() - NEW:
            kept = copy.deepcopy(part.pop(name))
            text = json.dumps(content).encode()
            refused(repack(data, lambda files, text=text: files.update({"project.json": text})))  # type: ignore[misc]
            part[name] = kept


def test_a_file_that_many_pictures_name_is_read_once(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    def double(content: dict[str, Any]) -> None:
        one = content["images"][0]
        content["images"] += [{**one, "id": f"{number}", "is_live": False} for number in range(200)]

    read: list[int] = []

    def count(one: bytes) -> Any:
        read.append(1)
        return read_picture(one)

    monkeypatch.setattr(importing, "read_picture", count)
    new = bring(edit(data, double))
    assert new.images.count() == len(read_json(data)["images"]) + 200
    assert len(read) == len({image["file"] for image in read_json(data)["images"]})


@pytest.mark.django_db(transaction=True)
def test_no_connection_is_held_while_pictures_are_read(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[bool] = []

    def watch(one: bytes) -> Any:
        held.append(connection.connection is not None)
        return read_picture(one)

    monkeypatch.setattr(importing, "read_picture", watch)
    assert bring(data)
    assert held and not any(held)


def test_an_address_brings_so_many_an_hour(data: bytes, settings: Any) -> None:
    """Whoever keeps no cookie is a new visitor each time, and counts as their address."""
    settings.IMPORTS_PER_PERSON, settings.IMPORTS_PER_ADDRESS = 2, 4
    without_cookies = iter(range(9))

    def stranger(origin: str = "home") -> Person:
        return Person(f"visitor:{next(without_cookies)}", address="203.0.113.7", origin=origin)

    bring(data, stranger())
    bring(data, stranger())
    with pytest.raises(TooManyImports):
        bring(data, stranger())
    for name in ("ann", "ben"):
        bring(data, Person(f"visitor:{name}", origin="home"))
    with pytest.raises(TooManyImports):
        bring(data, Person("visitor:cleo", origin="home"))
    assert bring(data, stranger("elsewhere"))
    assert bring(data, Person("account:1", origin=""))


def test_a_person_brings_so_many_an_hour(data: bytes, settings: Any) -> None:
    settings.IMPORTS_PER_PERSON = 2
    bring(data)
    bring(data)
    with pytest.raises(TooManyImports):
        bring(data)
    assert bring(data, ALICE)
