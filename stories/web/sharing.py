"""The share page, and what an owner does to let others read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from agents.languages import has_drop_cap
from stories import access, sharing
from stories.books import FORMATS
from stories.downloads import find_format, send
from stories.makers import is_painted_by_sketch, name_painters, name_sketches, name_writer
from stories.models import GeneratedImage, ShareLink, Story, Visibility
from stories.people import who_is
from stories.validation import clean_share_days
from stories.web import pages
from stories.web.answers import face, fail, wants_json
from stories.web.forms import read_fields
from stories.web.media import HEADERS as PICTURE_HEADERS
from stories.web.media import open_picture

#: The token is the key: no search engine may list it, no other site hear of it, no cache on the way keep it.
#: Our own site may: without an origin the form that chooses a language would be taken for a forged one.
HEADERS = {
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "private, no-cache",
}
CLOSED = gettext_noop(
    "This link does not lead to a story any more: it was withdrawn, or its time is over. "
    "Ask whoever gave it to you for a new one."
)

View = Callable[..., HttpResponseBase]


def by_link(view: View) -> View:
    """What is reached by the link alone, whoever asks."""

    @wraps(view)
    def answer(request: HttpRequest, token: str, **named: Any) -> HttpResponseBase:
        try:
            response = view(request, token, **named)
        except (Story.DoesNotExist, GeneratedImage.DoesNotExist):
            response = fail(request, 404, _(CLOSED))
        for name, value in HEADERS.items():
            response[name] = value
        return response

    return answer


@dataclass(frozen=True, slots=True)
class SharedPicture:
    """A picture whose addresses lie under the link. As templates/_picture.html asks for it."""

    image: GeneratedImage
    token: str

    @property
    def width(self) -> int:
        return self.image.width

    @property
    def height(self) -> int:
        return self.image.height

    @property
    def copies(self) -> list[int]:
        return self.image.copies

    @property
    def srcset(self) -> str:
        return ", ".join(f"{self.name(self.image.name_copy(width))} {width}w" for width in self.copies)

    @property
    def shown(self) -> str:
        return self.name(self.image.name_copy(self.copies[-1]) if self.copies else str(self.image.file.name))

    def name(self, file: str) -> str:
        return reverse("shared_picture", args=[self.token, file])


@face("GET")
@by_link
def shared(request: HttpRequest, token: str) -> HttpResponseBase:
    """The book, to read and no more."""
    return render(request, "shared.html", describe_shared(access.find_shared(token), token))


@face("GET")
@by_link
def shared_picture(request: HttpRequest, token: str, name: str) -> HttpResponseBase:
    access.find_shared_picture(token, name)
    response = open_picture(name)
    for header, value in PICTURE_HEADERS.items():
        response[header] = value
    return response


@face("GET", costly=True)
@by_link
def shared_export(request: HttpRequest, token: str, name: str) -> HttpResponseBase:
    one = find_format(name)
    if one.for_owner:
        raise Http404
    return send(one, access.find_shared(token))


@face("POST")
def share(request: HttpRequest, story_id: UUID) -> HttpResponseBase:
    """Make a link: its address for scripts, the book's page for people."""
    book = access.find_story(who_is(request), story_id, to_change=True)
    try:
        days = clean_share_days(read_fields(request).get("days"))
    except ValidationError as error:
        return fail(request, 400, error.messages[0])
    link = sharing.share_story(book, days=days)
    if wants_json(request):
        return JsonResponse({"url": request.build_absolute_uri(link.get_absolute_url())}, status=201)
    return back(request, book)


@face("POST")
def withdraw(request: HttpRequest, story_id: UUID) -> HttpResponseBase:
    book = access.find_story(who_is(request), story_id, to_change=True)
    sharing.withdraw_links(book)
    return back(request, book)


@face("POST")
def ask(request: HttpRequest, story_id: UUID) -> HttpResponseBase:
    return back(request, sharing.ask_to_publish(access.find_story(who_is(request), story_id, to_change=True)))


@face("POST")
def take_back(request: HttpRequest, story_id: UUID) -> HttpResponseBase:
    book = access.find_story(who_is(request), story_id, to_change=True)
    return back(request, sharing.take_back_asking(book))


def back(request: HttpRequest, book: Story) -> HttpResponse:
    """To the place on the book's page where this was asked for."""
    return HttpResponse(status=204) if wants_json(request) else redirect(f"{book.get_absolute_url()}#sharing")


def describe_sharing(request: HttpRequest, story: Story, *, may_change: bool) -> dict[str, Any]:
    """For templates/_export.html and templates/_sharing.html on the book's page."""
    link = sharing.find_link(story) if may_change else None
    return {
        "formats": [one for one in FORMATS.values() if may_change or not one.for_owner],
        "link": link,
        "link_url": request.build_absolute_uri(link.get_absolute_url()) if link else "",
        "state": name_state(story, link),
    }


def name_state(story: Story, link: ShareLink | None) -> str:
    if story.visibility == Visibility.PUBLIC:
        return "public"
    if story.hidden_at:
        return "hidden"
    if story.publish_asked_at:
        return "asked"
    return "shared" if link or story.visibility == Visibility.UNLISTED else "private"


def describe_shared(story: Story, token: str) -> dict[str, Any]:
    plates = [
        (plate, SharedPicture(plate.image, token) if plate.image else None)
        for plate in pages.describe_plates(story)
    ]
    hero, setting, scene = plates
    painters = name_painters(story)
    return {
        "story": story,
        "token": token,
        "opening": next((pair for pair in (scene, setting, hero) if pair[1]), None),
        "figures": [
            (*pair, words)
            for pair, words in ((hero, story.character_description), (setting, story.background_description))
            if pair[1] or words
        ],
        "paragraphs": pages.split_paragraphs(story.story_text),
        "drop_cap": has_drop_cap(story.story_text),
        "writer": name_writer(story),
        "painters": painters,
        "formats": [one for one in FORMATS.values() if not one.for_owner],
        **name_sketches(writer=story.by_sketch, painter=is_painted_by_sketch(story)),
    }
