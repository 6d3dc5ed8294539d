"""What a project file from a stranger may hold: types, bounds, and words that the pages can show."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from pydantic import AfterValidator, AwareDatetime, BaseModel, Field, StrictBool, StrictInt, StrictStr
from pydantic import ValidationError as WrongShape
from pydantic_core import PydanticCustomError

from stories import validation
from stories.books.project import IMAGES_MAX, NAME, NUMBER, VERSIONS_MAX
from stories.models import ImageType, StoryVersion
from stories.parsing import NotJSON, parse_json
from stories.pipeline import KINDS
from stories.sizes import SIDE_MAX

#: Descriptions that a painter was told in English besides: as many as there may be words or pictures of.
PAINTED_MAX = 2 * VERSIONS_MAX + IMAGES_MAX
#: How deep its lists and objects may be nested, and how large a number may be: what a bigint holds.
DEPTH_MAX, NUMBER_MAX = 32, 2**63 - 1
#: No story is older than what this stands on, and none comes from the future.
EARLIEST, AHEAD = datetime(1970, 1, 1, tzinfo=UTC), timedelta(days=1)
INSTRUCTION_MAX, WORDS_MAX, PARAMETERS_MAX = 4000, 20_000, 64 * 1024
#: What a painter would be asked for again: no more than a person could ask for.
NUMBERS = {"steps": (1, 150), "guidance": (0, 50), "width": (64, SIDE_MAX), "height": (64, SIDE_MAX)}
PICTURE = r"^pictures/[0-9a-zA-Z_-]{1,80}\.webp$"


class NotAProject(ValueError):
    """It cannot be taken in. The message is written for the person; ``status`` is HTTP's."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


def cleaned(function: Any) -> AfterValidator:
    """A rule of `stories.validation`, as Pydantic asks for it."""

    def check(value: Any) -> Any:
        try:
            return function(value)
        except ValidationError as error:
            raise PydanticCustomError("story", "{words}", {"words": error.messages[0]}) from None

    return AfterValidator(check)


def text_of(most: int) -> AfterValidator:
    return cleaned(lambda text: validation.clean_text(text, least=0, most=most))


def clean_title(text: str) -> str:
    return validation.clean_title(text) if text else ""


def check_parameters(parameters: dict[str, Any]) -> dict[str, Any]:
    if len(json.dumps(parameters)) > PARAMETERS_MAX:
        raise ValidationError(_("There are too many parameters."))
    validation.clean_placement(parameters.get("placement"))
    validation.clean_seed(parameters.get("seed"))
    for name, (least, most) in NUMBERS.items():
        value = parameters.get(name, least)
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            raise ValidationError(
                _("{name} is a number from {least:g} to {most:g}.").format(name=name, least=least, most=most)
            )
    return parameters


def clean_moment(moment: datetime) -> datetime:
    """In UTC, and one that PostgreSQL and every page can show."""
    try:
        moment = moment.astimezone(UTC)
    except OverflowError:
        moment = EARLIEST
    if not EARLIEST < moment <= timezone.now() + AHEAD:
        raise ValidationError(_("A date lies between 1970 and now."))
    return moment


Moment = Annotated[AwareDatetime, cleaned(clean_moment)]
Name = Annotated[StrictStr, Field(max_length=200), text_of(200)]
Description = Annotated[StrictStr, text_of(validation.DESCRIPTION_MAX)]
Text = Annotated[StrictStr, text_of(validation.TEXT_MAX)]
Words = Annotated[StrictStr, text_of(WORDS_MAX)]
Tag = Annotated[StrictStr, Field(max_length=12, pattern=r"^([A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*)?$")]
Title = Annotated[StrictStr, cleaned(clean_title)]
Hash = Annotated[StrictStr, Field(pattern=r"^[0-9a-f]{16}$")]
#: What words a description was written from.
Source = Annotated[StrictStr, Field(max_length=64)]
StepName = Annotated[StrictStr, Field(max_length=30)]
Seconds = Annotated[float, Field(strict=True, ge=0, lt=10**6, allow_inf_nan=False)]
Seed = Annotated[StrictInt, Field(ge=0, lt=2**63)]
Style = Annotated[StrictStr, cleaned(validation.clean_style)]
Plain = Annotated[dict[StrictStr, Any], cleaned(check_parameters)]


