"""Stories: read, corrected, published, hidden and deleted here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.text import Truncator

from imaging.styles import STYLES
from stories import access, services, validation
from stories.admin.desk import Desk, ReadOnlyInline, name_owner, show_pictures, show_seconds, show_text
from stories.models import GeneratedImage, GenerationSession, Step, Story, Visibility
from stories.people import who_is


class GenerationInline(ReadOnlyInline):
    """How the story was made, with a link to the steps."""

    model = GenerationSession
    fields = readonly_fields = ("status", "progress", "seed", "error", "warnings", "created_at", "took")
    show_change_link = True

    @admin.display(description="Took")
    def took(self, session: GenerationSession) -> str:
        return show_seconds(session.started_at, session.finished_at)


class StoryForm(forms.ModelForm):
    """The rules for what people may write hold for curators too; a story not yet told may stay empty."""

    rules: dict[str, Callable[[Any], str]] = {
        "title": validation.clean_title,
        "story_text": validation.clean_story_text,
        "character_description": validation.clean_description,
        "background_description": validation.clean_description,
    }

    def clean(self) -> dict[str, Any]:
        for name, rule in self.rules.items():
            text = self.cleaned_data.get(name)
            try:
                if text:
                    self.cleaned_data[name] = rule(text)
            except ValidationError as error:
                self.add_error(name, error)
        return self.cleaned_data


@admin.register(Story)
class StoryAdmin(Desk):
    """Stories to read and to correct. Publishing and deleting call the services, as every face does."""

    form = StoryForm
    list_display = ("thumbnails", "title_and_prompt", "visibility", "made_by", "written_by", "made")
    list_display_links = ("title_and_prompt",)
    list_filter = ("visibility", "style", "language_model")
    search_fields = ("title", "prompt", "story_text", "owner__username")
    date_hierarchy = "created_at"
    inlines = (GenerationInline,)
    actions = ("publish", "unlist", "hide")
    readonly_fields = (
        "pictures", "text", "prompt", "style_name", "made_by", "language_model", "created_at", "updated_at",
    )  # fmt: skip
    fieldsets = (
        (None, {"fields": ("title", "visibility", "pictures", "text")}),
        (
            "Correct the text",
            {
                "classes": ["collapse"],
                "fields": ("story_text", "character_description", "background_description"),
            },
        ),
        (
            "How it was made",
            {"fields": ("prompt", "style_name", "made_by", "language_model", "created_at", "updated_at")},
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Story]:
        return Story.objects.with_pictures().select_related("owner").order_by("-created_at", "id")

    @admin.display(description="Story", ordering="title")
    def title_and_prompt(self, story: Story) -> str:
        prompt = Truncator(story.prompt).chars(90)
        return format_html('{}<span class="desk-prompt">{}</span>', story, prompt)

    @admin.display(description="Written by", ordering="language_model")
    def written_by(self, story: Story) -> str:
        return story.language_model or "–"

    @admin.display(description="Pictures")
    def thumbnails(self, story: Story) -> str:
        return show_pictures(story)

    @admin.display(description="Pictures")
    def pictures(self, story: Story) -> str:
        return show_pictures(story, large=True)

    @admin.display(description="Text")
    def text(self, story: Story) -> str:
        return show_text(story.story_text)

    @admin.display(description="Style")
    def style_name(self, story: Story) -> str:
        return STYLES[story.style].label if story.style in STYLES else story.style

    @admin.display(description="Made by", ordering="owner__username")
    def made_by(self, story: Story) -> str:
        return name_owner(story)

    def save_model(self, request: HttpRequest, obj: Story, form: Any, change: bool) -> None:
        changed = {name: form.cleaned_data[name] for name in form.changed_data}
        access.edit_story(who_is(request), obj, **changed)

    def delete_model(self, request: HttpRequest, obj: Story) -> None:
        services.delete_story(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Story]) -> None:
        for story in queryset:
            services.delete_story(story)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Who may delete a story may delete what belongs to it."""
        listed, counts, missing, protected = super().get_deleted_objects(objs, request)
        parts = {part._meta.verbose_name for part in (GeneratedImage, GenerationSession, Step)}
        return listed, counts, set(missing) - parts, protected

    @admin.action(description="Publish: everybody can read them", permissions=["change"])
    def publish(self, request: HttpRequest, stories: QuerySet[Story]) -> None:
        self._show_to(request, stories, Visibility.PUBLIC)

    @admin.action(description="Unlist: whoever has the link can read them", permissions=["change"])
    def unlist(self, request: HttpRequest, stories: QuerySet[Story]) -> None:
        self._show_to(request, stories, Visibility.UNLISTED)

    @admin.action(description="Hide: only their owners can read them", permissions=["change"])
    def hide(self, request: HttpRequest, stories: QuerySet[Story]) -> None:
        self._show_to(request, stories, Visibility.PRIVATE)

    def _show_to(self, request: HttpRequest, stories: Iterable[Story], visibility: Visibility) -> None:
        number = services.publish_stories(stories, visibility)
        told = f"{number} {'story' if number == 1 else 'stories'}: {visibility.label.lower()}."
        self.message_user(request, told, messages.SUCCESS)
