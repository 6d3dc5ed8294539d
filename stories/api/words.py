"""A story's words over the REST API: their versions, other words for a passage, what is out of date."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.urls import reverse
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from agents.types import TEXT_MAX
from stories import access, editing, redoing, validation
from stories.api.fields import CleanField, DescriptionField, TextField, TitleField, describe_text
from stories.api.problems import BODY, header, problems
from stories.api.schema import IF_MATCH, STATUS
from stories.api.serializers import GenerationOutput
from stories.api.views import Face, answer_status, read_revision
from stories.models import GenerationSession, Story, StoryVersion
from stories.versions import WORDS

TAGS = ["Words"]
STARTED = [
    header("Location", "The generation's address.", 202),
    header("Retry-After", "Seconds to wait.", 429, 503),
]


@extend_schema_field(describe_text(1, validation.WISH_MAX))
class WishField(CleanField):
    clean = validation.clean_wish


@extend_schema_field(describe_text(1, TEXT_MAX))
class PassageField(CleanField):
    clean = validation.clean_passage


class VersionOutput(serializers.ModelSerializer[StoryVersion]):
    """A story's words as they were at one time, or as they are proposed."""

    made_by = serializers.ChoiceField(choices=StoryVersion.Maker.choices)
    is_shown = serializers.SerializerMethodField(help_text="Whether the story has these words now.")

    class Meta:
        model = StoryVersion
        fields = (
            "id", "number", "made_by", "part", "instruction", "proposed", "is_shown", *WORDS,
            "language_model", "seed", "created_at", "updated_at",
        )  # fmt: skip
        read_only_fields = fields

    def get_is_shown(self, version: StoryVersion) -> bool:
        return version.pk == version.story.version_id


class VersionInput(serializers.Serializer[Any]):
    """Words written by hand; what is not sent stays as it is shown."""

    title = TitleField(required=False)
    story_text = TextField(required=False)
    character_description = DescriptionField(required=False)
    background_description = DescriptionField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs:
            raise serializers.ValidationError({"detail": [f"Send at least one of: {', '.join(WORDS)}."]})
        return attrs


class RewriteInput(serializers.Serializer[Any]):
    """What is to be said in other words, and how. Without start, end and passage all of the part is; a
    place is widened to whole words."""

    part = serializers.ChoiceField(
        choices=[(name, name) for name in WORDS],
        error_messages={"invalid_choice": f"Choose one of: {', '.join(WORDS)}."},
    )
    instruction = WishField(help_text="What to change: “make it funnier”, “shorter”, or your own words.")
    start = serializers.IntegerField(required=False, min_value=0, max_value=TEXT_MAX)
    end = serializers.IntegerField(required=False, min_value=1, max_value=TEXT_MAX)
    passage = PassageField(
        required=False, help_text="What stands there; alone, it must stand in the part exactly once."
    )


class RefreshInput(serializers.Serializer[Any]):
    """The steps to do anew; without any, all that is out of date."""

    steps = serializers.ListField(
        child=serializers.ChoiceField(
            choices=[(name, name) for name in redoing.REFRESHED],
            error_messages={"invalid_choice": f"Choose among: {', '.join(redoing.REFRESHED)}."},
        ),
        required=False,
        max_length=len(redoing.REFRESHED),
    )


class Versions(Face):
    """All versions of a story's words, for those who may change them."""

    @extend_schema(
        operation_id="list_versions",
        tags=TAGS,
        summary="All versions of a story's words",
        description="The earliest first. There is none before the first change.",
        responses={200: VersionOutput(many=True), **problems(403, 404)},
    )
    def get(self, request: Request, story_id: UUID) -> Response:
        story = access.find_story(self.person, story_id, to_change=True)
        return Response(VersionOutput(story.versions.all(), many=True).data)

    @extend_schema(
        operation_id="write_version",
        tags=TAGS,
        summary="Change words by hand",
        description="They are shown at once. What one person types within ten minutes is one version.",
        parameters=[IF_MATCH],
        request=VersionInput,
        responses={201: VersionOutput, **problems(*BODY, 403, 404, 409)},
        examples=[OpenApiExample("A new title", {"title": "The Painter of Nights"}, request_only=True)],
    )
    def post(self, request: Request, story_id: UUID) -> Response:
        story = access.find_story(self.person, story_id, to_change=True)
        version = editing.edit_words(
            story,
            person=self.person,
            changes=self.read(VersionInput, request.data),
            revision=read_revision(request),
        )
        return show_version(version, story, status.HTTP_201_CREATED)


class Keep(Face):
    """Chooses a version."""

    @extend_schema(
        operation_id="keep_version",
        tags=TAGS,
        summary="Let the story have the words of this version",
        description="A proposal changes its own part alone. The others are kept.",
        request=None,
        responses={200: VersionOutput, **problems(403, 404)},
    )
    def post(self, request: Request, story_id: UUID, version_id: UUID) -> Response:
        version = access.find_words(self.person, story_id, version_id)
        story = editing.keep_version(version, person=self.person)
        version.refresh_from_db()
        return show_version(version, story)


class Rewrite(Face):
    """Asks for other words."""

    costly = ("POST",)

    @extend_schema(
        operation_id="rewrite_story",
        tags=TAGS,
        summary="Say a passage in other words",
        description=(
            "They come as a version that is `proposed`, and are not shown until it is kept. An earlier"
            " proposal of the same part is `proposed` no longer."
        ),
        parameters=[IF_MATCH, *STARTED],
        request=RewriteInput,
        responses={202: GenerationOutput, **problems(*BODY, 403, 404, 409)},
        examples=[
            STATUS,
            OpenApiExample(
                "A funnier beginning",
                {"part": "story_text", "start": 0, "end": 240, "instruction": "make it funnier"},
                request_only=True,
            ),
        ],
    )
    def post(self, request: Request, story_id: UUID) -> Response:
        story = access.find_story(self.person, story_id, to_change=True)
        wanted = self.read(RewriteInput, request.data)
        session = redoing.rewrite(story, person=self.person, revision=read_revision(request), **wanted)
        return answer_started(request, session)


class Refresh(Face):
    """Makes anew what is out of date."""

    costly = ("POST",)

    @extend_schema(
        operation_id="refresh_story",
        tags=TAGS,
        summary="Make anew what is out of date",
        description=(
            "A description is, when the text has changed since it was written; a picture, when its"
            " description has; a scene, when a picture in it has. With `steps` these are made anew anyway."
        ),
        parameters=STARTED,
        request=RefreshInput,
        responses={202: GenerationOutput, **problems(*BODY, 403, 404, 409)},
        examples=[
            STATUS,
            OpenApiExample("The hero's description", {"steps": ["character"]}, request_only=True),
        ],
    )
    def post(self, request: Request, story_id: UUID) -> Response:
        story = access.find_story(self.person, story_id, to_change=True)
        wanted = self.read(RefreshInput, request.data)
        return answer_started(
            request, redoing.refresh(story, person=self.person, names=wanted.get("steps", []))
        )


def show_version(version: StoryVersion, story: Story, code: int = status.HTTP_200_OK) -> Response:
    version.story = story
    return Response(VersionOutput(version).data, status=code)


def answer_started(request: Request, session: GenerationSession) -> Response:
    address = request.build_absolute_uri(reverse("api:generation", args=[session.pk]))
    return answer_status(session, status.HTTP_202_ACCEPTED, {"Location": address})
