"""What the pages of the desk share: how stories, pictures and times are shown, and buttons that act."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import BadRequest
from django.db import DataError, models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.defaultfilters import linebreaks_filter
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.timezone import localtime
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline

from stories.models import GeneratedImage, Story
from stories.people import Person

#: A table may be narrow, but a date or a number stays in one piece.
LINE = '<span class="desk-line">{}</span>'
#: Where a button that acts leads back to, if not to the list.
BACK = {"queue": "admin:stories_story_queue", "withheld": "admin:stories_generationsession_withheld"}


def link_to(thing: models.Model, text: str) -> str:
    """A link to its page of the admin."""
    return format_html('<a class="desk-link" href="{}">{}</a>', address_of(thing), text)


def address_of(thing: models.Model) -> str:
    return reverse(f"admin:{thing._meta.app_label}_{thing._meta.model_name}_change", args=[thing.pk])


def show_thumbnail(image: GeneratedImage) -> str:
    source = image.sources[0]["url"] if image.copies else image.file.url
    return format_html('<img src="{}" alt="{}" loading="lazy">', source, image.get_image_type_display())


def show_pictures(story: Story, *, large: bool = False) -> str:
    """Its live pictures, each with a link to its page."""
    figure = '<figure><a href="{}">{}</a>{}</figure>'
    caption = "<figcaption>{}</figcaption>"
    figures = format_html_join(
        "",
        figure,
        (
            (
                address_of(image),
                format_html('<img src="{}" alt="{}">', image.shown, image.get_image_type_display())
                if large
                else show_thumbnail(image),
                format_html(caption, image.get_image_type_display()) if large else "",
            )
            for image in story.pictures.values()
        ),
    )
    return format_html('<div class="desk-pictures{}">{}</div>', " is-large" if large else "", figures or "–")


def show_text(text: str) -> str:
    return format_html('<div class="desk-text">{}</div>', linebreaks_filter(text)) if text else "–"


def show_tag(text: str, tone: str = "") -> str:
    """A word in a frame; ``tone`` is good, bad, busy or gold."""
    return format_html('<span class="desk-tag is-{}">{}</span>', tone or "plain", text)


def name_owner(story: Story) -> str:
    """Who made it, without what they are counted by: that may be a key or an address."""
    if story.owner:
        return str(story.owner.get_username())
    return gettext("nobody known") if story.person.startswith(Person.ADDRESS) else story.person.split(":")[0]


def show_moment(moment: datetime) -> str:
    day, hour = (date_format(localtime(moment), form) for form in ("j M Y", "H:i"))
    return format_html(f"{LINE} {LINE}", day, hour)


def show_seconds(begun: Any, ended: Any) -> str:
    return format_html(LINE, f"{(ended - begun).total_seconds():.1f} s") if begun and ended else "–"


class NamedValues(admin.AllValuesFieldListFilter):
    """All values that there are; a blank one has a name too."""

    def choices(self, changelist: Any) -> Iterator[Any]:
        for choice in super().choices(changelist):
            yield {**choice, "display": choice["display"] or _("none")}


class Desk(ModelAdmin):
    """Nothing is added by hand: it comes out of a generation."""

    list_per_page = 30
    #: What an empty list says: what would stand here, and what brings it.
    empty_words = _("Nothing here yet.")
    change_form_outer_before_template = "admin/stories/buttons.html"

    @admin.display(description=_("Made"), ordering="created_at")
    def made(self, thing: Any) -> str:
        return show_moment(thing.created_at)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        try:
            return super().changelist_view(request, extra_context)
        except DataError:
            raise BadRequest(_("A filter holds what the database cannot store.")) from None

    def list_buttons(self, request: HttpRequest, thing: Any) -> Iterable[tuple[str, str, str]]:
        """What can be done about the thing on the page: the action of the list, its icon, its name."""
        return ()

    def show_seen(self, thing: Any) -> str:
        """A hidden field for what the page shows of it, where a decision is to be about that."""
        return ""

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        """The buttons of the page send the same actions as the list, so that each is written once."""
        thing, allowed = kwargs.get("obj"), self.get_actions(request)
        wanted = self.list_buttons(request, thing) if thing else ()
        context["buttons"] = [button for button in wanted if button[0] in allowed]
        context["seen"] = self.show_seen(thing) if thing else ""
        context["buttons_to"] = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        return super().render_change_form(request, context, *args, **kwargs)

    def go_back(self, request: HttpRequest, things: models.QuerySet[Any]) -> HttpResponse | None:
        """After an action: to the page whose button was pressed; None leads to the list."""
        back = request.POST.get("back", "")
        if back == "page" and (thing := things.first()):
            return redirect(address_of(thing))
        return redirect(BACK[back]) if back in BACK else None

    def tell(self, request: HttpRequest, number: int, done: str, *, of: int) -> None:
        name = self.opts.verbose_name if number == 1 else self.opts.verbose_name_plural
        if number:
            self.message_user(request, f"{number} {name}: {gettext(done)}.", messages.SUCCESS)
        if number < of:
            told = ngettext("{number} left as it was.", "{number} left as they were.", of - number)
            self.message_user(request, told.format(number=of - number), messages.WARNING)


class ReadOnlyInline(TabularInline):
    """Rows that belong to the thing on the page, to look at."""

    extra = 0
    can_delete = False
    hide_title = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
