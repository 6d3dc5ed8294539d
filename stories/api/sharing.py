"""Stories as files, share links, and what an owner asks of the curators."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from stories import access, sharing, validation
from stories.api.errors import BodyTooLarge
from stories.api.fields import CleanField
from stories.api.problems import BODY, header, problems
from stories.api.schema import LIBRARY
from stories.api.serializers import StoryOutput
from stories.api.views import Face
from stories.books import FORMATS
from stories.books.importing import import_project
from stories.books.projectfile import NotAProject
from stories.downloads import find_format, send
from stories.models import ShareLink, Story, Visibility

SHARING = ["Sharing"]
TOKEN = "Whoever has the address can read the story, until the link expires or is withdrawn."  # noqa: S105


@extend_schema_field(OpenApiTypes.BINARY)
class ProjectField(serializers.FileField):
    pass


class ProjectInput(serializers.Serializer[Any]):
    file = ProjectField(help_text="A project file, as `export/project/` gives it.")


@extend_schema_field({"type": "integer", "enum": [7, 30], "nullable": True})
class DaysField(CleanField):
    clean = validation.clean_share_days


class ShareInput(serializers.Serializer[Any]):
    days = DaysField(
        required=False, allow_null=True, default=None, help_text="How long it is open; null is without end."
    )


class ShareOutput(serializers.ModelSerializer[ShareLink]):
    url = serializers.SerializerMethodField(help_text=f"Absolute. {TOKEN}")

    class Meta:
        model = ShareLink
        fields = ("url", "created_at", "expires_at")
        read_only_fields = fields

    def get_url(self, link: ShareLink) -> str:
        return str(self.context["request"].build_absolute_uri(link.get_absolute_url()))


class PublishingOutput(serializers.ModelSerializer[Story]):
    visibility = serializers.ChoiceField(choices=Visibility.choices)

    class Meta:
        model = Story
        fields = ("visibility", "publish_asked_at")
        read_only_fields = fields


class Export(Face):
    """A story as a file."""

    costly = ("GET",)

    @extend_schema(
        operation_id="export_story",
        tags=LIBRARY,
        summary="A story as a file",
        description="Whoever may read a story may take it away as a book. The project file, which holds all "
        "versions and originals and can be imported again, is for those alone who may change it.",
        parameters=[
            OpenApiParameter("name", str, OpenApiParameter.PATH, enum=list(FORMATS)),
            header("Content-Disposition", "A name for the file.", 200),
        ],
        responses={
            **{(200, one.media_type): OpenApiTypes.BINARY for one in FORMATS.values()},
            **problems(403, 404, 409),
        },
    )
    def get(self, request: Request, story_id: UUID, name: str) -> HttpResponse:
        one = find_format(name)
        return send(one, access.find_story(self.person, story_id, to_change=one.for_owner))


class Import(Face):
    """Where project files are taken in."""

    costly = ("POST",)
    parser_classes = (MultiPartParser,)  # type: ignore[assignment]

    @extend_schema(
        operation_id="import_story",
        tags=LIBRARY,
        summary="Take in a project file",
        description="Made by this server or another one. The story becomes yours, and private.",
        request={"multipart/form-data": ProjectInput},
        parameters=[
            header("Location", "The story's address.", 201),
            header("Retry-After", "Seconds to wait.", 429, 503),
        ],
        responses={201: StoryOutput, **problems(*BODY, 403)},
    )
    def post(self, request: Request) -> Response:
        file = self.read(ProjectInput, request.data)["file"]
        try:
            story = import_project(file, self.person)
        except NotAProject as error:
            if error.status == status.HTTP_413_REQUEST_ENTITY_TOO_LARGE:
                raise BodyTooLarge(str(error)) from None
            raise serializers.ValidationError({"file": [str(error)]}) from None
        address = request.build_absolute_uri(reverse("api:story", args=[story.pk]))
        answer = self.show_story(Story.objects.with_pictures().get(pk=story.pk))
        answer.status_code, answer["Location"] = status.HTTP_201_CREATED, address
        return answer


class Share(Face):
    """The link by which others may read a story: one at a time."""

    @extend_schema(
        operation_id="read_share_link",
        tags=SHARING,
        summary="The story's open link",
        responses={200: ShareOutput, **problems(403, 404)},
    )
    def get(self, request: Request, story_id: UUID) -> Response:
        link = sharing.find_link(access.find_story(self.person, story_id, to_change=True))
        if link is None:
            raise ShareLink.DoesNotExist
        return self.show(link)

    @extend_schema(
        operation_id="share_story",
        tags=SHARING,
        summary="Make a link",
        description=f"{TOKEN} An earlier link is withdrawn.",
        request=ShareInput,
        responses={201: ShareOutput, **problems(*BODY, 403, 404, 409)},
    )
    def post(self, request: Request, story_id: UUID) -> Response:
        story = access.find_story(self.person, story_id, to_change=True)
        wanted = self.read(ShareInput, request.data)
        return self.show(sharing.share_story(story, **wanted), status.HTTP_201_CREATED)

    @extend_schema(
        operation_id="withdraw_share_link",
        tags=SHARING,
        summary="Withdraw the link",
        description="It leads nowhere from now on. Without one, nothing changes.",
        responses={204: OpenApiResponse(description="There is none any more."), **problems(403, 404)},
    )
    def delete(self, request: Request, story_id: UUID) -> Response:
        sharing.withdraw_links(access.find_story(self.person, story_id, to_change=True))
        return Response(status=status.HTTP_204_NO_CONTENT)

    def show(self, link: ShareLink, code: int = status.HTTP_200_OK) -> Response:
        return Response(ShareOutput(link, context={"request": self.request}).data, status=code)


class Publishing(Face):
    """Whether everybody may read it, and whether its owner asked for that."""

    @extend_schema(
        operation_id="read_publishing",
        tags=SHARING,
        summary="Who may read it, and whether its owner asked for everybody",
        responses={200: PublishingOutput, **problems(403, 404)},
    )
    def get(self, request: Request, story_id: UUID) -> Response:
        return self.show(access.find_story(self.person, story_id, to_change=True))

    @extend_schema(
        operation_id="ask_to_publish",
        tags=SHARING,
        summary="Ask the curators to publish it",
        description="Asking twice changes nothing.",
        request=None,
        responses={200: PublishingOutput, **problems(403, 404, 409)},
    )
    def post(self, request: Request, story_id: UUID) -> Response:
        return self.show(sharing.ask_to_publish(access.find_story(self.person, story_id, to_change=True)))

    @extend_schema(
        operation_id="take_back_asking",
        tags=SHARING,
        summary="Take the request back",
        responses={200: PublishingOutput, **problems(403, 404)},
    )
    def delete(self, request: Request, story_id: UUID) -> Response:
        return self.show(sharing.take_back_asking(access.find_story(self.person, story_id, to_change=True)))

    def show(self, story: Story) -> Response:
        return Response(PublishingOutput(story).data)