class StoryPart(BaseModel):
    prompt: Annotated[StrictStr, cleaned(validation.clean_prompt)]
    style: Style
    title: Title
    story_text: Annotated[StrictStr, cleaned(validation.clean_story_text)]
    character_description: Description
    background_description: Description
    language_model: Name
    genre: Annotated[StrictStr, Field(max_length=40, pattern=r"^[\w -]*$")]
    language: Tag
    asked_language: Tag = ""
    described_from: Annotated[dict[StrictStr, Source], Field(max_length=20)]
    painted_as: Annotated[dict[Hash, Description], Field(max_length=PAINTED_MAX)] = Field(
        default_factory=dict
    )
    created_at: Moment
    shown: StrictInt | None


class VersionPart(BaseModel):
    number: Annotated[StrictInt, Field(ge=1, lt=2**31)]
    made_by: StoryVersion.Maker
    part: Annotated[StrictStr, Field(max_length=30), text_of(30)]
    instruction: Annotated[StrictStr, text_of(INSTRUCTION_MAX)]
    proposed: StrictBool = False
    part_only: StrictBool = False
    title: Title
    story_text: Text
    character_description: Description
    background_description: Description
    language_model: Name
    seed: Seed | None
    created_at: Moment


class ImagePart(BaseModel):
    id: Annotated[StrictStr, Field(max_length=40)]
    file: Annotated[StrictStr, Field(pattern=PICTURE)]
    image_type: ImageType
    is_live: StrictBool
    prompt_used: Words
    negative_prompt: Words
    seed: Seed
    model: Name
    style: Annotated[StrictStr, cleaned(lambda name: name and validation.clean_style(name))]
    description: Description
    parameters: Plain
    created_at: Moment


class MakingPart(BaseModel):
    seed: Seed
    images: StrictBool
    warnings: Annotated[list[Annotated[StrictStr, text_of(1000)]], Field(max_length=50)]
    created_at: Moment
    started_at: Moment | None
    finished_at: Moment
    times: Annotated[dict[StepName, Seconds], Field(max_length=len(KINDS))] = {}


class Project(BaseModel):
    story: StoryPart
    making: MakingPart | None
    versions: Annotated[list[VersionPart], Field(max_length=VERSIONS_MAX)]
    images: Annotated[list[ImagePart], Field(max_length=IMAGES_MAX)]


def read_project(data: bytes) -> Project:
    """
    Raises:
        NotAProject: in words, with the first thing that is wrong.
    """
    try:
        content = parse_json(data)
        check_storable(content)
        check_format(content)
        project = Project.model_validate(content)
    except NotJSON as error:
        raise NotAProject(_("Its project.json cannot be read. {error}").format(error=error)) from None
    except WrongShape as error:
        first = error.errors()[0]
        where = " › ".join(str(part) for part in first["loc"])
        told = _("In its project.json, {where}: {error}")
        raise NotAProject(told.format(where=where, error=first["msg"])) from None
    check_sense(project)
    return project


def check_storable(content: Any) -> None:
    """PostgreSQL keeps neither NUL nor half a surrogate pair, no infinity, and nothing nested for ever."""
    layer = [content]
    for _depth in range(DEPTH_MAX):
        parts = [part for part in layer if isinstance(part, dict | list)]
        for one in layer:
            check_plain(one)
        layer = [
            value for part in parts for value in (part if isinstance(part, list) else [*part, *part.values()])
        ]
    if layer:
        raise NotAProject(_("Its project.json is nested too deeply."))


def check_plain(value: Any) -> None:
    if isinstance(value, str):
        if "\0" in value:
            raise NotAProject(_("Its project.json holds control characters."))
        if any("\ud800" <= char <= "\udfff" for char in value):
            raise NotAProject(_("Its project.json holds what is no text."))
    elif isinstance(value, int | float) and not -NUMBER_MAX <= value <= NUMBER_MAX:
        raise NotAProject(_("Its project.json holds a number that is none, or too large a one."))


def check_format(content: Any) -> None:
    if not isinstance(content, dict) or content.get("format") != NAME:
        raise NotAProject(_("This is not a project file of Starloom."))
    if content.get("version") != NUMBER or content["version"] is True:
        told = _("It is of another version of the format; this server reads version {number}.")
        raise NotAProject(told.format(number=NUMBER))


def check_sense(project: Project) -> None:
    numbers = [version.number for version in project.versions]
    live = [image.image_type for image in project.images if image.is_live]
    ids = [image.id for image in project.images]
    if len(set(numbers)) < len(numbers) or len(set(live)) < len(live) or len(set(ids)) < len(ids):
        raise NotAProject(_("In its project.json something is there twice that can be there once only."))
    if project.story.shown is not None and project.story.shown not in numbers:
        raise NotAProject(_("The version that it shows is not in it."))
