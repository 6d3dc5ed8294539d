"""The curators' desk. It shows what was made and how; whatever it changes goes through the services."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from stories.admin.generations import GenerationSessionAdmin
from stories.admin.images import GeneratedImageAdmin
from stories.admin.people import GroupAdmin, TokenAdmin, UserAdmin
from stories.admin.results import OutcomeAdmin
from stories.admin.stories import StoryAdmin

__all__ = [
    "GeneratedImageAdmin",
    "GenerationSessionAdmin",
    "GroupAdmin",
    "OutcomeAdmin",
    "StoryAdmin",
    "TokenAdmin",
    "UserAdmin",
]

admin.site.index_title = _("The curators’ desk")
