"""The one app with the story's models."""

from django.apps import AppConfig
from django.utils import translation
from django.utils.translation import gettext_lazy as _


class StoriesConfig(AppConfig):
    name = "stories"
    verbose_name = _("Library")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Registers the workers' sign of life, which /health/ reads, and their way to stop.
        from stories import pictures, presence, stopping

        presence.connect()
        stopping.connect()
        pictures.bound()
        self.translate_names()

    def translate_names(self) -> None:
        """What the desk calls models and their fields: Django makes these names of those in the code."""
        with translation.override(None):
            for model in self.get_models():
                names = model._meta
                names.verbose_name = _(str(names.verbose_name))
                names.verbose_name_plural = _(str(names.verbose_name_plural))
                for field in names.fields:
                    field.verbose_name = _(str(field.verbose_name))
