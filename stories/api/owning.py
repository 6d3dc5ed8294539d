"""What is stored about whoever asks: all of it, as a file, or gone."""

from __future__ import annotations

from django.http import FileResponse, HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import ValidationError

from stories import owning
from stories.api.problems import header, problems
from stories.api.schema_marks import FOREVER
from stories.api.serializers import DeleteQuery
from stories.api.views import Face
from stories.downloads import HEADERS

YOURS = ["Your data"]


class Me(Face):
    """Everything about one person."""

    costly = ("GET", "DELETE")

    @extend_schema(
        operation_id="read_my_data",
        tags=YOURS,
        summary="Everything that is stored about you",
        description="Your stories with their generations, steps, logs and links, your marks, your account. "
        "Texts and pictures come with the export.",
        responses={200: OpenApiTypes.OBJECT, **problems(403)},
    )
    def get(self, request: Request) -> Response:
        return Response(owning.describe(self.person))

    @extend_schema(
        operation_id="delete_my_data",
        tags=YOURS,
        summary="Delete everything that is stored about you",
        description="At once, and for good: stories, pictures, links, marks, what is being made, tokens and "
        "the account (a curator's account and decisions stay). Nothing brings it back, so `forever=true` has "
        "to be sent.",
        parameters=[FOREVER],
        responses={204: OpenApiResponse(description="All of it is gone."), **problems(400, 403)},
    )
    def delete(self, request: Request) -> Response:
        if not self.read(DeleteQuery, request.query_params)["forever"]:
            raise ValidationError({"forever": ["This deletes for good: send forever=true."]})
        owning.delete(self.person)
        request.session.flush()
        return Response(status=status.HTTP_204_NO_CONTENT)


class MyExport(Face):
    """Everything about one person as a file."""

    costly = ("GET",)

    @extend_schema(
        operation_id="export_my_data",
        tags=YOURS,
        summary="Everything that is stored about you, as one zip file",
        description="`about-you.json`, and each of your stories that has a text as a project file, which any "
        "Starloom can import.",
        parameters=[header("Content-Disposition", "A name for the file.", 200)],
        responses={(200, "application/zip"): OpenApiTypes.BINARY, **problems(403)},
    )
    def get(self, request: Request) -> HttpResponseBase:
        packed = owning.pack(self.person)
        return FileResponse(packed, as_attachment=True, filename=owning.FILE, headers=HEADERS)
