"""The wiring as an app, for its system checks."""

from django.apps import AppConfig


class StoryGeneratorConfig(AppConfig):
    name = "story_generator"

    def ready(self) -> None:
        from story_generator import checks  # noqa: F401
