"""The curators' desk. It shows what was made and how; whatever it changes goes through the services."""

from django.contrib import admin

from stories.admin.generations import GenerationSessionAdmin
from stories.admin.images import GeneratedImageAdmin
from stories.admin.results import OutcomeAdmin
from stories.admin.stories import StoryAdmin

__all__ = ["GeneratedImageAdmin", "GenerationSessionAdmin", "OutcomeAdmin", "StoryAdmin"]

admin.site.site_header = admin.site.site_title = "Starloom"
admin.site.index_title = "The curators' desk"
