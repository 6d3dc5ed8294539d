"""The library's pages: found, marked, thrown away, taken back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from agents.genres import GENRES
from agents.languages import name_language
from imaging.styles import STYLES
from stories import access, library
from stories.makers import is_painted_by_sketch, name_sketches
from stories.models import Story
from stories.people import Person, who_is
from stories.search import BEST, ORDERS, Search, list_languages
from stories.validation import SEARCH_MAX
from stories.web.answers import face, is_htmx, is_script
from stories.web.forms import Unreadable, read_fields
from stories.web.waiting import describe_making

PER_PAGE = 12


@face("GET")
def shelf(request: HttpRequest) -> HttpResponseBase:
    """The library. A script puts what it looks for into the address, without what it leaves open."""
    answer = render(request, "stories.html", describe_library(who_is(request), request.GET))
    if is_htmx(request):
        said = urlencode([(name, str(value)) for name, value in request.GET.items() if value])
        answer["HX-Push-Url"] = f"{request.path}{'?' if said else ''}{said}"
    return answer


@face("GET")
def making(request: HttpRequest) -> HttpResponseBase:
    """What of this person's is being made, or stopped before there was a text."""
    page = Paginator(access.list_making(who_is(request)), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "making.html", {"page": page, "numbers": list_numbers(page)})


@face("GET")
def trash(request: HttpRequest) -> HttpResponseBase:
    """What its owner threw away and may take back."""
    page = Paginator(access.list_trash(who_is(request)), PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request, "trash.html", {"page": page, "numbers": list_numbers(page), "days": settings.TRASH_DAYS}
    )


@face("POST")
def favourite(request: HttpRequest, story_id: UUID) -> HttpResponseBase:
    return mark(
        request,
        story_id,
        is_favourite=read_choice(request, "favourite", {"": True, "true": True, "false": False}),
    )


@face("POST")
def thumb(request: HttpRequest, story_id: UUID) -> HttpResponseBase:
    return mark(request, story_id, thumb=read_choice(request, "thumb", {"-1": -1, "0": 0, "1": 1}))


def mark(request: HttpRequest, story_id: UUID, **changes: Any) -> HttpResponseBase:
    """Mark it, and show its marks anew. A favourite that is taken back can be had again by one press."""
    person = who_is(request, remember=True)
    story = library.mark_story(person, access.find_story(person, story_id), **changes)
    if changes.get("is_favourite") is False:
        offer(request, _("No longer among your favourites."), reverse("favourite", args=[story_id]))
    if is_htmx(request):
        return show_parts(
            request, "_marks.html", {"story": story, "may_change": access.may_change(story, person)}
        )
    return HttpResponse(status=204) if is_script(request) else go_back(request, story)


@face("POST")
def delete(request: HttpRequest, story_id: UUID) -> HttpResponseBase:
    """Into the trash, from where one press brings it back."""
    story = access.find_story(who_is(request), story_id, to_change=True)
    library.trash_story(story)
    offer(
        request,
        _("“{story}” lies in the trash.").format(story=story),
        reverse("restore", args=[story_id]),
    )
    if is_htmx(request):
        return show_parts(request, "_gone.html", {})
    return HttpResponse(status=204) if is_script(request) else redirect("stories")


@face("POST")
def restore(request: HttpRequest, story_id: UUID) -> HttpResponseBase:
    story = access.find_trashed(who_is(request), story_id)
    library.restore_story(story)
    messages.success(request, _("“{story}” is back.").format(story=story))
    return (
        HttpResponse(status=204) if is_script(request) else redirect(story if story.story_text else "stories")
    )


@face("POST")
def destroy(request: HttpRequest, story_id: UUID) -> HttpResponseBase:
    """Out of the trash, for good."""
    story = access.find_trashed(who_is(request), story_id)
    library.delete_trashed(story)
    messages.success(request, _("“{story}” is gone for good.").format(story=story))
    return HttpResponse(status=204) if is_script(request) else redirect("trash")


@face("POST")
def empty_trash(request: HttpRequest) -> HttpResponseBase:
    """All that this person has thrown away, for good."""
    number = library.empty_trash_of(who_is(request))
    told = ngettext("{number} story is gone for good.", "{number} stories are gone for good.", number)
    messages.success(request, told.format(number=number))
    return HttpResponse(status=204) if is_script(request) else redirect("trash")


def describe_library(person: Person, query: Mapping[str, str]) -> dict[str, Any]:
    """One page of the library; nonsense in the query gives the nearest sense."""
    words = "".join(char for char in query.get("q", "") if char.isprintable())[:SEARCH_MAX].strip()
    shelf = query.get("shelf", "") if query.get("shelf") in library.SHELVES else library.ALL
    languages = list_languages(library.list_shelf(person, shelf))
    chosen = {
        "style": pick(query, "style", STYLES),
        "genre": pick(query, "genre", GENRES),
        "language": pick(query, "language", languages),
        "order": pick(query, "sort", ORDERS),
    }
    found = library.find_stories(person, Search(words, **chosen), shelf=shelf)
    page = Paginator(found, PER_PAGE).get_page(query.get("page"))
    narrowed = bool(words or chosen["style"] or chosen["genre"] or chosen["language"])
    own = shelf in (library.ALL, library.MINE) and not narrowed and page.number == 1
    return {
        "page": page,
        **(describe_making(person) if own else {}),
        "numbers": list_numbers(page),
        "person": person,
        "words": words,
        "shelf": shelf,
        "shelves": library.SHELVES,
        "filters": [
            (
                "style",
                gettext_noop("Style"),
                gettext_noop("Every style"),
                [(style.name, _(style.label)) for style in STYLES.values()],
                chosen["style"],
            ),
            (
                "genre",
                gettext_noop("Genre"),
                gettext_noop("Every genre"),
                [(genre.name, _(genre.label)) for genre in GENRES.values()],
                chosen["genre"],
            ),
            (
                "language",
                gettext_noop("Language"),
                gettext_noop("Every language"),
                [(code, name_language(code)) for code in languages],
                chosen["language"],
            ),
        ],
        "orders": [(name, label) for name, label in ORDERS.items() if name != BEST],
        "order": chosen["order"],
        "is_narrowed": narrowed,
        **name_sketches(
            writer=any(story.by_sketch for story in page.object_list),
            painter=any(is_painted_by_sketch(story) for story in page.object_list),
        ),
    }


def list_numbers(page: Any) -> list[int | str]:
    return list(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1))


def pick(query: Mapping[str, str], name: str, known: Any) -> str:
    value = query.get(name, "")
    return value if value in known else ""


def read_choice(request: HttpRequest, name: str, choices: Mapping[str, Any]) -> Any:
    """The value of a button that was pressed; only a page that is not ours sends another."""
    value = str(read_fields(request).get(name, "")).lower()
    if value not in choices:
        raise Unreadable(400, _("{name} is one of: {choices}.").format(name=name, choices=", ".join(choices)))
    return choices[value]


def offer(request: HttpRequest, words: str, address: str) -> None:
    """Tell what was done, with a button that undoes it: on this page for a script, else on the next one."""
    messages.success(request, words, extra_tags=address)


def show_parts(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """A part of a page for htmx, and beside it what there is to tell."""
    told = render_to_string("_toasts.html", {"beside": True}, request)
    return HttpResponse(render_to_string(template, context, request) + told)


def go_back(request: HttpRequest, story: Story) -> HttpResponse:
    """To the page where the button stood."""
    before = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(before, {request.get_host()}, require_https=request.is_secure())
    return redirect(before if before and ours else story)
