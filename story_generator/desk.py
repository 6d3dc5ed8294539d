"""How the curators' desk looks, by django-unfold: the house's night and linen (css/themes.css), its own icon,
and a sidebar that `stories.admin.sidebar` fills."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _


def icon(request: HttpRequest) -> str:
    return static("img/icon.svg")


def style_sheet(request: HttpRequest) -> str:
    return static("stories/admin.css")


def script(request: HttpRequest) -> str:
    return static("stories/admin.js")


#: From linen to night: the light end is the page by day and the text by night, the dark end the reverse.
BASE = {
    "50": "oklch(96.8% .012 86)",
    "100": "oklch(94.2% .016 85)",
    "200": "oklch(88% .024 82)",
    "300": "oklch(84% .022 86)",
    "400": "oklch(70% .026 90)",
    "500": "oklch(49% .034 276)",
    "600": "oklch(38% .04 276)",
    "700": "oklch(33% .042 276)",
    "800": "oklch(28% .042 276)",
    "900": "oklch(18.5% .034 276)",
    "950": "oklch(14% .03 276)",
}
#: Thread of gold. 500 is read on the night, 600 on linen: hence the step between them.
GOLD = {
    "50": "oklch(97% .02 86)",
    "100": "oklch(94% .045 86)",
    "200": "oklch(91% .07 86)",
    "300": "oklch(88% .09 85)",
    "400": "oklch(85.5% .1 84)",
    "500": "oklch(83% .108 84)",
    "600": "oklch(47% .098 68)",
    "700": "oklch(42% .09 67)",
    "800": "oklch(36% .08 66)",
    "900": "oklch(30% .065 65)",
    "950": "oklch(24% .05 64)",
}
UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Starloom",
    "SITE_HEADER": "Starloom",
    "SITE_SUBHEADER": _("The curators’ desk"),
    "SITE_SYMBOL": "auto_stories",
    "SITE_ICON": icon,
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": icon}],
    "STYLES": [style_sheet],
    "SCRIPTS": [script],
    "BORDER_RADIUS": "5px",
    "COLORS": {"base": BASE, "primary": GOLD},
    "DASHBOARD_CALLBACK": "stories.admin.dashboard.fill",
    "SIDEBAR": {"navigation": "stories.admin.sidebar.list_groups"},
}
