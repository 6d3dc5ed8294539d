"""What a person asks for, read from a form or from JSON. The rules are in `stories.validation`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from imaging.styles import DEFAULT_STYLE
from stories import validation
from stories.models import ImageType
from stories.parsing import NotJSON, parse_json

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
        raise Unreadable(415, _("Send a form or {media_type}.").format(media_type=JSON))
    try:
        data = parse_json(request.body)
    except NotJSON as error:
        raise Unreadable(400, str(error)) from None
    if not isinstance(data, dict):
        raise Unreadable(400, _('Send a JSON object, for example {"prompt": "A shy dragon"}.'))
    return data


def clean_prompt(text: Any) -> str:
    """One that is not there at all is as good as an empty one."""
    return validation.clean_prompt("" if text is None else text)


def clean_style(name: Any) -> str:
    return DEFAULT_STYLE if name in (None, "") else validation.clean_style(name)


def clean_source(value: Any) -> str:
    """The id of the story that this one is to be like; what is none is as good as nothing."""
    return value[:36] if isinstance(value, str) else ""


def clean_redo_style(name: Any) -> str | None:
    return None if name in (None, "") else validation.clean_style(name)


def clean_description(text: Any) -> str:
    """One that is not there at all is as good as an empty one."""
    return validation.clean_description("" if text is None else text)


def clean_images(value: Any) -> bool:
    """Whether pictures are wanted; they are, unless somebody says no."""
    return clean_truth(value, otherwise=True)


def clean_merge(value: Any) -> bool:
    return clean_truth(value, otherwise=False)


def clean_truth(value: Any, *, otherwise: bool) -> bool:
    if value in (None, ""):
        return otherwise
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value in TRUTH:
        return TRUTH[value]
    raise ValidationError(_("Say true or false."))


def join_placement(fields: Mapping[str, Any]) -> dict[str, Any]:
    """A placement out of a form's fields; what is no number is left for `validation` to refuse."""
    shares = {name: fields.get(name) for name in validation.PLACEMENT}
    return {name: read_number(value) for name, value in shares.items()} | {
        "flipped": fields.get("flipped") in ("on", "true", True)
    }


def read_number(value: Any) -> Any:
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return value


class CleanField(forms.Field):
    """A field that one function cleans, whatever type came in."""

    def __init__(self, cleaner: Callable[[Any], Any], **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
        self.cleaner = cleaner

    def clean(self, value: Any) -> Any:
        return self.cleaner(value)


class OurForm(forms.Form):
    """A form that scripts send too."""

    @property
    def problems(self) -> dict[str, Any]:
        """What is wrong, as the API tells it."""
        errors = {name: list(problems) for name, problems in self.errors.items()}
        general = errors.pop("__all__", None)
        return {"detail": general[0]} if general else errors


class StoryForm(OurForm):
    """Its ``cleaned_data`` are the keywords of `stories.services.start_generation`, but for the id of the
    story that it varies, which the view looks up."""

    prompt = CleanField(clean_prompt)
    style = CleanField(clean_style, initial=DEFAULT_STYLE)
    genre = CleanField(validation.clean_genre)
    language = CleanField(validation.clean_language)
    seed = CleanField(validation.clean_seed)
    images = CleanField(clean_images, initial="true")
    varied_from = CleanField(clean_source)


class RedoForm(OurForm):
    """Its ``cleaned_data`` are the keywords of `stories.redoing.redo_picture`.

    Where the same is to be painted again (``like``), the other fields are not looked at: a page sends all
    that it has.
    """

    image_type = forms.ChoiceField(choices=ImageType.choices)
    like = forms.UUIDField(required=False)
    description = CleanField(clean_description)
    style = CleanField(clean_redo_style)
    seed = CleanField(validation.clean_seed)
    merge = CleanField(clean_merge)
    placement = CleanField(validation.clean_placement)

    def __init__(self, data: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        """A page sends a placement in fields of their own."""
        if data and "x" in data:
            data = {**{name: data.get(name) for name in data}, "placement": join_placement(data)}
        super().__init__(data, **kwargs)

    def clean_description(self) -> Any:
        return self.cleaned_data["description"] or None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("like"):
            cleaned |= {"description": None, "style": None, "seed": None, "placement": None}
        return cleaned


class ChoiceForm(forms.Form):
    image = forms.UUIDField()
