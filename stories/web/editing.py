"""Changing a book's words: by hand, by a wish, back to an earlier version. And the hero, moved by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from stories import access, editing, redoing, validation
from stories.cutouts import measure_cutout, read_cutout
from stories.models import GenerationSession, ImageType, Story
from stories.people import who_is
from stories.refusals import Refused
from stories.sizes import parse_size
from stories.versions import WORDS, name_revision
from stories.web import book, pages
from stories.web.answers import face, fail, is_script, started
from stories.web.forms import CleanField, OurForm, read_fields

#: Where a hero stands that has not stood in a scene yet.
USUAL_PLACEMENT = {"x": 0.67, "y": 0.93, "height": 0.55, "flipped": False}
#: Where a part stands on the book's page; a title stands at its top.
PLACES = {
    "story_text": "#text",
    "character_description": "#character",
    "background_description": "#background",
}


class WordsForm(OurForm):
    """Words typed by hand; what is not sent stays as it is."""

    title = CleanField(validation.clean_title)
    story_text = CleanField(validation.clean_story_text)
    character_description = CleanField(validation.clean_description)
    background_description = CleanField(validation.clean_description)
    revision = CleanField(lambda value: value if isinstance(value, str) else "")

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        for name in WORDS:
            if data is not None and data.get(name) is None:
                del self.fields[name]

    @property
    def changes(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in WORDS if name in self.cleaned_data}


class WishForm(OurForm):
    """Its ``cleaned_data`` are keywords of `stories.redoing.rewrite`; ``wish`` is one a click away."""

    part = forms.ChoiceField(choices=[(name, name) for name in WORDS])
    wish = CleanField(lambda value: validation.clean_text(value or "", least=0, most=200))
    instruction = CleanField(
        lambda value: validation.clean_text(value or "", least=0, most=validation.WISH_MAX)
    )
    range = forms.RegexField(r"^\d{1,6}:\d{1,6}$", required=False)
    revision = CleanField(lambda value: value if isinstance(value, str) else "")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        wish, own = cleaned.pop("wish", ""), cleaned.get("instruction", "")
        cleaned["instruction"] = wish or own
        if not (wish or own) and not self.errors:
            self.add_error("instruction", _("Say what you would like."))
        where = cleaned.pop("range", "")
        start, _colon, end = where.partition(":")
        return {**cleaned, "start": int(start), "end": int(end)} if where else cleaned


class StepsForm(OurForm):
    step = forms.MultipleChoiceField(choices=[(name, name) for name in redoing.REFRESHED], required=False)


@face("GET")
def edit(request: HttpRequest, story_id: UUID) -> HttpResponseBase:
    """The book with its words in fields, to be typed in."""
    story = access.find_story(who_is(request), story_id, to_change=True)
    return show_fields(request, story)


@face("POST")
def save(request: HttpRequest, story_id: UUID) -> HttpResponseBase:
    """What was typed; whoever has a script saves through the API while they type."""
    person = who_is(request)
    story = access.find_story(person, story_id, to_change=True)
    form = WordsForm(read_fields(request))
    if not form.is_valid():
        if is_script(request):
            return JsonResponse(form.problems, status=400)
        return show_fields(request, story, form, status=400)
    try:
        editing.edit_words(
            story, person=person, changes=form.changes, revision=form.cleaned_data.get("revision", "")
        )
    except editing.ChangedMeanwhile as error:
        if is_script(request):
            raise
        return redirect("version", story.pk, error.version.number)
    return JsonResponse({"revision": name_revision(story)}) if is_script(request) else redirect(story)


def show_fields(
    request: HttpRequest, story: Story, form: WordsForm | None = None, *, status: int = 200
) -> HttpResponse:
    typed = form.data if form else {}
    shown = {
        "story": story,
        "words": {name: typed.get(name, getattr(story, name)) for name in WORDS},
        "problems": form.errors if form else {},
        "revision": typed.get("revision") or name_revision(story),
        "leaves_public": access.leaves_public(story, who_is(request)),
        "described": any(getattr(story, name) for name in WORDS[2:]),
    }
    return render(request, "edit.html", shown, status=status)


@face("POST", costly=True)
def rewrite(request: HttpRequest, story_id: UUID) -> HttpResponseBase:
    """Ask for other words: 202 for scripts, the live page for people."""

    def begin(story: Story, form: OurForm) -> GenerationSession:
        return redoing.rewrite(story, person=who_is(request), **form.cleaned_data)

    return start(request, story_id, WishForm(read_fields(request)), begin)


@face("POST", costly=True)
def refresh(request: HttpRequest, story_id: UUID) -> HttpResponseBase:
    """Make these steps anew, or all that is out of date."""

    def begin(story: Story, form: OurForm) -> GenerationSession:
        return redoing.refresh(story, person=who_is(request), names=form.cleaned_data["step"])

    fields = read_fields(request)
    steps = fields.getlist("step") if hasattr(fields, "getlist") else fields.get("step", [])
    return start(request, story_id, StepsForm({"step": steps}), begin)


def start(
    request: HttpRequest, story_id: UUID, form: OurForm, begin: Callable[[Story, OurForm], GenerationSession]
) -> HttpResponseBase:
    story = access.find_story(who_is(request), story_id, to_change=True)
    if form.is_valid():
        return started(request, begin(story, form))
    if is_script(request):
        return JsonResponse(form.problems, status=400)
    told = " ".join(str(problem) for problems in form.errors.values() for problem in problems)
    return fail(request, 400, told)


@face("GET")
def version(request: HttpRequest, story_id: UUID, number: int) -> HttpResponseBase:
    """A version beside what is shown, and all that there are."""
    found = access.find_words(who_is(request), story_id, number)
    story = found.story
    versions = list(story.versions.all())
    return render(
        request,
        "version.html",
        {
            "story": story,
            "comparison": book.compare_versions(story, found, versions),
            "entries": book.list_versions(story, versions),
        },
    )


@face("POST")
def keep(request: HttpRequest, story_id: UUID, number: int) -> HttpResponseBase:
    person = who_is(request)
    found = access.find_words(person, story_id, number)
    told = _("Version {number} is shown now. All versions are kept.").format(number=number)
    return done(request, editing.keep_version(found, person=person), found.part, told)


@face("POST")
def put_aside(request: HttpRequest, story_id: UUID, number: int) -> HttpResponseBase:
    found = access.find_words(who_is(request), story_id, number)
    editing.put_aside(found)
    told = _("Nothing was changed. Version {number} is kept.").format(number=number)
    return done(request, found.story, found.part, told)


def done(request: HttpRequest, story: Story, part: str, told: str) -> HttpResponseBase:
    """Back to that part of the book, and say what was done."""
    if is_script(request):
        return HttpResponse(status=204)
    messages.success(request, told)
    return redirect(f"{story.get_absolute_url()}{PLACES.get(part, '')}")


@face("GET")
def place(request: HttpRequest, story_id: UUID) -> HttpResponseBase:
    """The setting with the hero before it, to be moved by hand."""
    story = access.find_story(who_is(request), story_id, to_change=True)
    hero, setting, scene = (
        story.pictures.get(kind) for kind in (ImageType.CHARACTER, ImageType.BACKGROUND, ImageType.COMBINED)
    )
    if hero is None or setting is None:
        raise Refused(_("A scene needs a picture of the hero and one of the setting."))
    width, height = parse_size(settings.SCENE_SIZE)
    shown = {
        "story": story,
        "hero": hero,
        "setting": setting,
        "scene": scene,
        "stance": measure_cutout(hero),
        "width": width,
        "height": height,
        "placement": {**USUAL_PLACEMENT, **((scene.parameters.get("placement") or {}) if scene else {})},
        "limits": validation.PLACEMENT,
        **pages.describe_makers(story, images=True),
    }
    return render(request, "place.html", shown)


@face("GET")
def cutout(request: HttpRequest, story_id: UUID, image_id: UUID) -> HttpResponseBase:
    """The hero alone, on nothing."""
    image = access.find_version(who_is(request), story_id, image_id, to_change=True)
    if image.image_type != ImageType.CHARACTER:
        raise Http404
    return HttpResponse(
        read_cutout(image),
        content_type="image/webp",
        headers={"Cache-Control": "private, max-age=86400, immutable", "X-Content-Type-Options": "nosniff"},
    )
