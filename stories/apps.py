"""The one app with the story's models."""

from django.apps import AppConfig


class StoriesConfig(AppConfig):
    name = "stories"
    verbose_name = "Library"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Registers the workers' sign of life, which /health/ reads.
        from stories import presence

        presence.connect()
