"""In which language words are, for hyphenation, for screen readers and for the side that a line begins on."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from agents.languages import find_language, guess_language
from stories.models import Story
from stories.versions import name_tongue

register = template.Library()
UNKNOWN = SafeString('dir="auto"')


@register.simple_tag
def spoken(tag: str) -> SafeString:
    """``lang`` and ``dir`` of an element whose words are in this language, as far as that is known."""
    language = find_language(tag or "")
    if language:
        return format_html('lang="{}" dir="{}"', tag, language.direction)
    return format_html('lang="{}" dir="auto"', tag) if tag else UNKNOWN


@register.simple_tag
def spoken_of(story: Story) -> SafeString:
    """The same for a story's title and text."""
    return spoken(story.language or guess_language(story.story_text))


@register.simple_tag
def spoken_in(story: Story, description: str) -> SafeString:
    """The same for a description: in the story's language where the painter was told in English besides."""
    return spoken(name_tongue(story, description))
