"""Sentences to begin with, one click away."""

from django.utils.translation import gettext_noop

EXAMPLES = (
    gettext_noop("A shy dragon who paints the night sky"),
    gettext_noop("A lighthouse keeper who collects lost messages from the sea"),
    gettext_noop("A clockwork fox looking for spring in a city of snow"),
    gettext_noop("A librarian whose books whisper at midnight"),
    gettext_noop("A young astronaut who plants a garden on the moon"),
)
