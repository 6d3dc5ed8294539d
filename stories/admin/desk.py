"""What the pages of the desk share: how stories, pictures and times are shown."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.core.exceptions import BadRequest
from django.db import DataError, models
from django.http import HttpRequest
from django.template.defaultfilters import linebreaks_filter
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.timezone import localtime

from stories.models import Story
from stories.people import Person

#: A table may be narrow, but a date or a number stays in one piece.
LINE = '<span class="desk-line">{}</span>'


def link_to(thing: models.Model, text: str) -> str:
    """A link to its page of the admin."""
    address = f"admin:{thing._meta.app_label}_{thing._meta.model_name}_change"
    return format_html('<a href="{}">{}</a>', reverse(address, args=[thing.pk]), text)


def show_pictures(story: Story, *, large: bool = False) -> str:
    figure = '<figure><a href="{}"><img src="{}" alt="{}" loading="lazy"></a>{}</figure>'
    caption = "<figcaption>{}</figcaption>"
    figures = format_html_join(
        "",
        figure,
        (
            (
                reverse("admin:stories_generatedimage_change", args=[image.pk]),
                image.file.url,
                image.get_image_type_display(),
                format_html(caption, image.get_image_type_display()) if large else "",
            )
            for image in story.pictures.values()
        ),
    )
    return format_html('<div class="desk-pictures{}">{}</div>', " is-large" if large else "", figures or "–")


def show_text(text: str) -> str:
    return format_html('<div class="desk-text">{}</div>', linebreaks_filter(text)) if text else "–"


def name_owner(story: Story) -> str:
    """Who made it, without what they are counted by: that may be a key or an address."""
    if story.owner:
        return str(story.owner.get_username())
    return "nobody known" if story.person.startswith(Person.ADDRESS) else story.person.split(":")[0]


def show_moment(moment: datetime) -> str:
    day, hour = (date_format(localtime(moment), form) for form in ("j M Y", "H:i"))
    return format_html(f"{LINE} {LINE}", day, hour)


def show_seconds(begun: Any, ended: Any) -> str:
    return format_html(LINE, f"{(ended - begun).total_seconds():.1f} s") if begun and ended else "–"


class Desk(admin.ModelAdmin):
    """Nothing is added by hand: it comes out of a generation."""

    list_per_page = 30
    show_full_result_count = False

    @admin.display(description="Made", ordering="created_at")
    def made(self, thing: Any) -> str:
        return show_moment(thing.created_at)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        try:
            return super().changelist_view(request, extra_context)
        except DataError:
            raise BadRequest("A filter holds what the database cannot store.") from None


class ReadOnlyInline(admin.TabularInline):
    """Rows that belong to the thing on the page, to look at."""

    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
