"""Stories as project files for curators: one, or several in a zip."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterable
from contextlib import ExitStack
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
from stories.refusals import Refused
from stories.services import Conflict

PROJECT = FORMATS["project"]
#: Stories in one zip, and bytes: it is made while the curator waits.
STORIES_MOST, BYTES_MOST = 50, 512 * 2**20


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
        try:
            if number == 1:
                return send(PROJECT, chosen[0])
            packed = pack(chosen)
        except Refused as refused:
            self.message_user(request, str(refused), messages.ERROR)
            return self.go_back(request, stories)
        return FileResponse(packed, as_attachment=True, filename="stories.zip", headers=HEADERS)


def pack(stories: Iterable[Story]) -> IO[Any]:
    """A zip of their project files, on the disk and not in memory, gone when it is closed.

    Raises:
        Conflict: they have more than `BYTES_MOST` bytes together, or one is too large to come back.
    """
    with ExitStack() as unless_done:
        file = unless_done.enter_context(tempfile.TemporaryFile())
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as packed:  # each is packed already
            for story in stories:
                name = f"{slugify(story.title)[:60] or 'story'}-{story.pk.hex[:8]}{PROJECT.extension}"
                packed.writestr(name, PROJECT.make(story))
                if file.tell() > BYTES_MOST:
                    words = gettext("Together they are larger than {most} MiB. Choose fewer.")
                    raise Conflict(words.format(most=BYTES_MOST >> 20))
        unless_done.pop_all()  # the answer closes it
        file.seek(0)
        return file
