"""What a person asks for, read from a form or from JSON. The rules are in `stories.validation`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from stories import validation
from stories.parsing import NotJSON, parse_json
from stories.styles import DEFAULT_STYLE

FORMS = ("", "application/x-www-form-urlencoded", "multipart/form-data")
JSON = "application/json"
TRUTH = {"true": True, "on": True, "false": False, "off": False}


class Unreadable(Exception):
    """A body that holds nothing we can read. The message is written for the sender."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def read_fields(request: HttpRequest) -> Mapping[str, Any]:
    """The fields of a form or of a JSON object.

    Raises:
        Unreadable: it is neither, or it is broken.
    """
    if request.content_type in FORMS:
        return request.POST
    if request.content_type != JSON:
        raise Unreadable(415, f"Send a form or {JSON}.")
    try:
        data = parse_json(request.body)
    except NotJSON as error:
        raise Unreadable(400, str(error)) from None
    if not isinstance(data, dict):
        raise Unreadable(400, 'Send a JSON object, for example {"prompt": "A shy dragon"}.')
    return data


def clean_prompt(text: Any) -> str:
    """One that is not there at all is as good as an empty one."""
    return validation.clean_prompt("" if text is None else text)


def clean_style(name: Any) -> str:
    return DEFAULT_STYLE if name in (None, "") else validation.clean_style(name)


def clean_images(value: Any) -> bool:
    """Whether pictures are wanted; they are, unless somebody says no."""
    if value in (None, ""):
        return True
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value in TRUTH:
        return TRUTH[value]
    raise ValidationError("Say true or false.")


class CleanField(forms.Field):
    """A field that one function cleans, whatever type came in."""

    def __init__(self, cleaner: Callable[[Any], Any], **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
        self.cleaner = cleaner

    def clean(self, value: Any) -> Any:
        return self.cleaner(value)


class StoryForm(forms.Form):
    """Its ``cleaned_data`` are the keywords of `stories.services.start_generation`."""

    prompt = CleanField(clean_prompt)
    style = CleanField(clean_style, initial=DEFAULT_STYLE)
    seed = CleanField(validation.clean_seed)
    images = CleanField(clean_images, initial="true")
