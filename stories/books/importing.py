"""Takes in a project file, whoever made it: nothing in it is believed, and all of it is bounded."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from datetime import timedelta
from typing import IO, Any

from django.conf import settings
from django.db import DataError, connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from stories.books.project import IMAGES_MAX, JSON_MAX, UNPACKED_MAX
from stories.books.projectfile import (
    PICTURE,
    ImagePart,
    NotAProject,
    Project,
    VersionPart,
    read_project,
)
from stories.models import (
    GeneratedImage,
    GenerationSession,
    GenerationStatus,
    Story,
    StoryVersion,
    Visibility,
)
from stories.people import Person
from stories.pictures import encode, store_files
from stories.refusals import NotNow
from stories.services import take_turn
from stories.sizes import SIDE_MAX
from stories.validation import group

#: Bytes: of one picture, of the directory.
PICTURE_MAX, DIRECTORY_MAX = 32 * 2**20, 2**20
HOUR = timedelta(hours=1)
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)


class TooManyImports(NotNow):
    retry_after = 600


def import_project(file: IO[bytes], person: Person) -> Story:
    """A story of this person, private, as the file has it, with identifiers of its own.

    Raises:
        NotAProject: it is none, or it is too much.
        TooManyImports: this person took in many just now.
    """
    check_pace(person)
    try:
        check_directory(file)
        with zipfile.ZipFile(file) as archive:
            entries = check_entries(archive)
            project = read_project(unpack(archive, entries, "project.json"))
            if not connection.in_atomic_block:
                connection.close()  # decoding takes a while, and needs no database
            pictures = keep_pictures(project.images, archive, entries)
    except NotAProject:
        raise
    except BROKEN:
        raise NotAProject(_("This is not a zip file, or it is broken.")) from None
    try:
        return save(project, pictures, person)
    except DataError:
        raise NotAProject(_("It holds a value that cannot be stored.")) from None


def check_pace(person: Person) -> None:
    """By person, and by address where anybody may become a new person: until a browser has shown its key, it
    counts as its address. Stories that were taken in are those of which nothing was made here."""
    lately = Story.objects.filter(updated_at__gt=timezone.now() - HOUR, generations__steps__isnull=True)
    one, all_there = settings.IMPORTS_PER_PERSON, settings.IMPORTS_PER_ADDRESS
    bounds = [(Q(person=person.key), one)]
    if person.origin:
        bounds.append((Q(origin=person.origin), all_there if person.counted_as == person.key else one))
    for whose, most in bounds:
        if lately.filter(whose).distinct().count() >= most:
            raise TooManyImports(
                _("At most {most} project files are taken in an hour. Try again later.").format(most=most)
            )


def check_directory(file: IO[bytes]) -> None:
    """The list of a zip's files is read whole before anything can be asked of it: look how long it is, in
    the record at the end (PKWARE's APPNOTE, 4.3.16). A comment, or the 64-bit form, is nothing of ours."""
    file.seek(0, io.SEEK_END)
    file.seek(max(0, file.tell() - 42))
    tail = file.read().rjust(42)
    if tail[20:24] != b"PK\5\6" or tail[:4] == b"PK\6\7":
        raise NotAProject(_("This is not a zip file, or not a simple one."))
    if int.from_bytes(tail[32:36], "little") > DIRECTORY_MAX:
        raise NotAProject(_("It holds too many files."), 413)


def check_entries(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    entries = {info.filename: info for info in archive.infolist()}
    if len(archive.infolist()) > IMAGES_MAX + 1:
        raise NotAProject(_("It holds more than {most} pictures.").format(most=IMAGES_MAX), 413)
    if len(entries) < len(archive.infolist()):
        raise NotAProject(_("It holds two files of the same name."))
    if "project.json" not in entries:
        raise NotAProject(_("This is not a project file of Starloom: there is no project.json in it."))
    if any(name != "project.json" and not re.fullmatch(PICTURE, name) for name in entries):
        raise NotAProject(_("It holds files that do not belong into a project file."))
    if any(info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for info in entries.values()):
        raise NotAProject(_("It is packed in a way that is not read here. Use a plain zip."))
    if sum(info.file_size for info in entries.values()) > UNPACKED_MAX:
        raise NotAProject(_("Unpacked it is larger than {most} MiB.").format(most=UNPACKED_MAX >> 20), 413)
    return entries


def unpack(archive: zipfile.ZipFile, entries: dict[str, zipfile.ZipInfo], name: str) -> bytes:
    """Never more than the file may have, whatever the archive says of its size."""
    most = JSON_MAX if name == "project.json" else PICTURE_MAX
    if name not in entries:
        raise NotAProject(_("A picture is missing from it."))
    with archive.open(entries[name]) as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise NotAProject(_("{name} is larger than {most} MiB.").format(name=name, most=most >> 20), 413)
    return data


def keep_pictures(
    parts: list[ImagePart], archive: zipfile.ZipFile, entries: dict[str, zipfile.ZipInfo]
) -> dict[str, GeneratedImage]:
    """Write the files now, each once, however many pictures are in it; no row names them yet, so that without
    one they are tidied away."""
    files: dict[str, GeneratedImage] = {}
    pictures = {}
    for part in parts:
        if part.file not in files:
            picture, data = read_picture(unpack(archive, entries, part.file))
            files[part.file] = GeneratedImage(width=picture.width, height=picture.height)
            store_files(files[part.file], picture, data)
        kept = files[part.file]
        pictures[part.id] = GeneratedImage(width=kept.width, height=kept.height, copies=kept.copies)
        pictures[part.id].file.name = kept.file.name
    return pictures


def read_picture(data: bytes) -> tuple[Image.Image, bytes]:
    """Its pixels and its file: byte by byte as it came, unless something besides pixels is in it."""
    try:
        with Image.open(io.BytesIO(data), formats=["WEBP"]) as opened:
            if max(opened.size) > SIDE_MAX or opened.width * opened.height > settings.MAX_IMAGE_PIXELS:
                raise Image.DecompressionBombError
            if getattr(opened, "n_frames", 1) != 1:
                raise NotAProject(_("A picture in it moves."))
            hides = {"exif", "xmp", "icc_profile"} & opened.info.keys()
            picture = opened.convert("RGBA" if "A" in opened.getbands() else "RGB")
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        words = _("A picture in it is too large: at most {side} pixels a side are taken, and {most} in all.")
        raise NotAProject(words.format(side=SIDE_MAX, most=group(settings.MAX_IMAGE_PIXELS)), 413) from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        if isinstance(error, NotAProject):
            raise
        raise NotAProject(_("A picture in it cannot be read.")) from None
    picture.info.clear()
    return picture, encode(picture) if hides else data


def save(project: Project, pictures: dict[str, GeneratedImage], person: Person) -> Story:
    """All of it or nothing. Dates are as in the file, which `auto_now_add` would not have."""
    fields = project.story.model_dump(exclude={"shown", "created_at"})
    with transaction.atomic():
        take_turn(person.counted_as, person.origin)
        check_pace(person)
        story = Story.objects.create(
            owner_id=person.account_id,
            person=person.key,
            origin=person.origin,
            # From a bare address nobody would be known again as its owner: its UUID is the key to it.
            visibility=Visibility.PRIVATE if person.is_known else Visibility.UNLISTED,
            **fields,
        )
        versions = {part.number: save_version(story, part) for part in project.versions}
        save_images(story, project.images, pictures)
        save_making(story, project, person)
        Story.objects.filter(pk=story.pk).update(
            created_at=project.story.created_at, version=versions.get(project.story.shown or 0)
        )
    story.refresh_from_db()
    return story


def save_version(story: Story, part: VersionPart) -> StoryVersion:
    version = StoryVersion.objects.create(story=story, **part.model_dump(exclude={"created_at"}))
    StoryVersion.objects.filter(pk=version.pk).update(created_at=part.created_at)
    return version


def save_images(story: Story, parts: list[ImagePart], pictures: dict[str, GeneratedImage]) -> None:
    ids = {part.id: str(pictures[part.id].pk) for part in parts}
    for part in parts:
        image = pictures[part.id]
        image.story = story
        for name, value in part.model_dump(exclude={"id", "file", "created_at"}).items():
            setattr(image, name, value)
        image.parameters = rename_parts(part.parameters, ids)
        image.save(force_insert=True)
        GeneratedImage.objects.filter(pk=image.pk).update(created_at=part.created_at)


def rename_parts(parameters: dict[str, Any], ids: dict[str, str]) -> dict[str, Any]:
    """A scene names the pictures that it was put together from: they have other identifiers here."""
    return {
        name: ids.get(value, value)
        if name in ("character", "background") and isinstance(value, str)
        else value
        for name, value in parameters.items()
    }


def save_making(story: Story, project: Project, person: Person) -> None:
    """Its seed and its times, for the colophon. Nothing of it was done here, so it has no steps."""
    if making := project.making:
        session = GenerationSession.objects.create(
            story=story,
            person=person.counted_as,
            status=GenerationStatus.COMPLETED,
            progress=100,
            **making.model_dump(exclude={"created_at"}),
        )
        GenerationSession.objects.filter(pk=session.pk).update(created_at=making.created_at)
