"""The REST API's methods: validate, call one service, answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError as InvalidKey
from django.http import Http404
from django.urls import reverse
from rest_framework import status
from rest_framework.authentication import SessionAuthentication
from rest_framework.generics import ListAPIView
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.pagination import PageNumberPagination
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer, ValidationError
from rest_framework.views import APIView

from stories import access, library, redoing, services
from stories.api import schema, schema_marks
from stories.api.parsers import BoundedJSONParser
from stories.api.serializers import (
    ORDERINGS,
    DeleteQuery,
    GenerationInput,
    ImageChanges,
    ImageOutput,
    RedoInput,
    StoryChanges,
    StoryOutput,
    StoryQuery,
    ThumbInput,
)
from stories.models import GenerationSession, Story
from stories.people import Person, who_is
from stories.search import Search
from stories.status import describe_status
from stories.validation import clean_idempotency_key


class OneForm(DefaultContentNegotiation):
    """Every answer has one form, so what a client would rather have is not asked (RFC 9110, 12.5.1)."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        renderer = next(iter(renderers))
        return renderer, str(renderer.media_type)


class Face(APIView):
    """What all methods share: JSON, and who asks."""

    parser_classes = (BoundedJSONParser,)
    content_negotiation_class = OneForm
    #: The methods that are counted by bounds of their own (`stories.api.throttles`).
    costly: tuple[str, ...] = ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """A visitor's key in a session is a login too: like an account's, it changes things only together
        with the CSRF token. (The check itself lets safe methods pass.)"""
        super().initial(request, *args, **kwargs)
        if request.successful_authenticator is None and "visitor" in request.session:
            SessionAuthentication().enforce_csrf(request)

    @property
    def person(self) -> Person:
        return who_is(self.request)

    def read(self, serializer: type[BaseSerializer[Any]], data: Any) -> dict[str, Any]:
        """The clean input; raises DRF's ValidationError."""
        checked = serializer(data=data)
        checked.is_valid(raise_exception=True)
        return dict(checked.validated_data)

    def show_story(self, story: Story) -> Response:
        return Response(StoryOutput(story, context={"request": self.request}).data)


class Generations(Face):
    """Where stories are started. What was started before is found by its own address, and not listed."""

    costly = ("POST",)

    @schema.start
    def post(self, request: Request) -> Response:
        wanted = self.read(GenerationInput, request.data)
        session = services.start_generation(person=self.person, idempotency_key=self.find_key(), **wanted)
        address = request.build_absolute_uri(reverse("api:generation", args=[session.pk]))
        return answer_status(session, status.HTTP_202_ACCEPTED, {"Location": address})

    def find_key(self) -> str | None:
        key = self.request.headers.get("Idempotency-Key")
        try:
            return None if key is None else clean_idempotency_key(key)
        except InvalidKey as error:
            raise ValidationError({"Idempotency-Key": error.messages}) from None


class Generation(Face):
    """How the making of a story gets on."""

    @schema.watch
    def get(self, request: Request, session_id: UUID) -> Response:
        return answer_status(access.find_generation(self.person, session_id))


class Cancel(Face):
    """Stops a generation."""

    @schema.cancel
    def post(self, request: Request, session_id: UUID) -> Response:
        session = access.find_generation(self.person, session_id, to_change=True)
        return answer_status(services.cancel_generation(session))


class Retry(Face):
    """Tries what is missing again."""

    costly = ("POST",)

    @schema.retry
    def post(self, request: Request, session_id: UUID) -> Response:
        session = access.find_generation(self.person, session_id, to_change=True)
        return answer_status(services.retry_generation(session, by=self.person), status.HTTP_202_ACCEPTED)


class Pages(PageNumberPagination):
    """``?page=`` from 1 on; one beyond the last is a 404."""

    page_size = 20


@schema.library
class Stories(Face, ListAPIView[Story]):
    """The library: public stories and one's own, searched, ordered and paged."""

    queryset = Story.objects.none()
    serializer_class = StoryOutput
    pagination_class = Pages

    def get_queryset(self) -> Any:
        query = self.read(StoryQuery, self.request.query_params)
        wanted = Search(
            words=query.get("search", ""),
            style=query.get("style", ""),
            genre=query.get("genre", ""),
            language=query.get("language", ""),
            order=ORDERINGS[query["ordering"] or "-created_at"],
        )
        return library.find_stories(self.person, wanted, shelf=query.get("shelf", library.ALL))


