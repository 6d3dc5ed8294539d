"""The pages: validate, call one service, answer. Each is a few lines; no rule lives here."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render

from stories import access, library, rates, redoing, services
from stories.health import check_health
from stories.models import PROMPT_MAX, Story
from stories.people import Person, who_is
from stories.refusals import NotNow, Refused
from stories.status import describe_status
from stories.web import pages
from stories.web.answers import face, is_htmx, is_script, put_headers, show_form, started, wants_json
from stories.web.forms import ChoiceForm, RedoForm, StoryForm, read_fields
from stories.web.sharing import describe_sharing


@face("GET")
def home(request: HttpRequest) -> HttpResponseBase:
    """The form, filled in where a link brought a sentence, and this person's latest stories beneath it.

    A new browser gets its key here already, so that what it sends next is known to be its own.
    """
    person = who_is(request, remember=True)
    return show_form(request, StoryForm(initial=read_wishes(request, person)))


@face("POST", counted=False)
def generate(request: HttpRequest) -> HttpResponseBase:
    """Start a story: 202 for scripts, the live page for people. Where that cannot be now, the form says when,
    with all that was typed; htmx leaves the form as it is by itself, where that answer is no form."""
    form = StoryForm(read_fields(request))
    try:
        rates.check(request, rates.COSTLY)
        if not form.is_valid():
            return show_form(request, form, status=400)
        person = who_is(request, remember=True)
        source = form.cleaned_data.pop("varied_from")
        session = services.start_generation(
            person=person, varied_from=access.find_source(person, source), **form.cleaned_data
        )
    except NotNow as error:
        if is_htmx(request) and error.status >= 500:
            raise
        form.add_error(None, str(error))
        return show_form(request, form, status=error.status, headers=error.headers)
    return started(request, session)


def read_wishes(request: HttpRequest, person: Person) -> dict[str, Any]:
    """What a link brought: a sentence, or a story (``vary``) of which all is taken over but the seed."""
    wishes = {"prompt": request.GET.get("prompt", "")[:PROMPT_MAX]}
    source = access.find_source(person, request.GET.get("vary"))
    return library.list_wishes(source) if source else wishes


@face("GET")
def generation(request: HttpRequest, session_id: UUID) -> HttpResponseBase:
    """The live page, in the true state of this moment; its script takes over from there."""
    person = who_is(request)
    session = access.find_generation(person, session_id)
    return render(request, "generation.html", pages.describe_generation(session, person))


@face("GET")
def status(request: HttpRequest, session_id: UUID) -> HttpResponseBase:
    session = access.find_generation(who_is(request), session_id)
    return JsonResponse(describe_status(session), headers={"Cache-Control": "no-store"})


@face("POST")
def cancel(request: HttpRequest, session_id: UUID) -> HttpResponseBase:
    session = access.find_generation(who_is(request), session_id, to_change=True)
    session = services.cancel_generation(session)
    return JsonResponse(describe_status(session)) if wants_json(request) else redirect(session)


@face("POST", costly=True)
def retry(request: HttpRequest, session_id: UUID) -> HttpResponseBase:
    person = who_is(request)
    session = access.find_generation(person, session_id, to_change=True)
    return started(request, services.retry_generation(session, by=person))


@face("GET")
def story(request: HttpRequest, story_id: UUID) -> HttpResponseBase:
    """The book. One that has no text yet is still on the loom: its live page shows that. One that was thrown
    away lies in its owner's trash."""
    person = who_is(request)
    try:
        book = access.find_story(person, story_id)
    except Story.DoesNotExist:
        if access.list_trash(person).filter(pk=story_id).exists():
            return redirect("trash")
        raise
    if not book.story_text and (making := book.generations.order_by("-created_at").first()):
        return redirect(making)
    shown = pages.describe_book(book, person)
    return render(
        request, "story.html", shown | describe_sharing(request, book, may_change=shown["may_change"])
    )


@face("POST", costly=True)
def redo(request: HttpRequest, story_id: UUID) -> HttpResponseBase:
    """Make one picture anew: 202 for scripts, the live page for people."""
    person = who_is(request)
    book = access.find_story(person, story_id, to_change=True)
    form, status, headers = RedoForm(read_fields(request)), 400, dict[str, str]()
    if form.is_valid():
        try:
            return started(request, redoing.redo_picture(book, person=person, **form.cleaned_data))
        except Refused as error:
            if is_script(request):
                raise
            form.add_error(None, str(error))
            status, headers = error.status, error.headers if isinstance(error, NotNow) else {}
    if is_script(request):
        return JsonResponse(form.problems, status=400)
    shown = pages.describe_book(book, person, form) | describe_sharing(request, book, may_change=True)
    return put_headers(render(request, "story.html", shown, status=status), headers)


@face("POST")
def choose(request: HttpRequest, story_id: UUID) -> HttpResponseBase:
    """Let this version of a picture be the one that is shown."""
    form = ChoiceForm(read_fields(request))
    if not form.is_valid():
        raise Http404
    person = who_is(request)
    image = access.find_version(person, story_id, form.cleaned_data["image"], to_change=True)
    redoing.choose_picture(image, person=person)
    return (
        HttpResponse(status=204)
        if is_script(request)
        else redirect(f"{image.story.get_absolute_url()}#{image.image_type}")
    )


@face("GET", counted=False)
def health(request: HttpRequest) -> HttpResponseBase:
    """For load balancers and people with a question: 503 only when nothing at all can work."""
    report = check_health()
    return JsonResponse(
        report, status=503 if report["status"] == "down" else 200, headers={"Cache-Control": "no-store"}
    )
