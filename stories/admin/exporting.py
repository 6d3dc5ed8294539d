"""Stories as project files for curators: one, or several in a zip."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterable
from typing import IO, Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from stories.admin.deciding import Deciding
from stories.books import FORMATS
from stories.downloads import HEADERS, send
from stories.models import Story

PROJECT = FORMATS["project"]
#: Stories in one zip, and bytes: it is made while the curator waits.
STORIES_MOST, BYTES_MOST = 50, 512 * 2**20


class TooLarge(Exception):
    """The stories are more than one zip takes."""


class Exporting(Deciding):
    """What has no text yet or lies in the trash is left out."""

    actions = (*Deciding.actions, "export")

    def list_buttons(self, request: HttpRequest, thing: Story) -> Iterable[tuple[str, str, str]]:
        yield from super().list_buttons(request, thing)
        if thing.story_text and not thing.trashed_at:
            yield "export", "download", str(_("Project file"))

    @admin.action(description=_("Export as project files"), permissions=["change"])
    def export(self, request: HttpRequest, stories: QuerySet[Story]) -> HttpResponseBase | None:
        told = stories.filter(trashed_at=None).exclude(story_text="")
        chosen, number = list(told[: STORIES_MOST + 1]), stories.count()
        if len(chosen) > STORIES_MOST:
            words = gettext("Choose at most {most} stories at once.").format(most=STORIES_MOST)
            self.message_user(request, words, messages.ERROR)
            return self.go_back(request, stories)
        if len(chosen) < number:
            left_out = number - len(chosen)
            words = gettext("{number} left out: without a text, or in the trash.").format(number=left_out)
            self.message_user(request, words, messages.WARNING)
        if not chosen:
            return self.go_back(request, stories)
        if number == 1:
            return send(PROJECT, chosen[0])
        try:
            packed = pack(chosen)
        except TooLarge:
            words = gettext("Together they are larger than {most} MiB. Choose fewer.").format(
                most=BYTES_MOST >> 20
            )
            self.message_user(request, words, messages.ERROR)
            return self.go_back(request, stories)
        return FileResponse(packed, as_attachment=True, filename="stories.zip", headers=HEADERS)


def pack(stories: Iterable[Story]) -> IO[Any]:
    """A zip of their project files, on the disk and not in memory, gone when it is closed.

    Raises:
        TooLarge: they have more than `BYTES_MOST` bytes together.
    """
    file = tempfile.TemporaryFile()  # noqa: SIM115 (the answer closes it)
    try:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as packed:  # each is packed already
            for story in stories:
                name = f"{slugify(story.title)[:60] or 'story'}-{story.pk.hex[:8]}{PROJECT.extension}"
                packed.writestr(name, PROJECT.make(story))
                if file.tell() > BYTES_MOST:
                    raise TooLarge
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file
