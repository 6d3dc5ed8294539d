"""Fields of the API, each with one rule of `stories.validation` and what the OpenAPI document says of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from agents.genres import GENRES
from agents.languages import LANGUAGES
from agents.types import TEXT_MAX, TITLE_MAX
from imaging.styles import DEFAULT_STYLE, STYLES
from stories import validation
from stories.models import PROMPT_MAX, PROMPT_MIN, SEED_MAX

#: Control characters but tab and line ends, and what decoders put where bytes were no text.
UNWANTED = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd"


def describe_text(least: int, most: int, *, unwanted: str = UNWANTED) -> dict[str, Any]:
    """A text of so many characters, after trimming."""
    return {"type": "string", "minLength": least, "maxLength": most, "pattern": f"^[^{unwanted}]*$"}


class CleanField(serializers.Field[Any, Any, Any, Any]):
    """A field whose one rule is a function of `stories.validation`, which raises Django's ValidationError."""

    clean: ClassVar[Callable[[Any], Any]]

    def to_internal_value(self, data: Any) -> Any:
        return type(self).clean(data)

    def to_representation(self, value: Any) -> Any:
        return value


@extend_schema_field(describe_text(PROMPT_MIN, PROMPT_MAX))
class PromptField(CleanField):
    clean = validation.clean_prompt


@extend_schema_field({"type": "string", "enum": list(STYLES), "default": DEFAULT_STYLE})
class StyleField(CleanField):
    clean = validation.clean_style


@extend_schema_field({"type": "string", "enum": ["", *GENRES], "default": ""})
class GenreField(CleanField):
    clean = validation.clean_genre


@extend_schema_field({"type": "string", "enum": ["", *LANGUAGES], "default": ""})
class LanguageField(CleanField):
    clean = validation.clean_language


@extend_schema_field({"type": "integer", "minimum": 0, "maximum": SEED_MAX})
class SeedField(CleanField):
    clean = validation.clean_seed


@extend_schema_field(describe_text(1, TITLE_MAX, unwanted=rf"\t\n\r{UNWANTED}"))
class TitleField(CleanField):
    clean = validation.clean_title


@extend_schema_field(describe_text(1, TEXT_MAX))
class TextField(CleanField):
    clean = validation.clean_story_text


@extend_schema_field(describe_text(0, validation.DESCRIPTION_MAX))
class DescriptionField(CleanField):
    clean = validation.clean_description


@extend_schema_field(
    {
        "type": "object",
        "nullable": True,
        "required": list(validation.PLACEMENT),
        "additionalProperties": False,
        "properties": {
            **{
                name: {"type": "number", "minimum": least, "maximum": most}
                for name, (least, most) in validation.PLACEMENT.items()
            },
            "flipped": {"type": "boolean", "default": False},
        },
    }
)
class PlacementField(CleanField):
    clean = validation.clean_placement
