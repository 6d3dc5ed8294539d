"""Pictures, live ones and older ones: facts to look at, and to delete."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.defaultfilters import filesizeformat
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from stories import housekeeping, services
from stories.admin.desk import LINE, Desk, NamedValues, link_to, show_tag, show_thumbnail
from stories.models import GeneratedImage


@admin.register(GeneratedImage)
class GeneratedImageAdmin(Desk):
    """Every picture with its prompt, seed and model. None is changed; a deleted one takes its file along."""

    change_list_template = "admin/stories/generatedimage/change_list.html"
    list_display = ("thumbnail", "of", "image_type", "shown", "model", "seed", "size", "made")
    list_display_links = ("thumbnail",)
    list_filter = ("image_type", "is_live", ("style", NamedValues), "model")
    list_select_related = ("story",)
    search_fields = ("story__title", "prompt_used")
    search_help_text = _("Words of the story’s title or of what was painted")
    empty_words = _("Pictures appear here as they are painted: the hero, the setting, the scene.")
    date_hierarchy = "created_at"
    ordering = ("-created_at", "id")
    fields = readonly_fields = (
        "picture", "of", "image_type", "shown", "model", "style", "seed", "size", "description",
        "prompt_used", "negative_prompt", "recipe", "file_name", "created_at",
    )  # fmt: skip

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # a picture is a fact

    @admin.display(description=_("Picture"))
    def thumbnail(self, image: GeneratedImage) -> str:
        return format_html('<span class="desk-pictures">{}</span>', show_thumbnail(image))

    @admin.display(description=_("Picture"))
    def picture(self, image: GeneratedImage) -> str:
        url = image.file.url
        return format_html('<a href="{}"><img class="desk-picture" src="{}" alt="{}"></a>', url, url, image)

    @admin.display(description=_("In the book"), ordering="is_live")
    def shown(self, image: GeneratedImage) -> str:
        return show_tag(gettext("shown"), "good") if image.is_live else show_tag(gettext("earlier version"))

    @admin.display(description=_("Story"), ordering="story__title")
    def of(self, image: GeneratedImage) -> str:
        return link_to(image.story, str(image.story))

    @admin.display(description=_("File"))
    def file_name(self, image: GeneratedImage) -> str:
        return str(image.file.name)

    @admin.display(description=_("Size"))
    def size(self, image: GeneratedImage) -> str:
        return format_html(LINE, f"{image.width} × {image.height}")

    @admin.display(description=_("Parameters"))
    def recipe(self, image: GeneratedImage) -> str:
        text = json.dumps(image.parameters, indent=2, ensure_ascii=False)
        return format_html(
            '<details><summary>{}</summary><pre class="desk-json">{}</pre></details>', gettext("Show"), text
        )

    def delete_model(self, request: HttpRequest, obj: GeneratedImage) -> None:
        services.delete_pictures([obj])

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[GeneratedImage]) -> None:
        services.delete_pictures(queryset)

    def get_urls(self) -> list[URLPattern]:
        tidy = path("tidy/", self.admin_site.admin_view(self.tidy), name="stories_generatedimage_tidy")
        return [tidy, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        may_tidy = self.has_delete_permission(request)
        return super().changelist_view(request, {"may_tidy": may_tidy, **(extra_context or {})})

    def tidy(self, request: HttpRequest) -> HttpResponse:
        """Delete files without a row, here and now: it is quick, and no view asks the broker for anything."""
        if not self.has_delete_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        gone = housekeeping.tidy_media()
        told = ngettext(
            "Tidied up: {number} file, {size}.", "Tidied up: {number} files, {size}.", gone["files"]
        ).format(number=gone["files"], size=filesizeformat(gone["bytes"]))
        self.message_user(request, told, messages.SUCCESS)
        return redirect("admin:stories_generatedimage_changelist")
