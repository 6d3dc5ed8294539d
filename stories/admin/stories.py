"""Stories: read, corrected, published, put first, hidden and deleted here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.html import format_html, format_html_join
from django.utils.text import Truncator
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from agents.languages import name_language
from imaging.styles import STYLES
from stories import access, curating, library, validation
from stories.admin import desk, moderation
from stories.admin.deciding import is_asked, show_seen
from stories.admin.exporting import Exporting
from stories.models import GeneratedImage, GenerationSession, Step, Story, StoryQuerySet, Visibility
from stories.people import who_is
from stories.refusals import Refused
from stories.templatetags.speech import spoken_of
from stories.versions import WORDS, has_changed, hash_words, name_revision

BEHIND = gettext_noop(
    "This story was changed since this page was shown to you, and nothing was saved. What you typed still "
    "stands here: keep a copy, open the page again, and change what is there now."
)
GONE = gettext_noop("This story was thrown away meanwhile. Nothing was saved.")
TONES = {Visibility.PUBLIC: "good", Visibility.UNLISTED: "busy", Visibility.PRIVATE: ""}


class GenerationInline(desk.ReadOnlyInline):
    """How the story was made; the moment it began leads to the steps."""

    model = GenerationSession
    fields = readonly_fields = ("made", "state", "what", "seed", "took", "trouble")

    @admin.display(description=_("Begun"))
    def made(self, session: GenerationSession) -> str:
        return desk.link_to(session, desk.show_moment(session.created_at))

    @admin.display(description=_("Status"))
    def state(self, session: GenerationSession) -> str:
        return format_html("{} · {} %", session.get_status_display(), session.progress)

    @admin.display(description=_("What"))
    def what(self, session: GenerationSession) -> str:
        return session.redo or gettext("the whole story")

    @admin.display(description=_("Took"))
    def took(self, session: GenerationSession) -> str:
        return desk.show_seconds(session.started_at, session.finished_at)

    @admin.display(description=_("Trouble"))
    def trouble(self, session: GenerationSession) -> str:
        return session.error or " ".join(session.warnings) or "–"


class StoryForm(forms.ModelForm):
    """The rules for what people may write hold for curators too; a story not yet told may stay empty.

    ``revision`` names the words that the page has shown: what was changed since is not written over.
    """

    revision = forms.CharField(widget=forms.HiddenInput, required=False, label="")
    rules: dict[str, Callable[[Any], str]] = {
        "title": validation.clean_title,
        "story_text": validation.clean_story_text,
        "character_description": validation.clean_description,
        "background_description": validation.clean_description,
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "revision" in self.fields:
            self.fields["revision"].initial = name_revision(self.instance)

    def clean(self) -> dict[str, Any]:
        for name, rule in self.rules.items():
            text = self.cleaned_data.get(name)
            try:
                if text:
                    self.cleaned_data[name] = rule(text)
            except ValidationError as error:
                self.add_error(name, error)
        now = Story.objects.get(pk=self.instance.pk)
        self.began_from = self.cleaned_data.get("revision") or name_revision(now)
        # Browsers send what was not typed too, with other line ends.
        then = dict(zip(WORDS, self.began_from.split("-"), strict=False))
        sent = {name: self.cleaned_data[name] for name in WORDS if name in self.cleaned_data}
        self.typed = {name: text for name, text in sent.items() if hash_words(text) != then.get(name)}
        if has_changed(now, self.began_from, self.typed):
            self.add_error(None, gettext(BEHIND))
        return self.cleaned_data


class StandingFilter(admin.SimpleListFilter):
    """What curators look for, by what was asked and decided."""

    title = _("standing")
    parameter_name = "standing"
    QUERIES: dict[str, tuple[Any, dict[str, Any]]] = {
        "asked": (_("Waits for a decision"), {"pk__in": curating.list_asked().order_by().values("pk")}),
        "featured": (_("Featured"), {"is_featured": True}),
        "changed": (_("Changed since it was public"), {"changed_at__isnull": False}),
        "hidden": (_("Hidden"), {"hidden_at__isnull": False}),
        "told": (_("Taken back or refused"), {"hidden_reason__gt": ""}),
        "trashed": (_("In the trash"), {"trashed_at__isnull": False}),
    }

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        return [(name, words) for name, (words, _) in self.QUERIES.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Story]) -> QuerySet[Story]:
        _, query = self.QUERIES.get(self.value() or "", ("", {}))
        return queryset.filter(**query)


class LanguageFilter(desk.NamedValues):
    """Languages by their own names."""

    def choices(self, changelist: Any) -> Iterator[Any]:
        for choice in super().choices(changelist):
            yield {**choice, "display": name_language(str(choice["display"]))}


@admin.register(Story)
class StoryAdmin(Exporting):
    """Stories to read and to correct. Every decision calls a service, as every face does."""

    form = StoryForm
    list_display = ("thumbnails", "title_and_prompt", "standing", "made_by", "written_by", "made")
    list_display_links = ("title_and_prompt",)
    list_filter = (
        "visibility",
        StandingFilter,
        ("style", desk.NamedValues),
        ("language", LanguageFilter),
        ("language_model", desk.NamedValues),
    )
    search_fields = ("title", "prompt", "story_text", "owner__username")
    search_help_text = _("Words of the title, the prompt or the text, or an account’s name")
    date_hierarchy = "created_at"
    inlines = (GenerationInline,)
    empty_words = _("Stories appear here as people tell them, at the front page or through the API.")
    readonly_fields = (
        "pictures", "text", "visible_to", "decided", "prompt", "style_name", "made_by", "language_model",
        "spoken", "created_at", "updated_at",
    )  # fmt: skip
    fieldsets = (
        (None, {"fields": ("visible_to", "decided", "pictures", "title", "text")}),
        (
            _("Correct the text"),
            {
                "classes": ["collapse"],
                "fields": ("story_text", "character_description", "background_description"),
            },
        ),
        (
            _("How it was made"),
            {
                "fields": (
                    "prompt", "style_name", "spoken", "made_by", "language_model", "created_at",
                    "updated_at",
                )
            },
        ),
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> StoryQuerySet:
        return Story.objects.with_pictures().select_related("owner").order_by("-created_at", "id")

    def get_urls(self) -> list[URLPattern]:
        queue = self.admin_site.admin_view(moderation.show_queue)
        return [path("queue/", queue, name="stories_story_queue"), *super().get_urls()]

    @admin.display(description=_("Story"), ordering="title")
    def title_and_prompt(self, story: Story) -> str:
        prompt = Truncator(story.prompt).chars(90)
        words = '<b class="desk-title">{}</b><span class="desk-prompt">{}</span>{}'
        return format_html(words, story, prompt, show_seen(story))

    @admin.display(description=_("Read by"), ordering="visibility")
    def standing(self, story: Story) -> str:
        seen = desk.show_tag(story.get_visibility_display(), TONES[Visibility(story.visibility)])
        more = [
            (gettext("Featured"), "gold") if story.is_featured else None,
            (gettext("Asked to publish"), "busy") if is_asked(story) else None,
            (gettext("Changed since it was public"), "busy") if story.changed_at else None,
            (gettext("Hidden"), "bad") if story.hidden_at else None,
            (gettext("Reason given"), "bad") if story.hidden_reason and not story.hidden_at else None,
            (gettext("Trash"), "bad") if story.trashed_at else None,
        ]
        tags = format_html_join("", "{}", ((desk.show_tag(*one),) for one in more if one))
        return format_html('<span class="desk-tags">{}{}</span>', seen, tags)

    @admin.display(description=_("Written by"), ordering="language_model")
    def written_by(self, story: Story) -> str:
        return story.language_model or "–"

    @admin.display(description=_("Language"))
    def spoken(self, story: Story) -> str:
        written, asked = (name_language(tag) for tag in (story.language, story.asked_language))
        if not asked:
            return written or "–"
        told = gettext("{written}, asked for: {asked}")
        return told.format(written=written or gettext("unknown"), asked=asked)

    @admin.display(description=_("Pictures"))
    def thumbnails(self, story: Story) -> str:
        return desk.show_pictures(story)

    @admin.display(description=_("Pictures"))
    def pictures(self, story: Story) -> str:
        return desk.show_pictures(story, large=True)

    @admin.display(description=_("Text"))
    def text(self, story: Story) -> str:
        return format_html("<div {}>{}</div>", spoken_of(story), desk.show_text(story.story_text))

    @admin.display(description=_("Read by"))
    def visible_to(self, story: Story) -> str:
        return self.standing(story)

    @admin.display(description=_("What its owner was told"))
    def decided(self, story: Story) -> str:
        return story.hidden_reason or "–"

    @admin.display(description=_("Style"))
    def style_name(self, story: Story) -> str:
        return gettext(STYLES[story.style].label) if story.style in STYLES else story.style

    @admin.display(description=_("Made by"), ordering="owner__username")
    def made_by(self, story: Story) -> str:
        return desk.name_owner(story)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        first, *rest = super().get_fieldsets(request, obj)
        if not self.has_change_permission(request, obj):
            return [first, *rest]
        return [(first[0], {**first[1], "fields": (*first[1]["fields"], "revision")}), *rest]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """In the trash a story is to look at, to take out and to delete."""
        return super().has_change_permission(request, obj) and not (obj and obj.trashed_at)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """For good, out of the trash alone: the way there is an action (`Deciding.trash`)."""
        return super().has_delete_permission(request, obj) and not (obj and not obj.trashed_at)

    def save_model(self, request: HttpRequest, obj: Story, form: Any, change: bool) -> None:
        try:
            access.edit_story(who_is(request), obj, revision=form.began_from, **form.typed)
        except (Refused, Story.DoesNotExist) as error:
            # Changed, or thrown away, since the form was checked a moment ago.
            told = str(error) if isinstance(error, Refused) else gettext(GONE)
            self.message_user(request, told, messages.ERROR)
            obj.was_refused = True  # type: ignore[attr-defined]

    def response_change(self, request: HttpRequest, obj: Story) -> HttpResponse:
        return (
            redirect(request.path) if hasattr(obj, "was_refused") else super().response_change(request, obj)
        )

    def delete_model(self, request: HttpRequest, obj: Story) -> None:
        library.delete_trashed(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Story]) -> None:
        for story in queryset:
            library.delete_trashed(story)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Who may delete a story may delete what belongs to it."""
        listed, counts, missing, protected = super().get_deleted_objects(objs, request)
        parts = {part._meta.verbose_name for part in (GeneratedImage, GenerationSession, Step)}
        return listed, counts, set(missing) - parts, protected
