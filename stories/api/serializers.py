"""What comes in and what goes out, as CONTRACT of the API has it."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from imaging.styles import STYLES
from stories import validation
from stories.api.fields import (
    DescriptionField,
    GenreField,
    LanguageField,
    PlacementField,
    PromptField,
    SeedField,
    StyleField,
    TextField,
    TitleField,
)
from stories.library import SHELVES
from stories.makers import tell_makers
from stories.models import (
    GeneratedImage,
    GenerationStatus,
    ImageType,
    StepStatus,
    Story,
    Visibility,
)
from stories.search import BEST, LIKED, MOST_FOUND, NEWEST, OLDEST, TITLE, TITLE_BACKWARDS
from stories.versions import name_revision

#: What the API calls an order, and what `stories.search` does.
ORDERINGS = {
    "created_at": OLDEST,
    "-created_at": NEWEST,
    "title": TITLE,
    "-title": TITLE_BACKWARDS,
    "-likes": LIKED,
    "relevance": BEST,
}


class GenerationInput(serializers.Serializer[Any]):
    """What a story is to be made of. What is left out is chosen for you."""

    prompt = PromptField(help_text="One sentence about the story, 3 to 4,000 characters after trimming.")
    style = StyleField(required=False, help_text="The style of its pictures.")  # type: ignore[assignment]
    genre = GenreField(required=False, help_text="Left out, the storyteller decides.")
    language = LanguageField(required=False, help_text="BCP 47. Left out, that of the sentence.")
    seed = SeedField(required=False, allow_null=True, help_text="The same seed gives the same choices.")
    images = serializers.BooleanField(default=True, help_text="Whether to paint pictures.")
    bulk = serializers.BooleanField(
        default=False, help_text="Nobody waits for it: it is made after what people wait for."
    )


class StepOutput(serializers.Serializer[Any]):
    name = serializers.CharField()
    label = serializers.CharField(help_text="What the step does, in words.")  # type: ignore[assignment]
    status = serializers.ChoiceField(choices=StepStatus.choices)
    attempts = serializers.IntegerField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    error = serializers.CharField(allow_null=True)
    preview = serializers.CharField(
        allow_null=True, help_text="While it is painted: the picture so far, small, as a `data:` URL."
    )


class PaintedOutput(serializers.Serializer[Any]):
    image_type = serializers.ChoiceField(choices=ImageType.choices)
    url = serializers.CharField(help_text="Relative to this server.")
    width = serializers.IntegerField()
    height = serializers.IntegerField()


class WaitingOutput(serializers.Serializer[Any]):
    step = serializers.CharField()
    until = serializers.DateTimeField(help_text="When it is asked again.")
    message = serializers.CharField(help_text="For the person.")

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """``for`` is no name that Python lets one give."""
        return {"for": serializers.ChoiceField(choices=["language_model"]), **super().get_fields()}


class SilentOutput(serializers.Serializer[Any]):
    step = serializers.CharField()
    since = serializers.DateTimeField(help_text="When it last said something, or was asked.")
    until = serializers.DateTimeField(help_text="When it is given up.")
    has_begun = serializers.BooleanField(help_text="Whether it had said something before.")
    message = serializers.CharField(help_text="For the person.")


class GenerationOutput(serializers.Serializer[Any]):
    """How the making of a story gets on."""

    # `stories.status.describe_status` makes it; this tells the schema about it.

    session_id = serializers.UUIDField()
    status = serializers.ChoiceField(choices=GenerationStatus.choices)
    progress = serializers.IntegerField(min_value=0, max_value=100, help_text="Per cent; it never falls.")
    remaining_seconds = serializers.IntegerField(
        allow_null=True,
        help_text="About how long it still takes, by how long such steps took lately; null if nobody knows.",
    )
    ahead = serializers.IntegerField(help_text="While it waits: how many have their turn before it.")
    current_step = serializers.CharField(allow_null=True)
    current_label = serializers.CharField(help_text="What is going on, in words.")
    waiting = WaitingOutput(allow_null=True, help_text="What it waits for that does not answer, if anything.")
    silent = SilentOutput(
        allow_null=True, help_text="While the language model is asked and says nothing for long: since when."
    )
    steps = StepOutput(many=True)
    title = serializers.CharField(allow_null=True)
    partial_text = serializers.CharField(help_text="The story's text as far as it is written.")
    story_id = serializers.UUIDField(allow_null=True, help_text="There as soon as there is text.")
    story_url = serializers.CharField(allow_null=True, help_text="The story's page.")
    error = serializers.CharField(allow_null=True)
    warnings = serializers.ListField(
        child=serializers.CharField(), help_text="What is missing, and why; what else is not as it was asked."
    )
    images = PaintedOutput(many=True, help_text="The pictures that are done.")
    can_be_retried = serializers.BooleanField()


class CopyOutput(serializers.Serializer[Any]):
    width = serializers.IntegerField()
    url = serializers.CharField(help_text="Relative to this server.")


class ImageOutput(serializers.ModelSerializer[GeneratedImage]):
    image_type = serializers.ChoiceField(choices=ImageType.choices)
    url = serializers.FileField(source="file", use_url=True, help_text="The lossless original. Absolute.")
    copies = CopyOutput(many=True, source="sources", help_text="Smaller files for pages, narrow ones first.")
    placement = serializers.SerializerMethodField(help_text="Of a scene: where the hero stands in it.")

    class Meta:
        model = GeneratedImage
        fields = (
            "id", "image_type", "is_live", "url", "width", "height", "copies", "prompt_used", "seed", "model",
            "style", "description", "placement", "created_at",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(PlacementField)
    def get_placement(self, image: GeneratedImage) -> dict[str, Any] | None:
        return image.parameters.get("placement")


class RedoInput(serializers.Serializer[Any]):
    """The picture that is to be made anew. What is left out is chosen anew, or stays."""

    image_type = serializers.ChoiceField(choices=ImageType.choices)
    like = serializers.UUIDField(
        required=False, help_text="A picture of this type: all that is not given is taken from it."
    )
    seed = SeedField(required=False, allow_null=True, help_text="Another one, unless it is given.")
    style = StyleField(required=False)  # type: ignore[assignment]
    description = DescriptionField(required=False, help_text="It becomes the story's with the picture.")
    placement = PlacementField(required=False, allow_null=True, help_text="Of a scene.")
    merge = serializers.BooleanField(default=False, help_text="Then merge the scene again too.")


@extend_schema_field({"type": "boolean", "enum": [True]})
class TrueField(serializers.BooleanField):
    """What can be asked for, and not be undone."""


class ImageChanges(serializers.Serializer[Any]):
    """What may be changed of a picture: that it is the one that is shown."""

    is_live = TrueField()

    def validate_is_live(self, value: bool) -> bool:
        if not value:
            raise serializers.ValidationError("Choose another picture instead: one of each type is live.")
        return value


class StoryOutput(serializers.ModelSerializer[Story]):
    """A story and its current pictures."""

    # Needs ``live_images``, as `StoryQuerySet.with_pictures` fetches them, and the request.

    images = ImageOutput(many=True, source="live_images", help_text="The current picture of each type.")
    made_by = serializers.SerializerMethodField(help_text="What wrote and what painted it, in sentences.")
    genre = serializers.CharField(help_text="Empty where it is not known.")
    language = serializers.CharField(help_text="BCP 47; empty where it is not known.")
    is_favourite = serializers.BooleanField(help_text="Whether you made it a favourite.")
    thumb = serializers.IntegerField(min_value=-1, max_value=1, help_text="What you think of it.")

    revision = serializers.SerializerMethodField(
        help_text="Names its words as they are now: send it as `If-Match` with a change of them."
    )

    class Meta:
        model = Story
        fields = (
            "id",
            "title",
            "prompt",
            "story_text",
            "character_description",
            "background_description",
            "style",
            "genre",
            "language",
            "language_model",
            "visibility",
            "is_featured",
            "created_at",
            "images",
            "made_by",
            "revision",
            "is_favourite",
            "thumb",
            "likes",
        )
        read_only_fields = fields

    def get_revision(self, story: Story) -> str:
        return name_revision(story)

    def get_made_by(self, story: Story) -> list[str]:
        return tell_makers(story)


class StoryChanges(serializers.Serializer[Any]):
    """What may be changed of a story; what is not sent stays as it is."""

    title = TitleField(required=False)
    story_text = TextField(required=False)
    character_description = DescriptionField(required=False)
    background_description = DescriptionField(required=False)
    visibility = serializers.ChoiceField(
        choices=Visibility.choices,
        required=False,
        help_text="Only a curator can set `public`.",
        error_messages={"invalid_choice": f"Choose one of: {', '.join(Visibility.values)}."},
    )


class ThumbInput(serializers.Serializer[Any]):
    thumb = serializers.ChoiceField(choices=(-1, 0, 1), help_text="Up, down, or taken back.")


class DeleteQuery(serializers.Serializer[Any]):
    forever = serializers.BooleanField(default=False, help_text="At once, not into the trash.")


@extend_schema_field({"type": "string", "enum": ["", *STYLES]})
class AnyStyleField(StyleField):
    """A style to look for; empty is any."""


class StoryQuery(serializers.Serializer[Any]):
    """What the library may be asked for. What is empty counts as not sent."""

    search = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=validation.SEARCH_MAX,
        help_text='Words that title, prompt or text contain, all of them: `"a phrase"`, `or`, `-not`; '
        f"the last may be half typed. At most {MOST_FOUND} are found.",
    )
    style = AnyStyleField(required=False)  # type: ignore[assignment]
    genre = GenreField(required=False)
    language = serializers.CharField(required=False, allow_blank=True, max_length=12, help_text="BCP 47.")
    shelf = serializers.ChoiceField(
        choices=[name for name in SHELVES if name], required=False, allow_blank=True
    )
    ordering = serializers.ChoiceField(
        choices=tuple(ORDERINGS),
        default="-created_at",
        allow_blank=True,
        error_messages={"invalid_choice": f"Choose one of: {', '.join(ORDERINGS)}."},
    )
