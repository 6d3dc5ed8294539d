"""How large a request may be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler
from django.http import QueryDict
from django.utils.formats import number_format
from django.utils.translation import gettext as _


class FileTooBig(RequestDataTooBig):
    """A request with files in it that is too large."""


class BoundedUpload(FileUploadHandler):
    """Refuses what is too large before it is read: it comes first, and keeps nothing itself."""

    def handle_raw_input(
        self,
        input_data: IO[bytes],
        META: Mapping[str, str],  # noqa: N803
        content_length: int,
        boundary: Any,
        encoding: str | None = None,
    ) -> tuple[QueryDict, Any] | None:
        if content_length > settings.FILE_UPLOAD_MAX_BYTES:
            raise FileTooBig
        return None

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


def tell_limit(error: RequestDataTooBig) -> str:
    if isinstance(error, FileTooBig):
        return _("At most {most} MiB are taken.").format(most=settings.FILE_UPLOAD_MAX_BYTES >> 20)
    return _("At most {most} bytes are taken.").format(
        most=number_format(settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0, force_grouping=True)
    )