class OneStory(Face):
    """A story to read, to change and to delete."""

    @schema.read
    def get(self, request: Request, story_id: UUID) -> Response:
        return self.show_story(access.find_story(self.person, story_id))

    @schema.edit
    def patch(self, request: Request, story_id: UUID) -> Response:
        story = access.find_story(self.person, story_id, to_change=True)
        changes = self.read(StoryChanges, request.data)
        return self.show_story(
            access.edit_story(self.person, story, revision=read_revision(request), **changes)
        )

    @schema_marks.delete
    def delete(self, request: Request, story_id: UUID) -> Response:
        if self.read(DeleteQuery, request.query_params)["forever"]:
            services.delete_story(access.find_to_delete(self.person, story_id))
        else:
            library.trash_story(access.find_story(self.person, story_id, to_change=True))
        return Response(status=status.HTTP_204_NO_CONTENT)


class Trash(Face):
    """What somebody has thrown away."""

    @schema_marks.empty_trash
    def delete(self, request: Request) -> Response:
        if not self.read(DeleteQuery, request.query_params)["forever"]:
            raise ValidationError({"forever": ["This deletes for good: send forever=true."]})
        library.empty_trash_of(self.person)
        return Response(status=status.HTTP_204_NO_CONTENT)


class Restore(Face):
    """Takes a story out of the trash."""

    @schema_marks.restore
    def post(self, request: Request, story_id: UUID) -> Response:
        library.restore_story(access.find_trashed(self.person, story_id))
        return self.show_story(access.find_story(self.person, story_id))


class Favourite(Face):
    """Makes a story a favourite, or none."""

    @schema_marks.favour
    def put(self, request: Request, story_id: UUID) -> Response:
        return self.mark(story_id, is_favourite=True)

    @schema_marks.disfavour
    def delete(self, request: Request, story_id: UUID) -> Response:
        return self.mark(story_id, is_favourite=False)

    def mark(self, story_id: UUID, **changes: Any) -> Response:
        story = access.find_story(self.person, story_id)
        return self.show_story(library.mark_story(self.person, story, **changes))


class Thumb(Face):
    """Gives a story a thumb up or down."""

    @schema_marks.give_thumb
    def put(self, request: Request, story_id: UUID) -> Response:
        story = access.find_story(self.person, story_id)
        wanted = self.read(ThumbInput, request.data)
        return self.show_story(library.mark_story(self.person, story, **wanted))


class Images(Face):
    """A story's pictures: all versions, and where a new one is asked for."""

    costly = ("POST",)

    @schema.versions
    def get(self, request: Request, story_id: UUID) -> Response:
        versions = access.list_pictures(self.person, story_id)
        return Response(ImageOutput(versions, many=True, context={"request": request}).data)

    @schema.redo
    def post(self, request: Request, story_id: UUID) -> Response:
        story = access.find_story(self.person, story_id, to_change=True)
        wanted = self.read(RedoInput, request.data)
        session = redoing.redo_picture(story, person=self.person, **wanted)
        address = request.build_absolute_uri(reverse("api:generation", args=[session.pk]))
        return answer_status(session, status.HTTP_202_ACCEPTED, {"Location": address})


class OneImage(Face):
    """A version of a picture."""

    @schema.choose
    def patch(self, request: Request, story_id: UUID, image_id: UUID) -> Response:
        image = access.find_version(self.person, story_id, image_id, to_change=True)
        self.read(ImageChanges, request.data)
        chosen = redoing.choose_picture(image, person=self.person)
        return Response(ImageOutput(chosen, context={"request": request}).data)


@schema.hidden
class Nothing(Face):
    """Any other address here, whatever the method."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        raise Http404


def read_revision(request: Request) -> str:
    """What ``If-Match`` names: the words that a change began from. ``*`` is whatever is there."""
    return request.headers.get("If-Match", "").strip().strip('"').replace("*", "")


def answer_status(
    session: GenerationSession, code: int = status.HTTP_200_OK, headers: dict[str, str] | None = None
) -> Response:
    return Response(describe_status(session), status=code, headers=headers)
